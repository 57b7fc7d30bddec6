"""Texts of announcements under a name: what is said every year. A template reaches nobody; what is made of it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.insert import insert_new
from storage.database.written import plain
from storage.tables import templates


class Template(Struct, frozen=True):
    """A text by language, and who kept it, as the audit log names her."""

    id: int
    name: str
    texts: Mapping[str, str]
    kept_by: str
    kept_at: datetime


async def keep(tx: Tx, name: str, texts: Mapping[str, str], by: str, now: datetime) -> bool:
    """Keep a text under a name; False, and nothing is kept, if there is one of this name, with or without marks."""
    folded = plain(name)
    row = {"name": name, "folded_name": folded, "texts": dict(texts), "kept_by": by, "kept_at": now}
    await tx.exclusive("templates")
    if await tx.first(sa.select(templates.c.id).where(templates.c.folded_name == folded)) is not None:
        return False
    await insert_new(tx, templates, [row])
    return True


async def every(tx: Tx, first: int, most: int) -> tuple[Sequence[Template], int]:
    """Some of them, by name, and how many there are."""
    total = int(await tx.value(sa.select(sa.func.count(templates.c.id))))
    its = sa.select(templates).order_by(templates.c.folded_name).offset(first).limit(most)
    return await tx.all(its, into=Template), total


async def find(tx: Tx, id: int) -> Template | None:
    """The template with this number."""
    return await tx.one(sa.select(templates).where(templates.c.id == id), into=Template)


async def remove(tx: Tx, id: int) -> bool:
    """Keep it no longer; False if it was gone."""
    return bool(await tx.run(sa.delete(templates).where(templates.c.id == id)))
