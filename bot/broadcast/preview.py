"""A message as each channel shows it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from bot.channels.fit import fit, in_parts
from bot.message import Message, changed
from bot.turn.channels import ChannelFacts


class Shown(Struct, frozen=True):
    """How a channel shows a message: in so many parts, with or without what it cannot carry."""

    channel: str
    message: Message
    parts: int


def shown_on(message: Message, channels: Mapping[str, ChannelFacts]) -> list[Shown]:
    """The message on every channel that runs."""
    found = []
    for name, channel in channels.items():
        can = channel.capabilities
        fitted = fit(message, can)
        if not can.pictures:
            fitted = changed(fitted, picture="")
        found.append(Shown(name, fitted, len(in_parts(fitted, can))))
    return found
