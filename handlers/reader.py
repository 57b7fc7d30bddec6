"""An officer as the reader of what she is about to send: the copy that she is shown says what people's copies say."""

from __future__ import annotations

from typing import TypedDict

from bot.turn.turn import Turn
from storage.aid import volunteers


class Filled(TypedDict):
    """What fills the placeholders of an announcement."""

    name: str
    commune: str


async def as_reader(turn: Turn) -> Filled:
    """Her own name and commune; of an officer who is no volunteer what the channel calls her, and a commune of the campaign."""
    hers = await volunteers.find(turn.tx, turn.person.id)
    commune = hers.unit_name if hers else next((unit.name for unit in turn.facts.communes), "")
    return {"name": hers.full_name if hers else turn.facts.name, "commune": commune}
