"""The audit log is attacked by somebody who may write to the database: whatever is done to it is found."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Any

import pytest
import sqlalchemy as sa

from storage import audit
from storage.database import Database, Tx
from storage.database.vault import Tampered, Vault
from storage.tables import audit as acts
from storage.tables import people, seals
from storage.upkeep.seals import check
from tests.figures import measured
from tests.stage import BOTH, KEY, NINE

pytestmark = BOTH
Attack = Callable[[Tx], Awaitable[object]]


async def edit(tx: Tx) -> None:
    await tx.run(sa.update(acts).where(acts.c.id == 3).values(actor="person:2"))


async def delete(tx: Tx) -> None:
    await tx.run(sa.delete(acts).where(acts.c.id == 3))


async def swap(tx: Tx) -> None:
    for was, becomes in ((3, 99), (4, 3), (99, 4)):
        await tx.run(sa.update(acts).where(acts.c.id == was).values(id=becomes))


async def cut_the_tail(tx: Tx) -> None:
    await tx.run(sa.delete(acts).where(acts.c.id > 4))


async def empty(tx: Tx) -> None:
    await tx.run(sa.delete(acts))


async def empty_all_that_is_noted(tx: Tx) -> None:
    await tx.run(sa.delete(acts))
    await tx.run(sa.delete(seals))
    await check(tx)  # the program is started again


async def chain_again(tx: Tx) -> None:
    """Change a row, and compute all hashes behind it as earlier versions did."""
    await edit(tx)
    previous = audit.FIRST
    for row in await tx.all(sa.select(acts).order_by(acts.c.id)):
        hash = audit._plain_hash(previous, row)
        await tx.run(sa.update(acts).where(acts.c.id == row["id"]).values(previous=previous, hash=hash))
        previous = hash


async def forge(tx: Tx) -> None:
    """Add a row behind the last one, chained to it."""
    row: dict[str, Any] = {"at": NINE, "actor": "operator", "act": "grant", "object": "person:7", "details": {}}
    previous = await audit._last(tx)
    await tx.run(sa.insert(acts).values(**row, previous=previous, hash=audit._plain_hash(previous, row)))


async def remove_a_grant(tx: Tx) -> None:
    """The last row, which says who got a role, with other bytes in the place of the noted end."""
    last = sa.select(sa.func.max(acts.c.id)).scalar_subquery()
    await tx.run(sa.delete(acts).where(acts.c.id == last))
    await tx.run(sa.update(seals).where(seals.c.name == audit.HEAD).values(sealed=hashlib.sha256(b"").digest()))


@pytest.mark.parametrize(
    "attack",
    [edit, delete, swap, cut_the_tail, empty, empty_all_that_is_noted, chain_again, forge, remove_a_grant],
    ids=lambda attack: attack.__name__,
)
async def test_what_is_done_to_the_log_is_found(database: Database, attack: Attack) -> None:
    async with database.write() as tx:
        await lived(tx)
        assert await audit.first_broken(tx) is None
        await attack(tx)
        assert await audit.first_broken(tx) is not None
    async with database.write() as tx:
        with pytest.raises(Tampered) if attack is remove_a_grant else nullcontext():
            await audit.add(tx, NINE, "person:1", "grant", "person:9", {})
        assert await audit.first_broken(tx) is not None, "what is written afterwards hides nothing"


async def test_a_log_that_was_changed_by_an_earlier_version_s_rules_is_found_at_its_row(database: Database) -> None:
    async with database.write() as tx:
        await lived(tx)
        await edit(tx)
        assert await audit.first_broken(tx) == 3
        measured(
            "the audit log is edited, shortened, emptied, swapped, chained again, forged or replaced", "9 of 9 found"
        )


async def test_an_old_database_that_is_put_back_is_found_by_a_head_that_was_noted(database: Database) -> None:
    async with database.write() as tx:
        await lived(tx)
        early = str(await audit.find_head(tx))
        kept = [dict(row) for row in await tx.all(sa.select(acts))], [dict(r) for r in await tx.all(sa.select(seals))]
        for n in range(3):
            await audit.add(tx, NINE, "person:1", "revoke", f"person:{n}", {})
        late = str(await audit.find_head(tx))
        assert await audit.holds(tx, early) and await audit.holds(tx, late)
        for table, rows in zip((acts, seals), kept, strict=True):
            await tx.run(sa.delete(table))
            await tx.run(sa.insert(table), rows)
        assert await audit.first_broken(tx) is None, "in itself it is whole"
        assert await audit.holds(tx, early)
        assert not await audit.holds(tx, late)
        with pytest.raises(ValueError, match="hello"):
            await audit.holds(tx, "hello")


async def test_what_earlier_versions_wrote_is_taken_over_as_it_stands(database: Database) -> None:
    async with database.write() as tx:
        previous = audit.FIRST
        for n in range(4):
            row: dict[str, Any] = {"at": NINE, "actor": "a", "act": "grant", "object": f"person:{n}", "details": {}}
            hash = audit._plain_hash(previous, row)
            await tx.run(sa.insert(acts).values(**row, previous=previous, hash=hash))
            previous = hash
        await check(tx)
        await audit.add(tx, NINE, "a", "revoke", "person:1", {"n": 1})
        assert await audit.first_broken(tx) is None
        await chain_again(tx)
        assert await audit.first_broken(tx) == 5


async def test_who_does_not_have_the_key_of_now_writes_nothing_into_it(database: Database) -> None:
    """A process that was left running with the earlier key would break the chain for good."""
    await database.transact(lived)
    newer = Database(str(database.url.render_as_string(hide_password=False)), Vault(KEY[::-1], KEY))
    try:
        async with newer.write() as tx:
            await audit.add(tx, NINE, "person:1", "grant", "person:8", {})
        with pytest.raises(Tampered):
            async with database.write() as tx:
                await audit.add(tx, NINE, "person:1", "grant", "person:9", {})
        async with newer.write() as tx:
            await audit.add(tx, NINE, "person:1", "grant", "person:10", {})
            assert await audit.first_broken(tx) is None
    finally:
        await newer.close()


async def test_it_stays_one_chain_when_many_write_it_at_once(database: Database) -> None:
    await database.transact(check)

    async def add(n: int) -> None:
        async with database.write() as tx:
            await audit.add(tx, NINE, f"person:{n}", "grant", "person:1", {})

    await asyncio.gather(*(add(n) for n in range(30)))
    async with database.read() as tx:
        assert await audit.first_broken(tx) is None


async def lived(tx: Tx) -> None:
    """A program that was started, met somebody, and noted six acts."""
    await check(tx)
    await tx.run(sa.insert(people).values(language="vi", created_at=NINE))
    for n in range(1, 7):
        await audit.add(tx, NINE, "person:1", "grant", f"person:{n}", {"n": n})
