"""Seal what is personal before it is stored, and find it again without opening it."""

from __future__ import annotations

import hmac
import os
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_SECRET = 16
VERSION = b"\x01"
"""The first byte of all that is sealed: keys and algorithms can change while old rows stay readable."""
NONCE = 12
TAG = 16


class Tampered(Exception):
    """These bytes were not sealed with this secret for this purpose, or were altered since."""


class Vault:
    """Two keys made from one secret: one to seal with, one to index with.

    The secret must be random (`openssl rand -base64 32`), since nothing slows down somebody who guesses it.
    One key may seal 2**32 times with random 96-bit nonces (NIST SP 800-38D, 8.3): a million times a day for
    ten years.
    """

    def __init__(self, secret: str) -> None:
        """Raises ValueError when the secret is shorter than 16 characters."""
        if len(secret.strip()) < SHORTEST_SECRET:
            raise ValueError(f"the secret must have at least {SHORTEST_SECRET} characters")
        self._cipher = AESGCM(_derive(secret, b"nhandao seal 1"))
        self._index_key = _derive(secret, b"nhandao index 1")

    def seal(self, plain: bytes, *, about: bytes = b"") -> bytes:
        """Encrypted bytes for `open` with the same ``about``; 29 bytes longer, different every time."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._cipher.encrypt(nonce, plain, VERSION + about)

    def open(self, sealed: bytes, *, about: bytes = b"") -> bytes:
        """What was sealed. Raises Tampered."""
        if sealed[:1] != VERSION or len(sealed) < 1 + NONCE + TAG:
            raise Tampered("not something this version has sealed")
        try:
            return self._cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], VERSION + about)
        except InvalidTag:
            raise Tampered("another secret, another purpose, or altered") from None

    def seal_json(self, value: Any, *, about: bytes = b"") -> bytes:
        """`seal` what orjson can write; raises TypeError for what it cannot, as integers over 64 bits."""
        return self.seal(orjson.dumps(value), about=about)

    def open_json(self, sealed: bytes, *, about: bytes = b"") -> Any:
        """The value that was sealed. Raises Tampered."""
        return orjson.loads(self.open(sealed, about=about))

    def index(self, text: str, *, kind: str) -> bytes:
        """32 bytes by which a row is found although the text is not kept; the same for equal text and kind.

        The text must be in one form already (a phone in E.164, say).
        """
        # The length keeps ("a", "bc") and ("ab", "c") apart; text from outside may hold half a surrogate.
        message = f"{len(kind)}:{kind}{text}".encode(errors="surrogatepass")
        return hmac.digest(self._index_key, message, "sha256")

    def __repr__(self) -> str:
        return "Vault(secret kept)"


def _derive(secret: str, purpose: bytes) -> bytes:
    key = secret.encode(errors="surrogatepass")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)
