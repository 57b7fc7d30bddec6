"""The folder in which backups stand, by their days: which may go, and what a killed program left."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path

DAYS, WEEKS = 7, 5
"""How many days' last backups are kept, and how many weeks'."""
NAME = re.compile(r"nhandao-(\d{8}T\d{6})Z\.tar\.age")
UNFINISHED = ".unfinished"


def name_at(at: datetime) -> str:
    """The name of a backup that is made now."""
    return f"nhandao-{at.astimezone(UTC):%Y%m%dT%H%M%S}Z.tar.age"


def made_at(path: Path) -> datetime | None:
    """When a backup was made, by its name; None of any other file."""
    found = NAME.fullmatch(path.name)
    try:
        return datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:  # no day of any calendar
        return None


def may_go(backups: Iterable[Path], zone: tzinfo) -> list[Path]:
    """Those that are neither the last of one of the newest days nor of one of the newest weeks. Pure."""
    dated = sorted(((at, path) for path in backups if (at := made_at(path))), reverse=True)
    kept: set[Path] = set()
    for most, form in ((DAYS, "%Y-%m-%d"), (WEEKS, "%G-%V")):
        last: dict[str, Path] = {}
        for at, path in dated:
            last.setdefault(at.astimezone(zone).strftime(form), path)
        kept |= set(list(last.values())[:most])
    return [path for _, path in dated if path not in kept]


def prune(folder: Path, zone: tzinfo) -> list[Path]:
    """Remove what need not be kept; never a file that is not by its name a backup. Returns what went."""
    gone = may_go(folder.iterdir(), zone)
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


@contextmanager
def finished(path: Path) -> Iterator[Path]:
    """A name for a file that gets its own at the end, when it is whole and on disk; or is removed. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}{UNFINISHED}")
    unfinished.unlink(missing_ok=True)  # of a program that was killed
    try:
        yield unfinished
        unfinished.rename(path)
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    finally:
        unfinished.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a killed program left unfinished."""
    for path in folder.glob(f"nhandao-*{UNFINISHED}"):
        path.unlink(missing_ok=True)
