"""What carries the calls of python-telegram-bot's Bot: JSON by a client of our own, files by aiohttp. httpx was the largest
cost of sending that we measured, and the library's look through each parameter the next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import orjson
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.errors import NotSent
from bot.channels.telegram.posting import Posting

if TYPE_CHECKING:
    from bot.channels.telegram.files import FileTransport

TOTAL = 20.0
"""Seconds for one call, well under a lease; long polling gets more."""
MOST = 1 << 20
"""Bytes of one answer, with its headers."""
MOST_AFTER_WAITING = 32 << 20
"""The same where all that came meanwhile is asked for: a hundred of the longest messages, with every letter escaped."""


class Transport(BaseRequest):
    """So many connections of each kind at most."""

    def __init__(self, connections: int) -> None:
        self.connections, self.posting = connections, Posting(connections)
        self._files: FileTransport | None = None
        self._over = False

    @property
    def read_timeout(self) -> float:
        return TOTAL

    async def initialize(self) -> None:
        self._over = False

    @property
    def files(self) -> FileTransport:
        """What carries files; made, and aiohttp loaded, by whoever is the first to need it. Raises NotSent after the end."""
        if self._over:
            raise NotSent("closed")
        if self._files is None:
            from bot.channels.telegram.files import FileTransport

            self._files = FileTransport(self.connections, TOTAL)
        return self._files

    async def shutdown(self) -> None:
        self._over = True
        await self.posting.close()
        if self._files is not None:
            await self._files.close()
            self._files = None

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
        if method != "POST" or (request_data and request_data.contains_files):
            return await self.files.request(method, url, request_data)
        given = request_data.parameters if request_data else {}
        if isinstance(read_timeout, int | float) and read_timeout + 5 > TOTAL:
            return await self._post(url, given, read_timeout + 5, MOST_AFTER_WAITING)
        return await self._post(url, given)

    async def _post(
        self, url: str, given: Mapping[str, object], within: float = TOTAL, most: int = MOST
    ) -> tuple[int, bytes]:
        if self._over:
            raise NotSent("closed")
        return await self.posting.post(url, orjson.dumps(given), within, most)


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
