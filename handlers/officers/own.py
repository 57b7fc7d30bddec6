"""What is an officer's own is for another one to decide. Where there is no other she may, and that is said aloud."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.message import Reply, Text, Words
from bot.turn.turn import Turn
from handlers.buttons import DESK
from handlers.officers.access import tell_colleague
from handlers.threads import card_of, matter_named
from storage.aid.threads import Matter
from storage.campaign import staff


async def show_own(turn: Turn, matter: Matter, besides: Iterable[int | None] = ()) -> bool:
    """Say above a card that it is her own; returns whether another one must decide on it."""
    if matter.person_id != turn.person.id:
        return False
    theirs = await _is_theirs(turn, matter, besides)
    turn.reply("self.above.theirs" if theirs else "self.above")
    return theirs


def mark_own(turn: Turn, person_id: int | None, line: Words) -> Words:
    """A line of a list that officers read, and whether what it says is her own."""
    return Text("desk.line.own", {"line": line}) if person_id == turn.person.id else line


async def must_leave(turn: Turn, matter: Matter, besides: Iterable[int | None] = ()) -> bool:
    """Whether another one must decide on it, since it is her own; then she is told so."""
    why = await why_leave(turn, matter, besides)
    if why is not None:
        turn.reply(Reply(why, (card_of(matter), DESK)))
    return why is not None


async def why_leave(turn: Turn, matter: Matter, besides: Iterable[int | None] = ()) -> Text | None:
    """Why she must leave it to another one, where there is one besides those who must not either; None if she may act."""
    if matter.person_id != turn.person.id or not await _is_theirs(turn, matter, besides):
        return None
    return Text("self.theirs", {"matter": matter_named(matter.kind, matter.code)})


async def note_act(turn: Turn, act: str, matter: Matter, **details: object) -> None:
    """Write down what she did. Of what is her own the log says so, and the other officers, or the admins, are told."""
    if matter.person_id != turn.person.id:
        return await turn.note(act, f"{matter.kind}:{matter.code}", **details)
    await turn.note(act, f"{matter.kind}:{matter.code}", **details, own=True)
    said: dict[str, Any] = {"by": await tell_colleague(turn, turn.person.id), "act": Text(f"audit.act.{act}")}
    said |= {"matter": matter_named(matter.kind, matter.code)}
    if await staff.other_officers(turn.tx, matter.unit_id, [turn.person.id]):
        turn.tell_officers("self.told", [card_of(matter)], unit_id=matter.unit_id, sparing=turn.person.id, **said)
    else:
        turn.tell_admins("self.told", [card_of(matter)], **said)


async def _is_theirs(turn: Turn, matter: Matter, besides: Iterable[int | None]) -> bool:
    barred = [turn.person.id, *(one for one in besides if one is not None)]
    return bool(await staff.other_officers(turn.tx, matter.unit_id, barred))
