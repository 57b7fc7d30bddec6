"""The web chat that the program serves itself: what the page says is stored, what it shows is kept and pushed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from starlette.routing import BaseRoute

from bot.channels import Capabilities, FetchFailed, Media, Receive, Recurring, Trouble, Unreadable
from bot.channels.fit import fit
from bot.channels.kind import Imitated, Surroundings
from bot.channels.web.front import front, pane_of
from bot.message import Heard, Message
from bot.outage import outlived
from bot.vietnamese.fold import clean
from storage.database import Tx
from storage.talk import webchat
from storage.talk.inbox import Arrival
from storage.talk.webchat import WebMessage

MOST_TEXT = 4000
LOOK_EVERY = 1.0
"""Seconds after which an open page sees what another process has answered."""
LOOK_BACK = timedelta(seconds=30)
"""More than the clocks of two machines may differ, and than a commit takes."""
WAITING_PUSHES = 100
"""A page that reads so slowly is dropped, and fetches the rest when it comes back."""


class Web:
    """Every open page, and the conversation behind each."""

    name: str = "web"
    capabilities: Capabilities = Capabilities(
        buttons=40, label=200, text=20_000, caption=20_000, documents=True, edits=True
    )

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings, self.database, self.now = surroundings, surroundings.database, surroundings.now
        self.asks = False
        self.received_at: datetime | None = None
        self._pages: defaultdict[str, set[asyncio.Queue[Any]]] = defaultdict(set)
        self._pushed: dict[str, int] = {}
        """The newest message that each conversation with an open page was pushed by looking."""
        self._news = asyncio.Event()

    def arrival(self, address: str, said: dict[str, Any]) -> Arrival:
        """What a page said, under the id that the page gave it. Raises Unreadable."""
        key = said.get("id")
        if not isinstance(key, str) or not 8 <= len(key) <= 64:
            raise Unreadable
        kept = {
            name: value
            for name in ("text", "press", "label", "on", "picture", "album", "file", "language")
            if isinstance(value := said.get(name), str | int) and value != ""
        }
        return Arrival(self.name, f"{address}:{key}", address, orjson.dumps({"id": key, **kept}))

    def hear(self, payload: bytes) -> Heard:
        said = orjson.loads(payload)
        return Heard(
            text=clean(str(said.get("text", "")))[:MOST_TEXT],
            pressed=clean(str(said.get("press", "")))[:200],
            pressed_on=str(said.get("on", "")),
            picture=str(said.get("picture", "")),
            album=str(said.get("album", "")),
            other="document" if "file" in said else "",
            language=str(said.get("language", "")),
        )

    def media(self, payload: bytes) -> Media | None:
        return None  # photos are made safe, and spreadsheets read, while they are uploaded

    async def fetch(self, media: Media) -> bytes:
        raise FetchFailed("photo_unavailable")

    async def kept(self, tx: Tx, arrivals: Sequence[Arrival], now: datetime) -> None:
        """The page shows what its person said, also after a reload."""
        heard: list[tuple[str, str, dict[str, str]]] = []
        for one in arrivals:
            said = orjson.loads(one.payload)
            if said.get("text") == "/start" and "on" not in said:
                continue  # the page's own greeting
            text = clean(str(said.get("label") or said.get("text") or said.get("file") or ""))[:MOST_TEXT]
            body = {"text": text, "client": said["id"], "picture": said.get("picture", "")}
            heard.append((one.address, f"in:{one.key}", body))
        if heard:
            await webchat.keep(tx, heard, now)

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        body = fit(message, self.capabilities).dump()
        now = self.now()
        async with self.database.write() as tx:
            replaces = int(message.replaces) if message.replaces.isdecimal() else 0
            id = await webchat.show(tx, address, dedupe_key, body, now, replaces)
        if self.database.shared:
            self._news.set()  # another process may have answered just before; pages get both in order
        else:
            self._push(address, shown(WebMessage(id, False, body, now)))
        return str(id)

    def parts(self, message: Message) -> Sequence[Message]:
        return [message]

    def link(self, code: str) -> str:
        return ""

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """The front page, which is the demo's or has one chat, and what its chats talk to."""
        from bot.channels.web.chat import Chat

        page, panes = front(self.surroundings)
        chat = Chat(self, receive)
        return [page, *(route for pane in panes for route in chat.routes(pane))]

    def recurring(self) -> Sequence[Recurring]:
        return []

    def troubles(self) -> Sequence[Trouble]:
        return []

    async def run(self, receive: Receive) -> None:
        """The HTTP server hands over what pages say; what other processes answer them is looked for here."""
        if not self.database.shared:
            await asyncio.Event().wait()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._news.wait()
            self._news.clear()
            with outlived("news for pages"):
                await self._look()

    async def _look(self) -> None:
        """Push what was said lately on conversations whose pages are open; a page leaves out what it shows already."""
        if not self._pages:
            return
        async with self.database.read() as tx:
            lately = await webchat.find_since(tx, dict(self._pushed), self.now() - LOOK_BACK)
        for address, message in lately:
            if address in self._pushed:
                self._pushed[address] = message.id
                self._push(address, shown(message))

    async def close(self) -> None:
        pass

    def open_pages(self, address: str) -> int:
        """How many pages show this conversation now."""
        return len(self._pages.get(address, ()))

    @asynccontextmanager
    async def listen(self, address: str) -> AsyncIterator[asyncio.Queue[Any]]:
        """A queue of what is new on this conversation's page, while the page is open."""
        queue: asyncio.Queue[Any] = asyncio.Queue()
        self._pages[address].add(queue)
        self._pushed[address] = 0
        try:
            yield queue
        finally:
            self._pages[address].discard(queue)
            if not self._pages[address]:
                del self._pages[address], self._pushed[address]

    def _push(self, address: str, message: dict[str, Any]) -> None:
        for queue in self._pages.get(address, ()):
            if queue.qsize() < WAITING_PUSHES:
                queue.put_nowait(message)
            else:
                queue.put_nowait(None)


class Imitation(Web):
    """A chat page that shows what another channel would: the demo's way to look at a platform without it."""

    def __init__(self, surroundings: Surroundings, imitated: Imitated) -> None:
        super().__init__(surroundings)
        self.imitated, self.name = imitated, imitated.name
        self.capabilities = replace(imitated.shows, resends=True)

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        from bot.channels.web.chat import Chat

        return Chat(self, receive).routes(pane_of(self.imitated))


def shown(message: WebMessage) -> dict[str, Any]:
    """A kept message as the page reads it."""
    body = message.body
    said: dict[str, Any] = {
        "id": message.id,
        "from": "me" if message.mine else "bot",
        "text": body.get("text", ""),
        "at": message.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if buttons := [*body.get("buttons", ()), *([body["skip"]] if "skip" in body else [])]:
        said["options"] = [{"value": value, "label": label} for value, label in buttons]
    for name in ("spans", "links"):
        if body.get(name):
            said[name] = body[name]
    if body.get("picture"):
        said["picture"] = body["picture"]
    if "document" in body:
        said["document"] = {"name": body["document"][0], "content": body["document"][1]}
    if body.get("client"):
        said["client"] = body["client"]
    if str(body.get("replaces", "")).isdecimal():
        said["replaces"] = int(body["replaces"])
    return said
