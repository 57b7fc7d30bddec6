"""The demo's made-up campaign: households, volunteers, pledges and deeds, and the two staff whom anybody may play."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage import words
from storage.aid import dossiers, threads
from storage.aid.sealing import Dossier
from storage.aid.threads import NewQuestion
from storage.database import Tx
from storage.database.secret import seal_words
from storage.demo import seed
from storage.files import Files, loose, pictures
from storage.files.pictures import Stored
from storage.tables import (
    accounts,
    addresses,
    campaigns,
    consents,
    deed_pictures,
    deeds,
    needs,
    people,
    pledges,
    posters,
    staff,
    units,
    volunteers,
)

CHANNEL = "web"
"""Where everybody in the demo is met: its three chats are panes of one page."""
LANGUAGE = "vi"
"""The made-up people speak Vietnamese."""
STAFF = {"officer": "demo-officer", "admin": "demo-admin"}
"""The addresses of the demo's staff there."""
SIZE = 960, 640
"""Pixels of the drawings in ``data/pictures``."""


def reset(database: Path) -> None:
    """Delete a demo database with everything beside it that is only its own."""
    for path in (database, *(Path(f"{database}{tail}") for tail in ("-wal", "-shm")), database.with_suffix(".sent")):
        path.unlink(missing_ok=True)


async def plant(tx: Tx, files: Files, now: datetime, zone: tzinfo) -> bool:
    """Fill an empty database, or one that holds only the campaign; returns False if the demo is there already."""
    await seed.plant(tx, now.astimezone(zone).date())
    if await tx.value(sa.select(sa.func.count()).select_from(addresses)):
        return False
    given = tomllib.loads((seed.DATA / "demo.toml").read_text(encoding="utf-8"))
    campaign = (await tx.all(sa.select(campaigns)))[0]
    communes = {row["code"]: row["id"] for row in await tx.all(sa.select(units).where(units.c.kind == "commune"))}
    await tx.run(sa.update(campaigns).where(campaigns.c.id == campaign["id"]).values(goals=given["goals"]))
    await tx.run(sa.insert(posters), given["posters"])
    for made_up in given["staff"]:
        person = await _person(tx, made_up["address"], now)
        unit_id = campaign["unit_id"] if made_up["role"] == "officer" else None
        await tx.run(sa.insert(staff).values(person_id=person, role=made_up["role"], unit_id=unit_id, granted_at=now))
        await _agree(tx, person, now)
    drawings = await _drawings(tx, files, {made_up["picture"] for made_up in given["addresses"]}, now)
    wanted = {}
    for age, made_up in enumerate(reversed(given["addresses"])):
        unit_id, picture = communes[made_up["commune"]], drawings[made_up["picture"]]
        wanted[made_up["code"]] = await _address(
            tx, campaign["id"], unit_id, picture, made_up, now - timedelta(days=10 + age)
        )
    givers = [
        await _volunteer(tx, communes[made_up["commune"]], n, made_up, now)
        for n, made_up in enumerate(given["volunteers"], 1)
    ]
    for n, (giver, code, which, amount) in enumerate(given["pledges"], 1):
        address_id, needed = wanted[code]
        need_id, kind, what = needed[which - 1]
        name = given["volunteers"][giver - 1]["full_name"]
        await _pledge(tx, campaign, n, givers[giver - 1], address_id, need_id, kind, what, amount, name, now)
    for n, made_up in enumerate(given["deeds"], 1):
        deed = await _deed(tx, campaign, n, givers[made_up["by"] - 1], communes[made_up["commune"]], made_up, now, zone)
        if "picture" in made_up:
            drawn = await _drawing(tx, files, made_up["picture"], now)
            await tx.run(sa.insert(deed_pictures).values(deed_id=deed, position=0, picture=drawn))
    for n, made_up in enumerate(given["questions"], 1):
        asked = NewQuestion(
            campaign["prefix"],
            givers[made_up["by"] - 1],
            communes[made_up["commune"]],
            made_up["question"],
            f"demo:question:{n}",
        )
        await threads.ask(tx, asked, now - timedelta(hours=n), state="closed")
    for n, made_up in enumerate(given["proposals"], 1):
        who = Dossier(made_up["full_name"], made_up["house"])
        by, unit_id = givers[made_up["by"] - 1], communes[made_up["commune"]]
        await dossiers.propose(tx, campaign["id"], unit_id, who, made_up["story"], by, now - timedelta(hours=n))
    return True


