"""What no restored backup may undo, kept beside the backups and not in the database: who was erased, and which receipts
were written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import orjson
import sqlalchemy as sa

from storage.database import Tx
from storage.tables import audit, campaigns

NAME = "remembered.json"


@dataclass(frozen=True)
class Remembered:
    """``erased``: the keyed index of each account whose person was erased, and when; ``receipts``: the last number of each
    campaign's series, by the campaign's id."""

    erased: Mapping[str, datetime] = field(default_factory=dict)
    receipts: Mapping[str, int] = field(default_factory=dict)

    def with_(self, other: Remembered) -> Remembered:
        """What either of them knows."""
        erased = {**self.erased, **other.erased}
        for key in self.erased.keys() & other.erased.keys():
            erased[key] = max(self.erased[key], other.erased[key])
        receipts = {**self.receipts, **other.receipts}
        for key in self.receipts.keys() & other.receipts.keys():
            receipts[key] = max(self.receipts[key], other.receipts[key])
        return Remembered(erased, receipts)


async def collect(tx: Tx) -> Remembered:
    """What this database knows of it."""
    forgotten = await tx.all(sa.select(audit.c.at, audit.c.details).where(audit.c.act == "forget").order_by(audit.c.id))
    erased = {key: row["at"] for row in forgotten for key in row["details"].get("accounts", [])}
    counted = await tx.all(sa.select(campaigns.c.id, campaigns.c.last_receipt))
    return Remembered(erased, {str(row["id"]): row["last_receipt"] for row in counted})


def read(folder: Path) -> Remembered:
    """What is kept there; nothing if nothing is. Raises ValueError if it cannot be read, and OSError."""
    try:
        said = orjson.loads((folder / NAME).read_bytes())
    except FileNotFoundError:
        return Remembered()
    try:
        erased = {str(key): datetime.fromisoformat(at) for key, at in said["erased"].items()}
        return Remembered(erased, {str(key): int(number) for key, number in said["receipts"].items()})
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"{NAME}: {wrong}") from None


def keep(folder: Path, known: Remembered) -> bool:
    """Add to what is kept there; returns whether anything was new. Never less than before, also after a power cut."""
    before = read(folder)
    together = before.with_(known)
    if together == before:
        return False
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = folder / f"{NAME}.new"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(orjson.dumps({"erased": together.erased, "receipts": together.receipts}))
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / NAME)
    return True
