"""Carry files to Telegram and from there, by aiohttp; loaded only when the first file comes or goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import RequestData

from bot.channels.telegram.errors import NotSent, TooMuch


class FileTransport:
    """So many connections at most, and so many seconds for one request."""

    def __init__(self, connections: int, within: float) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections, ttl_dns_cache=300),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=within, sock_connect=10),
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self._session.close()

    async def request(self, method: str, url: str, given: RequestData | None) -> tuple[int, bytes]:
        """Status and body. Raises NotSent if no connection could be made, TimedOut or NetworkError where in doubt."""
        with _named():
            async with self._session.request(method, url, data=_form(given)) as response:
                return response.status, await response.read()

    async def download(self, url: str, most: int) -> bytes:
        """A file of at most so many bytes. Raises TooMuch, and the same as a request."""
        found = bytearray()
        with _named():
            async with self._session.get(url) as response:
                if response.status != 200:
                    raise NetworkError(f"status {response.status}")
                async for part in response.content.iter_any():
                    found += part
                    if len(found) > most:
                        raise TooMuch
        return bytes(found)


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


def _form(given: RequestData | None) -> aiohttp.FormData | None:
    if given is None:
        return None
    form = aiohttp.FormData()
    for name, value in given.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in given.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
