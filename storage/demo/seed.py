"""The example that the demo shows: the area of Vĩnh Linh, and this year's campaign there."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from storage.database import Tx
from storage.tables import campaigns, unit_aliases, units

DATA = Path(__file__).parent.parent / "data"


async def plant(tx: Tx, today: date, name: str = "vinh_linh") -> bool:
    """Fill an empty database; returns False if there is a campaign already.

    The names and dates are a beginning: an admin changes them to what her unit decided.
    """
    await tx.exclusive("start")
    if await tx.value(sa.select(sa.func.count()).select_from(campaigns)):
        return False
    given = tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
    since = given["since"]
    province = await _unit(tx, None, "province", since, **given["province"])
    area = await _unit(tx, province, "district", since, **given["area"])
    for commune in given["communes"]:
        unit_id = await _unit(tx, area, "commune", since, commune["code"], commune["name"])
        old = [{"unit_id": unit_id, "name": alias, "code": code} for alias, code in commune["old"]]
        await tx.run(sa.insert(unit_aliases), old)
    await tx.run(
        sa.insert(campaigns).values(
            **given["campaign"],
            prefix=f"TND{today.year % 100:02}",
            year=today.year,
            unit_id=area,
            first_on=date(today.year, 5, 1),
            last_on=date(today.year, 5, 31),
            peak_first_on=date(today.year, 5, 8),
            peak_last_on=date(today.year, 5, 19),
            active=True,
        )
    )
    return True


async def _unit(tx: Tx, parent: int | None, kind: str, since: date, code: str, name: str) -> int:
    values = {"parent_id": parent, "kind": kind, "code": code, "name": name, "valid_from_on": since}
    return int(await tx.value(sa.insert(units).values(**values).returning(units.c.id)))
