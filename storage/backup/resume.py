"""Make a restored database fit to go on: nobody erased comes back, nothing that was taken back holds again, no receipt's
number comes twice, nothing is sent again without a human."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.backup.remembered import HIDDEN, TAKEN_BACK, Remembered
from storage.broadcast import broadcasts
from storage.database import Tx
from storage.rights import erase, spoken
from storage.rights.marks import index_of
from storage.tables import accounts, addresses, asked_backups, campaigns, inbox, metadata, outbox, spoken_consents
from storage.upkeep import instants, seals

ASIDE = "restored"
LEFT_OUT = 1000
"""Numbers of receipts that are left out where the last one is not known for certain: somebody may hold them. More than all
communes of a province write between two backups."""
TAILS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file, and would read into any other file of its name."""


class Resumed(Struct, frozen=True):
    """What was done to it. ``gaps``: each campaign's prefix with the first and the last number that is left out."""

    erased: int
    taken_back: int
    gaps: dict[str, tuple[int, int]]
    unsent: int
    unhandled: int


async def resume(
    tx: Tx, made_at: datetime, known: Remembered, by: str, now: datetime, *, exact: bool = False, hold: bool = False
) -> Resumed:
    """Do all of it, in one transaction. ``known`` is ``exact`` if the replaced database told it, too. Raises WrongKey.

    With ``hold`` broadcasts are held at once; otherwise the program does it when it starts, by the file beside the database
    (bot/broadcast/restored.py), and asks the officers.
    """
    await seals.check(tx)
    await audit.let_go_of_head(tx)
    done = Resumed(
        await _erase_again(tx, made_at, known, now),
        await _take_back_again(tx, made_at, known),
        await _skip_receipts(tx, known, exact=exact),
        await tx.run(
            sa.update(outbox)
            .where(outbox.c.state.in_(["waiting", "leased"]))
            .values(state="unknown", reason=ASIDE, leased_until=None)
        ),
        await tx.run(sa.update(inbox).where(inbox.c.state == "waiting").values(state="dead")),
    )
    if hold:
        await broadcasts.hold_after_restore(tx, now)
    await tx.run(sa.delete(asked_backups))  # whoever asked then may not ask now
    await instants.mark(tx, instants.NAME, now)
    gaps = {code: f"{first}–{last}" for code, (first, last) in done.gaps.items()}
    said = {"backup": f"{made_at:%Y-%m-%d %H:%M} UTC", "erased": done.erased, "taken_back": done.taken_back, **gaps}
    await audit.add(tx, now, by, "restore", "database", said)
    return done


async def _erase_again(tx: Tx, made_at: datetime, known: Remembered, now: datetime) -> int:
    """Forget once more whoever was forgotten since; returns how many people that are."""
    since = {key for key, at in known.erased.items() if at > made_at}
    if not since:
        return 0
    rows = await tx.all(sa.select(accounts.c.person_id, accounts.c.channel, accounts.c.address))
    known_as = [(row["person_id"], row["channel"], row["address"]) for row in rows]
    noted = await tx.all(sa.select(spoken_consents.c.person_id))
    known_as += [(row["person_id"], spoken.SPOKEN, str(row["person_id"])) for row in noted]
    people = {person_id for person_id, channel, address in known_as if index_of(tx, channel, address) in since}
    for person_id in sorted(people):
        await erase.forget(tx, person_id, now, source="restore")
    return len(people)


async def _take_back_again(tx: Tx, made_at: datetime, known: Remembered) -> int:
    """Take back once more what was taken back since, and let every officer's browser prove whose it is; returns how much
    holds no more. Of what was given again since nothing is known: it is to be given once more."""
    await tx.run(sa.update(accounts).values(confirmed_at=None))
    ended = 0
    for key, at in known.taken_back.items():
        name, _, which = key.partition(":")
        if at <= made_at:
            continue
        if name == HIDDEN:
            shown = sa.update(addresses).where(addresses.c.code == which, addresses.c.consented)
            ended += await tx.run(shown.values(consented=False))
        elif name in TAKEN_BACK:
            table, column = metadata.tables[name], TAKEN_BACK[name]
            holds = sa.update(table).where(table.c.id == int(which), table.c[column].is_(None))
            ended += await tx.run(holds.values({column: at}))
    return ended


async def _skip_receipts(tx: Tx, known: Remembered, *, exact: bool) -> dict[str, tuple[int, int]]:
    """Count on after the last number that anybody may hold; returns which numbers are left out."""
    gaps = {}
    for row in await tx.all(sa.select(campaigns.c.id, campaigns.c.prefix, campaigns.c.last_receipt)):
        was, seen = row["last_receipt"], known.receipts.get(str(row["id"]), 0)
        last = max(was, seen) + (0 if exact else LEFT_OUT)
        if last > was:
            await tx.run(sa.update(campaigns).where(campaigns.c.id == row["id"]).values(last_receipt=last))
            gaps[row["prefix"]] = was + 1, last
    return gaps


def replace(new: Path, path: Path, now: datetime) -> Path | None:
    """Put a database file in the place of another one, which is kept under another name with all that belongs to it.

    Returns that name, None if nothing was there. There is no instant without a database at ``path``: a program that is killed
    in here leaves the old one or the new one, and both are whole.
    """
    aside = path.with_name(f"{path.stem}-{now:%Y%m%dT%H%M%S}.replaced{path.suffix}")
    there = path.exists()
    for tail in ("", *TAILS):  # before SQLite opens it: the log of a damaged file it would remove
        with suppress(FileNotFoundError):
            os.link(path.with_name(path.name + tail), aside.with_name(aside.name + tail))
    if there:
        with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=5)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what is in its log is in the file, under either name
    for tail in TAILS:
        path.with_name(path.name + tail).unlink(missing_ok=True)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    os.chmod(new, 0o600)
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return aside if there else None
