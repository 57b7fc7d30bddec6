"""Backups in a bucket that speaks S3, where they outlive the machine: bring them there, of which as many days and weeks stay as
here, and fetch one back."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, tzinfo
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from obstore.exceptions import GenericError, PermissionDeniedError, UnauthenticatedError

from storage.backup import proven, remembered, shelf
from storage.files.s3 import store_of


class NotBrought(RuntimeError):
    """It is not there as it is here; the text says why, without an address."""


class NotFetched(RuntimeError):
    """None could be had from there; the text says why, without an address."""


def split(url: str) -> tuple[str, str]:
    """The address of a bucket, and the name of the backup that it ends with; empty where it ends with none."""
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    if shelf.made_at(Path(name)) is None:
        return url, ""
    return parts._replace(path=folder).geturl(), name


def _why(failed: Exception) -> str:
    """What went wrong, in words; the client's own hold addresses, and what was sent."""
    match failed:
        case _ if isinstance(failed, FileNotFoundError) or "NoSuchBucket" in str(failed):
            return "there is no such bucket"
        case PermissionError() | PermissionDeniedError() | UnauthenticatedError():
            return "it refuses BACKUP_ALSO_KEY and BACKUP_ALSO_SECRET"
        case GenericError():
            return "it does not answer, or not as a bucket does"
    return type(failed).__name__


class Away:
    """One bucket, or what is under a prefix in it. Its methods wait for the network: call them in a thread."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        self._store = store_of(url, key, secret)

    def bring(self, path: Path, zone: tzinfo) -> list[str]:
        """Bring this backup and what lies beside it, and remove there what need not be kept; returns what went.

        Raises NotBrought.
        """
        try:
            for one in (path, path.with_name(proven.NAME), path.with_name(remembered.NAME)):
                self._store.put(one.name, one)
            if (there := self._store.head(path.name)["size"]) != (here := path.stat().st_size):
                raise NotBrought(f"{there} bytes came there of {here}")
            gone = [one.name for one in shelf.may_go(self._names(), zone)]
            for name in gone:
                self._store.delete(name)
            return gone
        except NotBrought:
            raise
        except Exception as failed:  # the client's own text holds addresses, and what was sent
            raise NotBrought(_why(failed)) from None

    def bring_remembered(self, folder: Path) -> None:
        """Bring what no backup may undo, as it is now. Raises NotBrought."""
        try:
            self._store.put(remembered.NAME, folder / remembered.NAME)
        except Exception as failed:
            raise NotBrought(_why(failed)) from None

    def instants(self) -> list[datetime]:
        """When the backups there were made, the oldest first. Raises NotBrought."""
        try:
            return sorted(filter(None, map(shelf.made_at, self._names())))
        except Exception as failed:
            raise NotBrought(_why(failed)) from None

    def fetch(self, name: str, folder: Path) -> Path:
        """Write this backup, or the newest where none is named, and what is remembered beside it into the folder; returns
        where it is. Raises NotFetched and OSError."""
        try:
            wanted = name or max((one.name for one in self._names() if shelf.made_at(one)), default="")
            if not wanted:
                raise NotFetched("there is no backup")
            self._write(wanted, folder)
            with suppress(FileNotFoundError):
                self._write(remembered.NAME, folder)
            return folder / wanted
        except NotFetched:
            raise
        except FileNotFoundError:
            raise NotFetched("it is not there") from None
        except Exception as failed:
            if isinstance(failed, OSError) and failed.errno:
                raise  # our own disk
            raise NotFetched(_why(failed)) from None

    def _names(self) -> list[Path]:
        return [Path(PurePosixPath(kept["path"]).name) for page in self._store.list() for kept in page]

    def _write(self, name: str, folder: Path) -> None:
        content = self._store.get(name)
        with open(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(content.stream())
