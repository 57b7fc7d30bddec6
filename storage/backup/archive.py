"""One sealed file: a tar whose first member says what it is and whose last one names every other with its length and hash.

It is written to the end or not at all, and what was written can be read through again, byte by byte.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import io
import os
import re
import tarfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

import orjson
import pyrage
from msgspec import Struct
from msgspec.structs import asdict
from pyrage.x25519 import Identity, Recipient

from storage.files import NAME

FORMAT = 1
AGE = b"age-encryption.org/v1\n"
ABOUT, DATABASE, SETTINGS, MANIFEST = "backup.json", "nhandao.db", "settings.json", "manifest.json"
FILES = "files/"
MEMBER = re.compile(f"{DATABASE}|{SETTINGS}|{FILES}{NAME.pattern}")
CHUNK = 1 << 18
SMALL = 1 << 20
"""Bytes above which what describes the others is not what it says."""


class Unusable(Exception):
    """A file from which nothing can be restored; the text says why."""


class Damaged(Unusable):
    """A part is missing, or not as it was written."""


class Foreign(Unusable):
    """Not a backup of this program."""


class OtherKey(Unusable):
    """Sealed to another key."""


class Newer(Unusable):
    """Written by a newer program."""


class About(Struct, frozen=True):
    """What a backup says of itself. ``counts`` are the rows of every table; ``broken_act`` is the first broken row of its audit
    log: what somebody did to that must not end all backups."""

    version: str
    revision: str
    made_at: datetime
    counts: dict[str, int]
    broken_act: int | None = None


class Member(Struct, frozen=True):
    """Something to keep, with all its bytes or the file that holds them."""

    name: str
    content: bytes | Path


async def write(path: Path, to: Sequence[Recipient], about: About, members: AsyncIterator[Member]) -> None:
    """Seal it all to these keys, in a new file that only this user can read, on disk once this returns.

    Raises OSError, and what the members raise. What was begun is left to the caller.
    """
    out, into = os.pipe()
    sealing = _Beside(lambda: _seal(out, path, to))
    try:
        with os.fdopen(into, "wb") as pipe, tarfile.open(fileobj=pipe, mode="w|") as tar:
            # The pipe's other end needs the processor, too: a full pipe must not stop the loop that fetches what follows.
            listed = {}
            await asyncio.to_thread(_add, tar, Member(ABOUT, _description(about)))
            async for member in members:
                listed[member.name] = await asyncio.to_thread(_add, tar, member)
            await asyncio.to_thread(_add, tar, Member(MANIFEST, orjson.dumps(listed)))
    except BrokenPipeError:
        sealing.end()  # the reason is on that side
        raise
    except BaseException:
        sealing.abandon()
        raise
    sealing.end()


def _add(tar: tarfile.TarFile, member: Member) -> tuple[int, str]:
    """Write one member; returns its length and hash."""
    with _opened(member.content) as content:
        size = content.seek(0, os.SEEK_END)
        content.seek(0)
        hashed = _Hashed(content)
        entry = tarfile.TarInfo(member.name)
        entry.size, entry.mode = size, 0o600
        tar.addfile(entry, hashed)
        return size, hashed.hash.hexdigest()


@contextmanager
def _opened(content: bytes | Path) -> Iterator[IO[bytes]]:
    with content.open("rb") if isinstance(content, Path) else io.BytesIO(content) as file:
        yield file


class _Hashed:
    """Reads, and hashes what was read. Raises Damaged where a tar ends too early."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.hash, self.length = content, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        try:
            read = self.content.read(size)
        except tarfile.TarError:
            raise Damaged("it was cut off, or changed since it was written") from None
        self.hash.update(read)
        self.length += len(read)
        return read


def _seal(out: int, path: Path, to: Sequence[Recipient]) -> None:
    with os.fdopen(out, "rb") as plain:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sealed:
            try:
                pyrage.encrypt_io(plain, sealed, to)
            except pyrage.EncryptError as failed:
                raise OSError(str(failed).removeprefix("OSError: ")) from None  # a disk that is full, for one
            sealed.flush()
            os.fsync(sealed.fileno())


