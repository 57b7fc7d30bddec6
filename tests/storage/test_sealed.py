"""What is sealed opens in its own row only, and all of it is brought to the newest key while the program runs."""

from __future__ import annotations

import os
from base64 import b64encode
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage import audit
from storage.aid import appeals, dossiers, notes, threads
from storage.aid import volunteers as registered
from storage.aid.appeals import Refusal
from storage.aid.dossiers import Dossier
from storage.aid.notes import Subject
from storage.aid.threads import NewQuestion
from storage.aid.volunteers import Registration
from storage.backup import resume
from storage.backup.remembered import Remembered
from storage.database import Database, Tx
from storage.database.vault import NONCE, Tampered, Vault
from storage.files import documents, papers
from storage.platform import tokens
from storage.rights import links
from storage.tables import campaigns, metadata, pledges, seals, units, volunteers
from storage.tables.sealed import CELLS, PLEDGE_PHONE, SHEET, VOLUNTEER_PHONE, Cell, unpack
from storage.talk import inbox, outbox, people, places
from storage.talk.inbox import Arrival
from storage.talk.outbox import Outgoing
from storage.upkeep import resealing
from storage.upkeep import seals as seals_of
from storage.upkeep.seals import Altered, WrongKey, check
from storage.web import pushes, webchat
from tests.stage import BOTH, KEY, NINE, Stage

pytestmark = BOTH
NAME = "Nguyễn Thị Canary"
PHONES = ["+84987654321", "+84987654322"]
NEW = "the next key, as long as the first one was"


async def test_every_sealed_column_is_named(stage: Stage) -> None:
    """Every column of bytes is one of these, a keyed index, or a hash."""
    named = {cell.column for cell in CELLS} | {seals.c.sealed}
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.LargeBinary) and column not in named:
                public = column.name in ("who", "hash", "previous") or str(column) == "learned.patch"
                assert public or column.name.endswith("_index"), column


async def test_no_sealed_value_opens_in_another_row_or_column(stage: Stage) -> None:
    await fill(stage)
    async with stage.program() as app, app.database.read() as tx:
        kept = [(cell, row) for cell in CELLS for row in await rows_of(tx, cell)]
        assert {cell.name for cell, _ in kept} == {cell.name for cell in CELLS}
        refused = 0
        for cell, row in kept:
            assert cell.open(tx.vault, sealed_in(cell, row), *names(cell, row)) is not None
            for other, elsewhere in kept:
                if (cell, names(cell, row)) != (other, names(other, elsewhere)):
                    with pytest.raises(Tampered):
                        other.open(tx.vault, sealed_in(cell, row), *names(other, elsewhere))
                    refused += 1
        assert refused == len(kept) * (len(kept) - 1) > 600


async def test_a_phone_number_that_is_moved_to_another_person_by_sql_is_refused(stage: Stage) -> None:
    await fill(stage)
    async with stage.program() as app:
        async with app.database.write() as tx:
            victim, thief = (await rows_of(tx, VOLUNTEER_PHONE))[-1], 10**6
            await tx.run(sa.insert(metadata.tables["people"]).values(id=thief, language="vi", created_at=app.now()))
            row = dict((await tx.all(sa.select(volunteers).where(volunteers.c.id == victim["id"])))[0])
            await tx.run(sa.insert(volunteers).values(**row | {"id": 10**6, "person_id": thief}))
        async with app.database.read() as tx:
            assert (await registered.find(tx, victim["person_id"])) is not None
            with pytest.raises(Tampered):
                await registered.find(tx, thief)


