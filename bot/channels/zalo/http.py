"""Call Zalo over HTTP: what goes wrong with a connection by our names, and files that people sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import aiohttp
import orjson

MOST = 1 << 20
"""Bytes of one answer."""
FETCHING = 20.0
"""Seconds in which a file must be here."""


class NotSent(Exception):
    """No connection could be made, so the platform cannot have seen the request."""


class InDoubt(Exception):
    """The request may have been carried out: no answer came, or half of one."""


class Unavailable(Exception):
    """Something in front of the platform answered, with this HTTP status and no envelope."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class TooMuch(Exception):
    """A file is larger than was allowed; the rest of it was not downloaded."""


class Connection:
    """The connections of one channel, made when they are first needed."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=20, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                json_serialize_bytes=orjson.dumps,
            )
        return self._session

    async def download(self, url: str, most: int) -> bytes:
        """A file that somebody sent; redirects lead who knows where, so none is followed."""
        found = bytearray()
        with named():
            async with self.open().get(
                url, timeout=aiohttp.ClientTimeout(total=FETCHING), allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise Unavailable(response.status)
                async for part in response.content.iter_any():
                    found += part
                    if len(found) > most:
                        raise TooMuch
        return bytes(found)

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def host_of(url: str) -> str:
    """The host that an address names, in lower case; empty if it is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


async def whole(content: aiohttp.StreamReader) -> bytes:
    """An answer to its end, however many pieces it comes in; one beyond all measure is cut, and then no envelope."""
    found = bytearray()
    async for part in content.iter_any():
        found += part
        if len(found) > MOST:
            return b""
    return bytes(found)


@contextmanager
def named() -> Iterator[None]:
    """What goes wrong with a connection, by our names. No chaining: a cause names the address, and that may hold a token."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as failed:
        raise NotSent(type(failed).__name__) from None
    except TimeoutError:
        raise InDoubt("timed out") from None
    except aiohttp.ClientError as failed:
        raise InDoubt(type(failed).__name__) from None
