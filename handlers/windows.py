"""Who can be written to now, and at what price, on channels whose platform lets us write only for a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.message import Money, Text
from bot.turn.channels import ChannelFacts
from handlers.names import channel_name
from locales import FIRST
from storage.broadcast import readers
from storage.broadcast.audience import Audience
from storage.broadcast.broadcasts import Draft
from storage.database import Tx

EVERYBODY = Draft({FIRST: "-"}, Audience(), FIRST)
"""Whoever gets announcements."""


async def windows(tx: Tx, channels: Mapping[str, ChannelFacts], now: datetime, draft: Draft = EVERYBODY) -> list[Text]:
    """A sentence for each such channel on which a broadcast would reach somebody, as things stand now."""
    found = []
    for name, channel in channels.items():
        if (window := channel.capabilities.window) is None:
            continue
        free, paid, later = await readers.heard_within(tx, draft, now, name, (window.free, window.paid))
        template, closed = (later, 0) if window.template_dong is not None else (0, later)
        counted = {"free": free, "paid": paid, "template": template, "closed": closed}
        if who := [Text(f"window.{kind}", {"n": n}) for kind, n in counted.items() if n]:
            cost = Money(paid * window.paid_dong + template * (window.template_dong or 0))
            found.append(Text("window.line", {"channel": channel_name(name), "who": who, "cost": cost}))
    return found
