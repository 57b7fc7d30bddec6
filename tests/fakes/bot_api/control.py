"""The test's side over HTTP, so that another process can play the people. Loopback only."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.bot_api.chats import Group, Person
from tests.fakes.bot_api.sent import Sent

if TYPE_CHECKING:
    from tests.fakes.bot_api.server import BotApi

ACTS = frozenset(
    "say start press send_photo send_document send_voice send_video send_sticker send_contact send_location edit block "
    "unblock deactivate".split()
)
GROUP_ACTS = frozenset("say post add_bot kick_bot migrate".split())
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(api: BotApi) -> list[web.RouteDef]:
    """`POST /control/person/5/say {"text": "…"}` and the like; bytes (`data`) in base64."""

    async def person(request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        who = api.person(int(request.match_info["id"]), **body.pop("person", {}))
        act = request.match_info["act"]
        if act == "answer":
            return web.json_response([_sent(sent) for sent in await who.answers(**body)])
        if act == "inbox":
            return web.json_response([_sent(sent) for sent in who.inbox])
        return _act(who, act, ACTS, body)

    async def group(request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        chat = api.group(int(request.match_info["id"]), **body.pop("group", {}))
        if "person" in body:
            body["person"] = api.person(int(body["person"]))
        return _act(chat, request.match_info["act"], GROUP_ACTS, body)

    async def enqueue(request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        return web.json_response(api.enqueue(body["update"], update_id=body.get("update_id")))

    async def fail(request: web.Request) -> web.StreamResponse:
        api.fail(**await _body(request))
        return web.json_response(True)

    async def heal(_: web.Request) -> web.StreamResponse:
        api.heal()
        return web.json_response(True)

    async def history(request: web.Request) -> web.StreamResponse:
        since = int(request.query.get("since", 0))
        calls = [asdict(call) | {"at": call.at.isoformat()} for call in api.requests[since:]]
        return web.json_response({"requests": calls, "updates": api.updates, "pending": api.pending})

    async def violations(_: web.Request) -> web.StreamResponse:
        return web.json_response([asdict(violation) for violation in api.violations])

    return [
        web.post("/control/person/{id}/{act}", _local(person)),
        web.post("/control/group/{id}/{act}", _local(group)),
        web.post("/control/enqueue", _local(enqueue)),
        web.post("/control/fail", _local(fail)),
        web.post("/control/heal", _local(heal)),
        web.get("/control/history", _local(history)),
        web.get("/control/violations", _local(violations)),
    ]


def _local(handler: Handler) -> Handler:
    async def only_here(request: web.Request) -> web.StreamResponse:
        if request.remote not in ("127.0.0.1", "::1"):
            raise web.HTTPForbidden
        try:
            return await handler(request)
        except (TypeError, ValueError, LookupError, RuntimeError, AssertionError) as wrong:
            return web.json_response({"error": str(wrong)}, status=400)

    return only_here


async def _body(request: web.Request) -> dict[str, Any]:
    body: dict[str, Any] = await request.json() if request.can_read_body else {}
    if isinstance(data := body.get("data"), str):
        body["data"] = base64.b64decode(data)
    return body


def _act(who: Person | Group, act: str, allowed: frozenset[str], how: dict[str, Any]) -> web.StreamResponse:
    if act not in allowed:
        raise LookupError(f"no such act: {act}")
    done = getattr(who, act)(**how)
    return web.json_response(done if isinstance(done, int | str) else None)


def _sent(sent: Sent) -> dict[str, Any]:
    return {"id": sent.id, "text": sent.text, "labels": sent.labels, "edits": sent.edits, "raw": sent.raw}
