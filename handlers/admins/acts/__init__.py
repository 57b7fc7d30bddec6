"""An act of the audit log in words: who did it, what, to whom or what. Staff by name, residents by number alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from bot.message import Text, Words
from bot.turn.turn import Turn
from bot.vietnamese.fold import fold
from handlers.admins.acts.details import tell_details
from locales import FIRST, catalogue, phrases
from storage.audit import Act
from storage.campaign import staff, units
from storage.campaign.staff import Colleague

ACT = "audit.act."
Known = Mapping[int, Colleague]


@cache
def acts() -> Mapping[str, str]:
    """Every act that has a name of its own, by that name in any language; the longest first."""
    names = [key.removeprefix(ACT) for key in catalogue(FIRST) if key.startswith(ACT)]
    shown = {fold(phrase): name for name in names for phrase in (*phrases(f"audit.act.{name}"), name)}
    return dict(sorted(shown.items(), key=lambda pair: -len(pair[0])))


async def tell_acts(turn: Turn, found: Sequence[Act]) -> list[Text]:
    """A line for each."""
    numbers = {number for act in found for noted in (act.actor, act.object) if (number := _person(noted)) is not None}
    known = await staff.colleagues(turn.tx, numbers)
    return [await _line(turn, act, known) for act in found]


async def _line(turn: Turn, entry: Act, known: Known) -> Text:
    key = f"audit.act.{entry.act}"
    act: Words = Text(key) if turn.speech.has(key) else entry.act
    told: dict[str, object] = {"at": entry.at, "actor": await _name(turn, entry.actor, known), "act": act}
    told["object"] = await _name(turn, entry.object, known) if entry.object != entry.actor else None
    details = await tell_details(turn, entry)
    if told["object"]:
        return Text("audit.line.more" if details else "audit.line", {**told, "details": details})
    return Text("audit.line.self.more" if details else "audit.line.self", {**told, "details": details})


def _person(noted: str) -> int | None:
    kind, _, number = noted.partition(":")
    return int(number) if kind in ("person", "volunteer") and number.isdecimal() else None


async def _name(turn: Turn, noted: str, known: Known) -> Words:
    """Somebody or something in words; what there are none for, as it was noted."""
    if (number := _person(noted)) is not None:
        colleague = known.get(number)
        if colleague is None or not colleague.name:
            return Text("staff.unnamed", {"number": str(number)})
        return Text("audit.named", {"name": colleague.name, "number": str(number)})
    kind, _, what = noted.partition(":")
    if noted.startswith("/"):
        command = turn.routes.commands.get(noted[1:])
        return Text("audit.on.command", {"what": Text(f"{command.key}.title") if command else noted})
    if kind == "unit" and what.isdecimal():
        return await units.name(turn.tx, int(what)) or noted
    if kind == "setting" and turn.speech.has(f"setting.{what}.short"):
        return Text(f"setting.{what}.short")
    if kind == "answer" and turn.speech.has(f"ready.{what}.title"):
        return Text(f"ready.{what}.title")
    key, form = f"audit.on.{kind}", f"{noted}.title"  # of a form whose end was refused, its name is noted
    if turn.speech.has(key):
        return Text(key, {"what": what or None})
    return Text(form) if turn.speech.has(form) else noted
