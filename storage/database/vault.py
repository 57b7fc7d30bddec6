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
UNBOUND, VERSION = b"\x01", b"\x02"
"""The first byte of all that is sealed. What begins with `UNBOUND` names no key and is mostly bound to no row: earlier
versions sealed so, and it is sealed anew in the background."""
KEY_ID = 4
NONCE = 12
TAG = 16


class Tampered(Exception):
    """These bytes were not sealed with this secret for this purpose, or were altered since."""


class Vault:
    """A ring of one or two secrets to seal with, and a key to index with.

    A secret must be random (`openssl rand -base64 32`), since nothing slows down somebody who guesses it.
    One key may seal 2**32 times with random 96-bit nonces (NIST SP 800-38D, 8.3): a million times a day for
    ten years.
    """

    def __init__(self, secret: str, before: str = "") -> None:
        """All is sealed with ``secret``; what was sealed with the one ``before`` it can still be opened.

        Raises ValueError when one is shorter than 16 characters.
        """
        ring = [secret, before] if before else [secret]
        if any(len(one.strip()) < SHORTEST_SECRET for one in ring):
            raise ValueError(f"the secret must have at least {SHORTEST_SECRET} characters")
        self._ciphers = {
            _derive(one, b"nhandao key id 1", KEY_ID): AESGCM(_derive(one, b"nhandao seal 1")) for one in ring
        }
        self.key_ids = list(self._ciphers)
        """By what sealed bytes name their key; the first is of that which seals. They say nothing of the keys."""
        self.head = VERSION + self.key_ids[0]
        """How all begins that is sealed now."""
        self.index_key = _derive(ring[-1], b"nhandao index 1")
        """It outlives the secret that it was made from: what is found by it is not kept, so cannot be indexed anew."""
        self._word_keys = [_derive(one, b"nhandao words 1") for one in ring]
        self._sign_keys = dict(zip(self.key_ids, (_derive(one, b"nhandao sign 1") for one in ring), strict=True))
        self.takes_unbound = False
        """Whether there may still be something that an earlier version sealed. What the database says (`seals`)."""

    def seal(self, plain: bytes, *, about: bytes) -> bytes:
        """Encrypted bytes for `open` with the same ``about``; 33 bytes longer, different every time."""
        nonce = os.urandom(NONCE)
        return self.head + nonce + self._ciphers[self.key_ids[0]].encrypt(nonce, plain, self.head + about)

    def open(self, sealed: bytes, *, about: bytes, earlier: bytes = b"") -> bytes:
        """What was sealed; ``earlier`` is what an earlier version bound it to. Raises Tampered."""
        if sealed[:1] == UNBOUND and self.takes_unbound:
            return self._open_unbound(sealed, earlier)
        nonce = 1 + KEY_ID
        cipher = self._ciphers.get(sealed[1:nonce])
        if sealed[:1] != VERSION or cipher is None or len(sealed) < nonce + NONCE + TAG:
            raise Tampered("not something that is sealed with this key")
        try:
            return cipher.decrypt(sealed[nonce : nonce + NONCE], sealed[nonce + NONCE :], sealed[:nonce] + about)
        except InvalidTag:
            raise Tampered("another purpose, or altered") from None

    def lacks_key_of(self, sealed: bytes) -> bool:
        """Whether what begins so was sealed with a key that is not here."""
        return sealed[:1] == VERSION and sealed[1 : 1 + KEY_ID] not in self._ciphers

    def _open_unbound(self, sealed: bytes, about: bytes) -> bytes:
        if len(sealed) >= 1 + NONCE + TAG:
            for cipher in self._ciphers.values():
                try:
                    return cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], UNBOUND + about)
                except InvalidTag:
                    continue
        raise Tampered("another secret, another purpose, or altered")

    def seal_json(self, value: Any, *, about: bytes) -> bytes:
        """`seal` what orjson can write; raises TypeError for what it cannot, as integers over 64 bits."""
        return self.seal(orjson.dumps(value), about=about)

    def open_json(self, sealed: bytes, *, about: bytes, earlier: bytes = b"") -> Any:
        """The value that was sealed. Raises Tampered."""
        return orjson.loads(self.open(sealed, about=about, earlier=earlier))

    def index(self, text: str, *, kind: str) -> bytes:
        """32 bytes by which a row is found although the text is not kept; the same for equal text and kind.

        The text must be in one form already (a phone in E.164, say).
        """
        # The length keeps ("a", "bc") and ("ab", "c") apart; text from outside may hold half a surrogate.
        message = f"{len(kind)}:{kind}{text}".encode(errors="surrogatepass")
        return hmac.digest(self.index_key, message, "sha256")

    def hash_word(self, word: str, *, kind: str) -> list[int]:
        """By what a word is found in an index of words, with the newest key and, last, with the one before it.

        63 bits and a sign: of a million words two in ten million such indexes are taken for one.
        """
        said = f"{len(kind)}:{kind}{word}".encode(errors="surrogatepass")
        hashes = (hmac.digest(key, said, "sha256")[:8] for key in self._word_keys)
        return [int.from_bytes(cut, "big", signed=True) for cut in hashes]

    def sign(self, said: bytes, *, about: str) -> bytes:
        """What proves that somebody with the newest key wrote this: the key's id, and a code."""
        key_id = self.key_ids[0]
        return key_id + self._code(key_id, said, about)

    def signer(self, said: bytes, signature: bytes, *, about: str) -> bytes:
        """The id of the key with which this was signed; empty if that key is not here. Raises Tampered."""
        key_id = signature[:KEY_ID]
        if key_id not in self._sign_keys:
            return b""
        if not hmac.compare_digest(signature[KEY_ID:], self._code(key_id, said, about)):
            raise Tampered("altered since it was signed")
        return key_id

    def _code(self, key_id: bytes, said: bytes, about: str) -> bytes:
        return hmac.digest(self._sign_keys[key_id], f"{len(about)}:{about}".encode() + said, "sha256")

    def __repr__(self) -> str:
        return "Vault(secret kept)"


def _derive(secret: str, purpose: bytes, length: int = 32) -> bytes:
    key = secret.encode(errors="surrogatepass")
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(key)
