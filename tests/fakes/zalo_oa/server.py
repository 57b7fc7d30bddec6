"""An Official Account's platform on a free loopback port: make people, script trouble, read what happened."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import aiohttp
from aiohttp import web

from tests.fakes.bot_api.trouble import garbage, hang_up
from tests.fakes.zalo_oa.hook import Formula, Hook
from tests.fakes.zalo_oa.oauth import OAuth, Refused
from tests.fakes.zalo_oa.people import Follower, Json, Sent
from tests.fakes.zalo_oa.schema import complaints

APP_ID, OA_ID = "111", "OA1"
APP_SECRET, OA_SECRET = "secret-of-the-app", "secret-oa"
SEVEN_DAYS, LIVES = timedelta(days=7), timedelta(days=7)
MEGABYTE = 1 << 20


@dataclass
class Fault:
    """Trouble for the next ``times`` requests of a path: a code with HTTP 200, a page of HTML, or a cut connection;
    ``accepted``: the request is carried out nevertheless."""

    path: str
    times: int = 1
    code: int = 0
    answer: Literal["", "page", "cut"] = ""
    accepted: bool = False


@dataclass
class Call:
    path: str
    asked: Json
    code: int = 0


@dataclass
class ZaloOa:
    """`async with ZaloOa() as api`. Leaving it asserts that no request was other than documented."""

    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    takes_buttons: str = "template"
    """The wrapper of buttons that is taken: template, attach, or nothing."""
    free_left: int = 8
    app_id: str = APP_ID
    oa_id: str = OA_ID
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    people: dict[str, Follower] = field(default_factory=dict)
    hook: Hook | None = None
    port: int = 0

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self.oauth = OAuth(self.app_id, APP_SECRET, lambda: self.clock(), self.fresh)
        self.uploads: dict[str, tuple[datetime, bytes]] = {}
        self._faults: list[Fault] = []
        self._media: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> ZaloOa:
        app = web.Application(client_max_size=8 << 20)
        app.router.add_get("/media/{number}", self._serve_media)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.hook:
            await self.hook.close()
        await self._runner.cleanup()
        if error is None:
            assert not self.violations, "requests that Zalo does not document:\n" + "\n".join(self.violations)

    def save_webhook(self, url: str) -> Hook:
        """What the operator does in the console; a hook that is there already keeps its formula."""
        self.hook = Hook(url, self.hook.formula if self.hook else Formula(self.app_id, OA_SECRET))
        return self.hook

    def person(self, id: str) -> Follower:
        return self.people.setdefault(id, Follower(self, id))

    def fresh(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers):06}"

    def moment(self) -> str:
        return str(int(self.clock().timestamp() * 1000))

    def media(self, content: bytes) -> str:
        """The address of a file that somebody sent."""
        self._media.append(content)
        return f"{self.url}/media/{len(self._media) - 1}"

    def bring(self, event: Json) -> Json:
        """Call the webhook, if one is saved, with an event of any shape."""
        if self.hook:
            self.hook.bring(event)
        return event

    def fail(self, path: str, **how: Any) -> None:
        self._faults.append(Fault(path, **how))

    def said_to(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    async def consent(self, link: str) -> tuple[int, str]:
        """An administrator opens the consent link and agrees; returns what the callback page answers."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        assert link.startswith(f"{self.url}/v4/oa/permission?") and asked["app_id"] == self.app_id, link
        code = self.oauth.consent(asked.get("code_challenge", ""))
        given = {"code": code, "oa_id": self.oa_id} | ({"state": asked["state"]} if "state" in asked else {})
        async with aiohttp.ClientSession() as session, session.get(asked["redirect_uri"], params=given) as response:
            return response.status, await response.text()

    async def _serve_media(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["number"])
        return web.Response(body=self._media[number], content_type="application/octet-stream")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        asked, content = await _read(request)
        call = Call(request.path, asked)
        self.calls.append(call)
        if wrong := complaints(request.method, request.path, asked):
            self.violations.append(f"{request.method} {request.path} {asked}: {'; '.join(wrong)}")
            return self._error(call, -201, wrong[0])
        fault = next((one for one in self._faults if one.path == request.path and one.times), None)
        if fault:
            fault.times -= 1
            if fault.accepted:
                self._carry_out(request, call, content)
            if fault.answer:
                return garbage(502) if fault.answer == "page" else hang_up(request)
            return self._error(call, fault.code, "scripted")
        return self._carry_out(request, call, content)

    def _carry_out(self, request: web.Request, call: Call, content: bytes) -> web.Response:
        if call.path == "/v4/oa/access_token":
            try:
                return web.json_response(self.oauth.exchange(request.headers.get("secret_key", ""), call.asked))
            except Refused as refused:
                return web.json_response({"error": refused.code, "error_name": refused.name})
        if code := self.oauth.error_of(request.headers.get("access_token", "")):
            return self._error(call, code, "Access token is invalid")
        match call.path:
            case "/v3.0/oa/message/cs":
                return self._consult(call)
            case "/v3.0/oa/message/template":
                person = self.person(call.asked["user_id"])
                person.inbox.append(Sent(self.fresh("t"), template=call.asked))
                return self._good({"message_id": person.inbox[-1].id})
            case "/v3.0/oa/quota/message":
                seen = self.person(call.asked["user_id"]).seen_at
                at = str(int(seen.timestamp() * 1000)) if seen else "0"
                return self._good({"last_interaction": at, "cs_reply": {"remain": self.free_left, "total": 8}})
            case "/v3.0/oa/user/detail":
                return self._good({"display_name": self.person(call.asked["user_id"]).name})
            case "/v2.0/oa/getoa":
                return self._good({"oa_id": self.oa_id, "name": "Hội Chữ thập đỏ xã Thử", "oa_type": 4})
        return self._upload(call, content)

    def _upload(self, call: Call, content: bytes) -> web.Response:
        picture = call.path.endswith("image")
        if picture and (len(content) > MEGABYTE or content[:3] != b"\xff\xd8\xff"):
            return self._error(call, -210, "a JPEG or PNG up to 1 MB")
        if not picture and (len(content) > 5 * MEGABYTE or not content.startswith(b"%PDF")):
            return self._error(call, -210, "a PDF up to 5 MB")
        id = self.fresh("upload")
        self.uploads[id] = self.clock(), content
        return self._good({"attachment_id" if picture else "token": id})

    def _consult(self, call: Call) -> web.Response:
        person, said = self.person(call.asked["recipient"]["user_id"]), call.asked["message"]
        if person.refuses:
            return self._error(call, -244, "the user restricts messages")
        if person.seen_at is None or self.clock() - person.seen_at > SEVEN_DAYS:
            return self._error(call, -230, "the user has not interacted for 7 days")
        shown: Json = {"text": said.get("text", "")}
        payload = said.get("attachment", {}).get("payload", {})
        wrapper = payload.get("template_type", "attach" if "buttons" in payload else "")
        if wrapper in ("button", "attach"):
            if self.takes_buttons != {"button": "template"}.get(wrapper, wrapper):
                return self._error(call, -233, "type unsupported")
            shown["text"] = payload.get("text") or shown["text"]
            shown["buttons"] = tuple((button["title"], button["payload"]) for button in payload["buttons"])
        if wrapper == "request_user_info":
            shown["asks_contact"] = True
        for key, id in (("photo", _picture_in(payload)), ("document", payload.get("token", ""))):
            if id:
                at, content = self.uploads.get(id, (None, b""))
                if at is None or self.clock() - at > LIVES:
                    return self._error(call, -100, "the attachment has expired")
                shown[key] = content
        person.inbox.append(Sent(self.fresh("s"), **shown))
        return self._good({"message_id": person.inbox[-1].id, "user_id": person.id, "sent_time": self.moment()})

    def _good(self, data: Json) -> web.Response:
        return web.json_response({"error": 0, "message": "Success", "data": data})

    def _error(self, call: Call, code: int, message: str) -> web.Response:
        """With HTTP 200, as on the real platform."""
        call.code = code
        return web.json_response({"error": code, "message": message})


def _picture_in(payload: Json) -> str:
    elements = payload.get("elements", [{}])
    return str(elements[0].get("attachment_id", ""))


async def _read(request: web.Request) -> tuple[Json, bytes]:
    """What a request asks, and the file that it brings."""
    if request.content_type == "multipart/form-data":
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField) and len(form) == 1
        content = file.file.read()
        return {"name": file.filename, "size": len(content)}, content
    if request.content_type == "application/x-www-form-urlencoded":
        return {name: str(value) for name, value in (await request.post()).items()}, b""
    if request.method == "GET":
        data: Json = json.loads(request.query.get("data", "{}"))
        return data, b""
    found: Json = await request.json()
    return found, b""
