"""What a campaign begins with: the units in which it runs, from the country's, and the campaign itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.campaign.country import Commune, Province
from storage.database import Tx
from storage.tables import campaigns, unit_aliases, units


class Area(Struct, frozen=True):
    """Where a campaign runs: in one commune, in several, or in a whole province."""

    province: Province
    communes: tuple[Commune, ...]
    name: str = ""
    """What several communes are called together; empty for a single one and for a whole province."""


async def begin(tx: Tx, area: Area, given: Mapping[str, Any], now: datetime) -> bool:
    """Enter the area's units and its first campaign, switched on; False, and nothing, if there is a campaign. Audited.

    Of the whole country only these units enter the database.
    """
    await tx.exclusive("start")
    if await tx.value(sa.select(sa.func.count()).select_from(campaigns)):
        return False
    unit_id = await _enter(tx, area)
    values = {**given, "unit_id": unit_id, "active": True}
    campaign_id = await tx.value(sa.insert(campaigns).values(**values).returning(campaigns.c.id))
    codes = [area.province.code, *(commune.code for commune in area.communes)]
    await audit.add(tx, now, "operator", "init", f"campaign:{campaign_id}", {"units": codes})
    return True


async def _enter(tx: Tx, area: Area) -> int:
    """Enter the units; returns the one whose campaign it is."""
    top = await _unit(tx, None, "province", area.province.code, area.province.name, area.province.since)
    if area.name:
        top = await _unit(tx, top, "district", "", area.name, max(commune.since for commune in area.communes))
    entered = []
    for commune in area.communes:
        entered.append(await _unit(tx, top, "commune", commune.code, commune.name, commune.since))
        old = [{"unit_id": entered[-1], "name": one.name, "code": one.code} for one in commune.before]
        await tx.run(sa.insert(unit_aliases), old)
    whole = len(entered) == len(area.province.communes)
    return top if area.name or whole else entered[0]


async def _unit(tx: Tx, parent: int | None, kind: str, code: str, name: str, since: date) -> int:
    values = {"parent_id": parent, "kind": kind, "code": code, "name": name, "valid_from_on": since}
    return int(await tx.value(sa.insert(units).values(**values).returning(units.c.id)))
