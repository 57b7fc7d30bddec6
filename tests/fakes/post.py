"""Letters: a channel that lives in the tests, to prove that one row plugs one in. Its platform is a folder.

A letter to the program is a file in ``in/``, or is handed over at POST /post; its answers are files in ``out/``.
``python -m tests.fakes.post run`` is the program with this channel.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels import (
    SHEET,
    Capabilities,
    Channel,
    FetchFailed,
    Limits,
    Media,
    Receive,
    Recurring,
    SendFailed,
    Unreadable,
)
from bot.channels.fit import fit, split
from bot.channels.kind import Kind, Surroundings
from bot.channels.table import KINDS
from bot.declared import Part, setting
from bot.message import Heard, Message
from bot.vietnamese.fold import clean
from storage.talk.inbox import Arrival

LONGEST = 500
"""UTF-16 units on one sheet of paper."""


class PostSettings(Part):
    """Its part of the settings."""

    post_folder: Path | None = setting(None, description="Where letters come and go.")
    post_per_second: int = setting(0, ge=0, description="Letters that the postman takes in a second; 0 means no limit.")


class Post(Channel):
    """One post office."""

    name = "post"

    def __init__(self, surroundings: Surroundings, settings: PostSettings) -> None:
        assert settings.post_folder is not None
        pace = settings.post_per_second
        self.capabilities = Capabilities(text=LONGEST, limits=Limits(pace, pace, pace) if pace else Limits())
        self.now, self.asks = surroundings.now, True
        self.received_at: datetime | None = None
        self.came, self.left = settings.post_folder / "in", settings.post_folder / "out"
        for folder in (self.came, self.left):
            folder.mkdir(parents=True, exist_ok=True)
        self.fail: list[SendFailed] = []
        """What the next sendings raise."""
        self.collected = 0

    def arrival(self, address: str, key: str, **said: Any) -> Arrival:
        return Arrival(self.name, f"{address}:{key}", address, orjson.dumps(said))

    def hear(self, payload: bytes) -> Heard:
        try:
            said = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise Unreadable from None
        other = "document" if "file" in said else ""
        return Heard(text=clean(said.get("text", "")), other=other, event=said.get("event", ""))

    def media(self, payload: bytes) -> Media | None:
        try:
            said = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return None
        if "photo" in said:
            return Media(said["photo"])
        return Media(said["file"], kind="sheet") if str(said.get("file", "")).endswith(SHEET) else None

    async def fetch(self, media: Media) -> bytes:
        try:
            return Path(media.reference).read_bytes()
        except OSError:
            raise FetchFailed("photo_unavailable") from None

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        if self.fail:
            raise self.fail.pop(0)
        shown = fit(message, self.capabilities)
        sheets = split(shown.text, self.capabilities.text)
        said = {"to": address, "sheets": sheets, "picture": bool(shown.picture), "at": time.time()}
        (self.left / f"{len(list(self.left.iterdir())):06}.json").write_bytes(orjson.dumps(said))
        return dedupe_key

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        async def hand_over(request: Request) -> Response:
            said = orjson.loads(await request.body())
            await receive([self.arrival(said.pop("from"), said.pop("key"), **said)])
            return Response()

        return [Route("/post", hand_over, methods=["POST"])]

    def recurring(self) -> Sequence[Recurring]:
        return [Recurring("collection", 1, self._collect)]

    async def _collect(self) -> None:
        self.collected += 1

    async def run(self, receive: Receive) -> None:
        while True:
            for letter in sorted(self.came.glob("*.json")):
                said = orjson.loads(letter.read_bytes())
                await receive([self.arrival(said.pop("from"), letter.stem, **said)])
                letter.unlink()
            self.received_at = self.now()
            await asyncio.sleep(0.02)


POST = Kind("post", PostSettings, Post, needs=("post_folder",))


class Writer:
    """Somebody who writes letters to a program and reads its answers."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self._keys = itertools.count(1)

    def write(self, text: str = "", **said: Any) -> None:
        """Drop a letter into the box: whole at once, as a file that is moved there."""
        (self.folder / "in").mkdir(parents=True, exist_ok=True)
        letter = self.folder / f"{self.address}-{next(self._keys):06}.json"
        letter.write_bytes(orjson.dumps({"from": self.address, "text": text, **said}))
        letter.rename(self.folder / "in" / letter.name)

    def answers(self) -> list[dict[str, Any]]:
        """The letters to this address, in order."""
        found = [orjson.loads(letter.read_bytes()) for letter in sorted((self.folder / "out").glob("*.json"))]
        return [letter for letter in found if letter["to"] == self.address]


if __name__ == "__main__":
    KINDS[POST.name] = POST
    from bot.__main__ import main

    main()