async def test_what_earlier_versions_sealed_is_read_sealed_anew_in_steps_and_then_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "ROWS", 2)
    first = await fill(stage)
    await as_earlier(stage)
    async with stage.program() as app, app.database.read() as tx:
        found = await registered.find(tx, first)
        assert found is not None and found.phone == PHONES[0], "old seals are read while they are there"
    steps = 0
    while True:
        async with stage.program() as app:  # killed after each step
            kept = await every(app.database)
            if (await app.database.transact(resealing.step)).finished:
                break
            assert await every(app.database) == kept
            steps += 1
    assert steps > len(CELLS)
    async with stage.program() as app, app.database.write() as tx:
        assert not tx.vault.takes_unbound
        for cell in CELLS:
            for row in await rows_of(tx, cell):
                assert sealed_in(cell, row).startswith(tx.vault.head)
        row = (await rows_of(tx, VOLUNTEER_PHONE))[-1]
        with pytest.raises(Tampered):
            VOLUNTEER_PHONE.open(tx.vault, unbound(b"+84900000000"), row["person_id"])


async def test_a_key_is_exchanged_in_steps_and_the_one_before_is_needed_until_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "ROWS", 2)
    await fill(stage)
    async with stage.program() as app:
        before = await every(app.database)
    stage.use_keys(NEW)
    with pytest.raises(WrongKey, match=Vault(KEY).key_ids[0].hex()):
        async with stage.program():
            pass
    stage.use_keys(NEW, KEY)
    for _ in range(5):
        async with stage.program() as app:
            await app.database.transact(resealing.step)
    stage.use_keys(NEW)
    with pytest.raises(WrongKey):
        async with stage.program():
            pass
    stage.use_keys(NEW, KEY)
    async with stage.program() as app:
        assert await every(app.database) == before
        while not (await app.database.transact(resealing.step)).finished:
            pass
    stage.use_keys(NEW)
    async with stage.program() as app:
        assert await every(app.database) == before
        async with app.database.read() as tx:
            assert await audit.first_broken(tx) is None, "its end is read with the new key"
        async with app.database.read() as tx:
            row = (await rows_of(tx, VOLUNTEER_PHONE))[-1]
            phone = VOLUNTEER_PHONE.open_in(tx.vault, row).decode()
            assert row["phone_index"] == tx.vault.index(phone, kind="phone"), "she is found as before"
    stage.use_keys(KEY)
    with pytest.raises(WrongKey):
        async with stage.program():
            pass


async def test_the_audit_log_of_an_earlier_version_s_backup_stays_whole_when_it_is_restored(stage: Stage) -> None:
    await fill(stage)
    await as_earlier(stage)
    database = Database(stage.settings.database_url, Vault(KEY))
    async with database.write() as tx:
        await tx.run(sa.delete(metadata.tables["audit"]))
        await resume.resume(tx, NINE, Remembered(), "operator", NINE)
    await database.close()
    async with stage.program() as app, app.database.read() as tx:
        assert await audit.first_broken(tx) is None


async def test_whoever_removes_what_is_noted_of_the_keys_opens_no_door(stage: Stage) -> None:
    async with stage.program() as app:
        async with app.database.write() as tx:
            await tx.run(sa.delete(seals))
        await app.database.transact(check)
        assert not app.database.vault.takes_unbound


async def test_whoever_puts_back_what_an_earlier_version_noted_opens_no_door(stage: Stage) -> None:
    """With one old sealed value nothing would have to be bound any more, and the audit log would begin anew."""
    await fill(stage)
    async with stage.program() as app, app.database.write() as tx:
        assert [cell for cell in CELLS if not await seals_of.is_sealed_now(tx, cell)] == []
        await tx.run(sa.delete(seals))
        await tx.run(sa.insert(seals).values(name="key", sealed=unbound(b"nhandao")))
    with pytest.raises(Altered):
        async with stage.program():
            pass
    database = Database(stage.settings.database_url, Vault(KEY))
    async with database.read() as tx:
        with pytest.raises(Altered):
            await seals_of.look(tx)
        assert not tx.vault.takes_unbound
    await database.close()


async def test_what_cannot_be_opened_is_told_and_holds_nothing_up(stage: Stage) -> None:
    await fill(stage)
    await as_earlier(stage)
    async with stage.program() as app:
        async with app.database.write() as tx:
            row = (await rows_of(tx, VOLUNTEER_PHONE))[-1]
            await tx.run(sa.update(volunteers).where(volunteers.c.id == row["id"]).values(phone=b"\1 altered"))
        lost: list[str] = []
        while not (done := await app.database.transact(resealing.step)).finished:
            lost += done.lost
        assert set(lost) == {f"volunteers.phone:{row['id']}"}


