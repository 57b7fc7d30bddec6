"""What each person agreed to: which purpose, which text, when and where; and when she took it back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.tables import accounts, consents, staff

PURPOSES = ("take_part", "announcements", "publish_name")


class ConsentText(Struct, frozen=True):
    """The text that was agreed to. Law 91/2025/QH15 wants consent that can be proved."""

    version: str
    text: str
    language: str
    channel: str


async def choose(tx: Tx, person_id: int, wanted: Collection[str], shown: ConsentText, now: datetime) -> None:
    """Agree to exactly these purposes: what is new is given, what is missing is taken back."""
    held = set(await current(tx, person_id))
    await withdraw(tx, person_id, held - set(wanted), now)
    await give(tx, person_id, set(wanted) - held, shown, now)


async def give(tx: Tx, person_id: int, purposes: Collection[str], shown: ConsentText, now: datetime) -> None:
    """Keep that a person agreed to these purposes, with a hash of what she was shown."""
    proof = {
        "text_version": shown.version,
        "text_hash": hashlib.sha256(shown.text.encode()).hexdigest(),
        "language": shown.language,
        "channel": shown.channel,
        "given_at": now,
    }
    rows = [{"person_id": person_id, "purpose": purpose, **proof} for purpose in sorted(purposes)]
    await tx.run(sa.insert(consents), rows)


async def withdraw(tx: Tx, person_id: int, purposes: Collection[str], now: datetime) -> None:
    """Keep that a person took these back. It holds from this moment; the proof of what was before stays."""
    await tx.run(
        sa.update(consents)
        .where(
            consents.c.person_id == person_id, consents.c.purpose.in_(list(purposes)), consents.c.withdrawn_at.is_(None)
        )
        .values(withdrawn_at=now)
    )


def agrees(person: sa.Column[int], purpose: str) -> sa.ColumnElement[bool]:
    """Whether the person whom a column names agrees to this purpose now."""
    hers = consents.c.person_id == person, consents.c.purpose == purpose, consents.c.withdrawn_at.is_(None)
    return sa.exists().where(*hers)


def name_of(person: sa.Column[int], name: sa.Column[str]) -> sa.Label[str]:
    """The name by which somebody wants to be shown, under its own label; empty unless she agrees to that now."""
    return sa.case((agrees(person, "publish_name"), name), else_="").label(name.name)


def may_name_doer(deeds: sa.Table) -> sa.ColumnElement[bool]:
    """Whether the doer of a deed may be named: who told of her own deed only while she agrees to that."""
    return sa.or_(~deeds.c.done_by_teller, agrees(deeds.c.person_id, "publish_name"))


def doer_of(deeds: sa.Table) -> sa.Label[str]:
    """The doer's name as it may be published, under its own label; empty where it may not."""
    return sa.case((may_name_doer(deeds), deeds.c.doer_name), else_="").label("doer_name")


async def taking_part(tx: Tx, senders: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these accounts, by channel and address, whose owners agreed to take part, or hold a role."""
    found: set[tuple[str, str]] = set()
    for channel in sorted({channel for channel, _ in senders}):
        addresses = [address for its, address in senders if its == channel]
        here = accounts.c.channel == channel, accounts.c.address.in_(addresses)
        agreed = sa.select(consents.c.person_id).where(
            consents.c.purpose == "take_part", consents.c.withdrawn_at.is_(None)
        )
        held = sa.select(staff.c.person_id).where(staff.c.revoked_at.is_(None))
        may = sa.or_(accounts.c.person_id.in_(agreed), accounts.c.person_id.in_(held))
        rows = await tx.all(sa.select(accounts.c.address).where(*here, may))
        found |= {(channel, row["address"]) for row in rows}
    return found


async def find_stopped(tx: Tx, person_id: int) -> list[str]:
    """The purposes that a person once agreed to and has taken back."""
    rows = await tx.all(sa.select(consents.c.purpose).where(consents.c.person_id == person_id))
    return sorted({row["purpose"] for row in rows} - set(await current(tx, person_id)))


async def current(tx: Tx, person_id: int) -> list[str]:
    """The purposes that a person agrees to now."""
    rows = await tx.all(
        sa.select(consents.c.purpose).where(consents.c.person_id == person_id, consents.c.withdrawn_at.is_(None))
    )
    return sorted({row["purpose"] for row in rows})
