"""What the demo's made-up people do while time travels through the month: they pledge, it arrives, they tell of deeds."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import Any

import sqlalchemy as sa

from storage import words
from storage.aid import pledges, receipts
from storage.aid.receipts import NewContribution
from storage.campaign import calendar, campaigns
from storage.campaign.campaigns import Campaign
from storage.database import Tx
from storage.database.secret import seal_words
from storage.demo import seed
from storage.demo.demo import CHANNEL, LANGUAGE
from storage.tables import accounts, addresses, consents, contributions, deeds, needs, people, units
from storage.tables import pledges as promises

GIVEN_BEFORE = 9
"""Pledges that the demo begins with."""


async def begin(tx: Tx, now: datetime) -> None:
    """The calendar is on, and the made-up people want its messages."""
    campaign = await campaigns.active(tx)
    assert campaign is not None
    await calendar.load(tx, campaign.id)
    await calendar.switch(
        tx, [message.id for message in await calendar.all_of(tx, campaign.id) if message.rule], now, on=True
    )
    given = {"text_version": "demo", "text_hash": "", "language": LANGUAGE, "channel": CHANNEL, "given_at": now}
    ids = [row["id"] for row in await tx.all(sa.select(people.c.id))]
    await tx.run(sa.insert(consents), [{"person_id": id, "purpose": "announcements", **given} for id in ids])


async def live(tx: Tx, now: datetime, zone: tzinfo) -> int:
    """Do what is to happen by today and has not happened yet; returns how much."""
    campaign = await campaigns.active(tx)
    assert campaign is not None
    today = (now.astimezone(zone).date() - campaign.first_on).days + 1
    done = await _done(tx)
    life = [
        *(("pledge", n, row[0], row) for n, row in enumerate(_given()["pledges"], GIVEN_BEFORE + 1)),
        *(("arrival", row[1], row[0], row) for row in _given()["arrivals"]),
        *(("deed", n, row["day"], row) for n, row in enumerate(_given()["deeds"], 1)),
    ]
    due = [(kind, n, row) for kind, n, day, row in life if day <= today and _key(kind, n) not in done]
    does = {"pledge": _pledge, "arrival": _arrive, "deed": _tell}
    for kind, n, row in due:
        await does[kind](tx, campaign, n, row, now, zone)
    return len(due)


@cache
def _given() -> Mapping[str, Any]:
    return tomllib.loads((seed.DATA / "demo_month.toml").read_text(encoding="utf-8"))


def _key(kind: str, n: int) -> str:
    return f"demo:month:{kind}:{n}"


async def _done(tx: Tx) -> Collection[str]:
    keys = (table.c.dedupe_key for table in (promises, contributions, deeds))
    found = sa.union_all(*(sa.select(key.label("key")).where(key.startswith("demo:month:")) for key in keys))
    return {row["key"] for row in await tx.all(found)}


async def _person(tx: Tx, n: int) -> int:
    return int(await tx.value(sa.select(accounts.c.person_id).where(accounts.c.address == f"demo-{n}")))


async def _pledge(tx: Tx, campaign: Campaign, n: int, pledge: Any, now: datetime, zone: tzinfo) -> None:
    _, giver, code, which, amount = pledge
    address = sa.select(addresses.c.id).where(addresses.c.campaign_id == campaign.id, addresses.c.code == code)
    wanted = sa.select(needs).where(needs.c.address_id == address.scalar_subquery()).order_by(needs.c.id)
    need = (await tx.all(wanted))[which - 1]
    await tx.run(sa.update(needs).where(needs.c.id == need["id"]).values(promised=needs.c.promised + amount))
    row = {
        "campaign_id": campaign.id,
        "code": f"{campaign.prefix}-DEM{n:02}",
        "person_id": await _person(tx, giver),
        "address_id": need["address_id"],
        "need_id": need["id"],
        "kind": need["kind"],
        "amount": amount,
        "what": need["what"],
        "shown_as": "initials",
        "dedupe_key": _key("pledge", n),
        "created_at": now,
    }
    await tx.run(sa.insert(promises).values(**seal_words(tx.vault, promises, row)))
    await words.note(tx, promises.c.code, row["code"])


async def _arrive(tx: Tx, campaign: Campaign, n: int, row: Any, now: datetime, zone: tzinfo) -> None:
    pledge = await pledges.find(tx, f"{campaign.prefix}-DEM{n:02}", None)
    officer = await tx.value(sa.select(accounts.c.person_id).where(accounts.c.address == "demo-officer"))
    assert pledge is not None
    value = pledge.amount if pledge.kind == "money" else 0
    today = now.astimezone(zone).date()
    new = NewContribution(pledge.amount, value, pledge.what, today, "handed", int(officer), _key("arrival", n))
    await receipts.add(tx, pledge, new, now)


async def _tell(tx: Tx, campaign: Campaign, n: int, deed: Any, now: datetime, zone: tzinfo) -> None:
    row = {
        "campaign_id": campaign.id,
        "code": f"{campaign.prefix}-VTDM{n}",
        "person_id": await _person(tx, deed["by"]),
        "doer_kind": deed["doer_kind"],
        "doer_name": deed["doer"],
        "what": deed["what"],
        "unit_id": await tx.value(sa.select(units.c.id).where(units.c.code == deed["commune"])),
        "done_on": campaign.first_on + timedelta(days=deed["day"] - 1),
        "helped": deed["helped"],
        "helped_count": deed["helped_count"],
        "state": "approved",
        "decided_at": now,
        "dedupe_key": _key("deed", n),
        "created_at": now,
    }
    await tx.run(sa.insert(deeds).values(**seal_words(tx.vault, deeds, row)))
    await words.note(tx, deeds.c.code, row["code"])
