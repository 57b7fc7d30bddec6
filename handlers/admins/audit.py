"""Who did what, when, on what: the newest first, of one person or thing, of one act, of one day, in words."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.days.day import read_day
from bot.vietnamese.fold import fold
from handlers.admins.acts import acts, tell_acts
from handlers.search.codes import read_record
from storage import audit
from storage.audit import ActFilter
from storage.campaign import staff

router = Router("audit", role="admin")

PAGE = 10
LONGEST_REPEATED = 40
"""Characters of what was not understood that are said again."""


class ActsQuery(Struct, frozen=True):
    """What an admin wants to see. It travels in a button as «person:7 grant 2026-05-12 p2»."""

    who: str = ""
    code: str = ""
    act: str = ""
    day: date | None = None
    page: int = 1

    @classmethod
    def read(cls, rest: str, today: date) -> ActsQuery:
        """From what follows the command, in any order: «#7», «DC-7K3PQ», «unit:3», an act as it is shown, a day, «p2».

        What is none of these is somebody's name, if anybody's: it stands where the act would.
        """
        who, code, act, page, left = "", "", "", 1, []
        for word in rest[:200].split():
            if number := re.fullmatch(r"p([0-9]{1,5})", word):
                page = max(int(number[1]), 1)
            elif number := re.fullmatch(r"#([0-9]{1,12})", word):
                who = f"person:{number[1]}"
            elif re.fullmatch(r"[a-z_]+:\S{1,40}", word):
                who = word
            elif read := read_record(word):
                code = read
            else:
                left.append(word)
        said = " ".join(left)
        for shown, name in acts().items():
            if re.search(rf"\b{re.escape(shown)}\b", fold(said)):
                act, said = name, re.sub(rf"\b{re.escape(shown)}\b", "", fold(said))
                break
        day, left = _take_day(said.split(), today)
        return cls(who, code, act or " ".join(left).lower(), day, page)

    @property
    def line(self) -> str:
        parts = [self.who, self.code, self.act, self.day.isoformat() if self.day else "", f"p{self.page}"]
        return " ".join(["/audit", *filter(None, parts)])


@router.command("audit")
async def show_page(turn: Turn) -> None:
    """A page of acts, with ways to the next one and to others."""
    asked = ActsQuery.read(turn.rest, turn.today)
    if asked.act and not asked.who and asked.act not in acts().values():
        words = set(fold(asked.act).split())
        named = {id: name for id, name in (await staff.names(turn.tx)).items() if words <= set(fold(name).split())}
        if len(named) > 1:
            options = [Option(f"/audit person:{id}", Text("audit.of", {"name": name})) for id, name in named.items()]
            return turn.reply("audit.several", options[:PAGE])
        if named:
            asked = replace(asked, who=f"person:{next(iter(named))}", act="")
    first = datetime.combine(asked.day, time(), turn.speech.zone) if asked.day else None
    wanted = ActFilter(asked.who, asked.code, asked.act, first, first + timedelta(days=1) if first else None)
    found, total = await audit.page(turn.tx, wanted, first=(asked.page - 1) * PAGE, most=PAGE)
    others = [
        Option(f"/audit person:{turn.person.id}", Text("audit.mine")),
        Option("/audit refused", Text("audit.refused")),
    ]
    if not found:  # what was typed may be too long for a button
        if asked.act and asked.act not in acts().values():
            return turn.reply("audit.not_understood", others, said=asked.act[:LONGEST_REPEATED])
        return turn.reply("audit.none", others)
    around = [
        *([Option(replace(asked, page=asked.page - 1).line, Text("audit.newer"))] if asked.page > 1 else []),
        *([Option(replace(asked, page=asked.page + 1).line, Text("audit.older"))] if asked.page * PAGE < total else []),
    ]
    turn.reply("audit.page", [*around, *others], total=total, lines=await tell_acts(turn, found))


def _take_day(words: list[str], today: date) -> tuple[date | None, list[str]]:
    """The day that the words begin or end with, and those beside it."""
    for n in range(len(words), 0, -1):
        for said, beside in ((words[-n:], words[:-n]), (words[:n], words[n:])):
            if day := read_day(" ".join(said), today, toward="past").value:
                return day, beside
    return None, words
