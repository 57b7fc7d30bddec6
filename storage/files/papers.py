"""Papers that officers asked for and that wait to be set as PDF, which takes seconds: one for each person, sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.insert import insert_or_replace
from storage.database.rows import build
from storage.tables import papers, people
from storage.tables.sealed import PAPER


class Waiting(Struct, frozen=True):
    """Who waits for a paper, at which account, in which language."""

    person_id: int
    account_id: int
    language: str
    name: str
    paper: Any
    asked_at: datetime


async def ask(tx: Tx, person_id: int, account_id: int, name: str, paper: Mapping[str, Any], now: datetime) -> None:
    """Keep what is to be set, in the place of what this person asked for before."""
    row = {"person_id": person_id, "account_id": account_id, "name": name, "asked_at": now}
    await insert_or_replace(
        tx, papers, [{**row, "content": PAPER.seal_json(tx.vault, paper, account_id, now)}], by="person_id"
    )


async def find_waiting(tx: Tx, most: int = 5) -> Sequence[Waiting]:
    """Who waits, whoever asked first; not for what somebody altered."""
    found = sa.select(papers, people.c.language).join(people, people.c.id == papers.c.person_id)
    rows = await tx.all(found.order_by(papers.c.asked_at, papers.c.person_id).limit(most))
    read = ((row, PAPER.read_json(tx.vault, row["content"], row["account_id"], row["asked_at"])) for row in rows)
    return [build(Waiting, row, paper=paper) for row, paper in read if paper is not None]


async def finish(tx: Tx, paper: Waiting) -> bool:
    """It is set, or cannot be; False if somebody else did it, or another was asked for meanwhile."""
    same = sa.and_(papers.c.person_id == paper.person_id, papers.c.asked_at == paper.asked_at)
    return bool(await tx.run(sa.delete(papers).where(same)))
