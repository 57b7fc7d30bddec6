"""Keep bytes under names that nobody guesses, and that never change meaning.

Others use: charts, documents, loose, papers, pictures, s3, sealed, voices.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

NAME = re.compile(r"[0-9a-f]{64}")
HEAD = 32
"""Bytes at the beginning of a file that say how it is sealed."""
UNFINISHED = "unfinished"
FORGOTTEN_AFTER = 3600
"""Seconds after which an unfinished file is taken for what a killed program left behind."""


class NoSuchFile(Exception):
    """Nothing is kept under this name."""


class Files(Protocol):
    """A place that keeps bytes. A name is 64 hexadecimal digits, made up for one file (`loose`); earlier versions took the
    SHA-256 of the content."""

    async def put(self, name: str, data: bytes) -> None:
        """Keep it under this name, for good once this returns, whole or not at all; once more if something is kept there."""
        ...

    async def get(self, name: str) -> bytes:
        """What is kept under the name. Raises NoSuchFile, for anything that is no name too."""
        ...

    async def delete(self, name: str) -> None:
        """Keep it no longer. A name under which nothing is kept is fine."""
        ...

    async def size(self) -> int:
        """The bytes of all that is kept."""
        ...


class Store(Files, Protocol):
    """A place whose bytes are sealed by whoever puts them there."""

    async def head(self, name: str) -> bytes:
        """Its first bytes, so many as say how it is sealed. Raises NoSuchFile."""
        ...


class Folder(Store):
    """Files in a folder that only this user can read, as ``ab/cd/abcd…``; several programs may share it."""

    def __init__(self, root: Path) -> None:
        """Raises OSError when the folder can neither be found nor made."""
        self._root = root
        _make(root / UNFINISHED)

    async def put(self, name: str, data: bytes) -> None:
        """Raises OSError (disk full, say)."""
        await asyncio.to_thread(self._put, name, data)

    async def get(self, name: str) -> bytes:
        try:
            return await asyncio.to_thread(self._path(name).read_bytes)
        except FileNotFoundError:
            raise NoSuchFile(name) from None

    async def head(self, name: str) -> bytes:
        try:
            return await asyncio.to_thread(self._head, name)
        except FileNotFoundError:
            raise NoSuchFile(name) from None

    async def delete(self, name: str) -> None:
        with suppress(FileNotFoundError, NoSuchFile):
            await asyncio.to_thread(self._path(name).unlink)

    async def size(self) -> int:
        return await asyncio.to_thread(lambda: sum(self._sizes()))

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise NoSuchFile(name)
        return self._root / name[:2] / name[2:4] / name

    def _head(self, name: str) -> bytes:
        with self._path(name).open("rb") as file:
            return file.read(HEAD)

    def _put(self, name: str, data: bytes) -> None:
        path = self._path(name)
        _make(path.parent)
        self._write(data, path)
        _sync(path.parent)

    def _write(self, data: bytes, path: Path) -> None:
        handle, name = tempfile.mkstemp(dir=self._root / UNFINISHED)
        unfinished = Path(name)
        try:
            with open(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(handle)
            self._sweep(unfinished.stat().st_mtime)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    def _sweep(self, now: float) -> None:
        """Remove what a killed program left: somebody's picture that nothing refers to."""
        for left in (self._root / UNFINISHED).iterdir():
            with suppress(FileNotFoundError):  # another program finished it, or sweeps too
                if left.stat().st_mtime < now - FORGOTTEN_AFTER:
                    left.unlink()

    def _sizes(self) -> Iterator[int]:
        for path in self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            with suppress(FileNotFoundError):  # deleted meanwhile
                yield path.stat().st_size


def _make(folder: Path) -> None:
    """Make a folder and those above it, so that they are still there after a power cut."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    """Have the names in this folder written to the disk: without it, a power cut can take them away again."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
