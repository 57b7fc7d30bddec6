"""Everything that is kept about one person, as a document she can keep (law 91/2025/QH15: the right to see it)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from msgspec.structs import asdict

from storage.aid import appeals, deeds, dossiers, pledges, receipts, threads, volunteers
from storage.aid.colleagues import notes
from storage.database import Tx
from storage.database.secret import BROKEN_SIGN
from storage.database.vault import Tampered
from storage.rights import requests, spoken
from storage.tables import (
    accounts,
    consents,
    deliveries,
    inbox,
    outbox,
    people,
    pictures,
    places,
    pledge_changes,
    spoken_consents,
    staff,
    voices,
)
from storage.tables import deeds as deeds_of
from storage.tables import pledges as promises
from storage.tables.sealed import BODY, PAYLOAD, PLACE, Cell

APPEALED = ("kind", "code", "refusal", "said", "answer", "state", "created_at", "decided_at")
"""What of an appeal is hers: not who refused and decided."""

REQUESTED = (
    "id",
    "kind",
    "state",
    "said",
    "answer",
    "why",
    "asked_at",
    "answer_due_at",
    "act_due_at",
    "answered_at",
    "closed_at",
)
"""What of a request about her data is hers."""


async def everything(tx: Tx, person_id: int) -> dict[str, Any]:
    """What is kept about this person, by kind; her phone number and her messages in clear, since they are hers.

    To be called in a view that only reads: her messages are opened beside the event loop.
    """
    hers = accounts.c.person_id == person_id
    rows = await tx.all(sa.select(accounts).where(hers).order_by(accounts.c.id))
    mine = [(row["channel"], row["address"]) for row in rows]
    volunteer = await volunteers.find(tx, person_id)
    return {
        "person": _plain(await tx.all(sa.select(people).where(people.c.id == person_id))),
        "accounts": [
            {
                name: row[name]
                for name in ("channel", "address", "state", "announcements_here", "source", "created_at", "heard_at")
            }
            for row in rows
        ],
        "consents": _plain(await tx.all(sa.select(consents).where(consents.c.person_id == person_id))),
        "spoken_consents": _plain(
            await tx.all(sa.select(spoken_consents).where(spoken_consents.c.person_id == person_id))
        ),
        "noted_for_others": [
            {"name": one.name, "noted_at": one.noted_at} for one in await spoken.of_noter(tx, person_id)
        ],
        "volunteer": asdict(volunteer) if volunteer else None,
        "pledges": [asdict(pledge) for pledge in await pledges.of_person(tx, person_id)],
        "changed_pledges": _plain(
            await tx.all(
                sa.select(promises.c.code, pledge_changes)
                .join(promises, promises.c.id == pledge_changes.c.pledge_id)
                .where(promises.c.person_id == person_id)
                .order_by(pledge_changes.c.id)
            )
        ),
        "contributions": [asdict(receipt) for receipt in await receipts.of_person(tx, person_id)],
        "proposed_addresses": [asdict(proposal) for proposal in await dossiers.of_proposer(tx, person_id)],
        "threads": await threads.of_person(tx, person_id),
        "notes": await notes.of_person(tx, person_id),
        "deeds": [asdict(deed) for deed in await deeds.of_person(tx, person_id)],
        "appeals": [
            {name: getattr(appeal, name) for name in APPEALED} for appeal in await appeals.of_person(tx, person_id)
        ],
        "requests": [
            {name: getattr(request, name) for name in REQUESTED} for request in await requests.of_person(tx, person_id)
        ],
        "photos": _plain(
            await tx.all(
                sa.select(pictures.c.name, pictures.c.bytes, pictures.c.created_at)
                .join(accounts, accounts.c.id == pictures.c.account_id)
                .where(hers)
            )
        ),
        "voice_messages": _plain(
            await tx.all(
                sa.select(voices.c.name, voices.c.bytes, voices.c.created_at)
                .join(accounts, accounts.c.id == voices.c.account_id)
                .where(hers)
            )
        ),
        "announcements": _plain(
            await tx.all(
                sa.select(deliveries.c.broadcast_id, deliveries.c.channel, deliveries.c.state, deliveries.c.sent_at)
                .where(deliveries.c.person_id == person_id)
                .order_by(deliveries.c.id)
            )
        ),
        "roles": _plain(await tx.all(sa.select(staff).where(staff.c.person_id == person_id))),
        "open_form": [
            PLACE.read_json(tx.vault, row["place"], person_id) or BROKEN_SIGN
            for row in await tx.all(sa.select(places.c.place).where(places.c.person_id == person_id))
        ],
        "messages_received": [
            message
            for channel, address in mine
            for message in await _opened(tx, PAYLOAD, _said(inbox, PAYLOAD, "received_at", channel, address), _text)
        ],
        "messages_sent": [
            message
            for channel, address in mine
            for message in await _opened(tx, BODY, _said(outbox, BODY, "created_at", channel, address), _words)
        ],
    }


async def count(tx: Tx, person_id: int) -> dict[str, int]:
    """How much of each kind is kept about this person, for where no file can be sent."""
    mine = sa.select(accounts.c.channel, accounts.c.address).where(accounts.c.person_id == person_id).subquery()

    def at(table: sa.Table) -> sa.Select[Any]:
        return sa.select(sa.func.count(table.c.id)).join(
            mine, sa.and_(mine.c.channel == table.c.channel, mine.c.address == table.c.address)
        )

    photos = sa.select(sa.func.count(pictures.c.name)).join(accounts, accounts.c.id == pictures.c.account_id)
    row = await tx.first(
        sa.select(
            *(
                sa.select(sa.func.count(table.c.id)).where(table.c.person_id == person_id).scalar_subquery().label(name)
                for name, table in (("pledges", promises), ("deeds", deeds_of))
            ),
            photos.where(accounts.c.person_id == person_id).scalar_subquery().label("photos"),
            at(inbox).where(inbox.c.payload.is_not(None)).scalar_subquery().label("received"),
            at(outbox).where(outbox.c.body.is_not(None)).scalar_subquery().label("sent"),
        )
    )
    assert row is not None
    return {str(name): int(n) for name, n in row.items()}


def _said(table: sa.Table, cell: Cell, at: str, channel: str, address: str) -> sa.Select[Any]:
    here = table.c.channel == channel, table.c.address == address, cell.column.is_not(None)
    return sa.select(table.c[at].label("at"), cell.column.label("sealed"), *cell.by).where(*here).order_by(table.c.id)


async def _opened(tx: Tx, cell: Cell, said: sa.Select[Any], read: Callable[[bytes], str]) -> list[dict[str, Any]]:
    """What was said, opened beside the event loop: it may be much."""
    rows = await tx.all(said)

    def opened(row: Mapping[Any, Any]) -> str:
        try:
            return read(cell.open(tx.vault, row["sealed"], *(row[column.name] for column in cell.by)))
        except Tampered:
            return BROKEN_SIGN

    return await asyncio.to_thread(lambda: [{"at": row["at"], "message": opened(row)} for row in rows])


def write(kept: dict[str, Any]) -> bytes:
    """The document, as JSON that people can read."""
    return orjson.dumps(kept, default=_simple, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)


def _simple(value: object) -> str:
    """What JSON does not know, as text."""
    return value.isoformat() if isinstance(value, date | datetime) else repr(value)


def _plain(rows: Any) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if not isinstance(value, bytes)} for row in rows]


def _text(payload: bytes) -> str:
    return payload.decode("utf-8", "replace")


def _words(body: bytes) -> str:
    return str(orjson.loads(body).get("text", ""))
