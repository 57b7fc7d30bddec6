"""What each backup was when it proved itself, so that one which is something else by now is known without a key."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import orjson

from storage.backup.shelf import finished, made_at

NAME = "proven.json"


def note(path: Path) -> None:
    """This backup has proved itself as it is now. Those that are gone are forgotten, and where the list is damaged all others:
    a backup that is whole must not fail for that. Raises OSError."""
    folder, known = path.parent, {}
    with suppress(ValueError):
        known = {name: digest for name, digest in _read(folder).items() if (folder / name).exists()}
    with finished(folder / NAME) as unfinished:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(orjson.dumps({**known, path.name: _digest(path)}))
            file.flush()
            os.fsync(file.fileno())


def changed(folder: Path) -> list[str]:
    """The backups that are not what they were when they proved themselves: cut off, emptied, or another file. Reads every
    one to its end. Raises OSError and ValueError."""
    known = _read(folder)
    return [name for name in sorted(known) if (folder / name).exists() and _digest(folder / name) != known[name]]


def _read(folder: Path) -> Mapping[str, str]:
    try:
        said = orjson.loads((folder / NAME).read_bytes())
    except FileNotFoundError:
        return {}
    if not isinstance(said, dict) or not all(made_at(Path(name)) and isinstance(said[name], str) for name in said):
        raise ValueError(f"{NAME}: it is not what was written there")
    return said


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
