"""The terminal as a channel: the smallest complete example of the contract."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from bot.channels import SHEET, Capabilities, Channel, FetchFailed, Media, Receive, Unreadable
from bot.channels.fit import fit
from bot.message import Heard, Message
from bot.vietnamese.fold import clean
from storage.talk.inbox import Arrival

ADDRESS = "here"


class Console(Channel):
    """One person at one keyboard. Choices are numbered; «/photo PATH caption» sends a photo, «/file PATH» another file."""

    name = "console"
    capabilities = Capabilities(vouches=True)  # who sits at the machine

    def __init__(
        self,
        write: Callable[[str], None],
        *,
        language: str = "",
        run: str = "",
        name_file: Callable[[str, str], str] = "({}: {})".format,
    ) -> None:
        self.write, self.language, self.name_file = write, language, name_file
        self.asks = False
        self.received_at: datetime | None = None
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
        return Heard(
            text=clean(said.get("text", "")),
            album=said.get("album", ""),
            other="document" if "file" in said else "",
            language=said.get("language", ""),
        )

    def media(self, payload: bytes) -> Media | None:
        said = orjson.loads(payload)
        if path := said.get("photo"):
            return Media(path)
        path = said.get("file", "")
        return Media(path, kind="sheet") if path.casefold().endswith(SHEET) else None

    async def fetch(self, media: Media) -> bytes:
        def read() -> bytes:
            with Path(media.reference).open("rb") as file:
                return file.read(media.most + 1)

        try:
            found = await asyncio.to_thread(read)
        except OSError:
            raise FetchFailed("photo_unavailable") from None
        if len(found) > media.most:
            raise FetchFailed("too_big")
        return found

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        shown = fit(message, self.capabilities)
        files = [
            f"{self.name_file(kind, name)}\n"
            for kind, name in (("photo", shown.picture), ("voice", shown.voice))
            if name
        ]
        self.write("".join(files) + shown.text)
        return dedupe_key

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
        elif line.startswith("/file "):
            said = {"file": line.removeprefix("/file ").strip()}
        return Arrival(self.name, next(self._keys), ADDRESS, self.payload(**said))
