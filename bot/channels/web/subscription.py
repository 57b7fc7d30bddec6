"""Where a browser's push service takes what is for one page (the Push API's PushSubscription), and what it may answer."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Literal, Protocol

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from msgspec import Struct

from bot.channels import Unreadable

MOST = 4096
"""Bytes of what a page says of it."""
ENDPOINT = re.compile(r"https://([a-z0-9.-]{1,253})/[A-Za-z0-9._~:/?=&%+,;@!$'()*-]{1,1000}")
"""A name without a port, a user or an address in figures; no such service is anywhere else."""
POINT, SECRET = 65, 16
"""Bytes of the keys (RFC 8291, 3.1 and 3.2)."""


class Subscription(Struct, frozen=True):
    """The address of one page at its push service, and the keys by which only that page reads what is brought."""

    endpoint: str
    key: bytes
    secret: bytes

    @property
    def host(self) -> str:
        found = ENDPOINT.fullmatch(self.endpoint)
        return found[1] if found else ""

    def dump(self) -> list[str]:
        return [self.endpoint, self.key.hex(), self.secret.hex()]

    @classmethod
    def load(cls, kept: Sequence[str]) -> Subscription:
        endpoint, key, secret = kept
        return cls(endpoint, bytes.fromhex(key), bytes.fromhex(secret))


class Outcome(Struct, frozen=True):
    """What became of it: done · gone (forget this page) · later (in ``after`` seconds) · refused (never)."""

    what: Literal["done", "gone", "later", "refused"]
    reason: str = ""
    after: float = 0.0


class Services(Protocol):
    """All push services that are used."""

    hosts: Sequence[str]

    @property
    def public_key(self) -> str:
        """What a page needs to subscribe: only we can write to it then."""

    async def push(self, to: Subscription, words: bytes) -> Outcome:
        """Have these words brought to a page."""

    async def close(self) -> None:
        """Give the connections back."""


def read_subscription(body: bytes, services: Sequence[str]) -> Subscription:
    """What a page says of its subscription. Raises Unreadable, also for a service that is none of these."""
    try:
        if len(body) > MOST:
            raise Unreadable
        said = orjson.loads(body)
        found = Subscription(said["endpoint"], _bytes(said["keys"]["p256dh"]), _bytes(said["keys"]["auth"]))
        if not is_one_of(found.host, services) or len(found.key) != POINT or len(found.secret) != SECRET:
            raise Unreadable
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), found.key)  # refuses what is not on the curve
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, binascii.Error):
        raise Unreadable from None
    return found


def is_one_of(host: str, services: Sequence[str]) -> bool:
    """Whether a host is one of these, or below one that is written with ``*.``."""
    return bool(host) and any(
        host == one or (one.startswith("*.") and host.endswith(one.removeprefix("*"))) for one in services
    )


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
