"""The key pair of the backups, in the age format: the public key seals them on the server, the private one lies in a safe."""

from __future__ import annotations

from pyrage import IdentityError, RecipientError, x25519


class NoKey(ValueError):
    """These characters are no key."""


def new_pair() -> tuple[str, str]:
    """A private key and the public one that belongs to it."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def read_public(written: str) -> x25519.Recipient:
    """Raises NoKey."""
    try:
        return x25519.Recipient.from_str(written.strip())
    except RecipientError:
        raise NoKey(written) from None


def read_private(written: str) -> x25519.Identity:
    """The key in what was typed or in a key file, whose lines may be comments. Raises NoKey, without the key."""
    lines = [line.strip() for line in written.splitlines()]
    try:
        return x25519.Identity.from_str(next((line for line in lines if line and not line.startswith("#")), ""))
    except IdentityError:
        raise NoKey from None
