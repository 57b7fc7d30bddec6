"""The campaign that runs now, its units, its posters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.campaign.country import named_like_their_district
from storage.campaign.units import inside
from storage.database import Tx
from storage.tables import campaigns, posters, unit_aliases, units


class Campaign(Struct, frozen=True):
    """One year's Humanitarian Month of one unit."""

    id: int
    prefix: str
    """Begins every code, such as «TND26»."""
    year: int
    title: str
    theme: str
    organiser: str
    hotline: str
    unit_id: int
    first_on: date
    last_on: date
    peak_first_on: date | None
    peak_last_on: date | None
    active: bool
    """Whether it is switched on, so that people may pledge and tell of deeds."""
    goals: Mapping[str, int] = {}
    """What the unit wants to reach, by kind, such as {"dong": 500000000}; a kind without a goal is left out."""


class CampaignCommune(Struct, frozen=True):
    """A commune as it is today, with the names it went by."""

    id: int
    name: str
    aliases: tuple[str, ...]
    district: bool
    """Whether the district it lay in bore its name, too."""


async def active(tx: Tx) -> Campaign | None:
    """The campaign that is switched on, else the latest one; None only in an empty database."""
    newest = sa.select(campaigns).order_by(campaigns.c.active.desc(), campaigns.c.id.desc())
    return await tx.one(newest, into=Campaign)


async def every(tx: Tx) -> list[Campaign]:
    """All campaigns, the newest first."""
    newest = sa.select(campaigns).order_by(campaigns.c.first_on.desc(), campaigns.c.id.desc())
    return await tx.all(newest, into=Campaign)


async def change(tx: Tx, campaign_id: int, given: Mapping[str, Any], by: str, now: datetime) -> None:
    """Give a campaign these values. Audited by their names."""
    await tx.run(sa.update(campaigns).where(campaigns.c.id == campaign_id).values(**given))
    await audit.add(tx, now, by, "change_campaign", f"campaign:{campaign_id}", {"changed": sorted(given)})


async def add(tx: Tx, given: Mapping[str, Any], by: str, now: datetime) -> Campaign | None:
    """A new campaign, switched off; None if there is one with its prefix. Audited."""
    if await tx.first(sa.select(campaigns.c.id).where(campaigns.c.prefix == given["prefix"])):
        return None
    new = sa.insert(campaigns).values(**given, active=False).returning(campaigns)
    campaign = await tx.one(new, into=Campaign)
    assert campaign is not None
    await audit.add(tx, now, by, "add_campaign", f"campaign:{campaign.id}", {"prefix": campaign.prefix})
    return campaign


async def switch(tx: Tx, campaign_id: int, on: bool, by: str, now: datetime) -> None:
    """Switch a campaign on, and every other one off; or this one off. Audited."""
    if on:
        await tx.run(sa.update(campaigns).values(active=campaigns.c.id == campaign_id))
    else:
        await tx.run(sa.update(campaigns).where(campaigns.c.id == campaign_id).values(active=False))
    await audit.add(tx, now, by, "campaign_on" if on else "campaign_off", f"campaign:{campaign_id}", {})


async def organiser(tx: Tx, id: int) -> str:
    """Who runs this campaign."""
    return str(await tx.value(sa.select(campaigns.c.organiser).where(campaigns.c.id == id)))


async def unit_of(tx: Tx, id: int) -> int:
    """The unit whose campaign it is."""
    return int(await tx.value(sa.select(campaigns.c.unit_id).where(campaigns.c.id == id)))


async def communes(tx: Tx, campaign: Campaign, today: date) -> Sequence[CampaignCommune]:
    """The communes in which the campaign runs, also those of its areas, in the order they were entered."""
    rows = await tx.all(
        sa.select(units)
        .where(
            units.c.id.in_(inside(campaign.unit_id)),
            units.c.kind == "commune",
            units.c.valid_from_on <= today,
            sa.or_(units.c.valid_to_on.is_(None), units.c.valid_to_on >= today),
        )
        .order_by(units.c.id)
    )
    old: dict[int, list[str]] = {}
    of_these = unit_aliases.c.unit_id.in_([row["id"] for row in rows])
    for row in await tx.all(sa.select(unit_aliases).where(of_these).order_by(unit_aliases.c.id)):
        old.setdefault(row["unit_id"], []).append(row["name"])
    namesakes = named_like_their_district()
    return [
        CampaignCommune(row["id"], row["name"], tuple(old.get(row["id"], ())), row["code"] in namesakes) for row in rows
    ]


async def hamlets(tx: Tx, campaign: Campaign, today: date) -> Sequence[tuple[int, int, str]]:
    """The hamlets that are known: the id of the commune in which each is, its own, and its name."""
    rows = await tx.all(
        sa.select(units.c.id, units.c.name, units.c.parent_id)
        .where(
            units.c.id.in_(inside(campaign.unit_id)),
            units.c.kind == "hamlet",
            units.c.valid_from_on <= today,
            sa.or_(units.c.valid_to_on.is_(None), units.c.valid_to_on >= today),
        )
        .order_by(units.c.name)
    )
    return [(row["parent_id"], row["id"], row["name"]) for row in rows]


async def poster(tx: Tx, code: str) -> str | None:
    """Where the poster with this code leads, as a command line; None if there is no such poster."""
    found: str | None = await tx.value(sa.select(posters.c.leads_to).where(posters.c.code == code))
    return found


async def unit_by_code(tx: Tx, code: str, today: date) -> int | None:
    """The unit that has this code today. Codes were given anew in 2025, so the day matters."""
    found: int | None = await tx.value(
        sa.select(units.c.id).where(
            units.c.code == code,
            units.c.valid_from_on <= today,
            sa.or_(units.c.valid_to_on.is_(None), units.c.valid_to_on >= today),
        )
    )
    return found
