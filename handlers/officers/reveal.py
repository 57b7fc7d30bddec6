"""Show what is kept sealed only after it was written down who looks and why, and to nobody too much of it at once."""

from __future__ import annotations

from datetime import timedelta

from bot.message import Option, Text
from bot.turn.turn import Turn
from handlers.buttons import DESK
from storage import audit

AN_HOUR = 60
"""So many households and numbers one person may look at in an hour: a morning of calls, and no list to take along."""


async def reveal(turn: Turn, object: str, why: str) -> bool:
    """Write it down; False if it was too much in an hour, which is answered, and told to the admins once."""
    lately = turn.now - timedelta(hours=1)
    if await audit.count_since(turn.tx, turn.actor, "reveal", lately) < AN_HOUR:
        await turn.note("reveal", object, why=why)
        return True
    if not await audit.count_since(turn.tx, turn.actor, "reveal_stopped", lately):
        await turn.note("reveal_stopped", object, n=AN_HOUR)
        look = Option(f"/audit {turn.actor}", Text("reveal.look"))
        turn.tell_admins("reveal.told", [look], number=str(turn.person.id), n=AN_HOUR)
    turn.reply("reveal.stopped", [DESK], n=AN_HOUR)
    return False
