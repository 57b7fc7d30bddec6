"""Ask a browser's push service to bring something to a page: sealed (RFC 8291), signed (RFC 8292), to public addresses
of known hosts only."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address

import aiohttp
import http_ece
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from yarl import URL

from bot.channels.web.subscription import Outcome, Services, Subscription, is_one_of

PATIENCE = aiohttp.ClientTimeout(total=10)
SIGNED_FOR = timedelta(hours=12)
"""At most a day (RFC 8292, 2)."""
KEPT_FOR = timedelta(days=28)
"""So long a service keeps what it cannot bring yet; most keep nothing longer."""
LONGEST_WAIT = 3600.0
"""Seconds, whatever a service asks for."""
GONE = (404, 410)
"""There is no such page any more (RFC 8030, 7.3)."""

Connector = Callable[[], aiohttp.BaseConnector]


class PublicOnly(AbstractResolver):
    """Finds no address that lies in our own network, whatever a name server says."""

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        self.inner = inner or aiohttp.DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self.inner.resolve(host, port, family)
        public = [one for one in found if ip_address(one["host"]).is_global]
        if not public:
            raise OSError(f"{host} has no public address")
        return public

    async def close(self) -> None:
        await self.inner.close()


def _outside() -> aiohttp.BaseConnector:
    return aiohttp.TCPConnector(resolver=PublicOnly(), limit=100)


class PushServices(Services):
    """Our side towards all of them."""

    def __init__(
        self,
        key: str,
        contact: str,
        hosts: Sequence[str],
        now: Callable[[], datetime],
        *,
        connector: Connector = _outside,
    ) -> None:
        """``key``: 64 hexadecimal digits; ``contact``: an address by which a service finds us."""
        self.hosts, self.contact, self.now, self.connector = hosts, contact, now, connector
        self._vapid = Vapid02.from_raw(base64.urlsafe_b64encode(bytes.fromhex(key)).rstrip(b"="))
        self._session: aiohttp.ClientSession | None = None

    @property
    def public_key(self) -> str:
        """What a page needs to subscribe: only we can write to it then."""
        point = self._vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).decode().rstrip("=")

    async def push(self, to: Subscription, words: bytes) -> Outcome:
        """Have these words brought to a page. Redirects lead who knows where, so none is followed; an answer is not read."""
        if not is_one_of(to.host, self.hosts):  # the setting may have changed since
            return Outcome("refused", "host")
        try:
            body = http_ece.encrypt(
                words, private_key=generate_private_key(SECP256R1()), dh=to.key, auth_secret=to.secret
            )
            async with self._open().post(
                URL(to.endpoint, encoded=True),
                data=body,
                headers=self._headers(to),
                timeout=PATIENCE,
                allow_redirects=False,
            ) as answer:
                return _read(answer.status, answer.headers.get("retry-after", ""))
        except (aiohttp.ClientError, OSError, TimeoutError) as failed:
            return Outcome("later", type(failed).__name__)  # no chaining, no text: they name the endpoint

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=self.connector(), cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    def _headers(self, to: Subscription) -> dict[str, str]:
        until = int((self.now() + SIGNED_FOR).timestamp())
        signed = self._vapid.sign({"aud": f"https://{to.host}", "exp": until, "sub": self.contact})
        return {
            **signed,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(KEPT_FOR.total_seconds())),
            "Topic": "news",  # of several that wait at the service only the newest is brought
            "Urgency": "normal",
        }


def _read(status: int, retry_after: str) -> Outcome:
    if 200 <= status < 300:
        return Outcome("done")
    if status in GONE:
        return Outcome("gone", str(status))
    if status == 429 or status >= 500:
        after = min(float(retry_after), LONGEST_WAIT) if retry_after.isascii() and retry_after.isdecimal() else 0.0
        return Outcome("later", str(status), after)
    return Outcome("refused", str(status))
