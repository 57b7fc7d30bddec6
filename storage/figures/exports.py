"""What a list of records shows of each, for the officers of its units: whole lists at once, in the order asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.aid import sealing
from storage.aid.pledges import FullPledge, promises
from storage.aid.volunteers import REGISTERED, WITH_UNIT, Listed
from storage.campaign.within import inside
from storage.database import Tx
from storage.database.rows import build
from storage.database.secret import BROKEN_SIGN
from storage.database.vault import Tampered
from storage.tables import addresses, deeds, needs, pledges, units, volunteers
from storage.tables.sealed import PLEDGE_PHONE, VOLUNTEER_PHONE
from storage.talk.consents import doer_of, name_of

IN_ONE = 500
"""Codes that are looked for at once."""


class Wants(Struct, frozen=True):
    """One thing that a household still needs."""

    kind: str
    what: str
    measure: str
    amount: int


class Home(Struct, frozen=True):
    """A household as its card shows it; ``phone`` is in clear, and whoever shows it masks it."""

    code: str
    unit_name: str
    shown_name: str
    category: str
    people_count: int
    state: str
    consented: bool
    phone: str
    needs: tuple[Wants, ...]


class Promised(Struct, frozen=True):
    """A pledge, with where its giver wants to be called, in clear."""

    pledge: FullPledge
    phone: str


class Reported(Struct, frozen=True):
    """A kind deed; without the doer's name if it is who told of it and does not agree to be named."""

    code: str
    unit_name: str
    done_on: date
    doer_name: str
    what: str
    helped: str
    reporter_name: str
    state: str


async def homes(tx: Tx, codes: Sequence[str], within: Collection[int] | None) -> list[Home]:
    """The addresses with these codes that lie in these units (None: anywhere)."""
    its = sa.select(addresses, units.c.name.label("unit_name")).join(units, units.c.id == addresses.c.unit_id)
    rows = await _all(tx, its.where(inside(addresses.c.unit_id, within)), addresses.c.code, codes)
    wanted: dict[int, list[Wants]] = {}
    still = sa.select(needs).where(needs.c.ended_at.is_(None)).order_by(needs.c.id)
    for row in await _all(tx, still, needs.c.address_id, [row["id"] for row in rows]):
        wanted.setdefault(row["address_id"], []).append(build(Wants, row))
    return [
        build(Home, row, phone=_phone_of(tx, row), needs=tuple(wanted.get(row["id"], ())))
        for row in _ordered(rows, "code", codes)
    ]


async def promised(tx: Tx, codes: Sequence[str], within: Collection[int] | None) -> list[Promised]:
    """The pledges with these codes to addresses in these units."""
    rows = await _all(tx, promises().where(inside(addresses.c.unit_id, within)), pledges.c.code, codes)
    return [
        Promised(build(FullPledge, row), PLEDGE_PHONE.show_in(tx.vault, row)) for row in _ordered(rows, "code", codes)
    ]


async def reported(tx: Tx, codes: Sequence[str], within: Collection[int] | None) -> list[Reported]:
    """The deeds with these codes that were done in these units and not withdrawn."""
    named = doer_of(deeds), name_of(deeds.c.person_id, deeds.c.reporter_name)
    shown = [column for column in deeds.c if column.name not in ("doer_name", "reporter_name")]
    its = sa.select(*shown, *named, units.c.name.label("unit_name"))
    its = its.join(units, units.c.id == deeds.c.unit_id).where(deeds.c.state != "withdrawn")
    rows = await _all(tx, its.where(inside(deeds.c.unit_id, within)), deeds.c.code, codes)
    return [build(Reported, row) for row in _ordered(rows, "code", codes)]


async def registered(tx: Tx, numbers: Sequence[int], within: Collection[int] | None) -> list[Listed]:
    """The registered volunteers with these numbers who live in these units."""
    its = WITH_UNIT.where(volunteers.c.state == REGISTERED, inside(volunteers.c.unit_id, within))
    rows = await _all(tx, its, volunteers.c.person_id, numbers)
    return [
        build(Listed, row, phone=VOLUNTEER_PHONE.show_in(tx.vault, row)) for row in _ordered(rows, "person_id", numbers)
    ]


async def _all(tx: Tx, its: sa.Select[Any], column: sa.Column[Any], values: Sequence[Any]) -> list[Mapping[Any, Any]]:
    found: list[Mapping[Any, Any]] = []
    for start in range(0, len(values), IN_ONE):
        found += await tx.all(its.where(column.in_(values[start : start + IN_ONE])))
    return found


def _ordered(rows: Sequence[Mapping[Any, Any]], name: str, values: Sequence[Any]) -> list[Mapping[Any, Any]]:
    at = {value: n for n, value in enumerate(values)}
    return sorted(rows, key=lambda row: at[row[name]])


def _phone_of(tx: Tx, row: Mapping[Any, Any]) -> str:
    try:
        return sealing.unseal(tx, row["code"], row["dossier"]).phone if row["dossier"] else ""
    except Tampered:
        return BROKEN_SIGN
