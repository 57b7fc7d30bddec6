"""A database with something in every sealed column, as this version keeps it and as the first one did."""

from __future__ import annotations

import os
from base64 import b64encode
from datetime import UTC, timedelta
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec.structs import replace

from bot.process.app import App
from storage.aid import appeals, changes, dossiers, threads
from storage.aid import volunteers as registered
from storage.aid.appeals import Refusal
from storage.aid.colleagues import notes
from storage.aid.colleagues.notes import Subject
from storage.aid.sealing import Dossier
from storage.aid.threads import NewQuestion
from storage.aid.volunteers import Registration
from storage.database import Database, Tx
from storage.database.secret import raw, seal_words
from storage.database.vault import NONCE
from storage.files import documents, papers
from storage.platform import tokens
from storage.rights import requests, spoken
from storage.tables import addresses, campaigns, contributions, pledge_changes, pledges, seals, units
from storage.tables.sealed import CELLS, PLEDGE_PHONE, SHEET, WORDS, Cell, unpack
from storage.talk import inbox, outbox, people, places
from storage.talk.consents import ConsentText
from storage.talk.inbox import Arrival
from storage.talk.outbox import Outgoing
from storage.upkeep import resealing, sealing_files
from storage.web import pushes, webchat
from tests.stage import KEY, Stage

NAME = "Nguyễn Thị Canary"
PHONES = ["+84987654321", "+84987654322"]
NEW = "the next key, as long as the first one was"


async def fill(stage: Stage) -> int:
    """Two rows with something in every sealed column; returns the first person's number."""
    await stage.agree_all(["1", "2"], "take_part")
    async with stage.program() as app, app.database.write() as tx:
        now, who = app.now(), [account for n in "12" if (account := await people.find(tx, "room", n))]
        unit = await tx.value(sa.select(units.c.id).limit(1))
        campaign = await tx.value(sa.select(campaigns.c.id).limit(1))
        there = sa.select(addresses.c.id).where(addresses.c.state == "approved").order_by(addresses.c.id)
        approved = [row["id"] for row in await tx.all(there)]
        for n, one in enumerate(who):
            given = Registration(NAME, 1990, PHONES[n], unit, "Thôn Thử", ["relief"], "", "")
            await registered.register(tx, one.person_id, given, now)
            await dossiers.propose(tx, campaign, unit, Dossier(NAME, "nhà số 1"), "Một câu chuyện", one.person_id, now)
            assert await changes.ask(tx, approved[n], "phone", PHONES[n], one.person_id, now)
            refused = Refusal("deed", f"TND26-AAAA{n}", one.person_id, unit, None, now, "chưa rõ việc làm ở đâu")
            await appeals.add(tx, refused, "Ở Thôn Thử", now)
            heard = ConsentText("1", "Đồng ý", "vi", spoken.SPOKEN)
            await spoken.note(tx, one.person_id, NAME, 1950, heard, now + timedelta(seconds=n))
            about = Subject("volunteer", f"TND26-BBBB{n}", one.person_id)
            await notes.add(tx, about, "Gọi buổi tối", one.person_id, now)
            asker = replace(requests.asker_at_office(tx, f"{NAME}, {PHONES[n]}"), person_id=one.person_id)
            await requests.enter(
                tx, "correct", "office", asker, now, UTC, key=f"r:{n}", said="Thôn Thử", by=one.person_id
            )
            asked = NewQuestion("CH", one.person_id, unit, f"Câu hỏi {n}?", f"q:{n}")
            await threads.ask(tx, asked, now)
            await outbox.add(tx, [Outgoing("none", "9", one.id, f"o:{n}", {"text": "chào"})], now)
            await inbox.keep(tx, [Arrival("none", f"sheet:{n}", "9", b"{}", media={"sheet": [[str(n)]]})], now)
            await webchat.keep(tx, [("page", f"page:{n}", {"text": str(n)})], now)
            await pushes.subscribe(tx, f"page:{n}", {"endpoint": "https://push.example"}, now)
            await papers.ask(tx, one.person_id, one.id, "bao-cao.pdf", {"heading": ["Một"]}, now)
            await documents.keep(tx, one.id, b"content", now)
            await tokens.keep(tx, f"channel {n}", "whose", "access", "refresh", now, now)
            await places.save(tx, {one.person_id: ("volunteer", {"stopped_at": "name"})}, now)
        for n, row in enumerate(await tx.all(sa.select(pledges).order_by(pledges.c.id).limit(2))):
            sealed = PLEDGE_PHONE.seal(tx.vault, PHONES[n].encode(), row["code"])
            await tx.run(sa.update(pledges).where(pledges.c.id == row["id"]).values(phone=sealed))
            was = {"pledge_id": row["id"], "amount": 1, "each_month": 0, "what": "", "changed_at": now}
            await tx.run(sa.insert(pledge_changes).values(**was))
            its = {"campaign_id": campaign, "number": 900 + n, "pledge_id": row["id"], "kind": "money", "amount": 1}
            how = {"value": 1, "arrived_on": now.date(), "method": "cash", "dedupe_key": f"c:{n}", "created_at": now}
            await tx.run(sa.insert(contributions).values(**its, **how))
        for cell in WORDS:
            table, (key,) = cell.column.table, cell.column.table.primary_key
            for row in await tx.all(sa.select(key, *cell.by).order_by(key).limit(2)):
                said = seal_words(tx.vault, table, {cell.column.name: f"Lời {row[key.name]}"}, **row)
                await tx.run(sa.update(table).where(key == row[key.name]).values(**said))
        return who[0].person_id


