"""Addresses that name one thing for one recipient until an instant, signed so that none can be made up or read."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from storage.database.vault import Tampered, Vault


class Meant(Struct, frozen=True):
    """What an address names: something, and who it is for."""

    name: str
    to: str


class Signed:
    """Makes such addresses, and reads them again."""

    def __init__(self, vault: Vault, now: Callable[[], datetime], purpose: str) -> None:
        self.vault, self.now, self.purpose = vault, now, purpose

    def write(self, kind: str, name: str, to: str, until: int) -> str:
        """The part of an address that names this for this recipient until then (seconds since 1970)."""
        sealed = self.vault.seal_json([name, to, until], about=self._about(kind))
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def read(self, kind: str, signed: str) -> Meant | None:
        """What it names; None if it is none of ours, or its time is over."""
        try:
            sealed = base64.b64decode(signed + "=" * (-len(signed) % 4), altchars="-_", validate=True)
            name, to, until = self.vault.open_json(sealed, about=self._about(kind))
        except (binascii.Error, ValueError, Tampered):
            return None
        return Meant(str(name), str(to)) if self.now().timestamp() <= until else None

    def _about(self, kind: str) -> bytes:
        return f"{self.purpose} {kind}".encode()
