"""Where, when and to whom to hand over what was pledged, as whoever pledged it is told."""

from __future__ import annotations

from typing import Any

from bot.turn.turn import Turn
from storage.campaign import handovers


async def where_to_hand(turn: Turn, unit_id: int, kind: str) -> dict[str, Any]:
    """The place, its hours and who is there, for a sentence in which what nobody has set is left out; work is not handed
    over, and is arranged with whoever does it."""
    found = None if kind == "work" else await handovers.find(turn.tx, unit_id)
    return {name: getattr(found, name, None) for name in ("place", "hours", "receiver")}
