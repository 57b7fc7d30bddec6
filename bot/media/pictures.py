"""Turn a picture that somebody sent into a safe one: small, upright, with nothing in it but its pixels."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.channels.kind import BadFile
from bot.media.child import ask, command_of

MEBIBYTE = 2**20
CHILD = command_of("picture.py")


class BadPicture(BadFile):
    """No picture can be made of these bytes; ``code`` is `too_big`, `too_many_pixels` or `not_a_picture`."""


@dataclass(frozen=True)
class Tidied:
    """A JPEG that may be kept and shown."""

    data: bytes = field(repr=False)
    width: int
    height: int


class Studio:
    """Where pictures are tidied, at most ``limit`` at once, each in a child process of its own.

    The decoders are the largest piece of foreign code that strangers' bytes reach, so they run with little
    memory and time, no files and no secrets. ``seconds`` is the time for one picture, once it is its turn.
    """

    def __init__(
        self,
        limit: int = 2,
        *,
        most_bytes: int = 10 * MEBIBYTE,
        seconds: float = 15,
        child: Sequence[str] = CHILD,
    ) -> None:
        self._turns = asyncio.Semaphore(limit)
        self._most_bytes, self._seconds, self._child = most_bytes, seconds, child

    async def tidy(self, raw: bytes) -> Tidied:
        """The picture in ``raw``, a JPEG, PNG or WebP, as a JPEG with no side over 1600 pixels.

        Raises BadPicture, and OSError when this machine cannot start a child.
        """
        if len(raw) > self._most_bytes:
            raise BadPicture("too_big")
        async with self._turns:
            answered = await ask(self._child, raw, seconds=self._seconds)
        if answered == b"too_many_pixels":
            raise BadPicture("too_many_pixels")
        match = re.fullmatch(rb"(\d{1,4}) (\d{1,4})\n(\xff\xd8.*)", answered, re.DOTALL)
        if not match:
            raise BadPicture("not_a_picture")
        width, height, data = match.groups()
        return Tidied(data, int(width), int(height))
