"""How what several handlers show is put into words: channels, units, roles, amounts, needs."""

from __future__ import annotations

from collections.abc import Iterable

from bot.dialog.forms import Form
from bot.message import Money, Text, Words
from locales import FIRST, catalogue
from storage.aid.addresses import Need
from storage.aid.pledges import Pledge


def channel_name(name: str) -> Words:
    """How people call a channel; its own name where there is no sentence for it."""
    key = f"channel.{name}"
    return Text(key) if key in catalogue(FIRST) else name


def channel_names(names: Iterable[str]) -> list[Words]:
    return [channel_name(name) for name in names]


def unit_name(name: str) -> Words:
    """A unit's name; a role without a unit holds everywhere."""
    return name or Text("staff.everywhere")


def role_for(role: str, unit: str) -> Text:
    """A role with the unit that it holds for, such as «cán bộ, Xã Bến Quan»; an admin's holds everywhere."""
    if role == "admin":
        return Text("role.admin")
    return Text("staff.role", {"role": Text(f"role.{role}"), "unit": unit_name(unit)})


def initials_of(name: str) -> str:
    """A name as «N. T. T.»: enough to recognise somebody whose name one knows."""
    return " ".join(f"{part[0]}." for part in name.split())


def place_outside(form: Form) -> str:
    """The place outside the area that is the answer to ``commune``, as it was written; one that was typed and not meant
    counts for nothing."""
    return str(form.answers.get("outside") or "") if form.answers.get("commune") == form.facts.area else ""


def home_of(hamlet: str, unit: str, *, outside: bool = False) -> Text:
    """Where somebody lives: «Thôn 4, xã Cửa Tùng», or only the commune; ``outside`` the area the place as it was written."""
    if outside and hamlet:
        return Text("home.outside", {"place": hamlet})
    return Text("home" if hamlet else "home.commune", {"hamlet": hamlet, "commune": unit})


def amount_of(amount: int, kind: str, measure: str) -> Words:
    """An amount in đồng or in its own measure; only the kind, in words, where nothing can be counted."""
    if kind == "money":
        return Text("money", {"amount": Money(amount)})
    if amount or measure:
        return Text("need.counted", {"n": amount, "measure": measure or Text("desk.items")})
    return Text(f"pledge.kind.{kind}")


def describe_gift(pledge: Pledge) -> Words:
    """What was promised: the sum, or how much of what."""
    if pledge.kind == "money":
        return Text("money", {"amount": Money(pledge.amount)})
    if pledge.measure:
        return Text("pledge.given.counted", {"n": pledge.amount, "measure": pledge.measure, "what": pledge.what})
    return pledge.what


def describe_need(need: Need) -> Text:
    """What is needed, and how much of it is still missing."""
    if not need.missing:
        return Text("need.covered", {"what": need.what})
    figures = {"missing": need.missing, "amount": need.amount, "awaiting": min(need.awaiting, need.missing)}
    said = {name: amount_of(n, need.kind, need.measure) for name, n in figures.items()}
    return Text("need.missing_awaiting" if need.awaiting else "need.missing", {"what": need.what, **said})
