"""A channel in memory, with every capability or none: what was said in it is plain to see."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from msgspec.structs import replace

from bot.channels import Capabilities, Channel, FetchFailed, Media, Receive, SendFailed, Unreadable
from bot.channels.fit import fit, in_parts
from bot.message import Heard, Message
from bot.vietnamese.fold import clean
from storage.talk.inbox import Arrival

BUTTONS = Capabilities(
    buttons=40, label=64, text=4096, caption=1024, documents=True, edits=True, contact=True, vouches=True
)
NUMBERS = Capabilities(vouches=True)
ANYBODY = replace(NUMBERS, vouches=False)
"""A channel on which accounts cost nothing, such as the web chat."""


class Room(Channel):
    """People speak by ``arrival``; ``said`` holds what was sent to each address, as it was shown."""

    def __init__(self, capabilities: Capabilities = BUTTONS, *, name: str = "room") -> None:
        self.name, self.capabilities = name, capabilities
        self.asks = True
        self.received_at: datetime | None = None
        self.said: list[tuple[str, Message]] = []
        self.fail: list[SendFailed] = []
        """What the next sendings raise."""
        self._keys = itertools.count(1)

    def arrival(self, address: str = "1", *, key: str = "", **said: Any) -> Arrival:
        return Arrival(self.name, key or f"{id(self)}-{next(self._keys)}", address, orjson.dumps(said))

    def hear(self, payload: bytes) -> Heard:
        try:
            said = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise Unreadable from None
        said.pop("photo", None)
        if said.pop("file", None):
            said["other"] = "document"
        if said.pop("sound", None):
            said["other"] = "voice"
        said["text"] = clean(said.get("text", ""))
        return Heard(**said)

    def media(self, payload: bytes) -> Media | None:
        try:
            said = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return None
        if photo := said.get("photo"):
            return Media(photo)
        if sound := said.get("sound"):
            return Media(sound, kind="voice")
        return Media(said["file"], kind="sheet") if said.get("file") else None

    async def fetch(self, media: Media) -> bytes:
        try:
            return Path(media.reference).read_bytes()
        except OSError:
            raise FetchFailed("photo_unavailable") from None

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        if self.fail:
            raise self.fail.pop(0)
        self.said.append((address, fit(message, self.capabilities)))
        return str(len(self.said))

    def parts(self, message: Message) -> Sequence[Message]:
        return in_parts(message, self.capabilities)

    async def run(self, receive: Receive) -> None:
        await asyncio.Event().wait()
