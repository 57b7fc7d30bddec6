"""What carries the calls of python-telegram-bot's Bot: JSON by a client of our own, all else by aiohttp. httpx was the largest
cost of sending that we measured, and the library's look through each parameter the next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.errors import NotSent
from bot.channels.telegram.posting import Posting

TOTAL = 20.0
"""Seconds for one call, well under a lease; long polling and uploads get more."""

PATIENCE = aiohttp.ClientTimeout(total=TOTAL, sock_connect=10)


class TooMuch(Exception):
    """A file is larger than was allowed; the rest of it was not downloaded."""


class Transport(BaseRequest):
    """So many connections of each kind at most."""

    def __init__(self, connections: int) -> None:
        self.connections, self.posting = connections, Posting(connections)
        self._session: aiohttp.ClientSession | None = None
        self._over = False

    @property
    def read_timeout(self) -> float:
        return TOTAL

    async def initialize(self) -> None:
        self._over = False
        self._open()

    def _open(self) -> aiohttp.ClientSession:
        """The connections; made by whoever is the first to need them. Raises NotSent after the end."""
        if self._over:
            raise NotSent("closed")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self.connections, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                json_serialize_bytes=orjson.dumps,
            )
        return self._session

    async def shutdown(self) -> None:
        self._over = True
        await self.posting.close()
        if self._session is not None:
            await self._session.close()
            self._session = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            return cast("dict[str, Any]", orjson.loads(payload))
        except orjson.JSONDecodeError:
            pass
        try:
            return cast("dict[str, Any]", json.loads(payload))  # it takes lone surrogates; they are cleaned later
        except (ValueError, RecursionError):
            raise TelegramError("Invalid server response") from None

    async def call(self, url: str, given: Mapping[str, object]) -> Any:
        """The result of a method of which nothing is a file. Raises the library's errors."""
        status, answer = await self._post(url, given)
        if not 200 <= status < 300:
            return await _Answered(status, answer).post(url)
        try:
            return self.parse_json_payload(answer)["result"]
        except (KeyError, TypeError):
            raise TelegramError("Invalid server response") from None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body. Raises NotSent if no connection could be made, TimedOut or NetworkError where in doubt."""
        waits = isinstance(read_timeout, int | float) and read_timeout + 5 > TOTAL
        if method == "POST" and not waits and not (request_data and request_data.contains_files):
            return await self._post(url, request_data.parameters if request_data else {})
        timeout = aiohttp.ClientTimeout(total=read_timeout + 5, sock_connect=10) if waits else PATIENCE
        with _named():
            async with self._open().request(method, url, timeout=timeout, **_body(request_data)) as response:
                return response.status, await response.read()

    async def _post(self, url: str, given: Mapping[str, object]) -> tuple[int, bytes]:
        if self._over:
            raise NotSent("closed")
        return await self.posting.post(url, orjson.dumps(given), TOTAL)

    async def download(self, url: str, most: int) -> bytes:
        """A file of at most so many bytes. Raises TooMuch, and the same as a request."""
        found = bytearray()
        with _named():
            async with self._open().get(url, timeout=PATIENCE) as response:
                if response.status != 200:
                    raise NetworkError(f"status {response.status}")
                async for part in response.content.iter_any():
                    found += part
                    if len(found) > most:
                        raise TooMuch
        return bytes(found)


class _Answered(BaseRequest):
    """An answer that is here already, in which the library reads what was refused."""

    def __init__(self, status: int, answer: bytes) -> None:
        self._said = status, answer

    @property
    def read_timeout(self) -> float:
        return TOTAL

    async def initialize(self) -> None:
        """Nothing is needed."""

    async def shutdown(self) -> None:
        """Nothing is held."""

    async def do_request(self, *asked: Any, **how: Any) -> tuple[int, bytes]:
        return self._said


@contextmanager
def _named() -> Iterator[None]:
    """What goes wrong with a connection, by the library's names. No chaining: a cause names the URL, and that the token."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as failed:
        raise NotSent(type(failed).__name__) from None
    except TimeoutError:
        raise TimedOut from None
    except aiohttp.ClientError as failed:
        raise NetworkError(type(failed).__name__) from None


def _body(request_data: RequestData | None) -> dict[str, Any]:
    if request_data is None:
        return {}
    if not request_data.contains_files:
        return {"json": request_data.parameters}
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return {"data": form}
