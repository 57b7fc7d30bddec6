"""Charts that were asked for: what they show is kept, and they become pictures when somebody first looks at them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.database import Tx
from storage.database.insert import insert_new
from storage.files import loose
from storage.files.pictures import Stored
from storage.tables import charts
from storage.tables import pictures as drawn


async def ask(tx: Tx, chart: Mapping[str, Any], now: datetime, *, kept: bool = False) -> str:
    """Keep what a chart shows; returns the name of the picture that it will be.

    ``kept``: it belongs to something, and stays as long.
    """
    name = secrets.token_urlsafe(16)
    await tx.run(sa.insert(charts).values(name=name, chart=dict(chart), kept=kept, created_at=now))
    return name


async def find(tx: Tx, name: str) -> Mapping[str, Any] | None:
    """What the chart with this name shows."""
    found: Mapping[str, Any] | None = await tx.value(sa.select(charts.c.chart).where(charts.c.name == name))
    return found


async def add_picture(tx: Tx, name: str, stored: Stored, size: int, now: datetime) -> str:
    """The chart is drawn; returns the picture's file, another one where another process was first."""
    kept = bool(await tx.value(sa.select(charts.c.kept).where(charts.c.name == name)))
    row = {"name": name, "file": stored.file, "bytes": size, "width": stored.width, "height": stored.height}
    await insert_new(tx, drawn, [{**row, "kept": kept, "created_at": now}])
    file = str(await tx.value(sa.select(drawn.c.file).where(drawn.c.name == name)))
    if file == stored.file:
        await loose.claim(tx, file)
    else:
        await loose.let_go(tx, [stored.file])
    return file


async def forget(tx: Tx, now: datetime, older_than: timedelta) -> int:
    """Drop what old charts showed that belong to nothing; returns how many."""
    return await tx.run(sa.delete(charts).where(~charts.c.kept, charts.c.created_at < now - older_than))
