"""Read a request in every form that the Bot API takes, and write its answers."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.bot_api.files import UPLOAD_MOST
from tests.fakes.bot_api.refusal import Refusal
from tests.fakes.bot_api_schema import Upload

MOST = UPLOAD_MOST + (1 << 20)
"""Bytes of one request."""


async def read(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The parameters from the address, a form, or JSON, and the files. Raises Refusal."""
    given: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    try:
        if request.content_type == "application/json":
            given |= _object(await request.read())
        elif request.content_type == "multipart/form-data":
            given |= await _parts(request, files)
        elif request.content_type == "application/x-www-form-urlencoded":
            given |= {name: str(value) for name, value in (await request.post()).items()}
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413) from None
    return {name: value for name, value in given.items() if value is not None}, files


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise Refusal(400, "can't parse JSON object") from None
    if not isinstance(found, dict):
        raise Refusal(400, "object expected as the request body")
    return found


async def _parts(request: web.Request, files: dict[str, Upload]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    left = MOST
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            raise Refusal(400, "nested multipart")
        content = bytearray()
        while chunk := await part.read_chunk(1 << 16):
            content += chunk
            left -= len(chunk)
            if left < 0:
                raise Refusal(413)
        name = part.name or ""
        if part.filename is None:
            given[name] = content.decode("utf-8", "surrogateescape")
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files[name] = Upload(part.filename, bytes(content), kind)
    return given


def answered(result: Any) -> web.Response:
    """A result."""
    return _json({"ok": True, "result": result})


def refused(refusal: Refusal) -> web.Response:
    """An error."""
    response = _json(refusal.answer(), refusal.code)
    if after := refusal.parameters.get("retry_after"):
        response.headers["Retry-After"] = str(after)
    return response


def _json(body: Any, status: int = 200) -> web.Response:
    # The standard library writes other than ASCII letters as \uXXXX, as Telegram does.
    return web.Response(text=json.dumps(body), status=status, content_type="application/json")