async def _new(tx: Tx, table: sa.Table, **values: Any) -> int:
    values = seal_words(tx.vault, table, values)
    id = int(await tx.value(sa.insert(table).values(**values).returning(table.c.id)))
    if table in words.TABLES:
        await words.note(tx, table.c.id, id)
    return id


async def _person(tx: Tx, address: str, now: datetime) -> int:
    person = await _new(tx, people, language=LANGUAGE, created_at=now)
    at = {"channel": CHANNEL, "address": address, "created_at": now, "announcements_here": True}
    await _new(tx, accounts, person_id=person, **at)
    return person


async def _agree(tx: Tx, person: int, now: datetime) -> None:
    given = {"text_version": "demo", "text_hash": "", "language": LANGUAGE, "channel": CHANNEL, "given_at": now}
    for purpose in ("take_part", "publish_name"):
        await _new(tx, consents, person_id=person, purpose=purpose, **given)


async def _drawings(tx: Tx, files: Files, names: set[str], now: datetime) -> dict[str, str]:
    return {name: await _drawing(tx, files, name, now) for name in sorted(names)}


async def _drawing(tx: Tx, files: Files, name: str, now: datetime) -> str:
    data = (seed.DATA / "pictures" / f"{name}.jpg").read_bytes()
    await files.put(file := loose.new_name(), data)
    made = await pictures.add(tx, None, Stored(file, *SIZE), len(data), now)
    await pictures.keep(tx, [made])
    return made


async def _address(
    tx: Tx, campaign: int, unit_id: int, picture: str, row: dict[str, Any], at: datetime
) -> tuple[int, list[tuple[int, str, str]]]:
    address = await _new(
        tx,
        addresses,
        campaign_id=campaign,
        code=row["code"],
        unit_id=unit_id,
        category=row["category"],
        shown_name=row["shown_name"],
        people_count=row["people"],
        story=row["story"],
        picture=picture,
        state="approved",
        consented=True,
        created_at=at,
    )
    made = []
    for kind, what, measure, amount in row["needs"]:
        need = await _new(tx, needs, address_id=address, kind=kind, what=what, measure=measure, amount=amount)
        made.append((need, kind, what))
    return address, made


async def _volunteer(tx: Tx, unit_id: int, n: int, row: dict[str, Any], now: datetime) -> int:
    person = await _person(tx, f"demo-{n}", now)
    await _agree(tx, person, now)
    await _new(
        tx,
        volunteers,
        person_id=person,
        full_name=row["full_name"],
        birth_year=row["birth_year"],
        unit_id=unit_id,
        hamlet=row["hamlet"],
        activities=row["activities"],
        created_at=now,
        updated_at=now,
    )
    return person


async def _pledge(
    tx: Tx,
    campaign: Any,
    n: int,
    person: int,
    address: int,
    need: int,
    kind: str,
    what: str,
    amount: int,
    name: str,
    now: datetime,
) -> None:
    await tx.run(sa.update(needs).where(needs.c.id == need).values(promised=needs.c.promised + amount))
    await _new(
        tx,
        pledges,
        campaign_id=campaign["id"],
        code=f"{campaign['prefix']}-DEM{n:02}",
        person_id=person,
        address_id=address,
        need_id=need,
        kind=kind,
        amount=amount,
        what=what,
        shown_as="initials",
        shown_name=name,
        dedupe_key=f"demo:{n}",
        created_at=now - timedelta(days=n),
    )


async def _deed(
    tx: Tx, campaign: Any, n: int, person: int, unit_id: int, row: dict[str, Any], now: datetime, zone: tzinfo
) -> int:
    return await _new(
        tx,
        deeds,
        campaign_id=campaign["id"],
        code=f"{campaign['prefix']}-VTDE{n}",
        person_id=person,
        doer_kind=row["doer_kind"],
        doer_name=row["doer"],
        what=row["what"],
        unit_id=unit_id,
        done_on=now.astimezone(zone).date() - timedelta(days=n),
        helped=row["helped"],
        helped_count=row["helped_count"],
        dedupe_key=f"demo:deed:{n}",
        created_at=now - timedelta(days=n),
    )
