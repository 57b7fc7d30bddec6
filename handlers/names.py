"""How what several handlers show is put into words: channels, units, roles, amounts, needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from bot.dialog.fields import ELSEWHERE
from bot.dialog.forms import Form
from bot.message import Money, Text, Words
from locales import FIRST, catalogue
from storage.aid.addresses import Need
from storage.campaign.campaigns import Campaign
from storage.figures.figures import Goods

MOST_GOODS = 5
"""Kinds that one phrase names."""


class Gift(Protocol):
    """What of a promise says how much it is."""

    @property
    def amount(self) -> int: ...
    @property
    def each_month(self) -> int: ...
    @property
    def monthly_until_on(self) -> date | None: ...
    @property
    def what(self) -> str: ...


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
    return str(form.answers.get("outside") or "") if form.answers.get("commune") == ELSEWHERE else ""


def unit_of(form: Form, campaign: Campaign) -> int:
    """The unit whose officers see to what this form tells; of a place outside the area it is the campaign's own."""
    return campaign.unit_id if form.answers["commune"] == ELSEWHERE else int(form.answers["commune"])


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


def gift_of(kind: str, gift: Gift, measure: str) -> Words:
    """What was promised, in one phrase: «1.000.000 đ mỗi tháng đến hết tháng 12/2026 (tổng 8.000.000 đ)»."""
    if kind == "money" and gift.monthly_until_on is not None:
        said = {
            "amount": Money(gift.each_month), "until": gift.monthly_until_on, "total": Money(gift.amount),
        }  # fmt: skip
        # Of versions before this one it is not known how much each time; what does not divide is until all is covered.
        way = "until" if not gift.each_month else "until_covered" if gift.amount % gift.each_month else "monthly"
        return Text(f"pledge.given.{way}", said)
    if kind == "money":
        return Text("pledge.given.money", {"amount": Money(gift.amount)})
    if measure:
        return Text("pledge.given.counted", {"n": gift.amount, "measure": measure, "what": gift.what})
    return gift.what


def describe_need(need: Need) -> Text:
    """What is needed, and how much of it is still missing."""
    if not need.missing:
        return Text("need.covered", {"what": need.what})
    figures = {"missing": need.missing, "amount": need.amount, "awaiting": min(need.awaiting, need.missing)}
    said = {name: amount_of(n, need.kind, need.measure) for name, n in figures.items()}
    return Text("need.missing_awaiting" if need.awaiting else "need.missing", {"what": need.what, **said})


def name_goods(goods: Sequence[Goods]) -> Text | None:
    """«40 kg gạo, 1 chiếc xe đạp và 2 loại khác, trị giá 3.000.000 đ»; None if nothing arrived.

    Many people read it: named is only what officers wrote as a need, never what somebody typed who promised something else.
    """
    if not goods:
        return None
    wanted = [one for one in goods if one.measure][:MOST_GOODS]
    named = [
        Text("pledge.given.counted", {"n": one.amount, "measure": one.measure, "what": one.what}) for one in wanted
    ]
    if others := len(goods) - len(wanted):
        named.append(Text("goods.others" if named else "goods.only", {"n": others}))
    worth = sum(one.value for one in goods)
    things = named.pop()
    while named:  # some are called «Sách vở, áo ấm»
        things = Text("goods.and", {"one": named.pop(), "others": things})
    if not worth:
        return things
    said = {"things": things, "value": Money(worth)}
    return Text("goods.worth.partly" if any(one.unvalued for one in goods) else "goods.worth", said)


def worth_of(value: int, unvalued: int) -> Text:
    """What goods and work come to; where nobody agreed on a value of some or of all, that it is so, and no bare 0."""
    if unvalued and not value:
        return Text("report.unvalued")
    return Text("report.worth.partly" if unvalued else "report.worth", {"value": Money(value)})


def short(text: str, most: int = 60) -> str:
    """The beginning of a longer text, on one line, cut between words where that leaves enough."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[most // 2 :] else cut).rstrip() + "…"
