"""Changes of what is approved: an officer asks, a second one looks at old and new and decides; until then the old stands."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage import words
from storage.aid import sealing
from storage.campaign.within import inside
from storage.database import Tx
from storage.database.secret import Broken, seal_words
from storage.database.vault import Tampered
from storage.files import pictures
from storage.tables import address_changes, addresses, needs, units
from storage.tables.sealed import CORRECTED

CHANGEABLE = ("approved", "paused")
"""The states of an address that was approved and has not ended: what is public of it changes by two officers only."""
OF_ADDRESS = ("shown_name", "story", "category", "people_count", "picture")
OF_DOSSIER = sealing.PARTS
"""What is sealed of it: only who opens it reads what it was and is to be."""
OF_NEED = ("need_what", "need_amount", "need_end")
KEY = 12
"""Letters."""
WAITS = address_changes.c.state == "waiting"


class AddressChange(Struct, frozen=True):
    """A change that was asked for, with the address that it is about."""

    id: int
    address_id: int
    what: str
    """One of OF_ADDRESS, OF_DOSSIER or OF_NEED, or «need» for one more."""
    need_id: int
    """Of OF_NEED: which; 0 otherwise."""
    was: Any
    becomes: Any
    state: str
    asked_by: int | None
    asked_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    reason: str
    code: str
    unit_id: int
    unit_name: str
    sealed: bytes | None

    @property
    def key(self) -> str:
        """Known to who opened a change of what is sealed; empty for others."""
        return hashlib.sha256(self.sealed).hexdigest()[:KEY] if self.sealed else ""


async def ask(
    tx: Tx, address_id: int, what: str, becomes: Any, by: int, now: datetime, *, was: Any = None, need_id: int = 0
) -> int | None:
    """Keep a change for a second officer; returns its number. It takes the place of one of the same thing that still
    waits. None, and nothing is kept, if the address is not approved any more, or would be left without a need."""
    if not await _hold(tx, address_id) or (what == "need_end" and not await _has_others(tx, address_id, need_id)):
        return None
    if what != "need":
        await _end(tx, address_id, "replaced", address_changes.c.what == what, address_changes.c.need_id == need_id)
    if what == "picture":
        await pictures.keep(tx, [becomes])
    values: dict[str, Any] = {"what": what, "need_id": need_id, "asked_by": by, "asked_at": now}
    if what in OF_DOSSIER:
        both = {"was": was, "becomes": becomes}
        values["sealed"] = CORRECTED.seal_json(tx.vault, both, address_id, what, now)
    else:
        values |= {"was": was, "becomes": becomes}
    values = seal_words(tx.vault, address_changes, {"address_id": address_id, **values})
    kept = sa.insert(address_changes).values(**values)
    return int(await tx.value(kept.returning(address_changes.c.id)))


async def find(tx: Tx, number: str, within: Collection[int] | None) -> AddressChange | None:
    """The change with this number, of an address in these units (None: anywhere), whatever its state."""
    if not number.isdecimal() or len(number) > 12:
        return None
    there = _all().where(address_changes.c.id == int(number), inside(addresses.c.unit_id, within))
    return await tx.one(there, into=AddressChange)


async def waiting(tx: Tx, address_id: int) -> list[AddressChange]:
    """What waits for a second officer at an address, the oldest first."""
    its = _all().where(address_changes.c.address_id == address_id, WAITS)
    return await tx.all(its.order_by(address_changes.c.id), into=AddressChange)


def opened(tx: Tx, change: AddressChange) -> tuple[Any, Any]:
    """What it was and is to be, also where that is sealed."""
    if change.sealed is None:
        return change.was, change.becomes
    both = CORRECTED.open_json(tx.vault, change.sealed, change.address_id, change.what, change.asked_at)
    return both["was"], both["becomes"]


async def accept(tx: Tx, change: AddressChange, by: int, now: datetime) -> bool:
    """Let a change take effect. False, and nothing changes, if it does not wait any more, this officer asked for it
    herself, the address ended meanwhile, or it would be left without a need. Raises Tampered for one that somebody altered."""
    if isinstance(change.becomes, Broken):
        raise Tampered(f"change {change.id} cannot be opened")
    if not await _hold(tx, change.address_id):
        return False
    if change.what == "need_end" and not await _has_others(tx, change.address_id, change.need_id):
        return False
    if not await _decide(tx, change, "accepted", by, now):
        return False
    await _apply(tx, change, now)
    return True


async def refuse(tx: Tx, change: AddressChange, by: int, now: datetime, reason: str) -> bool:
    """Let everything be as it is. False if the change does not wait any more, or this officer asked for it herself."""
    if not await _decide(tx, change, "refused", by, now, reason):
        return False
    await _let_go(tx, [change.becomes] if change.what == "picture" else [])
    return True


async def withdraw(tx: Tx, change: AddressChange, by: int) -> bool:
    """Take a change back; only the officer who asked for it may. False if it does not wait any more."""
    hers = (address_changes.c.id == change.id, address_changes.c.asked_by == by)
    return bool(await _end(tx, change.address_id, "withdrawn", *hers))


async def drop(tx: Tx, address_id: int) -> None:
    """An address has ended: nothing waits at it any more."""
    await _end(tx, address_id, "dropped")


async def _hold(tx: Tx, address_id: int) -> bool:
    """Whether the address may be changed so; if so it stays as it is until the transaction ends."""
    still = sa.and_(addresses.c.id == address_id, addresses.c.state.in_(CHANGEABLE))
    return await tx.first(sa.select(addresses.c.id).where(still).with_for_update()) is not None


async def _has_others(tx: Tx, address_id: int, need_id: int) -> bool:
    open_ = sa.and_(needs.c.address_id == address_id, needs.c.ended_at.is_(None), needs.c.id != need_id)
    return await tx.first(sa.select(needs.c.id).where(open_).limit(1)) is not None


async def _decide(tx: Tx, change: AddressChange, state: str, by: int, now: datetime, reason: str = "") -> bool:
    asker = address_changes.c.asked_by
    by_another = sa.or_(asker.is_(None), asker != by)
    which = sa.and_(address_changes.c.id == change.id, WAITS, by_another)
    its = {"address_id": change.address_id, "what": change.what, "asked_at": change.asked_at}
    values = {"state": state, "decided_by": by, "decided_at": now, "reason": reason}
    values = seal_words(tx.vault, address_changes, values, **its)
    return bool(await tx.run(sa.update(address_changes).where(which).values(**values)))


async def _apply(tx: Tx, change: AddressChange, now: datetime) -> None:
    of_address, of_need = addresses.c.id == change.address_id, needs.c.id == change.need_id
    match change.what:
        case "need":
            await tx.run(sa.insert(needs).values(address_id=change.address_id, **change.becomes))
        case "need_end":
            await tx.run(sa.update(needs).where(of_need).values(ended_at=now))
        case "need_what" | "need_amount":
            value = {change.what.removeprefix("need_"): change.becomes}
            await tx.run(sa.update(needs).where(of_need).values(**value))
        case part if part in OF_DOSSIER:
            await sealing.correct(tx, change.code, part, opened(tx, change)[1])
        case name:
            was = await tx.value(sa.select(addresses.c.picture).where(of_address))
            values = seal_words(tx.vault, addresses, {name: change.becomes}, code=change.code)
            await tx.run(sa.update(addresses).where(of_address).values(**values))
            await words.note(tx, addresses.c.id, change.address_id)
            await _let_go(tx, [was] if name == "picture" and was not in ("", change.becomes) else [])


async def _end(tx: Tx, address_id: int, state: str, *which: sa.ColumnElement[bool]) -> int:
    """Let what waits at an address wait no more; returns how many there were."""
    those = sa.and_(address_changes.c.address_id == address_id, WAITS, *which)
    ended = sa.update(address_changes).where(those).values(state=state)
    rows = await tx.all(ended.returning(address_changes.c.what, address_changes.c.becomes))
    await _let_go(tx, [row["becomes"] for row in rows if row["what"] == "picture"])
    return len(rows)


async def _let_go(tx: Tx, names: Collection[str]) -> None:
    if names:
        await pictures.keep(tx, names, kept=False)


def _all() -> sa.Select[Any]:
    return (
        sa.select(address_changes, addresses.c.code, addresses.c.unit_id, units.c.name.label("unit_name"))
        .join(addresses, addresses.c.id == address_changes.c.address_id)
        .join(units, units.c.id == addresses.c.unit_id)
    )
