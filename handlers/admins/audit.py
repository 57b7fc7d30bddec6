"""Who did what, when, on what: the newest first, of one person or thing, of one act, of one day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache

from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.days.day import read_day
from bot.vietnamese.fold import fold
from locales import FIRST, catalogue, phrases
from storage import audit
from storage.audit import Act, ActFilter

router = Router("audit", role="admin")

PAGE = 10


@dataclass(frozen=True)
class ActsQuery:
    """What an admin wants to see. It travels in a button as «person:7 grant 2026-05-12 p2»."""

    who: str = ""
    act: str = ""
    day: date | None = None
    page: int = 1

    @classmethod
    def read(cls, rest: str, today: date) -> ActsQuery:
        """From what follows the command, in any order: «#7», «unit:3», an act as it is shown, a day, «p2»."""
        who, act, page, left = "", "", 1, []
        for word in rest[:200].split():
            if number := re.fullmatch(r"p([0-9]{1,5})", word):
                page = max(int(number[1]), 1)
            elif number := re.fullmatch(r"#([0-9]{1,12})", word):
                who = f"person:{number[1]}"
            elif re.fullmatch(r"[a-z_]+:\S{1,40}", word):
                who = word
            else:
                left.append(word)
        said = " ".join(left)
        for shown, name in acts().items():
            if re.search(rf"\b{re.escape(shown)}\b", fold(said)):
                act, said = name, re.sub(rf"\b{re.escape(shown)}\b", "", fold(said))
        day = _day(said.strip(), today)
        return cls(who, act or ("" if day else said.strip().lower()), day, page)

    @property
    def line(self) -> str:
        parts = [self.who, self.act, self.day.isoformat() if self.day else "", f"p{self.page}"]
        return " ".join(["/audit", *filter(None, parts)])


@cache
def acts() -> dict[str, str]:
    """Every act that has a name of its own, by that name in any language; the longest first."""
    names = [key.rpartition(".")[2] for key in catalogue(FIRST) if key.startswith("audit.act.")]
    shown = {fold(phrase): name for name in names for phrase in (*phrases(f"audit.act.{name}"), name)}
    return dict(sorted(shown.items(), key=lambda pair: -len(pair[0])))


@router.command("audit")
async def show_page(turn: Turn) -> None:
    """A page of acts, with ways to the next one and to others."""
    asked = ActsQuery.read(turn.rest, turn.today)
    first = datetime.combine(asked.day, time(), turn.speech.zone) if asked.day else None
    wanted = ActFilter(asked.who, asked.act, first, first + timedelta(days=1) if first else None)
    found, total = await audit.page(turn.tx, wanted, first=(asked.page - 1) * PAGE, most=PAGE)
    others = [
        Option(f"/audit person:{turn.person.id}", Text("audit.mine")),
        Option("/audit refused", Text("audit.refused")),
    ]
    if not found:  # what was typed may be too long for a button
        return turn.reply("audit.none", others)
    around = [
        *([Option(replace(asked, page=asked.page - 1).line, Text("audit.newer"))] if asked.page > 1 else []),
        *([Option(replace(asked, page=asked.page + 1).line, Text("audit.older"))] if asked.page * PAGE < total else []),
    ]
    turn.reply("audit.page", [*around, *others], total=total, lines=[_line(turn, act) for act in found])


def _line(turn: Turn, entry: Act) -> Text:
    known = f"audit.act.{entry.act}"
    act: Words = Text(known) if turn.speech.has(known) else entry.act
    details = ", ".join(
        f"{name}={_plain(value)}" for name, value in entry.details.items() if _is_for_readers(name, value)
    )
    given = {"at": entry.at, "actor": _who(entry.actor), "act": act, "object": _who(entry.object)}
    return Text("audit.line.more", {**given, "details": details}) if details else Text("audit.line", given)


def _is_for_readers(name: str, value: object) -> bool:
    """Keyed indexes of accounts say nothing to anybody."""
    return value not in (None, "") and name != "accounts"


def _who(noted: str) -> Words:
    """A person in words; whatever else it is, as it was noted."""
    kind, _, number = noted.partition(":")
    return Text("staff.unnamed", {"number": number}) if kind == "person" else noted


def _plain(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _day(said: str, today: date) -> date | None:
    return read_day(said, today, toward="past").value
