"""The Zalo Bot Platform on a free loopback port: make people, script trouble, read what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from aiohttp import web

from tests.fakes.bot_api.trouble import garbage, hang_up, never
from tests.fakes.zalo_bot.faults import Fault
from tests.fakes.zalo_bot.methods import METHODS, SENDING
from tests.fakes.zalo_bot.people import Chat, Json
from tests.fakes.zalo_bot.refusal import Refusal
from tests.fakes.zalo_bot.schema import Violation, schema
from tests.fakes.zalo_bot.webhook import Webhook

TOKEN = "123456789:FakeTokenOfTheTestsAndOfNobodyElse"


def utc() -> datetime:
    """The real time."""
    return datetime.now(UTC)


@dataclass
class Call:
    """One request, and the platform's answer to it, also where that was lost; nothing if it was not carried out."""

    at: datetime
    method: str
    params: Json
    outcome: Any = None


class ZaloBot:
    """The platform: `async with ZaloBot() as api`. Leaving it asserts that no request was other than documented.

    Which HTTP status goes with ``ok: false`` is not known, so ``says_status`` chooses: the code itself, or always 200.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        clock: Callable[[], datetime] = utc,
        port: int = 0,
        speed: float = 1.0,
        quota: int | None = None,
        says_status: bool = True,
    ) -> None:
        self.token, self.clock, self.port, self.speed, self.says_status = token, clock, port, speed, says_status
        self.quota = quota
        """How many messages it still takes this month; none: no end."""
        self.requests: list[Call] = []
        self.violations: list[Violation] = []
        """Requests that are not as documented; a test that means to make one clears this."""
        self.chats: dict[str, Chat] = {}
        self.queue: asyncio.Queue[Any] = asyncio.Queue()
        self.given: list[Any] = []
        """The events that were handed to whoever polled; they are not handed out again."""
        self.waiting = 0
        """How many calls wait for an event."""
        self.webhook: Webhook | None = None
        self.closing = asyncio.Event()
        self._faults: list[Fault] = []
        self._media: list[bytes] = []
        self._messages = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """What ZALO_BOT_API_URL is to be."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> ZaloBot:
        await self.up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.down()
        if self.webhook:
            await self.webhook.close()
        if error is None:
            self.assert_no_violations()

    async def up(self) -> None:
        """Listen; after ``down`` on the same port, with everything as it was."""
        self.closing.clear()
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/media/{number}", self._serve_media)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def down(self) -> None:
        """Be unreachable: connections are refused, what waits is kept."""
        self.closing.set()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def assert_no_violations(self) -> None:
        """Raises AssertionError if a request was other than documented."""
        said = [f"{v.method} {dict(v.params)}: {'; '.join(v.complaints)}" for v in self.violations]
        assert not said, "requests that Zalo does not document:\n" + "\n".join(said)

    def person(self, id: str, name: str = "Nguyễn Thị Thử") -> Chat:
        """Somebody's chat with the bot; asked again, the same one."""
        return self.chats.setdefault(id, Chat(self, id, name))

    def group(self, id: str, name: str = "Trần Văn Nhóm") -> Chat:
        """A group with the bot in it; the name is that of the member who speaks there."""
        return self.chats.setdefault(id, Chat(self, id, name, "GROUP"))

    def media(self, content: bytes) -> str:
        """The address of a file that somebody sent."""
        self._media.append(content)
        return f"{self.url}/media/{len(self._media) - 1}"

    def bring(self, event: Any) -> None:
        """Call the webhook with an event of any shape, or queue it for polling."""
        if self.webhook:
            self.webhook.bring(event)
        else:
            self.queue.put_nowait(event)

    def fail(self, method: str = "*", *, times: int | None = 1, **how: Any) -> Fault:
        """Script trouble; see Fault. ``times=None``: until ``heal``."""
        fault = Fault(method, times, **how)
        self._faults.append(fault)
        return fault

    def heal(self) -> None:
        """No more trouble."""
        self._faults.clear()

    def calls(self, method: str) -> list[Call]:
        """The requests of one method."""
        return [call for call in self.requests if call.method == method]

    @property
    def taken(self) -> bool:
        """Whether the bot has taken all events and, since it asks again or has answered, kept them."""
        if self.webhook:
            return not self.webhook.busy
        return self.queue.empty() and self.waiting > 0

    def message_id(self) -> str:
        """Opaque, and a number beyond 2**53 to whoever takes it for one."""
        self._messages += 1
        return str((1 << 60) + self._messages)

    def milliseconds(self) -> int:
        return int(self.clock().timestamp() * 1000)

    async def _serve_media(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        if not number.isdecimal() or int(number) >= len(self._media):
            return web.Response(status=404)
        return web.Response(body=self._media[int(number)], content_type="application/octet-stream")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return self._refused(Refusal(401))
        if not schema().knows(method):
            self.violations.append(Violation(method, {}, ("no such method",)))
            return self._refused(Refusal(404))
        params = await _read(request)
        call = Call(self.clock(), method, params)
        self.requests.append(call)
        fault = next((fault for fault in self._faults if fault.meets(method, params)), None)
        if complaints := schema().check(method, params):
            self.violations.append(Violation(method, params, complaints))
            return self._refused(Refusal(400, complaints[0]))
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault is None:
            return await self._carry_out(call)
        answer = await self._carry_out(call) if fault.accepted else None
        if answer and fault.answer == "pieces":
            return await in_pieces(request, answer)
        return await self._spoil(request, fault)

    async def _carry_out(self, call: Call) -> web.Response:
        try:
            if call.method in SENDING:
                self._count()
            call.outcome = await METHODS[call.method](self, call.params)
        except Refusal as refusal:
            call.outcome = refusal.body()
            return self._refused(refusal)
        return web.json_response({"ok": True} | ({} if call.outcome is None else {"result": call.outcome}))

    def _count(self) -> None:
        if self.quota is not None:
            if self.quota <= 0:
                raise Refusal(429)
            self.quota -= 1

    async def _spoil(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault.answer:
            case "page":
                return garbage(fault.status or 502)
            case "hang":
                return await never(request, self.closing)
            case "cut":
                return hang_up(request)
            case "bare":
                return web.json_response({"ok": True})
            case "null":
                return web.json_response({"ok": True, "result": None})
        return self._refused(fault.refusal() or Refusal(400))

    def _refused(self, refusal: Refusal) -> web.Response:
        status = refusal.status or (refusal.code if self.says_status else 200)
        return web.json_response(refusal.body(), status=status)


async def in_pieces(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """An answer whose second half takes a moment longer, as a long one does on a real network."""
    assert isinstance(answer.body, bytes)
    response = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
    response.content_length = len(answer.body)
    await response.prepare(request)
    half = len(answer.body) // 2
    await response.write(answer.body[:half])
    await asyncio.sleep(0.05)
    await response.write(answer.body[half:])
    await response.write_eof()
    return response


async def _read(request: web.Request) -> Json:
    """The parameters; everything is to be POST and JSON here, though the platform takes more."""
    assert request.method == "POST" and request.content_type == "application/json", request
    found: Mapping[str, Any] = await request.json()
    return dict(found)
