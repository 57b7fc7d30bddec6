"""A prepared statement does what SQLAlchemy would have done with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from storage.database import Database
from storage.database.columns import among
from storage.database.insert import insert_new, insert_or_replace
from storage.database.prepared import Prepared
from storage.tables import accounts, people, posters
from storage.tables.columns import metadata
from storage.talk import inbox, paces, places, sending
from storage.talk import people as persons
from tests.stage import BOTH, Stage

THEN = datetime(2026, 5, 1, tzinfo=UTC)
ALWAYS = {
    "accounts": persons.AT, "people": persons.LOCKED, "rights": persons.AGREED_OR_HELD, "heard": persons.HEARD,
    "claimed": inbox._claimable(False), "done": inbox.DONE, "places": places.PLACES, "paces": paces.PACES,
    "free": paces.FREE, "occupied": paces.OCCUPY, "leased": sending.LEASE, "settled": sending.SETTLE,
}  # fmt: skip
"""What nearly every message needs."""


@BOTH
async def test_every_kind_of_column_is_read_as_without_it(stage: Stage) -> None:
    async with stage.program() as app, app.database.read() as tx:
        for table in metadata.sorted_tables:
            everything = sa.select(table).order_by(*table.primary_key)
            assert [dict(row) for row in await tx.all(everything)] == [
                dict(row) for row in await tx.all(Prepared(everything))
            ], table.name


@BOTH
async def test_a_row_is_written_changed_and_found_by_what_is_given(database: Database) -> None:
    hers = Prepared(sa.select(people).where(people.c.language == sa.bindparam("which"), people.c.id > 0))
    async with database.write() as tx:
        await insert_new(tx, people, [{"id": n, "language": "vi", "created_at": THEN} for n in (1, 2)])
        await insert_or_replace(tx, people, [{"id": 2, "language": "en", "created_at": THEN}])
        (found,) = await tx.all(hers, which="en")
        assert (found["id"], found["created_at"], found["blocked_at"]) == (2, THEN, None)
        assert await tx.first(hers, which="fr") is None
        change = Prepared(sa.update(people).where(people.c.id == sa.bindparam("who")).values(blocked_at=THEN))
        await tx.run(change, [{"who": 1}, {"who": 2}, {"who": 3}])
        assert {row["blocked_at"] for row in await tx.all(sa.select(people.c.blocked_at))} == {THEN}
        assert await tx.run(change, who=2) == 1
        assert await tx.run(change, who=3) == 0


async def test_a_value_that_is_not_given_is_told(database: Database) -> None:
    async with database.write() as tx:
        with pytest.raises(KeyError, match="which"):
            await tx.all(Prepared(sa.select(people).where(people.c.language == sa.bindparam("which"))))


@BOTH
@pytest.mark.parametrize("given", [[], ["a"], ["a", "no", "b\0", "\ud800", '"'], ["no"] * 500])
async def test_however_many_values_are_given_those_rows_are_found(database: Database, given: list[str]) -> None:
    these = among(posters.c.code, "codes")
    found, others = (Prepared(sa.select(posters.c.code).where(which)) for which in (these, sa.not_(these)))
    async with database.write() as tx:
        await insert_new(tx, posters, [{"code": code, "title": ""} for code in ("a", "b", '"')])
        kept = {row["code"] for row in await tx.all(found, codes=given)}
        assert kept == {"a", "b", '"'} & {code.rstrip("\0") for code in given}
        assert {row["code"] for row in await tx.all(others, codes=given)} == {"a", "b", '"'} - kept


async def test_where_a_list_stands_in_it_sqlalchemy_runs_it(database: Database) -> None:
    found = Prepared(sa.select(people.c.id).where(people.c.language.in_(["vi", "en"]), people.c.id > sa.bindparam("n")))
    async with database.write() as tx:
        await insert_new(tx, people, [{"id": n, "language": "vi", "created_at": THEN} for n in (1, 2)])
        assert await tx.all(found, n=1) == [{"id": 2}]


@pytest.mark.parametrize("name", ALWAYS)
async def test_what_every_message_needs_is_looked_up_by_an_index(database: Database, name: str) -> None:
    written = str(ALWAYS[name].statement.compile(dialect=sqlite.dialect()))
    names = {f"v{n}": None for n in range(written.count("?"))}
    for value in names:
        written = written.replace("?", f":{value}", 1)
    plan = sa.text(f"EXPLAIN QUERY PLAN {written}").bindparams(**names)
    async with database.read() as tx:
        steps = [row["detail"] for row in await tx.all(plan)]
    found = "SCAN leasable"  # what the statement itself has found
    assert [step for step in steps if "SCAN" in step and "INDEX" not in step and step != found] == []


@BOTH
async def test_a_reader_cannot_write_with_one(database: Database) -> None:
    async with database.read() as tx:
        with pytest.raises(Exception, match=r"readonly|read-only"):
            await tx.run(Prepared(sa.update(accounts).values(state="blocked")))
