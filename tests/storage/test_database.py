"""The database loses no update, and nobody but the writer writes."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from storage.database import Database, Tx, is_outage, sqlite
from storage.database.columns import Instant
from storage.database.prepared import Prepared
from storage.tables import posters
from tests.figures import measured
from tests.stage import BOTH, NINE


@BOTH
async def test_no_update_is_lost_when_many_read_and_write_at_once(database: Database) -> None:
    async with database.write() as tx:
        await tx.run(sa.insert(posters).values(code="n", title="0"))

    async def add_one() -> None:
        async with database.write() as tx:
            seen = await tx.value(sa.select(posters.c.title).with_for_update())
            await asyncio.sleep(0)
            await tx.run(sa.update(posters).values(title=str(int(seen) + 1)))

    await asyncio.gather(*(add_one() for _ in range(100)))
    async with database.read() as tx:
        assert await tx.value(sa.select(posters.c.title)) == "100"


@BOTH
async def test_a_cancelled_transaction_leaves_nothing_open(database: Database) -> None:
    async def slow() -> None:
        async with database.write() as tx:
            await tx.run(sa.insert(posters).values(code="x", title=""))
            await asyncio.sleep(5)

    for _ in range(20):
        task = asyncio.create_task(slow())
        await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with database.write() as tx:
        assert await tx.value(sa.select(sa.func.count()).select_from(posters)) == 0


@BOTH
async def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r"readonly|read-only"):
        async with database.read() as tx:
            await tx.run(sa.insert(posters).values(code="x", title=""))


@pytest.mark.parametrize("statement", [sa.insert(posters), Prepared(sa.insert(posters))])
async def test_after_somebody_held_the_database_for_too_long_transactions_are_whole_as_before(
    database: Database, statement: sa.Insert | Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 50)

    async def write(tx: Tx) -> None:
        await tx.run(statement, code="x", title="")
        raise ZeroDivisionError

    async with database.read() as tx:
        await tx.value(sa.select(posters.c.code))
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            with pytest.raises(sa.exc.OperationalError, match="locked") as refused:
                await database.transact(write)
            assert is_outage(refused.value)
        other.execute("ROLLBACK")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await database.transact(write)
        with pytest.raises(ZeroDivisionError):
            async with database.write() as tx:
                await write(tx)
    async with database.read() as tx:
        assert await tx.value(sa.select(posters.c.code)) is None


async def test_what_is_committed_survives_a_power_cut(database: Database) -> None:
    async with database.write() as tx:
        assert await tx.value(sa.text("PRAGMA synchronous")) == 2  # FULL
        assert await tx.value(sa.text("PRAGMA journal_mode")) == "wal"
        assert await tx.value(sa.text("PRAGMA foreign_keys")) == 1


def test_instants_come_back_as_they_were() -> None:
    column = Instant()
    for at in (NINE, datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)):
        assert column.process_result_value(column.process_bind_param(at, None), None) == at


@BOTH
async def test_what_somebody_makes_up_to_do_harm_is_kept_without_it(database: Database) -> None:
    async with database.write() as tx:
        await tx.run(sa.insert(posters).values(code="a\0b\ud800", title="\udfff"))
        assert (await tx.all(sa.select(posters.c.code, posters.c.title)))[0] == {"code": "ab", "title": ""}
        assert await tx.value(sa.select(posters.c.code).where(posters.c.code == "\0ab")) == "ab"


@BOTH
async def test_the_database_tells_the_time(database: Database) -> None:
    assert abs((await database.now() - datetime.now(UTC)).total_seconds()) < 10


@BOTH
async def test_statements_cancelled_at_any_moment_leave_no_half_transaction_and_mix_with_no_other(
    database: Database,
) -> None:
    async def pair(n: int) -> None:
        async with database.write() as tx:
            await tx.run(sa.insert(posters).values(code=f"{n}a", title=""))
            await tx.run(sa.insert(posters).values(code=f"{n}b", title=""))

    for n in range(60):
        task = asyncio.create_task(pair(n))
        for _ in range(n):  # a step of the loop more each time, so that every await is met
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await pair(99)
    async with database.read() as tx:
        kept = {row["code"] for row in await tx.all(sa.select(posters.c.code))}
    assert {"99a", "99b"} <= kept
    whole = {code[:-1] for code in kept if code.endswith("a")}
    assert whole == {code[:-1] for code in kept if code.endswith("b")}
    kind = "PostgreSQL" if database.shared else "SQLite"
    measured(
        f"F20: transactions cancelled after 0 to 59 steps of the event loop, {kind}",
        f"torn 0, stuck 0; committed though cancelled {len(whole - {'99'})}",
    )
