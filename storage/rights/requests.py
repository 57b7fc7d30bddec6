"""What people ask about their own data (law 91/2025/QH15): until when it is due, and the proof of what was done.

What was asked and answered is sealed, and goes with the person. What stays is when, of which kind, and a keyed hash of who
asked: it says nothing without the key, and whoever comes with her account or number can be found by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.campaign import settings, workdays
from storage.campaign.settings import ACT_HOURS, ANSWER_DAYS
from storage.database import Tx
from storage.database.rows import build
from storage.database.secret import BROKEN_SIGN
from storage.database.vault import Tampered
from storage.rights.marks import index_of
from storage.rights.spoken import SPOKEN
from storage.tables import accounts, rights_requests
from storage.tables.sealed import REQUESTED

KINDS = ("copy", "correct", "erase", "withdraw", "restrict", "object", "complain")
WORDS = ("who", "said", "answer", "why")
"""What is sealed of each."""
KEPT_FOR = timedelta(days=3 * 365)
"""After it is closed: as long as somebody may ask for the proof."""


class RightsRequest(Struct, frozen=True):
    """One request. ``source``: whether she did it by herself (``self``), asked in her own words (``words``), or at the office
    (``office``), or a restored backup did it again (``restore``). ``asker``: the keyed hash of who asked. ``who`` is written
    only of somebody without an account; it, ``said``, ``answer`` and ``why`` are empty once she is erased."""

    id: int
    kind: str
    source: str
    person_id: int | None
    asker: str
    asked_at: datetime
    answer_due_at: datetime
    act_due_at: datetime
    entered_by: int | None
    answered_at: datetime | None
    answered_by: int | None
    state: str
    closed_at: datetime | None
    closed_by: int | None
    who: str
    said: str
    answer: str
    why: str

    @property
    def due(self) -> tuple[str, datetime] | None:
        """What is to be done first, ``answer`` or ``act``, and until when; None once it is closed."""
        if self.state != "open":
            return None
        if self.answered_at is None and self.answer_due_at <= self.act_due_at:
            return "answer", self.answer_due_at
        return "act", self.act_due_at


class Asker(Struct, frozen=True):
    """Who asks: a person with an account, or one who is known by words alone."""

    index: str
    person_id: int | None = None
    who: str = ""


async def asker_of(tx: Tx, person_id: int) -> Asker:
    """A person, known by her oldest account."""
    hers = sa.select(accounts.c.channel, accounts.c.address).where(accounts.c.person_id == person_id)
    row = await tx.first(hers.order_by(accounts.c.id).limit(1))
    named = (row["channel"], row["address"]) if row else (SPOKEN, str(person_id))
    return Asker(index_of(tx, *named), person_id)


def asker_at_office(tx: Tx, who: str) -> Asker:
    """Somebody without an account who came to the office, or wrote: known by what was written of her."""
    return Asker(tx.vault.index(who.casefold(), kind="asker").hex(), who=who)


async def enter(
    tx: Tx, kind: str, source: str, asker: Asker, now: datetime, zone: tzinfo, *, key: str, said: str = "",
    asked_at: datetime | None = None, by: int | None = None,
) -> int:  # fmt: skip
    """Keep a request, with what is due until when; returns its number. ``key`` makes entering it twice impossible; ``asked_at``
    is when it came, if that was before; ``by`` is who entered it for her."""
    at, closed = asked_at or now, await workdays.holidays(tx)
    row = {
        "request_key": key, "kind": kind, "source": source, "person_id": asker.person_id, "asker": asker.index,
        "words": _seal(tx, key, who=asker.who, said=said), "asked_at": at, "entered_by": by,
        "answer_due_at": workdays.closing(at, await settings.read(tx, ANSWER_DAYS), closed, zone),
        "act_due_at": at + timedelta(hours=await settings.read(tx, ACT_HOURS)),
    }  # fmt: skip
    if (
        there := await tx.value(sa.select(rights_requests.c.id).where(rights_requests.c.request_key == key))
    ) is not None:
        return int(there)
    number = await _taken_up_again(tx, row) or int(
        await tx.value(sa.insert(rights_requests).values(**row).returning(rights_requests.c.id))
    )
    actor = by if by is not None else asker.person_id
    await audit.add(tx, now, f"person:{actor}", "rights_asked", f"request:{number}", {"kind": kind, "source": source})
    return number


async def _taken_up_again(tx: Tx, row: Mapping[str, Any]) -> int:
    """Her request of this kind which she took back before anybody answered, as a new one; its number, 0 if there is none.
    Asking and taking back again and again must leave no row for each time."""
    # By who asks, too: a request of somebody erased is nobody's, and the proof of it is not to be written over.
    same = [rights_requests.c[name] == row[name] for name in ("person_id", "asker", "kind", "source")]
    unanswered = rights_requests.c.answered_at.is_(None), rights_requests.c.closed_by.is_(None)
    hers = sa.select(rights_requests.c.id).where(*same, *unanswered, rights_requests.c.state == "withdrawn")
    number = await tx.value(hers.order_by(rights_requests.c.id.desc()).limit(1))
    if number is None:
        return 0
    again = sa.update(rights_requests).where(rights_requests.c.id == number)
    await tx.run(again.values(**row, state="open", closed_at=None))
    return int(number)


async def note_done(tx: Tx, kind: str, person_id: int, now: datetime, zone: tzinfo) -> None:
    """She did by herself what she has a right to; once a day of each kind is written down. What she had asked for is done."""
    open_ = await open_of(tx, person_id, kind)
    if open_ is None:
        key = f"self:{kind}:{person_id}:{now.astimezone(zone).date().isoformat()}"
        await enter(tx, kind, "self", await asker_of(tx, person_id), now, zone, key=key)
        open_ = await open_of(tx, person_id, kind)
    if open_ is not None:
        await close(tx, open_, "done", "", now, by=None)


async def find(tx: Tx, number: int) -> RightsRequest | None:
    return _build(tx, await tx.first(sa.select(rights_requests).where(rights_requests.c.id == number)))


async def find_locked(tx: Tx, number: int) -> RightsRequest | None:
    """The same; until this transaction ends nobody else answers or closes it."""
    there = sa.select(rights_requests).where(rights_requests.c.id == number).with_for_update()
    return _build(tx, await tx.first(there))


async def open_of(tx: Tx, person_id: int, kind: str) -> RightsRequest | None:
    """What this person has asked for of this kind, if it is not closed."""
    hers = rights_requests.c.person_id == person_id, rights_requests.c.kind == kind, rights_requests.c.state == "open"
    return _build(tx, await tx.first(sa.select(rights_requests).where(*hers).order_by(rights_requests.c.id).limit(1)))


async def of_person(tx: Tx, person_id: int) -> list[RightsRequest]:
    """All that this person has asked, the newest first."""
    hers = sa.select(rights_requests).where(rights_requests.c.person_id == person_id)
    return _all(tx, await tx.all(hers.order_by(rights_requests.c.id.desc())))


async def waiting(tx: Tx) -> list[RightsRequest]:
    """All that are not closed, what is due first at the head."""
    rows = await tx.all(sa.select(rights_requests).where(rights_requests.c.state == "open"))
    return sorted(_all(tx, rows), key=lambda one: (one.due and one.due[1], one.id))


async def ended(tx: Tx, first: int, most: int) -> tuple[list[RightsRequest], int]:
    """A page of those that are closed, the newest first, and how many there are."""
    closed = rights_requests.c.state != "open"
    total = int(await tx.value(sa.select(sa.func.count(rights_requests.c.id)).where(closed)))
    newest = (
        sa.select(rights_requests)
        .where(closed)
        .order_by(rights_requests.c.closed_at.desc(), rights_requests.c.id.desc())
    )
    return _all(tx, await tx.all(newest.offset(first).limit(most))), total


async def answer(tx: Tx, request: RightsRequest, said: str, now: datetime, *, by: int) -> bool:
    """She was answered; it stays open until it is done. False if it is closed, or was answered before."""
    unanswered = rights_requests.c.state == "open", rights_requests.c.answered_at.is_(None)
    if not await _change(tx, request, unanswered, {"answer": said}, answered_at=now, answered_by=by):
        return False
    await audit.add(tx, now, f"person:{by}", "rights_answered", f"request:{request.id}", {"kind": request.kind})
    return True


async def close(tx: Tx, request: RightsRequest, state: str, why: str, now: datetime, *, by: int | None) -> bool:
    """It is done, refused or taken back, and why; who was not answered yet is answered with that. False if it is closed.

    Of somebody who is erased no words stay, also where nothing but this request told of her.
    """
    words = dict.fromkeys(WORDS, "") if (request.kind, state) == ("erase", "done") else {"why": why}
    answered = {} if request.answered_at or by is None else {"answered_at": now, "answered_by": by}
    closed = {**answered, "state": state, "closed_at": now, "closed_by": by}
    if not await _change(tx, request, (rights_requests.c.state == "open",), words, **closed):
        return False
    actor = by if by is not None else request.person_id
    await audit.add(tx, now, f"person:{actor}", f"rights_{state}", f"request:{request.id}", {"kind": request.kind})
    return True


async def let_go(tx: Tx, person_id: int, now: datetime, source: str, by: int | None) -> int:
    """She is being erased: what she asked for is done or of no use any more; its proof stays, without her and her words.
    Returns the number under which it is found."""
    asked = await open_of(tx, person_id, "erase")
    number = asked.id if asked else await enter(
        tx, "erase", source, await asker_of(tx, person_id), now, UTC, key=f"erase:{person_id}:{now.isoformat()}", by=by
    )  # fmt: skip
    for request in await of_person(tx, person_id):
        await close(tx, request, "done" if request.kind == "erase" else "withdrawn", "", now, by=by)
    hers = sa.update(rights_requests).where(rights_requests.c.person_id == person_id)
    nameless = sa.literal("erased:").concat(sa.cast(rights_requests.c.id, sa.Text))
    await tx.run(hers.values(person_id=None, words=None, request_key=nameless))
    return number


async def forget(tx: Tx, now: datetime) -> int:
    """Drop the proofs that nobody needs any more; returns how many."""
    over = rights_requests.c.state != "open", rights_requests.c.closed_at < now - KEPT_FOR
    return await tx.run(sa.delete(rights_requests).where(*over))


async def _change(
    tx: Tx, request: RightsRequest, while_: Sequence[sa.ColumnElement[bool]], words: Mapping[str, str], **values: Any
) -> bool:
    this = rights_requests.c.id == request.id
    key = await tx.value(sa.select(rights_requests.c.request_key).where(this))
    kept = {**{name: getattr(request, name) for name in WORDS}, **words}
    return bool(
        await tx.run(sa.update(rights_requests).where(this, *while_).values(**values, words=_seal(tx, key, **kept)))
    )


def _seal(tx: Tx, key: str, **words: str) -> bytes | None:
    said = {name: value for name, value in words.items() if value}
    return REQUESTED.seal_json(tx.vault, said, key) if said else None


def _build(tx: Tx, row: Mapping[Any, Any] | None) -> RightsRequest | None:
    if row is None:
        return None
    return build(RightsRequest, row, **dict.fromkeys(WORDS, "") | _open(tx, row))


def _open(tx: Tx, row: Mapping[Any, Any]) -> dict[str, str]:
    """What is sealed in a row; where somebody altered it a sign says so, and the list stays whole."""
    if not row["words"]:
        return {}
    try:
        return dict(REQUESTED.open_json(tx.vault, row["words"], row["request_key"]))
    except Tampered:
        return {"said": BROKEN_SIGN}


def _all(tx: Tx, rows: Sequence[Mapping[Any, Any]]) -> list[RightsRequest]:
    return [one for row in rows if (one := _build(tx, row)) is not None]
