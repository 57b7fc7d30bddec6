"""A push service and the browsers that wait there: it looks at who signed, and a browser opens what was brought to it.

Written from RFC 8030, 8188, 8291 and 8292 with nothing of what seals and signs on our side.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes.certificates import certified

HOST = "push.example.org"


@dataclass
class Browser:
    """One page's subscription, as its browser keeps it."""

    path: str = "/sub/1"
    host: str = HOST
    secret: bytes = field(default_factory=lambda: os.urandom(16))
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @cached_property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def endpoint(self) -> str:
        return f"https://{self.host}{self.path}"

    def to_json(self) -> dict[str, Any]:
        """As PushSubscription.toJSON() writes it."""
        keys = {"p256dh": _text(self.public), "auth": _text(self.secret)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def open(self, body: bytes) -> Any:
        """What was brought, as our page's worker reads it."""
        return json.loads(self.unseal(body))

    def unseal(self, body: bytes) -> bytes:
        """The bytes that were brought (RFC 8291, 3.4, and RFC 8188, 2)."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size <= 4096, "one record, of which push services take no larger"
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.private.exchange(ec.ECDH(), point)
        secret = _expand(_extract(self.secret, shared), b"WebPush: info\0" + self.public + sender, 32)
        keyed = _extract(salt, secret)
        key = _expand(keyed, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _expand(keyed, b"Content-Encoding: nonce\0", 12)
        plain, end, padding = AESGCM(key).decrypt(nonce, sealed, None).rpartition(b"\x02")
        assert end, "the last record ends so"
        assert not padding.strip(b"\0")
        return plain


@dataclass
class PushService:
    """It answers with ``status``, and keeps what was brought, by path."""

    brought: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 201
    answer: dict[str, str] = field(default_factory=dict)
    port: int = 0
    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    async def take(self, request: web.Request) -> web.Response:
        claims, signed_by = read_vapid(request.headers["authorization"])
        assert claims["aud"] == f"https://{HOST}"
        assert claims["sub"].startswith(("https://", "mailto:"))
        assert request.headers["content-encoding"] == "aes128gcm"
        assert int(request.headers["ttl"]) > 0
        headers = {name.lower(): value for name, value in request.headers.items()} | {"signed-by": signed_by}
        self.brought.append((request.path, headers, await request.read()))
        return web.Response(status=self.status, headers=self.answer)

    def connector(self) -> aiohttp.BaseConnector:
        """Leads there under its name, as a name server and an authority of its own would have it."""
        return aiohttp.TCPConnector(resolver=Names({HOST: "127.0.0.1"}, self.port), ssl=self.trusted)


class Names(AbstractResolver):
    """A name server that says what a test wants."""

    def __init__(self, known: dict[str, str], port: int = 443) -> None:
        self.known, self.port = known, port
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        known = self.known[host]
        return [ResolveResult(hostname=host, host=known, port=self.port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        return


@asynccontextmanager
async def push_service(folder: Path) -> AsyncIterator[PushService]:
    """Serve it on a loopback port, over TLS."""
    found = PushService()
    certificate = certified(folder, HOST)
    found.trusted = ssl.create_default_context(cafile=str(certificate))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", found.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=serving)
    await site.start()
    found.port = runner.addresses[0][1]
    try:
        yield found
    finally:
        await runner.cleanup()


def read_vapid(authorization: str) -> tuple[dict[str, Any], str]:
    """The claims, and the public key that signed them (RFC 8292, 2 and 3; RFC 7515)."""
    scheme, _, rest = authorization.partition(" ")
    assert scheme.lower() == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    assert json.loads(_bytes(head))["alg"] == "ES256"
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(parts["k"]))
    r, s = (int.from_bytes(half, "big") for half in (_bytes(signature)[:32], _bytes(signature)[32:]))
    key.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    return json.loads(_bytes(claims)), parts["k"]


def _extract(salt: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt, secret, "sha256")


def _expand(key: bytes, info: bytes, length: int) -> bytes:
    """The first block is enough (RFC 5869, 2.3)."""
    return hmac.digest(key, info + b"\x01", "sha256")[:length]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
