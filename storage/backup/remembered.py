"""What no restored backup may undo, kept beside the backups and not in the database: who was erased, which receipts were
written, and what was taken back. It is signed with a key from SECRET_KEY, so that a copy from elsewhere can be trusted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import orjson
import sqlalchemy as sa

from storage.database import Tx
from storage.database.vault import Tampered, Vault
from storage.tables import audit, campaigns, metadata

T = TypeVar("T", datetime, int)
NAME = "remembered.json"
TAKEN_BACK = {
    "staff": "revoked_at", "consents": "withdrawn_at", "people": "blocked_at", "invitations": "used_at",
    "shared_cards": "taken_back_at",
}  # fmt: skip
"""The columns that say since when a row holds no more, by its table: no role, consent or link comes back to life."""
MARGIN = timedelta(days=2)
"""By how much more is remembered than the oldest backup needs: clocks are wrong, and long transactions end late."""
SIGNED = "signed"
"""Under what the signature of all the rest stands in the file."""
HIDDEN = "hidden"
"""Before the code of a household that does not agree to be shown any more."""


@dataclass(frozen=True)
class Remembered:
    """``erased``: the keyed index of each account whose person was erased, and when; ``receipts``: the last number of each
    campaign's series, by the campaign's id; ``taken_back``: what holds no more, such as «staff:12», and since when;
    ``since``: what was erased or taken back before that is not here any more, since no backup is kept that is older;
    ``signed_by``: the id of the key with which it was signed, empty if nobody who is known here did."""

    erased: Mapping[str, datetime] = field(default_factory=dict)
    receipts: Mapping[str, int] = field(default_factory=dict)
    taken_back: Mapping[str, datetime] = field(default_factory=dict)
    since: datetime | None = None
    signed_by: bytes = field(default=b"", compare=False)

    def with_(self, other: Remembered) -> Remembered:
        """What either of them knows. How far that goes back, this one says alone."""
        return Remembered(
            _last(self.erased, other.erased),
            _last(self.receipts, other.receipts),
            _last(self.taken_back, other.taken_back),
            self.since,
        )

    def with_all(self, other: Remembered) -> Remembered:
        """What either of them knows, as far back as the one goes that goes back farther: both are trusted."""
        since = min(self.since, other.since) if self.since and other.since else None
        return replace(self.with_(other), since=since)

    def after(self, since: datetime | None) -> Remembered:
        """Without what is from before then; all of it where nothing is said."""
        if since is None:
            return self
        erased = {key: at for key, at in self.erased.items() if at > since}
        taken_back = {key: at for key, at in self.taken_back.items() if at > since}
        return replace(self, erased=erased, taken_back=taken_back)


def _last(one: Mapping[str, T], other: Mapping[str, T]) -> dict[str, T]:
    """What either of them has under each key; of both the later one."""
    return {**one, **other} | {key: max(one[key], other[key]) for key in one.keys() & other.keys()}


async def collect(tx: Tx) -> Remembered:
    """What this database knows of it."""
    forgotten = await tx.all(sa.select(audit.c.at, audit.c.details).where(audit.c.act == "forget").order_by(audit.c.id))
    erased = {key: row["at"] for row in forgotten for key in row["details"].get("accounts", [])}
    counted = await tx.all(sa.select(campaigns.c.id, campaigns.c.last_receipt))
    receipts = {str(row["id"]): row["last_receipt"] for row in counted}
    hidden = await tx.all(sa.select(audit.c.at, audit.c.object).where(audit.c.act == "no_consent").order_by(audit.c.id))
    taken_back = {f"{HIDDEN}:{row['object'].removeprefix('address:')}": row["at"] for row in hidden}
    for name, column in TAKEN_BACK.items():
        table = metadata.tables[name]
        over = sa.select(table.c.id, table.c[column].label("at")).where(table.c[column].is_not(None))
        taken_back |= {f"{name}:{row['id']}": row["at"] for row in await tx.all(over)}
    return Remembered(erased, receipts, taken_back)


def read(folder: Path, vault: Vault) -> Remembered:
    """What is kept there; nothing if nothing is. What an earlier version wrote is signed by nobody. Raises ValueError if it
    cannot be read or was altered since it was signed, and OSError."""
    try:
        said = orjson.loads((folder / NAME).read_bytes())
    except FileNotFoundError:
        return Remembered()
    try:
        receipts = {str(key): int(number) for key, number in said["receipts"].items()}
        since = said.get("since")
        taken_back = _instants(said.get("taken_back", {}))
        _check_numbers(taken_back)
        signed_by = _signer(said, vault)
        return Remembered(
            _instants(said["erased"]), receipts, taken_back, _instant(since) if since else None, signed_by
        )
    except Tampered as wrong:
        raise ValueError(f"{NAME}: {wrong}") from None
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"{NAME}: {wrong}") from None


def _signer(said: Mapping[str, Any], vault: Vault) -> bytes:
    """The id of the key with which this was signed. Raises Tampered, TypeError and ValueError."""
    signature = bytes.fromhex(said.get(SIGNED, ""))
    return vault.signer(_plain(said), signature, about=NAME) if signature else b""


def _plain(said: Mapping[str, Any]) -> bytes:
    """What is signed: all but the signature, in one order."""
    return orjson.dumps({key: said[key] for key in said if key != SIGNED}, option=orjson.OPT_SORT_KEYS)


def _instants(said: Mapping[str, str]) -> dict[str, datetime]:
    return {str(key): _instant(at) for key, at in said.items()}


def _instant(said: str) -> datetime:
    """Raises ValueError, also of a time of no zone, which cannot be compared."""
    at = datetime.fromisoformat(said)
    if at.tzinfo is None:
        raise ValueError(f"{NAME}: {said} has no zone")
    return at


def _check_numbers(taken_back: Mapping[str, datetime]) -> None:
    """Raises ValueError if a row is named by anything but its number."""
    for key in taken_back:
        name, _, which = key.partition(":")
        if name in TAKEN_BACK and not which.isdecimal():
            raise ValueError(f"{NAME}: {key} names no row")


def join(folder: Path, known: Remembered, vault: Vault) -> Remembered:
    """What is kept there, all of it, and what is ``known``: all of that, too, if it is signed; otherwise what is from after
    the folder's own ``since``, and no date in it shortens what this machine knows: its ``since`` counts only where nothing is
    kept. Raises ValueError and OSError."""
    before = read(folder, vault)
    if not (folder / NAME).exists():
        return known
    return before.with_all(known) if known.signed_by else before.with_(known.after(before.since))


def keep(folder: Path, known: Remembered, vault: Vault) -> bool:
    """Add to what is kept there, and sign it with the newest key; returns whether anything was new. Never less than before,
    whatever is known, also after a power cut. Raises ValueError and OSError."""
    before, together = read(folder, vault), join(folder, known, vault)
    if together == before and before.signed_by == vault.key_ids[0]:
        return False
    _write(folder, together, vault)
    return True


def shorten(folder: Path, oldest: datetime, vault: Vault) -> None:
    """Keep only what the backups need of which the ``oldest`` was made then; nothing else makes this less. Whoever restores an
    older one, from elsewhere, is told since when this goes back. Raises ValueError and OSError."""
    before = read(folder, vault)
    needed = oldest - MARGIN
    less = replace(before.after(needed), since=max(filter(None, (before.since, needed))))
    if less != before:
        _write(folder, less, vault)


def _write(folder: Path, known: Remembered, vault: Vault) -> None:
    said = asdict(known)
    del said["signed_by"]
    said = orjson.loads(orjson.dumps(said))  # as whoever reads it has it
    said[SIGNED] = vault.sign(_plain(said), about=NAME).hex()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = folder / f"{NAME}.new"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(orjson.dumps(said))
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / NAME)
