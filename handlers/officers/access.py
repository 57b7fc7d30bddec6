"""What all acts of officers share: their reach now, the record of what they did, one answer for what is not theirs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import TypeVar

from bot.message import Option, Text, Words
from bot.turn.turn import Turn
from handlers.arguments import read_code, read_number
from handlers.buttons import DESK
from handlers.names import short
from storage.aid import appeals, reviews, volunteers
from storage.aid.volunteers import Listed
from storage.campaign import staff
from storage.database import Tx
from storage.rights import spoken
from storage.talk import people

T = TypeVar("T")
Find = Callable[[Tx, str, Collection[int] | None], Awaitable[T | None]]
"""What finds a thing by its code, in these units."""
PAGE = 5
OF_PERSON = ("volunteer", "matter", "note")
"""What may name a volunteer by her number."""
CODE = re.compile(r"[A-Z0-9-]{1,16}")


async def reach(turn: Turn) -> Collection[int] | None:
    """The units whose things she may see and change, by what the database says now; None for everywhere."""
    now_is = (await people.load(turn.tx, [turn.person.id]))[turn.person.id]
    return await staff.reach(turn.tx, now_is.roles, "officer")


async def yours(turn: Turn, what: str, find: Find[T], code: str = "") -> T | None:
    """The thing with this code, or the one that the line names and nothing else, if it is in her units; otherwise she is
    answered already."""
    rest = "" if code else turn.rest.partition(" ")[2].strip()
    code = code or read_code(turn.rest)
    found = await find(turn.tx, code, await reach(turn))
    if found is None:
        await not_yours(turn, what, code)
    elif rest:
        not_read(turn, rest)
        return None
    return found


async def find_volunteer(tx: Tx, code: str, within: Collection[int] | None) -> Listed | None:
    """The registered volunteer with this number in these units (None: anywhere)."""
    number = read_number(code, digits=15)
    return None if number is None else await volunteers.find_registered(tx, number, within)


def not_read(turn: Turn, rest: str) -> None:
    """Say what was not understood behind a command: it may say the contrary, so nothing is done."""
    turn.reply("desk.not_read", [DESK], rest=short(rest))


async def not_yours(turn: Turn, what: str, code: str = "") -> None:
    """The same answer for what does not exist, and for what belongs to another unit; tried without right, it is noted. What
    was here until its person took it back is no such try."""
    code = code or read_code(turn.rest)
    if await say_taken_back(turn, what, code):
        return
    await turn.refuse(f"{what}:{code}" if CODE.fullmatch(code) else what)
    turn.reply("desk.unknown", [DESK])


async def say_taken_back(turn: Turn, what: str, code: str) -> bool:
    """Whether it lay in her units until its person took it back; then she is told so. An old message may still show it."""
    within = await reach(turn)
    if what == "appeal" and await appeals.was_withdrawn(turn.tx, code, within):
        turn.reply("desk.taken_back.appeal", [DESK], code=code)
    elif await reviews.was_withdrawn(turn.tx, code, within):
        turn.reply("desk.taken_back", [DESK], code=code)
    elif what in OF_PERSON and await volunteers.has_withdrawn(turn.tx, read_number(code, digits=15) or 0, within):
        turn.reply("desk.taken_back.volunteer", [DESK])
    else:
        return False
    return True


async def tell_who(turn: Turn, person_id: int, at: datetime) -> Text:
    """Who decided something, as colleagues know her, with her unit, and when."""
    return Text("decided.by", {"by": await tell_colleague(turn, person_id), "at": at})


async def tell_colleague(turn: Turn, person_id: int) -> Words:
    """The same without when: somebody who has left is named by her number."""
    return await name_colleague(turn, person_id) or _unnamed(person_id)


async def name_colleague(turn: Turn, person_id: int) -> Words | None:
    """Somebody who works for the Society, or did, as colleagues know her, with her unit; None for anybody else."""
    who = (await staff.colleagues(turn.tx, [person_id])).get(person_id)
    if who is None:
        return None
    name = who.name or _unnamed(person_id)
    return Text("decided.for", {"name": name, "unit": who.unit_name}) if who.unit_name else name


def _unnamed(person_id: int) -> Text:
    return Text("staff.unnamed", {"number": str(person_id)})


def pages(line: str, page: int, total: int, *, each: int = PAGE) -> list[Option]:
    """Ways to the page before and the page after, of so many lines each."""
    options = []
    if page > 1:
        options.append(Option(f"{line} p{page - 1}", Text("addresses.previous")))
    if page * each < total:
        options.append(Option(f"{line} p{page + 1}", Text("addresses.next")))
    return options


def tell_apart(turn: Turn, labels: Sequence[Words], codes: Sequence[str]) -> list[Words]:
    """The labels of buttons; of those that say the same, each with its code, or the number of a person."""
    said = Counter(turn.speech(label) for label in labels)
    return [
        Text("label.with_code", {"label": label, "code": f"#{code}" if code.isdecimal() else code})
        if said[turn.speech(label)] > 1
        else label
        for label, code in zip(labels, codes, strict=True)
    ]


async def tell_spoken(turn: Turn, person_id: int) -> dict[str, object] | None:
    """Who she is, through whom she agreed and when, for a sentence, if it was by word of mouth and she has not come herself."""
    noted = await spoken.of_person(turn.tx, person_id)
    if noted is None:
        return None
    by = None if noted.noted_by is None else await _noter(turn, noted.noted_by)
    return {"name": noted.name, "by": by or Text("volunteers.spoken.somebody"), "day": turn.day(noted.noted_at)}


async def _noter(turn: Turn, person_id: int) -> Words | None:
    if (colleague := await name_colleague(turn, person_id)) is not None:
        return colleague
    volunteer = await volunteers.find(turn.tx, person_id)
    return volunteer.full_name if volunteer is not None else None
