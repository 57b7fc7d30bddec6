"""The pages that are open in this process, and what each is pushed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from storage.talk.sessions import Session
from storage.web.webchat import WebMessage

WAITING_PUSHES = 100
"""A page that reads so slowly is dropped, and fetches the rest when it comes back."""


class Pages:
    """A queue for each open page, by conversation."""

    def __init__(self) -> None:
        self._open: defaultdict[str, set[asyncio.Queue[Any]]] = defaultdict(set)
        self._sessions: dict[asyncio.Queue[Any], tuple[Session, datetime | None]] = {}
        """What opened a page, and from when on it shows its conversation."""
        self.pushed: dict[str, int] = {}
        """Of each conversation with an open page, the newest message that was found and pushed."""

    def count(self, address: str) -> int:
        """How many pages show this conversation now."""
        return len(self._open.get(address, ()))

    @asynccontextmanager
    async def listen(
        self, address: str, session: Session | None = None, shows_from: datetime | None = None
    ) -> AsyncIterator[asyncio.Queue[Any]]:
        """A queue of what is new on this conversation's page, while the page is open; None at its end: it is too slow."""
        queue: asyncio.Queue[Any] = asyncio.Queue()
        self._open[address].add(queue)
        if session is not None:
            self.know(queue, session, shows_from)
        self.pushed[address] = 0
        try:
            yield queue
        finally:
            self._open[address].discard(queue)
            self._sessions.pop(queue, None)
            if not self._open[address]:
                del self._open[address], self.pushed[address]

    def know(self, queue: asyncio.Queue[Any], session: Session, shows_from: datetime | None = None) -> None:
        """Note what opened a page, so that it can be told when that holds no longer."""
        self._sessions[queue] = session, shows_from

    @property
    def sessions(self) -> set[bytes]:
        """What opened the pages that are open."""
        return {session.token_index for session, _ in self._sessions.values()}

    def reopen(self, looked: Collection[bytes], found: Mapping[bytes, Session], now: datetime) -> None:
        """Of the pages whose sessions were looked for, have those come back whose session has ended, must be renewed, or
        shows more or less than it did; note of the others what was found."""
        for queue, (was, shows_from) in list(self._sessions.items()):
            if was.token_index not in looked:
                continue
            session = found.get(was.token_index)
            if (
                session is None
                or session.staff_since != was.staff_since
                or (session.shows_from(now) is None) != (shows_from is None)
            ):
                del self._sessions[queue]
                queue.put_nowait(None)
            else:
                self._sessions[queue] = session, shows_from

    def push(self, address: str, message: WebMessage, now: datetime) -> None:
        """Show a message on every open page of its conversation that is not locked, or that it answers."""
        for queue in self._open.get(address, ()):
            session, _ = self._sessions.get(queue, (None, None))
            if session is None or message.is_shown(session.shows_from(now)):
                queue.put_nowait(shown(message) if queue.qsize() < WAITING_PUSHES else None)

    def push_found(self, address: str, message: WebMessage, now: datetime) -> None:
        """The same for a message that was found by looking, so that it is not looked for again."""
        if address in self.pushed:
            self.pushed[address] = message.id
            self.push(address, message, now)


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
        said["options"] = [_option(*button) for button in buttons]
    if ways := body.get("ways"):
        said["ways"] = [_option(*button) for button in ways]
    if cards := body.get("cards"):
        said["cards"] = [dict(zip(("value", "title", "text", "picture"), card, strict=True)) for card in cards]
    for name in ("spans", "links", "thumbs"):
        if body.get(name):
            said[name] = body[name]
    for name in ("picture", "voice"):
        if body.get(name):
            said[name] = body[name]
    if "document" in body:
        said["document"] = {"name": body["document"][0]}
    if body.get("here"):
        said["secret"] = bool(body.get("secret"))
    if body.get("farewell"):
        said["farewell"] = True
    for name in ("client", "marks", "dropped"):
        if body.get(name):
            said[name] = body[name]
    if str(body.get("replaces", "")).isdecimal():
        said["replaces"] = int(body["replaces"])
    return said


def _option(value: str, label: str, sense: str = "") -> dict[str, str]:
    return {"value": value, "label": label, **({"sense": sense} if sense else {})}
