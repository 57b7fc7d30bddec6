"""The web chat that the program serves itself: what the page says is stored, what it shows is kept and pushed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice

import orjson
from msgspec.structs import replace
from starlette.routing import BaseRoute

from bot.channels import Capabilities, Channel, FetchFailed, Media, Receive, Recurring
from bot.channels.fit import fit
from bot.channels.kind import Imitated, Surroundings
from bot.channels.web import opens
from bot.channels.web.chat import Chat
from bot.channels.web.front import front, pane_of
from bot.channels.web.notify import EVERY, Notifications
from bot.channels.web.open_pages import Pages
from bot.channels.web.shared import shared_cards
from bot.channels.web.subscription import Services
from bot.message import LATER, Heard, Message, changed
from bot.outage import outlived
from bot.vietnamese.fold import clean
from storage.database import Tx
from storage.talk import sessions
from storage.talk.inbox import Arrival
from storage.web import webchat
from storage.web.webchat import WebMessage

MOST_TEXT = 4000
BOXES = ("☑", "☐")
"""How the label of a box to tick begins."""
LOOK_EVERY = 1.0
"""Seconds after which an open page sees what another process has answered."""
SESSIONS_EVERY, MOST_ASKED = 2.0, 1000
"""Seconds after which an open page learns that its session was ended, or is staff's now; and how many are asked for at once."""
LOOK_BACK = timedelta(seconds=30)
"""More than the clocks of two machines may differ, and than a commit takes."""


class Web(Channel):
    """Every open page, and the conversation behind each."""

    name: str = "web"
    capabilities: Capabilities = Capabilities(
        buttons=40,
        label=200,
        text=20_000,
        caption=20_000,
        cards=True,
        thumbs=True,
        documents=True,
        keeps_documents=True,
        edits=True,
        marks=True,
        drops=True,
        sessions=True,
    )

    def __init__(self, surroundings: Surroundings, public: str = "", services: Services | None = None) -> None:
        """``public``: the address at which people find this server, if it is known; ``services``: what tells the owner of
        a page that nobody looks at that there is news, if anything does."""
        self.public = public
        self.surroundings, self.database, self.now = surroundings, surroundings.database, surroundings.now
        if surroundings.demo:  # anybody may play anybody
            self.capabilities = replace(self.capabilities, sessions=False)
        self.asks = False
        self.received_at: datetime | None = None
        self.pages = Pages()
        self.notifications: Notifications | None = None
        if services is not None:
            self.notifications = Notifications(surroundings, self.pages, services)
            self.capabilities = replace(self.capabilities, notifies=True)
        self._news = asyncio.Event()

    def hear(self, payload: bytes) -> Heard:
        said = orjson.loads(payload)
        return Heard(
            text=clean(str(said.get("text", "")))[:MOST_TEXT],
            pressed=clean(str(said.get("press", "")))[:200],
            pressed_on=str(said.get("on", "")),
            picture=f"{LATER}page" if said.get("later") else str(said.get("picture", "")),
            voice=str(said.get("voice", "")),
            album=str(said.get("album", "")),
            other="document" if "file" in said else "",
            language=str(said.get("language", "")),
            said_as=str(said.get("id", "")),
        )

    def media(self, payload: bytes) -> Media | None:
        return None  # photos are made safe, and spreadsheets read, while they are uploaded

    async def fetch(self, media: Media) -> bytes:
        raise FetchFailed("photo_unavailable")

    async def kept(self, tx: Tx, arrivals: Sequence[Arrival], now: datetime) -> None:
        """The page shows what its person said, also after a reload."""
        heard: list[tuple[str, str, dict[str, str]]] = []
        for one in arrivals:
            if one.begins:
                await sessions.begin(tx, one.begins, one.address, now)
            said = orjson.loads(one.payload)
            if said.get("text") == "/start" and "on" not in said:
                continue  # the page's own greeting
            if said.get("later"):
                continue  # the page shows the photo itself, which it keeps until its sender has agreed
            if str(said.get("label", "")).startswith(BOXES):
                continue  # the question that comes again shows what is ticked
            text = clean(str(said.get("label") or said.get("text") or said.get("file") or ""))[:MOST_TEXT]
            body = {"text": text, "client": said["id"], "picture": said.get("picture", "")}
            body["voice"] = said.get("voice", "")
            heard.append((one.address, f"in:{one.key}", body))
        if heard:
            await webchat.keep(tx, heard, now)

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        if message.amends == "delete":
            message = changed(message, picture="", picture_hint="")
        body = fit(message, self.capabilities).dump()
        now = self.now()
        async with self.database.write() as tx:
            replaces = int(message.replaces) if message.replaces.isdecimal() else 0
            id = await webchat.show(tx, address, dedupe_key, body, now, replaces)
            if self.notifications is not None and not message.amends and not Message.is_sign(body):
                await self.notifications.note(tx, address)
        if self.database.shared:
            self._news.set()  # another process may have answered just before; pages get both in order
        else:
            self.pages.push(address, WebMessage(id, False, body, now), now)
        return str(id)

    def link(self, code: str) -> str:
        return opens(self.public, code) if self.public else ""

    def page(self, path: str) -> str:
        return f"{self.public}{path}" if self.public else ""

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """The front page, which is the demo's or has one chat, and what its chats talk to."""
        pages, panes = front(self.surroundings)
        chat = self.chat(receive)
        return [*pages, *shared_cards(self.surroundings), *(route for pane in panes for route in chat.routes(pane))]

    def chat(self, receive: Receive) -> Chat:
        """What the pages of this channel talk to."""
        return Chat(self.name, self.surroundings, self.pages, receive, self.notifications)

    def recurring(self) -> Sequence[Recurring]:
        return [Recurring("notifications", EVERY, self.notifications.tell)] if self.notifications is not None else []

    async def close(self) -> None:
        if self.notifications is not None:
            await self.notifications.close()

    async def run(self, receive: Receive) -> None:
        """The HTTP server hands over what pages say; what other processes answer them is looked for here."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch_sessions())
            group.create_task(self._watch_news())

    async def _watch_news(self) -> None:
        if not self.database.shared:
            await asyncio.Event().wait()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._news.wait()
            self._news.clear()
            with outlived("news for pages"):
                await self._look()

    async def _watch_sessions(self) -> None:
        """Pages whose session was ended, or shows something else now, must come back."""
        while True:
            await asyncio.sleep(SESSIONS_EVERY)
            with outlived("sessions of pages"):
                open_now = self.pages.sessions
                for some in batched(open_now, MOST_ASKED):
                    async with self.database.read() as tx:
                        self.pages.reopen(some, await sessions.find_all(tx, some, self.now()), self.now())

    async def _look(self) -> None:
        """Push what was said lately on conversations whose pages are open; a page leaves out what it shows already."""
        if not self.pages.pushed:
            return
        async with self.database.read() as tx:
            lately = await webchat.find_since(tx, dict(self.pages.pushed), self.now() - LOOK_BACK)
        for address, message in lately:
            self.pages.push_found(address, message, self.now())


class Imitation(Web):
    """A chat page that shows what another channel would: the demo's way to look at a platform without it."""

    def __init__(self, surroundings: Surroundings, imitated: Imitated) -> None:
        super().__init__(surroundings)
        self.imitated, self.name = imitated, imitated.name
        self.capabilities = replace(imitated.shows, resends=True)

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        return self.chat(receive).routes(pane_of(self.imitated))


def batched(values: Collection[bytes], most: int) -> Iterator[list[bytes]]:
    """These values, so many at a time."""
    every = iter(values)
    while some := list(islice(every, most)):
        yield some
