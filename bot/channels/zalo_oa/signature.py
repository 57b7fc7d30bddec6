"""Whether a webhook call comes from Zalo: by the plain SHA-256 of several things in a row, not certain which. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

OLDEST, NEWEST = timedelta(hours=2), timedelta(minutes=15)
"""Zalo tries again for an hour; clocks differ by minutes."""
MOST_FIGURES = 16
"""Of milliseconds: more are beyond every calendar."""


class Call(Struct, frozen=True):
    """One call, with what of its body and headers may be part of the signature."""

    body: bytes
    said: Mapping[str, Any]
    signature: str
    header_time: str

    def times(self) -> dict[str, str]:
        found = {"body": _text(self.said.get("timestamp")), "header": self.header_time}
        return {name: value for name, value in found.items() if value.isdecimal() and len(value) < MOST_FIGURES}

    @property
    def oa_id(self) -> str:
        """The Official Account that an event names: as its receiver, or as itself."""
        to = self.said.get("recipient")
        return _text(to.get("id") if isinstance(to, dict) else None) or _text(self.said.get("oa_id"))


class Match(Struct, frozen=True):
    """The formula that fits, such as «app_id + body + time in the body + key 1», and the time that was signed."""

    formula: str
    at: str

    def is_timely(self, now: datetime) -> bool:
        """Whether it was said lately enough; milliseconds."""
        age = now.timestamp() - int(self.at) / 1000
        return -NEWEST.total_seconds() <= age <= OLDEST.total_seconds()


def match(call: Call, app_id: str, secrets: Sequence[str], known: str = "") -> Match | None:
    """The formula by which this call is signed, the ``known`` one first; None if it is by none."""
    given = call.signature.removeprefix("mac=").strip().lower().encode()
    for found, parts in sorted(_candidates(call, app_id, secrets), key=lambda one: one[0].formula != known):
        digest = hashlib.sha256(b"".join(parts)).hexdigest()
        if hmac.compare_digest(given, digest.encode()):
            return found
    return None


def _candidates(call: Call, app_id: str, secrets: Sequence[str]) -> Iterator[tuple[Match, list[bytes]]]:
    for first, id in {"app_id": app_id, "oa_id": call.oa_id}.items():
        for where, at in call.times().items():
            for n, secret in enumerate(secrets, 1):
                if id and secret:
                    said = Match(f"{first} + body + {where} time + key {n}", at)
                    yield said, [id.encode(), call.body, at.encode(), secret.encode()]


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
