"""What officers are asked and told about the calendar: its buttons are commands, and the role is checked at the act."""

from __future__ import annotations

from collections.abc import Mapping

from bot.message import Option, Text
from bot.turn.turn import Notice
from handlers.calendar import whom
from storage.broadcast.broadcasts import Broadcast
from storage.campaign import calendar, campaigns
from storage.database import Tx

DECIDE = {"late": ("now", "tomorrow", "drop"), "restored": ("now", "tomorrow", "drop"), "capped": ("again",)}
"""What an officer may do about an occurrence, as subcommands of /calendar."""


async def question(tx: Tx, broadcast: Broadcast, what: str, params: Mapping[str, object]) -> Notice:
    """Ask the campaign's officers what is to become of an occurrence: late, perhaps sent already, or left people out."""
    message = await calendar.find(tx, broadcast.campaign_id, broadcast.message_id or 0)
    options = tuple(
        Option(
            f"/calendar {act} {broadcast.id}",
            Text(f"command.calendar.{act}.title"),
            sense="danger" if act == "drop" else "",
        )
        for act in DECIDE[what]
    )
    said: dict[str, object] = {
        "title": await whom.name(tx, message) if message else "",
        "at": broadcast.go_at,
        **params,
    }
    unit_id = whom.unit_of(await campaigns.unit_of(tx, broadcast.campaign_id), broadcast.audience)
    return Notice(Text(f"calendar.{what}", said), "officer", unit_id, options=options)
