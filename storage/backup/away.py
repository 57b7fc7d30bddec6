"""Bring backups into a bucket that speaks S3, where they outlive the machine; as many days and weeks stay there as here."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path, PurePosixPath

from storage.backup import proven, remembered, shelf
from storage.files.s3 import store_of


class NotBrought(RuntimeError):
    """It is not there as it is here; the text says why, without an address."""


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
            names = [PurePosixPath(kept["path"]).name for page in self._store.list() for kept in page]
            gone = [one.name for one in shelf.may_go(map(Path, names), zone)]
            for name in gone:
                self._store.delete(name)
            return gone
        except NotBrought:
            raise
        except Exception as failed:  # the client's own text holds addresses, and what was sent
            raise NotBrought(type(failed).__name__) from None
