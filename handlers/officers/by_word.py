"""Who agreed by word of mouth, as officers read it on a card: through whom, and when."""

from __future__ import annotations

from bot.message import Text, Words
from bot.turn.turn import Turn
from handlers.officers.access import name_colleague
from storage.aid import volunteers
from storage.rights import spoken


async def tell_spoken(turn: Turn, person_id: int, key: str = "volunteers.spoken") -> Text | None:
    """By whom she agreed, if it was by word of mouth and she has not come herself."""
    noted = await spoken.of_person(turn.tx, person_id)
    if noted is None:
        return None
    by = None if noted.noted_by is None else await _noter(turn, noted.noted_by)
    said = {"name": noted.name, "by": by or Text("volunteers.spoken.somebody"), "day": turn.day(noted.noted_at)}
    return Text(key, said)


async def _noter(turn: Turn, person_id: int) -> Words | None:
    if (colleague := await name_colleague(turn, person_id)) is not None:
        return colleague
    volunteer = await volunteers.find(turn.tx, person_id)
    return volunteer.full_name if volunteer is not None else None
