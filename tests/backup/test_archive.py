"""What was put in comes out again, or one line says why not."""

from __future__ import annotations

import errno
import io
import os
import tarfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import orjson
import pyrage
import pytest

from storage.backup import keys
from storage.backup.archive import ABOUT as ABOUT_NAME
from storage.backup.archive import (
    DATABASE,
    FILES,
    MANIFEST,
    About,
    Damaged,
    Foreign,
    Member,
    Newer,
    OtherKey,
    Reading,
    Unusable,
    write,
)
from storage.files.loose import new_name
from tests.stage import NINE

PICTURE = bytes(range(256)) * 2000
NAMED = FILES + new_name()
ABOUT = About("0.1.0", "0025", NINE, {"people": 3})
PRIVATE, PUBLIC = keys.new_pair()


async def members(*given: Member) -> AsyncIterator[Member]:
    for one in given:
        yield one


async def written(path: Path, *given: Member) -> Path:
    kept = given or (Member(DATABASE, b"rows " * 50_000), Member(NAMED, PICTURE))
    await write(path, [keys.read_public(PUBLIC)], ABOUT, members(*kept))
    return path


def read(path: Path, private: str = PRIVATE) -> dict[str, bytes]:
    return {name: content.read() for name, content in Reading(path, keys.read_private(private))}


async def test_everything_comes_out_as_it_was_put_in(tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.write_bytes(b"rows " * 500_000)
    path = await written(tmp_path / "b", Member(DATABASE, big), Member(NAMED, PICTURE))
    assert read(path) == {DATABASE: big.read_bytes(), NAMED: PICTURE}
    assert path.stat().st_mode & 0o777 == 0o600
    reading = Reading(path, keys.read_private(f"# of the safe\n{PRIVATE}\n"))
    for _name, _content in reading:  # whoever skips a member has it checked nevertheless
        pass
    assert reading.about == ABOUT


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def cut_at_a_chunk(data: bytes) -> bytes:
    return data[: len(data) - len(data) % 65_552]


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def grow(data: bytes) -> bytes:
    return data + b"x"


@pytest.mark.parametrize("damage", [cut, cut_at_a_chunk, flip, grow])
async def test_a_damaged_one_is_known(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = await written(tmp_path / "b")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(Damaged):
        read(path)


async def test_wherever_a_bit_is_changed_it_is_known(tmp_path: Path) -> None:
    path = await written(tmp_path / "b", Member(DATABASE, b"rows"))
    data = path.read_bytes()
    for at in range(0, len(data), 97):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(Unusable):
            read(path)


async def test_an_empty_one_a_foreign_one_and_one_of_another_key_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "b"
    path.write_bytes(b"")
    with pytest.raises(Damaged, match="empty"):
        read(path)
    path.write_bytes(b"PK\x03\x04" * 100)
    with pytest.raises(Foreign):
        read(path)
    path.write_bytes(pyrage.encrypt(b"a letter" * 1000, [keys.read_public(PUBLIC)]))
    with pytest.raises(Unusable):
        read(path)
    path.unlink()
    await written(path)
    with pytest.raises(OtherKey):
        read(path, keys.new_pair()[0])


SAID = {"format": 1, "version": "0.1.0", "revision": "0025", "made_at": NINE.isoformat(), "counts": {"people": 3}}


@pytest.mark.parametrize(
    "described",
    [
        b"{", b"[]", b"{}", {**SAID, "format": "1"}, {**SAID, "revision": 25}, {**SAID, "version": None},
        {**SAID, "made_at": "2026-05-12T02:00:00"}, {**SAID, "counts": ["people"]}, {**SAID, "counts": {"people": "3"}},
        {**SAID, "broken_act": "1"}, {**SAID, "more": 1},
    ],
)  # fmt: skip
def test_what_somebody_sealed_who_knows_the_public_key_is_no_backup(
    tmp_path: Path, described: bytes | dict[str, object]
) -> None:
    about = described if isinstance(described, bytes) else orjson.dumps(described)
    with pytest.raises(Foreign):
        read(sealed(tmp_path / "b", {ABOUT_NAME: about, DATABASE: b"rows", MANIFEST: b"{}"}))


@pytest.mark.parametrize("listed", [b"", b"{", b"[]", b"7", b'{"nhandao.db": 1}'])
def test_a_list_that_is_none_is_damage(tmp_path: Path, listed: bytes) -> None:
    with pytest.raises(Damaged):
        read(sealed(tmp_path / "b", {ABOUT_NAME: orjson.dumps(SAID), DATABASE: b"rows", MANIFEST: listed}))


def sealed(path: Path, members: dict[str, bytes]) -> Path:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    path.write_bytes(pyrage.encrypt(plain.getvalue(), [keys.read_public(PUBLIC)]))
    return path


async def test_what_a_newer_program_wrote_is_not_guessed_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in range(100_000, 400_000, 10_000):  # whatever is left in the pipe when nobody wants to read on
        path = await written(tmp_path / f"b{size}", Member("something new", bytes(size)))
        with pytest.raises(Newer):
            read(path)
    monkeypatch.setattr("storage.backup.archive.FORMAT", 2)
    path = await written(tmp_path / "c", Member(DATABASE, bytes(3_000_000)))
    monkeypatch.setattr("storage.backup.archive.FORMAT", 1)
    with pytest.raises(Newer):
        read(path)


async def test_what_fails_while_it_is_written_is_told_and_leaves_no_thread_waiting(tmp_path: Path) -> None:
    async def failing() -> AsyncIterator[Member]:
        yield Member(DATABASE, b"rows")
        raise ConnectionError("the bucket is away")

    with pytest.raises(ConnectionError):
        await write(tmp_path / "b", [keys.read_public(PUBLIC)], ABOUT, failing())
    (tmp_path / "full").symlink_to("/dev/full")
    with pytest.raises(OSError, match="exists"):
        await written(tmp_path / "full", Member(DATABASE, bytes(3_000_000)))


class Full(io.BufferedIOBase):
    """A file on a disk that has no room left."""

    def write(self, data: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def test_a_disk_that_fills_meanwhile_is_the_disk_s_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What seals calls it a failure of its own."""
    seal = pyrage.encrypt_io
    monkeypatch.setattr(pyrage, "encrypt_io", lambda plain, sealed, to: seal(plain, Full(), to))
    with pytest.raises(OSError, match="No space left"):
        await written(tmp_path / "b", Member(DATABASE, os.urandom(3_000_000)))