class _Beside:
    """Work in a thread of its own, whose failure is raised where it is waited for."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._do, args=(work,), daemon=True)
        self._thread.start()

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as failed:
            self._failed = failed

    def abandon(self) -> None:
        self._thread.join()

    def end(self) -> None:
        self._thread.join()
        if self._failed is not None:
            raise self._failed


class Reading:
    """The members of a backup in their order, each checked as it is read; `about` is known from the first one on."""

    def __init__(self, path: Path, key: Identity) -> None:
        self.path, self.key = path, key
        self.about: About

    def __iter__(self) -> Iterator[tuple[str, IO[bytes]]]:
        """Every member of the database, the settings and the files; whoever does not read one to its end skips it.

        Raises Unusable, at the latest after the last member, and OSError if the disk cannot be read.
        """
        with self.path.open("rb") as file:
            beginning = file.read(len(AGE))
        if not beginning:
            raise Damaged("it is empty")
        if beginning != AGE:
            raise Foreign("it is no backup of this program")
        out, into = os.pipe()
        opening = _Beside(lambda: _open(self.path, into, self.key))
        try:
            with os.fdopen(out, "rb") as plain:
                yield from self._members(plain)
                while plain.read(CHUNK):  # the seal of the last bytes is part of it
                    pass
        except (tarfile.TarError, EOFError):
            opening.end()  # that it cannot be opened says more than that it ended too early
            raise Damaged("a part of it is missing") from None
        except Unusable:
            opening.end()
            raise
        finally:
            opening.abandon()
        opening.end()

    def _members(self, plain: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
        read: dict[str, list[int | str]] = {}
        with tarfile.open(fileobj=plain, mode="r|") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                if content is None or entry.name in read:
                    raise Foreign("it holds what this program never wrote")
                if entry.name == ABOUT and not read:
                    self.about = _described(content)
                    read[ABOUT] = []
                elif ABOUT not in read:
                    raise Foreign("it is no backup of this program")
                elif entry.name == MANIFEST:
                    del read[ABOUT]
                    if not _is_listed(content, read):
                        raise Damaged("what it holds is not what was put in")
                    return
                elif not MEMBER.fullmatch(entry.name):
                    raise Newer(f"it holds {entry.name!r}, which this version does not know")
                else:
                    hashed = _Hashed(content)
                    yield entry.name, hashed  # type: ignore[misc]  # it only reads
                    while hashed.read(CHUNK):
                        pass
                    read[entry.name] = [hashed.length, hashed.hash.hexdigest()]
        raise Damaged("its end is missing")


def _is_listed(content: IO[bytes], read: Mapping[str, object]) -> bool:
    """Whether the list is what was read: whoever knows the public key can seal any other."""
    try:
        return bool(orjson.loads(content.read(SMALL * 64)) == read)
    except ValueError:
        return False


def _description(about: About) -> bytes:
    said = {"format": FORMAT, **asdict(about)}
    if about.broken_act is None:  # earlier versions know nothing of it
        del said["broken_act"]
    return orjson.dumps(said)


def _described(content: IO[bytes]) -> About:
    try:
        said = orjson.loads(content.read(SMALL))
        if said.pop("format") > FORMAT:
            raise Newer("it was made by a newer version of this program")
        about = About(**{**said, "made_at": datetime.fromisoformat(said["made_at"])})
        numbers = [*about.counts.values(), about.broken_act or 0]
        words = about.revision, about.version
        is_one = all(isinstance(one, int) for one in numbers) and all(isinstance(one, str) for one in words)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Foreign("it is no backup of this program") from None
    if not is_one or about.made_at.tzinfo is None:
        raise Foreign("it is no backup of this program")
    return about


def _open(path: Path, into: int, key: Identity) -> None:
    """Write what is in the file into the pipe. Raises OtherKey and Damaged."""
    # Nobody may want to read on: what is buffered is written, and fails, only at the end.
    with path.open("rb") as sealed, suppress(BrokenPipeError), os.fdopen(into, "wb") as plain:
        try:
            pyrage.decrypt_io(sealed, plain, [key])
        except pyrage.DecryptError as failed:
            if "matching keys" in str(failed):
                raise OtherKey("this key does not open it") from None
            raise Damaged("its beginning is not as it was written") from None
        except OSError as failed:
            if failed.errno == errno.EPIPE:
                return
            raise Damaged("it was cut off, or changed since it was written") from None
