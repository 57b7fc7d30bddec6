"""Tell the owner of a page that nobody looks at that there is news, once; and take up which pages want that."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime

import orjson
import structlog

from bot.channels.kind import Surroundings
from bot.channels.web.open_pages import Pages
from bot.channels.web.subscription import Outcome, Services, Subscription, read_subscription
from storage.database import Tx
from storage.web import pushes
from storage.web.pushes import DuePush

log = structlog.get_logger()

EVERY = 5
"""Seconds between two looks for pages to tell."""
AT_ONCE = 50
"""Sealing and signing so many holds up the event loop for ten milliseconds."""


class Notifications:
    """The notifications of all pages of this channel. Nothing of what was said is in one: only that there is something."""

    def __init__(self, surroundings: Surroundings, pages: Pages, services: Services) -> None:
        self.surroundings, self.pages, self.services = surroundings, pages, services
        self.database, self.now = surroundings.database, surroundings.now

    async def take(self, address: str, body: bytes) -> bool:
        """Keep what a page says of its subscription; False if it came a moment after another. Raises Unreadable."""
        kept = [self.services.public_key, *read_subscription(body, self.services.hosts).dump()]
        return await self.database.transact(lambda tx: pushes.subscribe(tx, address, kept, self.now()))

    async def note(self, tx: Tx, address: str) -> None:
        """Something was said on this page just now."""
        if not self.pages.count(address):
            await pushes.note_news(tx, address, self.now())

    async def looked(self, address: str) -> None:
        """Somebody opened this page."""
        async with self.database.read() as tx:
            if not await pushes.has_news(tx, address):
                return
        await self.database.transact(lambda tx: pushes.looked(tx, [address]))

    async def tell(self) -> int:
        """Tell the pages that are due, but for those that are open; returns how many were tried. Pages that are open in
        another process are looked after there, before they are due."""
        async with self.database.read() as tx:
            waiting = await pushes.waiting(tx)
        if seen := [address for address in waiting if self.pages.count(address)]:
            await self.database.transact(lambda tx: pushes.looked(tx, seen))
        tried = 0
        while any(due_at <= self.now() for address, due_at in waiting.items() if address not in seen):
            leased = await self.database.transact(lambda tx: pushes.lease(tx, AT_ONCE, self.now()))
            untold = Counter(filter(None, await asyncio.gather(*(self._tell(one) for one in leased))))
            for reason, n in untold.items():
                log.warning("pages were not told of news", reason=reason, pages=n)
            tried += len(leased)
            if len(leased) < AT_ONCE:
                break
        return tried

    async def close(self) -> None:
        await self.services.close()

    async def _tell(self, one: DuePush) -> str:
        """Tell one page; returns what is in the way, if that should be known."""
        signed_for, *kept = one.subscription
        try:
            if signed_for == self.services.public_key:
                outcome = await self.services.push(Subscription.load(kept), self._words(one.language))
            else:
                outcome = Outcome("gone", "key")  # it listens to the key that was set then
        except Exception as bug:  # one page's trouble is not the others'
            log.error("a page could not be told of news", error=type(bug).__name__)
            outcome = Outcome("refused", "bug")
        await self.database.transact(lambda tx: _note(tx, one, outcome, self.now()))
        return outcome.reason if outcome.what in ("later", "refused") else ""

    def _words(self, language: str) -> bytes:
        """The same for everybody who speaks this language."""
        speech = self.surroundings.speeches.get(language, self.surroundings.speech)
        return orjson.dumps(
            {"title": speech.say("push.title"), "body": speech.say("push.body"), "lang": speech.language}
        )


async def _note(tx: Tx, one: DuePush, outcome: Outcome, now: datetime) -> None:
    match outcome.what:
        case "done":
            await pushes.told(tx, one, now)
        case "gone":
            await pushes.lost(tx, one)
        case "later":
            await pushes.put_off(tx, one, now, outcome.after)
        case "refused":
            await pushes.give_up(tx, one)
