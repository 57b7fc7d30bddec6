"""Links under which a household's public card is shown and printed: they expire, and can be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.aid import addresses
from storage.aid.addresses import Address
from storage.campaign.codes import long_code
from storage.database import Tx
from storage.tables import addresses as households
from storage.tables import shared_cards

LIVES = timedelta(days=30)


async def share(tx: Tx, address_id: int, now: datetime) -> tuple[str, datetime]:
    """A fresh link's code, which is kept nowhere, and until when it is good; older links of this household end."""
    await tx.first(sa.select(households.c.id).where(households.c.id == address_id).with_for_update())  # one at a time
    await take_back(tx, address_id, now)
    code, until = long_code(groups=2, letters=5), now + LIVES
    values = {"address_id": address_id, "code_index": _index(tx, code), "created_at": now, "expires_at": until}
    await tx.run(sa.insert(shared_cards).values(**values))
    return code, until


async def find(tx: Tx, code: str, now: datetime) -> Address | None:
    """The household whose card this link shows; None if it is none, is over or was taken back, or if nobody may see the
    household any more."""
    wanted = (
        sa.select(households.c.code)
        .join(shared_cards, shared_cards.c.address_id == households.c.id)
        .where(shared_cards.c.code_index == _index(tx, code.upper()), _open(now))
    )
    row = await tx.first(wanted)
    return None if row is None else await addresses.find(tx, row["code"])


async def is_shared(tx: Tx, address_id: int, now: datetime) -> bool:
    """Whether a link to this household is good."""
    mine = sa.select(shared_cards.c.id).where(shared_cards.c.address_id == address_id, _open(now))
    return await tx.first(mine) is not None


async def take_back(tx: Tx, address_id: int, now: datetime) -> bool:
    """End every link to this household; whether any was good."""
    mine = sa.and_(shared_cards.c.address_id == address_id, _open(now))
    return bool(await tx.run(sa.update(shared_cards).where(mine).values(taken_back_at=now)))


async def forget(tx: Tx, now: datetime) -> int:
    """Drop those that are over; returns how many."""
    over = sa.or_(shared_cards.c.expires_at < now, shared_cards.c.taken_back_at < now)
    return await tx.run(sa.delete(shared_cards).where(over))


def _open(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(shared_cards.c.taken_back_at.is_(None), shared_cards.c.expires_at > now)


def _index(tx: Tx, code: str) -> bytes:
    return tx.vault.index(code, kind="shared card")