async def test_a_registration_of_joined_accounts_keeps_its_phone_number(stage: Stage) -> None:
    await fill(stage)
    async with stage.program() as app, app.database.write() as tx:
        first, second = [await people.find(tx, "room", address) for address in ("1", "2")]
        assert first is not None and second is not None
        await links.join(tx, second.person_id, first.person_id, keep_other_volunteer=True, now=app.now())
        (row,) = [row for row in await rows_of(tx, VOLUNTEER_PHONE) if row["person_id"] == second.person_id]
        assert row["person_id"] == second.person_id
        assert VOLUNTEER_PHONE.open_in(tx.vault, row).decode() == PHONES[0]


async def fill(stage: Stage) -> int:
    """Two rows with something in every sealed column; returns the first person's number."""
    await stage.agree_all(["1", "2"], "take_part")
    async with stage.program() as app, app.database.write() as tx:
        now, who = app.now(), [account for n in "12" if (account := await people.find(tx, "room", n))]
        unit = await tx.value(sa.select(units.c.id).limit(1))
        campaign = await tx.value(sa.select(campaigns.c.id).limit(1))
        for n, one in enumerate(who):
            given = Registration(NAME, "nguyen thi canary", 1990, PHONES[n], unit, "Thôn Thử", ["relief"], "", "")
            await registered.register(tx, one.person_id, given, now)
            await dossiers.propose(tx, campaign, unit, Dossier(NAME, "nhà số 1"), "Một câu chuyện", one.person_id, now)
            refused = Refusal("deed", f"TND26-AAAA{n}", one.person_id, unit, None, now, "chưa rõ ở đâu")
            await appeals.add(tx, refused, "Ở Thôn Thử", now)
            about = Subject("volunteer", f"TND26-BBBB{n}", one.person_id)
            await notes.add(tx, about, "Gọi buổi tối", one.person_id, now)
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
        return who[0].person_id


async def as_earlier(stage: Stage) -> None:
    """Make the database one that an earlier version kept."""
    async with stage.program() as app, app.database.write() as tx:
        for cell in CELLS:
            for row in await rows_of(tx, cell):
                plain = cell.open(tx.vault, sealed_in(cell, row), *names(cell, row))
                sealed = unbound(plain, cell._earlier(*names(cell, row)).encode())
                table, (key,) = cell.column.table, cell.column.table.primary_key
                value = {"sheet": b64encode(sealed).decode()} if cell is SHEET else sealed
                await tx.run(sa.update(table).where(key == row[key.name]).values({cell.column.name: value}))
        await tx.run(sa.delete(seals))
        await tx.run(sa.insert(seals).values(name="key", sealed=unbound(b"nhandao")))


def unbound(plain: bytes, about: bytes = b"") -> bytes:
    """Sealed as the first version did."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"nhandao seal 1").derive(KEY.encode())
    nonce = os.urandom(NONCE)
    return b"\1" + nonce + AESGCM(key).encrypt(nonce, plain, b"\1" + about)


async def rows_of(tx: Tx, cell: Cell) -> list[dict[str, Any]]:
    """The rows in which something is sealed."""
    found = await tx.all(sa.select(cell.column.table).where(cell.column.is_not(None)))
    return [{str(name): value for name, value in row.items()} for row in found if sealed_in(cell, row)]


def sealed_in(cell: Cell, row: Any) -> bytes:
    return unpack(cell, row[cell.column.name])


def names(cell: Cell, row: Any) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in cell.by)


async def every(database: Database) -> list[tuple[str, tuple[Any, ...], bytes]]:
    """All that is sealed, opened."""
    async with database.read() as tx:
        kept = [
            (cell.name, names(cell, row), cell.open(tx.vault, sealed_in(cell, row), *names(cell, row)))
            for cell in CELLS
            for row in await rows_of(tx, cell)
        ]
    return sorted(kept)
