"""Everything that is kept about one person, as a document she can keep (law 91/2025/QH15: the right to see it)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from storage.aid import deeds, dossiers, pledges, questions, receipts, volunteers
from storage.database import Tx
from storage.tables import (
    accounts,
    consents,
    deed_questions,
    deliveries,
    inbox,
    outbox,
    people,
    pictures,
    places,
    staff,
)
from storage.tables import deeds as deeds_of


async def everything(tx: Tx, person_id: int) -> dict[str, Any]:
    """What is kept about this person, by kind; her phone number and her messages in clear, since they are hers."""
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
        "volunteer": vars(volunteer) if volunteer else None,
        "pledges": [vars(pledge) for pledge in await pledges.of_person(tx, person_id)],
        "contributions": [vars(receipt) for receipt in await receipts.of_person(tx, person_id)],
        "proposed_addresses": await dossiers.of_proposer(tx, person_id),
        "questions": [vars(question) for question in await questions.of_person(tx, person_id)],
        "deed_questions": _plain(
            await tx.all(
                sa.select(deed_questions.c.question, deed_questions.c.answer, deed_questions.c.asked_at)
                .join(deeds_of, deeds_of.c.id == deed_questions.c.deed_id)
                .where(deeds_of.c.person_id == person_id)
            )
        ),
        "deeds": [vars(deed) for deed in await deeds.of_person(tx, person_id)],
        "photos": _plain(
            await tx.all(
                sa.select(pictures.c.name, pictures.c.bytes, pictures.c.created_at)
                .join(accounts, accounts.c.id == pictures.c.account_id)
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
            tx.vault.open_json(row["place"])
            for row in await tx.all(sa.select(places.c.place).where(places.c.person_id == person_id))
        ],
        "messages_received": [
            {"at": row["received_at"], "message": _text(tx.vault.open(row["payload"]))}
            for channel, address in mine
            for row in await tx.all(
                sa.select(inbox).where(
                    inbox.c.channel == channel, inbox.c.address == address, inbox.c.payload.is_not(None)
                )
            )
        ],
        "messages_sent": [
            {"at": row["created_at"], "message": tx.vault.open_json(row["body"]).get("text", "")}
            for channel, address in mine
            for row in await tx.all(
                sa.select(outbox).where(
                    outbox.c.channel == channel, outbox.c.address == address, outbox.c.body.is_not(None)
                )
            )
        ],
    }


def simple(value: object) -> str:
    """What JSON does not know, as text."""
    return value.isoformat() if isinstance(value, date | datetime) else repr(value)


def _plain(rows: Any) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if not isinstance(value, bytes)} for row in rows]


def _text(payload: bytes) -> str:
    return payload.decode("utf-8", "replace")
