"""Words find rows by keyed hashes: with marks or without, under any key, and no longer than the row is there."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage import words
from storage.aid import volunteers as registered
from storage.aid.volunteers import Registration
from storage.database import Database
from storage.database.secret import pack
from storage.database.vault import VERSION
from storage.figures import records
from storage.figures.records import Wanted
from storage.rights import erase
from storage.tables import accounts, deeds, people, units, volunteers, word_marks
from storage.tables import words as index
from storage.upkeep import indexing, resealing
from tests.desk import RESIDENT, staffed, tell
from tests.sealed import NEW, seal_all
from tests.stage import BOTH, KEY, Stage
from tests.words import astray

pytestmark = BOTH
NAMES = ("Nguyễn Thị Phượng", "Nguyễn Văn Phương", "Đặng Thị Nguyên", "Hồ-Thị Đông")
FOUND = {
    "phuong": {NAMES[0], NAMES[1]},
    "nguyễn PHƯỢNG": {NAMES[0], NAMES[1]},
    "phượng thị": {NAMES[0]},
    "nguyen": {NAMES[0], NAMES[1], NAMES[2]},
    "dang": {NAMES[2]},
    "hồ-thị": {NAMES[3]},
    "ho dong": {NAMES[3]},
    "nguy": set(),
    "phuong dang": set(),
    "!!!": set(),
    "%": set(),
}
"""What is looked for, and whose names hold all of its words: whole ones."""


async def register(stage: Stage) -> list[int]:
    """Somebody of each name; returns their ids."""
    ids = []
    async with stage.program() as app, app.database.write() as tx:
        unit = await tx.value(sa.select(units.c.id).limit(1))
        for name in NAMES:
            new = sa.insert(people).values(language="vi", created_at=app.now()).returning(people.c.id)
            ids.append(int(await tx.value(new)))
            given = Registration(name, 1990, "", unit, "Thôn Thử", [], "", "")
            await registered.register(tx, ids[-1], given, app.now())
    return ids


async def finds(database: Database, said: str) -> set[str]:
    """Whose names hold these words, by both searches."""
    async with database.read() as tx:
        listed, n = await registered.search(tx, None, said, 0, 100)
        found, total = await records.search(tx, "volunteer", Wanted(tuple(said.split())), None, 0, 100)
    names = {one.full_name for one in listed}
    assert n == total == len(found) == len(names)
    assert {one.said for one in found} == names
    return names & set(NAMES)


async def as_earlier(stage: Stage) -> None:
    """Make the database one that an earlier version kept: names are in clear, and nothing is indexed."""
    async with stage.program() as app, app.database.write() as tx:
        for row in await tx.all(sa.select(volunteers.c.id, volunteers.c.full_name)):
            hers = sa.update(volunteers).where(volunteers.c.id == row["id"])
            await tx.run(hers.values(full_name=row["full_name"]))
        for table in (index, word_marks):
            await tx.run(sa.delete(table))


async def test_whole_words_find_with_marks_or_without_in_any_order(stage: Stage) -> None:
    await register(stage)
    async with stage.program() as app:
        while await app.database.transact(indexing.step):
            pass
        assert {said: await finds(app.database, said) for said in FOUND} == FOUND


async def test_signs_only_find_nobody(stage: Stage) -> None:
    await register(stage)
    async with stage.program() as app:
        assert {said: await finds(app.database, said) for said in ("!!!", "%")} == {"!!!": set(), "%": set()}


async def test_an_earlier_database_is_indexed_in_steps_and_finds_everything_meanwhile(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "ROWS", 3)
    await register(stage)
    await as_earlier(stage)
    steps, left = 0, True
    while left:
        async with stage.program() as app:  # killed after each step
            assert {said: await finds(app.database, said) for said in FOUND} == FOUND, (
                "whole words before as well as after"
            )
            left = await app.database.transact(indexing.step) is not None
        steps += 1
    assert steps > len(words.TABLES)
    async with stage.program() as app, app.database.read() as tx:
        assert await astray(tx) == []


async def test_a_name_that_cannot_be_opened_is_told_and_a_key_is_exchanged_all_the_same(stage: Stage) -> None:
    hers = (await register(stage))[0]
    stage.use_keys(NEW, KEY)
    async with stage.program() as app:
        async with app.database.write() as tx:
            which = await tx.value(sa.select(volunteers.c.id).where(volunteers.c.person_id == hers))
            await tx.run(
                sa.update(volunteers).where(volunteers.c.id == which).values(full_name=pack(VERSION + bytes(60)))
            )
        lost: set[str] = set()
        while not (done := await app.database.transact(resealing.step)).finished:
            lost |= set(done.lost)
        assert lost == {f"volunteers:{which}", f"volunteers.full_name:{which}"}
        async with app.database.read() as tx:
            assert await tx.all(sa.select(index).where(index.c.kind == "volunteers", index.c.row_id == which)) == []
            known = await words.marks(tx)
            for word, there in (("phuong", 1), ("dang", 1)):
                holds = words.holding(tx, words.VOLUNTEER, word, known)
                assert await tx.value(sa.select(sa.func.count(volunteers.c.id)).where(holds)) == there
            assert all(mark.done for mark in known.values())


async def test_all_is_indexed_anew_with_a_new_key_before_the_one_before_may_go(stage: Stage) -> None:
    await register(stage)
    async with stage.program() as app:
        await seal_all(app)
    stage.use_keys(NEW, KEY)
    async with stage.program() as app:
        assert {said: await finds(app.database, said) for said in FOUND if FOUND[said]} == {
            said: names for said, names in FOUND.items() if names
        }
        await seal_all(app)
    stage.use_keys(NEW)
    async with stage.program() as app:
        assert {said: await finds(app.database, said) for said in FOUND} == FOUND
        async with app.database.read() as tx:
            assert await astray(tx) == [], "no hash by the key before is left"


async def test_of_whoever_is_erased_no_word_is_left(stage: Stage) -> None:
    await staffed(stage)
    await tell(stage, photos=0)
    first = (await register(stage))[0]
    async with stage.program() as app, app.database.write() as tx:
        teller = await tx.value(sa.select(accounts.c.person_id).where(accounts.c.address == RESIDENT))
        for table, whose in ((volunteers, first), (deeds, teller)):
            id = await tx.value(sa.select(table.c.id).where(table.c.person_id == whose))
            hers = sa.select(index.c.word).where(index.c.kind == table.name, index.c.row_id == id)
            assert await tx.first(hers) is not None
            await erase.forget(tx, whose, app.now())
            assert await tx.first(hers) is None
        assert await astray(tx) == []
