"""Where each person is in a conversation. Sealed, since answers hold names and phone numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Tx
from storage.database.columns import among
from storage.database.insert import insert_or_replace
from storage.database.prepared import Prepared
from storage.tables import places
from storage.tables.sealed import PLACE

PLACES = Prepared(sa.select(places).where(among(places.c.person_id, "ids")))


async def load(tx: Tx, person_ids: Collection[int]) -> dict[int, Any]:
    """The places of these people, as they were saved. Who stood where somebody altered it, stands nowhere."""
    rows = await tx.all(PLACES, ids=list(person_ids))
    found = {row["person_id"]: PLACE.read_json(tx.vault, row["place"], row["person_id"]) for row in rows}
    return {person_id: place for person_id, place in found.items() if place is not None}


async def save(tx: Tx, changed: Mapping[int, tuple[str, Any] | None], now: datetime) -> None:
    """Keep (form, place) for each person, or nothing where it is None."""
    gone = [person_id for person_id, kept in changed.items() if kept is None]
    if gone:
        await tx.run(sa.delete(places).where(places.c.person_id.in_(gone)))
    rows = [
        {
            "person_id": person_id,
            "form": kept[0],
            "place": PLACE.seal_json(tx.vault, kept[1], person_id),
            "updated_at": now,
            "nudged_at": None,
        }
        for person_id, kept in changed.items()
        if kept is not None
    ]
    await insert_or_replace(tx, places, rows)
