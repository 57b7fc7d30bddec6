"""The web chat that the program serves itself: its pages, its sockets, and the conversation behind each page.

Others use: channel.
"""

from __future__ import annotations

from pydantic import BaseModel

from bot.channels import Channel
from bot.channels.kind import Kind, Surroundings


def _make(surroundings: Surroundings, settings: BaseModel) -> Channel:
    from bot.channels.web.channel import Web

    return Web(surroundings)


KIND = Kind("web", BaseModel, _make, always=True)
