"""Serve a sound to a player, whole or in the parts that it asks for: Safari plays nothing otherwise."""

from __future__ import annotations

import re

from starlette.responses import Response

RANGE = re.compile(r"bytes=([0-9]{1,9})-([0-9]{0,9})")
SECONDS = 86400
"""So long a browser may keep it."""


def sound(data: bytes, kind: str, wanted: str) -> Response:
    """A sound, or the part of it that a player asks for (RFC 9110, 14)."""
    headers = {"cache-control": f"private, max-age={SECONDS}", "accept-ranges": "bytes"}
    found = RANGE.fullmatch(wanted)
    if found is None:
        return Response(data, media_type=kind, headers=headers)
    first, last = int(found[1]), min(int(found[2] or len(data)), len(data) - 1)
    if first > last:
        return Response(status_code=416, headers={"content-range": f"bytes */{len(data)}"})
    part = headers | {"content-range": f"bytes {first}-{last}/{len(data)}"}
    return Response(data[first : last + 1], 206, media_type=kind, headers=part)
