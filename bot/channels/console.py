"""The terminal as a channel: the smallest complete example of the contract."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from bot.channels import Capabilities, FetchFailed, Media, Receive, Unreadable
from bot.channels.fit import fit
from bot.message import Heard, Message
from bot.vietnamese.fold import clean
from storage.database import Tx
from storage.inbox import Arrival

ADDRESS = "here"


class Console:
    """One person at one keyboard. Choices are numbered; a line «/photo FILE caption» sends a photo."""

    name = "console"
    capabilities = Capabilities()

    def __init__(self, write: Callable[[str], None], *, language: str = "", run: str = "") -> None:
        self.write, self.language = write, language
        self._keys = (f"{run}:{n}" for n in itertools.count())

    def payload(self, **said: Any) -> bytes:
        """One update of this channel."""
        # Bytes that are no UTF-8 come from a terminal as lone surrogates, which no JSON can hold.
        cleaned = {name: clean(value) if isinstance(value, str) else value for name, value in said.items()}
        return orjson.dumps({"language": self.language, **cleaned})

    def hear(self, payload: bytes) -> Heard:
        try:
            said = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise Unreadable from None
        return Heard(text=clean(said.get("text", "")), album=said.get("album", ""), language=said.get("language", ""))

    def media(self, payload: bytes) -> Media | None:
        path = orjson.loads(payload).get("photo")
        return Media(path) if path else None

    async def fetch(self, media: Media) -> bytes:
        try:
            return await asyncio.to_thread(Path(media.reference).read_bytes)
        except OSError:
            raise FetchFailed("photo_unavailable") from None

    async def kept(self, tx: Tx, arrivals: Sequence[Arrival], now: datetime) -> None:
        pass

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        shown = fit(message, self.capabilities)
        self.write(f"(photo: {shown.picture})\n{shown.text}" if shown.picture else shown.text)
        return dedupe_key

    def link(self, code: str) -> str:
        return ""

    async def run(self, receive: Receive) -> None:
        await asyncio.Event().wait()  # whoever reads the keyboard hands its lines over

    async def say(self, line: str, receive: Receive) -> None:
        """Take one typed line as a message."""
        await receive([self.arrival(line)])

    def arrival(self, line: str) -> Arrival:
        """One typed line as an update."""
        said: dict[str, str] = {"text": line}
        if line.startswith("/photo "):
            _, path, *caption = line.split(" ", 2)
            said = {"photo": path, "text": " ".join(caption)}
        return Arrival(self.name, next(self._keys), ADDRESS, self.payload(**said))

    async def close(self) -> None:
        pass
