"""The folder in which backups stand, by their days: which may go, and what a killed program left."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

DAYS, WEEKS = 7, 5
"""How many days' last backups are kept, and how many weeks'."""
NAME = re.compile(r"nhandao-(\d{8}T\d{6})Z\.tar\.age")
EXPORT = re.compile(r"nhandao-export-(\d{8}T\d{6})Z-\d+\.tar\.age")
EXPORT_LIVES = timedelta(days=7)
"""So long an export waits for somebody to take it away: it holds whoever is erased meanwhile."""
UNFINISHED = ".unfinished"


def name_at(at: datetime) -> str:
    """The name of a backup that is made now."""
    return f"nhandao-{at.astimezone(UTC):%Y%m%dT%H%M%S}Z.tar.age"


def export_name_at(at: datetime, id: int) -> str:
    """The name of an export that is made now, for what was asked for under this number."""
    return f"nhandao-export-{at.astimezone(UTC):%Y%m%dT%H%M%S}Z-{id}.tar.age"


def made_at(path: Path, form: re.Pattern[str] = NAME) -> datetime | None:
    """When a backup was made, by its name; None of any other file."""
    found = form.fullmatch(path.name)
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


def prune_exports(folder: Path, now: datetime) -> None:
    """Remove the exports whose time is over. Raises OSError."""
    for path in folder.glob("nhandao-export-*"):
        made = made_at(path, EXPORT)
        if made and made <= now - EXPORT_LIVES:
            path.unlink(missing_ok=True)


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