async def as_earlier(stage: Stage) -> None:
    """Make the database one that an earlier version kept."""
    async with stage.program() as app, app.database.write() as tx:
        for cell in CELLS:
            for row in await rows_of(tx, cell):
                plain = cell.open(tx.vault, sealed_in(cell, row), *names(cell, row))
                sealed = unbound(plain, cell._earlier(*names(cell, row)).encode())
                table, (key,) = cell.column.table, cell.column.table.primary_key
                value: Any = {"sheet": b64encode(sealed).decode()} if cell is SHEET else sealed
                if cell in WORDS:
                    value = plain.decode()
                await tx.run(sa.update(table).where(key == row[key.name]).values({cell.column.name: value}))
        await tx.run(sa.delete(seals))
        await tx.run(sa.insert(seals).values(name="key", sealed=unbound(b"nhandao")))


def unbound(plain: bytes, about: bytes = b"") -> bytes:
    """Sealed as the first version did."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"nhandao seal 1").derive(KEY.encode())
    nonce = os.urandom(NONCE)
    return b"\1" + nonce + AESGCM(key).encrypt(nonce, plain, b"\1" + about)


async def rows_of(tx: Tx, cell: Cell) -> list[dict[str, Any]]:
    """The rows in which something is sealed, as they are kept."""
    kept = (raw(column).label(column.name) for column in cell.column.table.columns)
    found = await tx.all(sa.select(*kept).where(cell.column.is_not(None)))
    return [{str(name): value for name, value in row.items()} for row in found if sealed_in(cell, row)]


def sealed_in(cell: Cell, row: Any) -> bytes:
    return unpack(cell, row[cell.column.name])


def names(cell: Cell, row: Any) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in cell.by)


async def seal_all(app: App) -> None:
    """Have all of it sealed with the newest key, files too."""
    while not (await app.database.transact(resealing.step)).finished:
        pass
    while not (await sealing_files.step(app.database, app.files)).finished:
        pass


async def every(database: Database) -> list[tuple[str, tuple[Any, ...], bytes]]:
    """All that is sealed, opened."""
    async with database.read() as tx:
        kept = [
            (cell.name, names(cell, row), cell.open(tx.vault, sealed_in(cell, row), *names(cell, row)))
            for cell in CELLS
            for row in await rows_of(tx, cell)
        ]
    return sorted(kept)
