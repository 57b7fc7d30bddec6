"""What is sealed opens in its own row only, and all of it is brought to the newest key while the program runs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage import audit
from storage.aid import volunteers as registered
from storage.backup import resume
from storage.backup.remembered import Remembered
from storage.database import Database
from storage.database.secret import BROKEN_SIGN, MARK
from storage.database.vault import Tampered, Vault
from storage.rights import links
from storage.tables import metadata, seals, volunteers
from storage.tables.sealed import CELLS, NOTED, VOLUNTEER_PHONE, WORDS
from storage.talk import people
from storage.upkeep import resealing
from storage.upkeep import seals as seals_of
from storage.upkeep.seals import Altered, WrongKey, check
from tests.sealed import NEW, PHONES, as_earlier, every, fill, names, rows_of, seal_all, sealed_in, unbound
from tests.stage import BOTH, KEY, NINE, Stage

pytestmark = BOTH


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
        kept = [(cell, row) for cell in CELLS for row in (await rows_of(tx, cell))[:2]]
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


async def test_a_phone_number_that_is_moved_to_another_person_by_sql_is_shown_to_nobody(stage: Stage) -> None:
    await fill(stage)
    async with stage.program() as app:
        async with app.database.write() as tx:
            victim, thief = (await rows_of(tx, VOLUNTEER_PHONE))[-1], 10**6
            await tx.run(sa.insert(metadata.tables["people"]).values(id=thief, language="vi", created_at=app.now()))
            row = dict((await tx.all(sa.select(volunteers).where(volunteers.c.id == victim["id"])))[0])
            await tx.run(sa.insert(volunteers).values(**row | {"id": 10**6, "person_id": thief}))
        async with app.database.read() as tx:
            assert (await registered.find(tx, victim["person_id"])) is not None
            moved = await registered.find(tx, thief)
            assert moved is not None and moved.phone == BROKEN_SIGN


async def test_what_earlier_versions_sealed_is_read_sealed_anew_in_steps_and_then_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "ROWS", 2)
    first = await fill(stage)
    await as_earlier(stage)
    async with stage.program() as app, app.database.read() as tx:
        found = await registered.find(tx, first)
        assert found is not None and found.phone == PHONES[0], "old seals are read while they are there"
    steps, finished = 0, False
    while not finished:
        async with stage.program() as app:  # killed after some steps
            kept = await every(app.database)
            for _ in range(5):
                finished = finished or (await app.database.transact(resealing.step)).finished
                assert await every(app.database) == kept
                steps += not finished
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
        await seal_all(app)
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
            altered = {"phone": b"\1 altered", "hamlet": f"{MARK}no base64"}
            await tx.run(sa.update(volunteers).where(volunteers.c.id == row["id"]).values(**altered))
        lost: list[str] = []
        while not (done := await app.database.transact(resealing.step)).finished:
            lost += done.lost
        assert set(lost) == {f"volunteers.phone:{row['id']}", f"volunteers.hamlet:{row['id']}"}


async def test_a_registration_of_joined_accounts_keeps_its_phone_number(stage: Stage) -> None:
    await fill(stage)
    async with stage.program() as app, app.database.write() as tx:
        first, second = [await people.find(tx, "room", address) for address in ("1", "2")]
        assert first is not None and second is not None
        await links.join(tx, second.person_id, first.person_id, keep_other_volunteer=True, now=app.now())
        (row,) = [row for row in await rows_of(tx, VOLUNTEER_PHONE) if row["person_id"] == second.person_id]
        assert row["person_id"] == second.person_id
        assert VOLUNTEER_PHONE.open_in(tx.vault, row).decode() == PHONES[0]


async def test_words_that_an_earlier_version_wrote_in_clear_are_sealed_and_those_of_no_words_are_not(
    stage: Stage,
) -> None:
    await fill(stage)
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(volunteers).values(hamlet="Thôn Thử", free_time=""))
        state = await seals_of.read(tx)
        state.words.remove("volunteers.hamlet")
        await seals_of.write(tx, state)
    async with stage.program() as app:
        while not (await app.database.transact(resealing.step)).finished:
            pass
        async with app.database.read() as tx:
            for row in await rows_of(tx, next(cell for cell in WORDS if cell.column is volunteers.c.hamlet)):
                assert row["hamlet"].startswith(MARK)
                assert row["free_time"] == ""
            assert {row["hamlet"] for row in await tx.all(sa.select(volunteers.c.hamlet))} == {"Thôn Thử"}


async def test_a_state_that_does_not_say_of_which_columns_the_words_are_sealed_has_all_looked_through_again(
    stage: Stage,
) -> None:
    await fill(stage)
    async with stage.program() as app, app.database.write() as tx:
        noted = {"index": (await seals_of.read(tx)).index, "audited": True, "words": True}
        sealed = NOTED.seal_json(tx.vault, noted, "state")
        await tx.run(sa.update(seals).where(seals.c.name == "state").values(sealed=sealed))
        assert (await seals_of.read(tx)).walk == seals_of.BEGINNING
    async with stage.program() as app:
        while not (await app.database.transact(resealing.step)).finished:
            pass
        async with app.database.read() as tx:
            assert set((await seals_of.read(tx)).words) == {cell.name for cell in WORDS}
