"""Forget a person: what is hers goes, what counts in totals stays without her (law 91/2025/QH15: the right to erasure)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage import audit, words
from storage.aid import pledges
from storage.aid import threads as talks
from storage.broadcast import ledger
from storage.database import Tx
from storage.database.columns import EPOCH
from storage.rights import requests, spoken
from storage.rights.marks import index_of
from storage.tables import (
    accounts,
    addresses,
    appeals,
    asked_backups,
    consents,
    contributions,
    copies,
    deed_pictures,
    deeds,
    documents,
    inbox,
    link_codes,
    link_tries,
    notes,
    outbox,
    papers,
    people,
    places,
    pledge_changes,
    proofs,
    spoken_consents,
    staff,
    takings,
    threads,
    voices,
    volunteers,
    web_messages,
    web_pushes,
    web_sessions,
)
from storage.tables import pictures as photos
from storage.tables import pledges as promises
from storage.talk import fading


async def is_last_admin(tx: Tx, person_id: int, *, only: int | None = None) -> bool:
    """Whether nobody could appoint anybody any more without this person, or without that one role of hers."""
    admins = sa.select(staff.c.id, staff.c.person_id).where(staff.c.role == "admin", staff.c.revoked_at.is_(None))
    rows = await tx.all(admins.with_for_update())  # two admins must not revoke each other at the same instant
    hers = [row for row in rows if row["person_id"] == person_id and only in (None, row["id"])]
    return bool(hers) and len(hers) == len(rows)


async def forget(tx: Tx, person_id: int, now: datetime, *, source: str = "self", by: int | None = None) -> int:
    """Erase a person; returns the number of the proof. Who did it herself has no ``by``; the ``source`` says how it was asked
    for (`requests`). Her photos are let go here and deleted by the next sweep, within the hour.

    Pledges that are still open are cancelled, so that what they claimed is missing again. Fulfilled pledges and approved
    deeds keep their amounts, days and communes, and lose every name, a deed its story and photos as well.
    That somebody once agreed, and to which text, is kept without saying who: the proof that the law asks for. The bare
    person row stays as its anchor.
    """
    proof = await requests.let_go(tx, person_id, now, source, by)
    for pledge in await pledges.of_person(tx, person_id):
        await pledges.cancel(tx, person_id, pledge.code, now)
    await tx.run(
        sa.update(promises)
        .where(promises.c.person_id == person_id)
        .values(
            organisation="",
            shown_name="",
            shown_as="anonymous",
            what=sa.case((promises.c.need_id.is_(None), ""), else_=promises.c.what),
            reason="",
            phone_index=None,
        )
    )
    await words.note(tx, promises.c.person_id, person_id)
    hers = sa.select(promises.c.id).where(promises.c.person_id == person_id)
    await tx.run(sa.delete(pledge_changes).where(pledge_changes.c.pledge_id.in_(hers)))
    in_her_words = sa.select(promises.c.id).where(promises.c.person_id == person_id, promises.c.need_id.is_(None))
    await tx.run(sa.update(contributions).where(contributions.c.pledge_id.in_(in_her_words)).values(what=""))
    gone = await _forget_deeds(tx, person_id)
    rows = await tx.all(sa.select(accounts).where(accounts.c.person_id == person_id))
    ids = [row["id"] for row in rows]
    await fading.orphan(tx, ids)
    for row in rows:
        await _forget_talk(tx, row["channel"], row["address"])
    await tx.run(sa.delete(outbox).where(outbox.c.account_id.in_(ids)))
    gone += (await talks.forget(tx, threads.c.person_id == person_id))[1]
    hers = sa.select(photos.c.name).where(photos.c.account_id.in_(ids), ~photos.c.kept)
    gone += [row["name"] for row in await tx.all(hers)]
    await tx.run(sa.update(photos).where(photos.c.name.in_(gone)).values(kept=False, created_at=EPOCH))
    await tx.run(sa.update(photos).where(photos.c.account_id.in_(ids)).values(account_id=None))
    await tx.run(sa.delete(documents).where(documents.c.account_id.in_(ids)))
    await tx.run(
        sa.update(voices).where(voices.c.account_id.in_(ids)).values(kept=False, created_at=EPOCH, account_id=None)
    )
    await words.drop(tx, volunteers, volunteers.c.person_id == person_id)
    for table in (
        volunteers,
        notes,
        places,
        appeals,
        link_codes,
        copies,
        papers,
        proofs,
        asked_backups,
        spoken_consents,
        takings,
    ):
        await tx.run(sa.delete(table).where(table.c.person_id == person_id))
    by_her = spoken_consents.c.noted_by == person_id
    await tx.run(sa.update(spoken_consents).where(by_her).values(noted_by=None))
    await tx.run(sa.update(addresses).where(addresses.c.proposed_by == person_id).values(proposed_by=None))
    about_her = takings.c.kind == "volunteer", takings.c.code == str(person_id)
    await tx.run(sa.delete(takings).where(*about_her))
    await tx.run(sa.delete(link_tries).where(link_tries.c.account_id.in_(ids)))
    await tx.run(
        sa.update(staff).where(staff.c.person_id == person_id, staff.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    await tx.run(
        sa.update(consents)
        .where(consents.c.person_id == person_id, consents.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    await ledger.erase(tx, person_id)
    await tx.run(sa.delete(accounts).where(accounts.c.id.in_(ids)))
    await tx.run(sa.update(people).where(people.c.id == person_id).values(language=""))
    known_as = [(row["channel"], row["address"]) for row in rows] or [(spoken.SPOKEN, str(person_id))]
    known = {"accounts": [index_of(tx, channel, address) for channel, address in known_as]}
    await audit.add(tx, now, f"person:{person_id}", "forget", f"person:{person_id}", known)
    return proof


async def _forget_deeds(tx: Tx, person_id: int) -> list[str]:
    """Reports go with their photos; of approved ones the day, the unit and the numbers stay, since sums count them. Returns
    the photos' names."""
    reported = await tx.all(sa.select(deeds.c.id, deeds.c.state).where(deeds.c.person_id == person_id))
    ids = [row["id"] for row in reported]
    shown = await tx.all(sa.select(deed_pictures.c.picture).where(deed_pictures.c.deed_id.in_(ids)))
    await tx.run(sa.delete(deed_pictures).where(deed_pictures.c.deed_id.in_(ids)))
    await words.drop(tx, deeds, deeds.c.person_id == person_id)
    await tx.run(sa.delete(deeds).where(deeds.c.person_id == person_id, deeds.c.state != "approved"))
    nothing = dict.fromkeys(("doer_name", "what", "helped", "reporter_name", "reason", "album"), "")
    await tx.run(sa.update(deeds).where(deeds.c.person_id == person_id).values(**nothing))
    return [row["picture"] for row in shown]


async def _forget_talk(tx: Tx, channel: str, address: str) -> None:
    """What was said from and to one account. The keys stay a while, so that nothing is handled twice."""
    at = sa.and_(inbox.c.channel == channel, inbox.c.address == address, inbox.c.state != "waiting")
    await tx.run(sa.update(inbox).where(at).values(payload=None, media=None, address=""))
    its = outbox.c.channel == channel, outbox.c.address == address
    await tx.run(sa.delete(outbox).where(*its, ~fading.ORPHANED))
    # The web chat's addresses are random, so what is at this address is this account's or nobody's.
    await tx.run(sa.delete(web_messages).where(web_messages.c.address == address))
    await tx.run(sa.delete(web_sessions).where(web_sessions.c.address == address))
    await tx.run(sa.delete(web_pushes).where(web_pushes.c.address == address))
