"""The files on the server: what people sent, what the bot uploaded, and the links to download them."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.fakes.bot_api.refusal import Refusal

DOWNLOAD_MOST = 20 * 1024 * 1024
PHOTO_MOST = 10 * 1024 * 1024
UPLOAD_MOST = 50 * 1024 * 1024
LINK_LIVES = 3600
"""Seconds."""


@dataclass
class File:
    """`size` is what the server says, which a test may set apart from what `content` has."""

    file_id: str
    unique_id: str
    content: bytes
    size: int
    path: str
    gone: bool = False

    def fields(self, **more: Any) -> dict[str, Any]:
        """How a message names it."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size} | more


class Files:
    """All of them, by id and by path."""

    def __init__(self, now: Callable[[], float], random: Random) -> None:
        self._now, self._random = now, random
        self._by_id: dict[str, File] = {}
        self._links: dict[str, tuple[File, float]] = {}

    def add(self, content: bytes, folder: str, ending: str, *, size: int | None = None) -> File:
        """Keep a file; equal contents get different ids but the same unique id."""
        number = len(self._by_id)
        file = File(
            file_id=f"AgACAgUAAxk{self._random.getrandbits(160):040x}",
            unique_id="AQAD" + hashlib.sha256(content).hexdigest()[:12],
            content=content,
            size=len(content) if size is None else size,
            path=f"{folder}/file_{number}{ending}",
        )
        self._by_id[file.file_id] = file
        return file

    def get(self, file_id: str) -> File | None:
        """The file, if there is one of that id."""
        return self._by_id.get(file_id)

    def link(self, file_id: str) -> File:
        """What getFile does: a link for an hour. Raises Refusal."""
        file = self._by_id.get(file_id)
        if file is None:
            raise Refusal(400, "invalid file_id")
        if file.size > DOWNLOAD_MOST:
            raise Refusal(400, "file is too big")
        if file.gone:
            raise Refusal(400, "wrong file_id or the file is temporarily unavailable")
        self._links[file.path] = (file, self._now() + LINK_LIVES)
        return file

    def download(self, path: str) -> bytes | None:
        """The bytes behind a link that is still valid."""
        file, until = self._links.get(path, (None, 0.0))
        return file.content if file and not file.gone and self._now() < until else None

    def photo(self, content: bytes, *, size: int | None = None) -> list[dict[str, Any]]:
        """The sizes of a photo that somebody sent. Nothing is recompressed, so the bot gets what the test made."""
        wide, high = measure(content) or (1280, 960)
        small = self.add(content, "photos", ".jpg", size=min(size or len(content), 1200))
        large = self.add(content, "photos", ".jpg", size=size)
        scale = 90 / max(wide, high, 90)
        return [
            small.fields(width=max(1, int(wide * scale)), height=max(1, int(high * scale))),
            large.fields(width=wide, height=high),
        ]


def measure(content: bytes) -> tuple[int, int] | None:
    """The width and height of a picture; nothing if it is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content)) as picture:
                return picture.size
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None


def refuse_bad_photo(content: bytes) -> None:
    """What sendPhoto refuses (core.telegram.org/bots/api#sendphoto). Raises Refusal."""
    if len(content) > PHOTO_MOST:
        raise Refusal(400, f"too big file (max. {PHOTO_MOST} bytes)")
    size = measure(content)
    if size is None:
        raise Refusal(400, "IMAGE_PROCESS_FAILED")
    if sum(size) > 10_000 or max(size) > 20 * min(size):
        raise Refusal(400, "PHOTO_INVALID_DIMENSIONS")
