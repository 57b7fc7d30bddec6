"""OAuth v4 as far as it is documented: a code is good once, a refresh token too, and both old tokens die at once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

ACCESS, REFRESH, CODE = timedelta(hours=25), timedelta(days=90), timedelta(minutes=10)


class Refused(Exception):
    """Answered as ``{"error": code, "error_name": …}``."""

    def __init__(self, code: int, name: str) -> None:
        super().__init__(name)
        self.code, self.name = code, name


@dataclass(frozen=True)
class Pair:
    access: str
    refresh: str
    at: datetime


class OAuth:
    """The pair that is good now, and the codes that were given out."""

    def __init__(self, app_id: str, secret: str, clock: Callable[[], datetime], fresh: Callable[[str], str]) -> None:
        self.app_id, self.secret, self.clock, self.fresh = app_id, secret, clock, fresh
        self.pair: Pair | None = None
        self.calls: list[dict[str, Any]] = []
        """The requests that were carried out or refused."""
        self._codes: dict[str, tuple[datetime, str]] = {}

    def consent(self, challenge: str) -> str:
        """An administrator of the Official Account agrees; returns the code."""
        code = self.fresh("code")
        self._codes[code] = self.clock(), challenge
        return code

    def issue(self) -> Pair:
        """A new pair; the one before is worth nothing from now on."""
        self.pair = Pair(self.fresh("access"), self.fresh("refresh"), self.clock())
        return self.pair

    def exchange(self, secret: str, asked: dict[str, Any]) -> dict[str, str]:
        """Raises Refused."""
        self.calls.append(asked)
        if secret != self.secret or asked["app_id"] != self.app_id:
            raise Refused(-14004, "Invalid secret key")
        if asked["grant_type"] == "authorization_code":
            at, challenge = self._codes.pop(asked["code"], (None, ""))
            if at is None or self.clock() - at > CODE:
                raise Refused(-14019, "Invalid authorization code")
            if challenge != challenge_of(asked.get("code_verifier", "")):
                raise Refused(-14018, "Invalid code verifier")
        elif not self._is_good(asked["refresh_token"]):
            raise Refused(-14014, "Invalid refresh token")
        pair = self.issue()
        return {"access_token": pair.access, "refresh_token": pair.refresh, "expires_in": "90000"}

    def _is_good(self, refresh: str) -> bool:
        return self.pair is not None and self.pair.refresh == refresh and self.clock() - self.pair.at < REFRESH

    def error_of(self, access: str) -> int:
        """The code with which this access token is refused; 0 if it is good."""
        if self.pair is None or access != self.pair.access:
            return -216
        return -220 if self.clock() - self.pair.at >= ACCESS else 0


def challenge_of(verifier: str) -> str:
    """RFC 7636, S256; empty without a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") if verifier else ""
