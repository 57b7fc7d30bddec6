"""What answers a reader goes before the notices that wait for her, and overtakes nothing that has begun."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.channels import SendFailed
from bot.send.replies import LEASE
from storage.database import Tx
from storage.talk import outbox, sending
from storage.talk.outbox import Outgoing
from storage.talk.sending import Leased
from tests.stage import BOTH, Stage

LONG = "Bà con giúp nhau. " * 100
"""More than a caption holds, so that with a photo it goes in two parts."""


async def put(stage: Stage, *texts: str, kind: str = "notice", address: str = "1", picture: str = "") -> None:
    async with stage.program() as app, app.database.write() as tx:
        rows = [
            Outgoing("room", address, None, f"{address}:{text}", {"text": text, "picture": picture}, kind)
            for text in texts
        ]
        await outbox.add(tx, rows, stage.clock())


async def deliver(stage: Stage) -> list[str]:
    """Send all that may go out now; returns what reached the first reader until now, long texts by their first word."""
    async with stage.program() as app:
        while await app.delivery.deliver():
            pass
    return said(stage)


def said(stage: Stage) -> list[str]:
    return [message.text[:2] for to, message in stage.room.said if to == "1"]


async def lease(tx: Tx, owner: str, now: datetime) -> list[Leased]:
    await sending.alone(tx)
    return await sending.lease(tx, ["room"], owner, now, now + LEASE, 9)


@BOTH
async def test_answers_go_first_and_each_kind_keeps_its_order(stage: Stage) -> None:
    await put(stage, "n1", "n2", "n3")
    await put(stage, "b1", kind="broadcast")
    await put(stage, "r1", "r2", kind="reply")
    await put(stage, "n4")
    await put(stage, "r3", kind="reply")
    assert await deliver(stage) == ["r1", "r2", "r3", "n1", "n2", "n3", "b1", "n4"]


@BOTH
async def test_a_notice_that_is_on_its_way_is_not_overtaken(stage: Stage) -> None:
    await put(stage, "n1", "n2")
    async with stage.program() as app:
        async with app.database.write() as tx:
            assert len(await lease(tx, "another process", app.now())) == 1
        await put(stage, "r1", kind="reply")
        assert await app.delivery.deliver() == 0
        stage.clock.forward(seconds=LEASE.total_seconds())  # nobody knows what became of it
    assert await deliver(stage) == ["n1", "r1", "n2"]


@BOTH
@pytest.mark.parametrize("outcome", ["retry", "unknown"])
async def test_the_parts_of_a_notice_stay_together(stage: Stage, outcome: str) -> None:
    await put(stage, LONG, picture="p")
    async with stage.program() as app:
        assert await app.delivery.deliver() == 1
    await put(stage, "r1", kind="reply")
    stage.room.fail = [SendFailed(outcome, "away")]  # type: ignore[arg-type]
    assert await deliver(stage) == [""], "its photo has arrived, its words are tried again later"
    stage.clock.forward(seconds=5)
    assert await deliver(stage) == ["", "Bà", "r1"]


@BOTH
@pytest.mark.parametrize("outcome", ["retry", "unknown"])
async def test_an_answer_that_failed_holds_all_behind_it_and_a_notice_that_failed_holds_no_answer(
    stage: Stage, outcome: str
) -> None:
    await put(stage, "r1", "r2", kind="reply")
    await put(stage, "n1", "n2")
    stage.room.fail = [SendFailed(outcome, "away")]  # type: ignore[arg-type]
    assert await deliver(stage) == []
    stage.clock.forward(seconds=5)
    async with stage.program() as app:
        for _ in range(2):
            await app.delivery.deliver()
    assert said(stage) == ["r1", "r2"]
    stage.room.fail = [SendFailed(outcome, "away")]  # type: ignore[arg-type]
    await deliver(stage)
    await put(stage, "r3", kind="reply")
    assert await deliver(stage) == ["r1", "r2", "r3"], "a notice may be heard late, an answer not"
    stage.clock.forward(seconds=5)
    assert await deliver(stage) == ["r1", "r2", "r3", "n1", "n2"]


@BOTH
async def test_what_a_crash_left_begun_goes_on_before_everything_else(stage: Stage) -> None:
    await put(stage, LONG, picture="p")
    await put(stage, "n2")
    async with stage.program() as app:
        assert await app.delivery.deliver() == 1
        async with app.database.write() as tx:
            (second,) = await lease(tx, "dead", app.now())
            assert second.message_id == "1"
        await put(stage, "r1", kind="reply")
        async with app.database.write() as tx:
            assert await sending.release(tx, ["room"], "me") == 1
    assert await deliver(stage) == ["", "Bà", "r1", "n2"]


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_an_answer_written_while_another_process_takes_a_notice_waits_for_it(stage: Stage) -> None:
    """Without the lock both processes would send to one chat at the same moment: each sees another first message."""
    await put(stage, "n1")
    async with stage.program() as app, stage.program() as other:
        async with app.database.write() as tx:
            assert [one.body["text"] for one in await lease(tx, "one", app.now())] == ["n1"]
            async with other.database.write() as theirs:
                rows = [Outgoing("room", "1", None, "r1", {"text": "r1"})]
                await outbox.add(theirs, rows, other.now())
            taking = asyncio.create_task(other.delivery._exchanged())
            waits = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            async with app.database.read() as view:
                while not await view.value(waits) and not taking.done():
                    await asyncio.sleep(0.01)
        assert await taking == [], "the notice is on its way"
        async with app.database.write() as tx:
            await sending.release(tx, ["room"], "nobody")
    assert await deliver(stage) == ["r1", "n1"]


@BOTH
async def test_a_long_queue_is_looked_up_by_its_index(stage: Stage) -> None:
    """For each message that waits, the first of its address is one look: a sort would read the whole queue each time."""
    async with stage.program() as app, app.database.write() as tx:
        queue = [Outgoing("room", str(n % 500), None, f"k{n}", {}, "notice" if n % 2 else "reply") for n in range(5000)]
        await outbox.add(tx, queue, app.now())
        explain = "EXPLAIN QUERY PLAN" if tx.dialect == "sqlite" else "EXPLAIN"
        if tx.dialect == "postgresql":
            await tx.run(sa.text("ANALYZE outbox"))
        asked = sending.LEASABLE.element.params(most=100, channels=["room"], now=app.now(), in_hand=[0])
        dialect = {"sqlite": sqlite, "postgresql": postgresql}[tx.dialect].dialect()
        written = asked.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        steps = " ".join(str(dict(row)) for row in await tx.all(sa.text(f"{explain} {written}")))
    assert "ix_outbox_line" in steps
    assert "Sort" not in steps
    assert "TEMP B-TREE" not in steps
