"""One conversation page: its HTML, its socket, and the plain HTTP ways for those whose network forbids sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels import SHEET, Receive, Refused, Unreadable
from bot.channels.kind import BadFile, Surroundings
from bot.channels.web.files import Files, number_in
from bot.channels.web.front import Pane, guards
from bot.channels.web.notify import Notifications
from bot.channels.web.open_pages import Pages, shown
from bot.channels.web.visitors import Visitor, Visitors
from bot.message import changed
from bot.vietnamese.fold import clean
from bot.web.safety import FRAME, same_origin
from storage.database import Tx
from storage.talk import consents, people
from storage.talk.inbox import Arrival
from storage.web import webchat

log = structlog.get_logger()

RECORDED = "voice."
"""How the name begins that the page gives to what it recorded."""
NAME = 80
"""Characters of a file's name that are shown."""
WHOSE = 16
"""Letters that tell one conversation from another."""
SOCKETS = 8
"""Open pages of one conversation."""


class Chat:
    """Serves any number of panes of one channel."""

    def __init__(
        self,
        channel: str,
        surroundings: Surroundings,
        pages: Pages,
        receive: Receive,
        notifications: Notifications | None = None,
    ) -> None:
        self.channel, self.surroundings, self.pages, self.receive = channel, surroundings, pages, receive
        self.notifications = notifications
        self.database, self.now = surroundings.database, surroundings.now
        self.visitors = Visitors(surroundings.database, surroundings.now)
        self.files = Files(channel, surroundings, self.visitors)

    def routes(self, pane: Pane) -> list[BaseRoute]:
        """Everything a page under this path talks to."""

        def on(handler: Callable[[Pane, Any], Any]) -> Callable[[Any], Any]:
            async def bound(connection: Any) -> Any:
                return await handler(pane, connection)

            return bound

        behind = guards(self.surroundings)
        return [
            WebSocketRoute(f"{pane.base}/ws", on(self.socket), middleware=behind),
            Route(f"{pane.base}/messages", on(self.messages), middleware=behind),
            Route(f"{pane.base}/say", on(self.say), methods=["POST"], middleware=behind),
            Route(f"{pane.base}/photo", on(self.photo), methods=["POST"], middleware=behind),
            Route(f"{pane.base}/photo", on(self.may_send), methods=["GET"], middleware=behind),
            Route(f"{pane.base}/push", on(self.push_key), methods=["GET"], middleware=behind),
            Route(f"{pane.base}/push", on(self.subscribe), methods=["POST"], middleware=behind),
            Route(f"{pane.base}/picture/{{signed}}", on(self.files.picture), middleware=behind),
            Route(f"{pane.base}/voice/{{signed}}", on(self.files.voice), middleware=behind),
            Route(f"{pane.base}/file/{{id}}", on(self.files.document), middleware=behind),
        ]

    async def socket(self, pane: Pane, socket: WebSocket) -> None:
        if not same_origin(socket):
            return await socket.close(4403)
        visitor = await self.visitors.meet(pane, socket)
        if self.pages.count(visitor.address) >= SOCKETS:
            return await socket.close(4429)
        cookies = [header for header in visitor.remember(Response()).raw_headers if header[0] == b"set-cookie"]
        await socket.accept(headers=cookies)
        async with self.pages.listen(visitor.address, visitor.session, visitor.shows_from) as news:
            pushing = asyncio.create_task(self._push(pane, socket, visitor, news))
            try:
                while True:
                    text = await socket.receive_text()
                    if await self.visitors.is_over(visitor):
                        return await socket.close(4408)
                    await self._send(socket, await self._hear(visitor, text.encode()))
                    if visitor.token and visitor.session is None and (begun := await self.visitors.know(visitor)):
                        self.pages.know(news, begun)
            except (WebSocketDisconnect, RuntimeError, KeyError):
                pass  # closed, by either side; or a frame that is not text
            finally:
                pushing.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await pushing

    async def _push(self, pane: Pane, socket: WebSocket, visitor: Visitor, news: asyncio.Queue[Any]) -> None:
        """The conversation so far, then whatever is new."""
        after = number_in(socket.query_params.get("after", ""))
        async with self.database.read() as tx:
            so_far = await webchat.history(tx, visitor.address, after, visitor.shows_from)
        await self._looked(visitor)
        last = after
        for message in so_far:
            last = message.id
            await self._send(socket, {"message": self.files.linked(visitor, shown(message))})
        await self._send(socket, {"ready": {"empty": not so_far and not after, **self._shows(visitor)}})
        while (message := await news.get()) is not None:
            if message["id"] > last:
                last = message["id"]
                await self._send(socket, {"message": self.files.linked(visitor, message)})
        await socket.close(4408)  # too slow, or another session now; it comes back and asks for what it missed

    async def messages(self, pane: Pane, request: Request) -> Response:
        visitor = await self.visitors.meet(pane, request)
        after = number_in(request.query_params.get("after", ""))
        async with self.database.read() as tx:
            found = await webchat.history(tx, visitor.address, after, visitor.shows_from)
        await self._looked(visitor)
        messages = [self.files.linked(visitor, shown(m)) for m in found]
        said = {"messages": messages, "empty": not found and not after, **self._shows(visitor)}
        return _answer(said, visitor)

    async def say(self, pane: Pane, request: Request) -> Response:
        if not same_origin(request):
            return Response(status_code=403)
        visitor = await self.visitors.meet(pane, request)
        return _answer(await self._hear(visitor, await request.body()), visitor)

    async def may_send(self, pane: Pane, request: Request) -> Response:
        """Whether a photo is taken from this visitor: before she has agreed to take part, her browser keeps it."""
        visitor = await self.visitors.meet(pane, request)
        async with self.database.read() as tx:
            agreed = await self._agreed(tx, visitor)
        return JSONResponse({"may": agreed}, headers={"cache-control": "no-store"})

    async def photo(self, pane: Pane, request: Request) -> Response:
        """Make an uploaded photo safe and store it, or read a spreadsheet, or keep a voice message; take it as a message."""
        if not same_origin(request):
            return Response(status_code=403)
        visitor = await self.visitors.meet(pane, request)
        async with request.form(max_files=1, max_fields=5, max_part_size=FRAME) as form:
            said = {name: value for name in ("id", "album") if isinstance(value := form.get(name), str)}
            said["text"] = caption if isinstance(caption := form.get("caption"), str) else ""
            file = form.get("file")
            raw, name = b"", ""
            if file is not None and not isinstance(file, str):
                raw, name = await file.read(), file.filename or ""
        async with self.database.read() as tx:
            account = await people.find(tx, self.channel, visitor.address)
            agreed = await self._agreed(tx, visitor)
        if name.casefold().endswith(SHEET):
            said = {"id": said.get("id", ""), "file": clean(name)[-NAME:]}
            became = await self.surroundings.uploads.rows(raw, account)
            return _answer(await self._hear(visitor, orjson.dumps(said), became=became), visitor)
        if not agreed:
            return _answer(self._error(said.get("id", ""), "wrong.agree_first"), visitor, 422)
        account_id = account.id if account else None
        uploads = self.surroundings.uploads
        try:
            if name.startswith(RECORDED):
                said["voice"] = await uploads.voice(raw, self.channel, account_id, visitor.source)
            else:
                said["picture"] = await uploads.store(raw, self.channel, account_id, visitor.source)
        except BadFile as bad:
            return _answer(self._error(said.get("id", ""), f"wrong.{bad.code}"), visitor, 422)
        return _answer(await self._hear(visitor, orjson.dumps(said), became={}), visitor)

    async def push_key(self, pane: Pane, request: Request) -> Response:
        """By what a page subscribes to notifications; empty where there are none."""
        key = self.notifications.services.public_key if self.notifications is not None else ""
        return JSONResponse({"key": key}, headers={"cache-control": "no-store"})

    async def subscribe(self, pane: Pane, request: Request) -> Response:
        """Keep where a page of somebody who takes part is told that there is news."""
        if self.notifications is None or not same_origin(request):
            return Response(status_code=403)
        visitor = await self.visitors.meet(pane, request)
        async with self.database.read() as tx:
            agreed = await self._agreed(tx, visitor)
        if visitor.session is None or visitor.is_locked or not agreed:
            return Response(status_code=403)
        try:
            taken = await self.notifications.take(visitor.address, await request.body())
        except Unreadable:
            return Response(status_code=422)
        return Response(status_code=204 if taken else 429)

    async def _looked(self, visitor: Visitor) -> None:
        if self.notifications is not None and visitor.session is not None:
            await self.notifications.looked(visitor.address)

    async def _hear(self, visitor: Visitor, body: bytes, *, became: dict[str, Any] | None = None) -> dict[str, Any]:
        """Take one message of a page; the tick says that it is on disk. ``became``: what became of its file, if it has one."""
        try:
            if len(body) > FRAME:
                raise Unreadable
            said = orjson.loads(body)
            if not isinstance(said, dict):
                raise Unreadable
            if became is None:
                said = {
                    name: value for name, value in said.items() if name not in ("picture", "voice", "album", "file")
                }
            if isinstance(text := said.get("text"), str) and len(text) > 4000:
                return self._error(str(said.get("id", "")), "web.too_long_here")
            arrival = changed(
                read_arrival(self.channel, visitor.address, said),
                media=became,
                source=visitor.source,
                begins="" if visitor.begun else visitor.token,
            )
        except (orjson.JSONDecodeError, Unreadable):
            return self._error("", "web.not_understood")
        try:
            await self.receive([arrival])
            visitor.begun = True
        except Refused as refused:
            return self._error(said["id"], refused.sentence)
        except Exception as failed:
            log.error("a page's message was not stored", error=type(failed).__name__)
            return {}  # no tick: the page keeps it and sends it again
        return {"tick": said["id"]}

    def _shows(self, visitor: Visitor) -> dict[str, Any]:
        """Which conversation a page shows, by a name that says nothing and is empty before the first word, and whether it
        is locked: what stands on a page of which either has changed must go."""
        whose = self.database.vault.index(visitor.address, kind="page").hex()[:WHOSE] if visitor.session else ""
        return {"whose": whose, "locked": visitor.is_locked}

    def _error(self, client: str, key: str) -> dict[str, Any]:
        return {"error": {"client": client[:64], "text": self.surroundings.speech.say(key)}}

    async def _send(self, socket: WebSocket, message: dict[str, Any]) -> None:
        if message:
            await socket.send_text(orjson.dumps(message).decode())

    async def _agreed(self, tx: Tx, visitor: Visitor) -> bool:
        return bool(await consents.taking_part(tx, {(self.channel, visitor.address)}))


def read_arrival(channel: str, address: str, said: dict[str, Any]) -> Arrival:
    """What a page said, under the id that the page gave it. Raises Unreadable."""
    key = said.get("id")
    if not isinstance(key, str) or not 8 <= len(key) <= 64:
        raise Unreadable
    kept = {
        name: value
        for name in ("text", "press", "label", "on", "picture", "voice", "album", "file", "language", "later")
        if isinstance(value := said.get(name), str | int) and value != ""
    }
    return Arrival(channel, f"{address}:{key}", address, orjson.dumps({"id": key, **kept}))


def _answer(said: dict[str, Any], visitor: Visitor, status: int = 200) -> Response:
    failed = "error" in said and status == 200
    answer = JSONResponse(said, 503 if not said else 422 if failed else status, headers={"cache-control": "no-store"})
    return visitor.remember(answer) if visitor.begun else answer
