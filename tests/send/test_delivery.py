"""What delivery promises: in order for each person, tried again where that is safe, ended where it is not."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from bot.channels import Capabilities, SendFailed
from bot.send.replies import LEASE
from storage.tables import accounts
from storage.tables import outbox as table
from storage.talk import outbox, sending
from storage.talk.outbox import Outgoing
from tests.fakes.room import Room
from tests.stage import BOTH, Stage

pytestmark = BOTH


async def put(stage: Stage, *texts: str, address: str = "1", kind: str = "reply") -> None:
    async with stage.program() as app, app.database.write() as tx:
        rows = [Outgoing("room", address, None, f"{address}:{text}", {"text": text}, kind) for text in texts]
        await outbox.add(tx, rows, stage.clock())


def said(stage: Stage, address: str = "1") -> list[str]:
    return [message.text for to, message in stage.room.said if to == address]


async def states(stage: Stage) -> list[str]:
    return [row["state"] for row in await stage.rows(table) if row["channel"] == "room"]


async def deliver(stage: Stage) -> None:
    async with stage.program() as app:
        while await app.delivery.deliver():
            pass


async def test_messages_to_one_person_keep_their_order(stage: Stage) -> None:
    await put(stage, "a", "b", "c")
    await deliver(stage)
    assert said(stage) == ["a", "b", "c"]
    assert await states(stage) == ["sent"] * 3


LONG = {"text": "Bà con giúp nhau. " * 100, "picture": "p", "buttons": [["/menu", "Về"]]}
"""A photo with more than its caption holds."""


def parts(stage: Stage) -> list[tuple[str, int]]:
    """What came: with which picture, and with how many buttons."""
    return [(message.picture, len(message.buttons)) for _, message in stage.room.said]


@pytest.mark.parametrize("outcome", ["retry", "unknown"])
async def test_a_part_that_is_known_as_sent_does_not_go_out_again(stage: Stage, outcome: str) -> None:
    async with stage.program() as app, app.database.write() as tx:
        await outbox.add(tx, [Outgoing("room", "1", None, "long", LONG)], stage.clock())
    await put(stage, "b")
    async with stage.program() as app:
        assert await app.delivery.deliver() == 1
    assert parts(stage) == [("p", 0)]
    assert await states(stage) == ["waiting", "waiting"]
    stage.room.fail = [SendFailed(outcome, "away")]  # type: ignore[arg-type]
    await deliver(stage)
    stage.clock.forward(seconds=5)
    await deliver(stage)
    assert parts(stage) == [("p", 0), ("", 1), ("", 0)]  # and nothing overtook it
    assert [row["message_id"] for row in await stage.rows(table) if row["channel"] == "room"] == ["1 2", "3"]
    assert await states(stage) == ["sent", "sent"]


async def test_what_was_sent_of_a_message_stays_known_when_the_rest_is_refused(stage: Stage) -> None:
    async with stage.program() as app, app.database.write() as tx:
        await outbox.add(tx, [Outgoing("room", "1", None, "long", LONG)], stage.clock())
    async with stage.program() as app:
        await app.delivery.deliver()
    stage.room.fail = [SendFailed("refused", "no")]
    await deliver(stage)
    kept = [(row["state"], row["message_id"]) for row in await stage.rows(table) if row["channel"] == "room"]
    assert kept == [("failed", "1")]


async def test_where_each_message_counts_a_reply_in_doubt_is_not_sent_again(stage: Stage) -> None:
    stage.rooms = (Room(Capabilities(resends=False)),)
    await put(stage, "a", "b")
    stage.room.fail = [SendFailed("unknown", "timed out")]
    await deliver(stage)
    stage.clock.forward(seconds=5)
    await deliver(stage)
    assert said(stage) == ["b"]
    assert await states(stage) == ["unknown", "sent"]


@pytest.mark.parametrize("outcome", ["retry", "unknown"])
async def test_a_reply_in_doubt_is_sent_again_and_nothing_overtakes_it(stage: Stage, outcome: str) -> None:
    await put(stage, "a", "b")
    await put(stage, "x", address="2")
    stage.room.fail = [SendFailed(outcome, "away")]  # type: ignore[arg-type]
    await deliver(stage)
    assert said(stage) == []
    assert said(stage, "2") == ["x"]
    stage.clock.forward(seconds=5)
    await deliver(stage)
    assert said(stage) == ["a", "b"]


async def test_a_platform_that_asks_us_to_wait_is_left_alone_so_long(stage: Stage) -> None:
    await put(stage, "a")
    stage.room.fail = [SendFailed("retry", "flood", after=30)]
    async with stage.program() as app:
        await app.delivery.deliver()
        stage.clock.forward(seconds=29)
        assert await app.delivery.deliver() == 0
        stage.clock.forward(seconds=2)
        assert await app.delivery.deliver() == 1
    assert said(stage) == ["a"]


async def test_who_has_blocked_us_gets_nothing_more(stage: Stage) -> None:
    await stage.say("/start")
    stage.room.said.clear()
    async with stage.program() as app, app.database.write() as tx:
        account = await tx.value(sa.select(accounts.c.id).where(accounts.c.channel == "room"))
        rows = [Outgoing("room", "1", account, text, {"text": text}) for text in ("a", "b")]
        await outbox.add(tx, rows, stage.clock())
    stage.room.fail = [SendFailed("gone", "blocked")]
    await deliver(stage)
    assert said(stage) == []
    assert (await states(stage))[-2:] == ["gone", "gone"]
    assert [row["state"] for row in await stage.rows(accounts) if row["channel"] == "room"] == ["blocked"]


async def test_who_comes_back_is_reached_again(stage: Stage) -> None:
    await stage.say("/start")
    await stage.say(event="blocked")
    assert [row["state"] for row in await stage.rows(accounts) if row["channel"] == "room"] == ["blocked"]
    await stage.say(event="unblocked")
    assert [row["state"] for row in await stage.rows(accounts) if row["channel"] == "room"] == ["open"]


async def test_what_a_platform_refuses_is_not_tried_again(stage: Stage) -> None:
    await put(stage, "a", "b")
    stage.room.fail = [SendFailed("refused", "too long")]
    await deliver(stage)
    assert said(stage) == ["b"]
    assert await states(stage) == ["failed", "sent"]


async def test_on_a_channel_with_a_bad_token_everything_waits_until_it_is_accepted_again(stage: Stage) -> None:
    await put(stage, "a", "b")
    stage.room.fail = [SendFailed("broken", "Unauthorized")]
    async with stage.program() as app:
        standing = app.delivery.pacer.standing
        for _ in range(3):
            await app.delivery.deliver()
            stage.clock.forward(seconds=30)
        assert (standing.rejected, said(stage)) == ({"room": "Unauthorized"}, [])
        standing.accept("room")
        while await app.delivery.deliver():
            stage.clock.forward(seconds=30)
    assert said(stage) == ["a", "b"]


async def test_what_another_run_was_sending_is_sent_again(stage: Stage, kind: str) -> None:
    """At once where this is the only process, else when the other's lease is over."""
    await put(stage, "a")
    async with stage.program() as app:
        async with app.database.write() as tx:
            now = stage.clock()
            assert len(await sending.lease(tx, ["room"], "dead", now, now + LEASE, 9)) == 1
        await app.delivery.deliver()
        assert said(stage) == []
        if kind == "postgresql":
            stage.clock.forward(seconds=LEASE.total_seconds())
        running = asyncio.create_task(app.delivery.run())
        for _ in range(2000):
            await asyncio.sleep(0.01)
            if said(stage):
                break
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert said(stage) == ["a"]


async def test_what_was_leased_without_our_knowing_is_given_back(stage: Stage) -> None:
    """The answer to a commit was lost, the commit was not."""
    await put(stage, "a")
    await put(stage, "b", address="2")
    async with stage.program() as app, app.database.write() as tx:
        now = stage.clock()
        a, b = await sending.lease(tx, ["room"], "me", now, now + LEASE, 9)
        await sending.give_back(tx, "somebody else", [])
        assert await sending.lease(tx, ["room"], "me", now, now + LEASE, 9) == []
        await sending.give_back(tx, "me", [a.id])
        again = await sending.lease(tx, ["room"], "me", now, now + LEASE, 9)
        assert [one.id for one in again] == [b.id]
        later = now + 2 * LEASE
        taken = await sending.lease(tx, ["room"], "me", later, later + LEASE, 9, [a.id])
        assert [one.id for one in taken] == [b.id], "what is in hand is not sent twice, however long its lease is over"


async def test_a_slow_person_does_not_hold_up_the_others(stage: Stage) -> None:
    await put(stage, "slow")
    await put(stage, "quick", address="2")
    room, send = stage.room, stage.room.send

    async def lagging(address: str, message: object, key: str) -> str:
        if address == "1":
            await asyncio.sleep(30)
        return await send(address, message, key)  # type: ignore[arg-type]

    room.send = lagging  # type: ignore[method-assign, assignment]
    async with stage.program() as app:
        running = asyncio.create_task(app.delivery.run())
        for _ in range(2000):
            await asyncio.sleep(0.01)
            if said(stage, "2"):
                break
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert said(stage, "2") == ["quick"]


async def test_a_chat_that_is_refused_waits_alone(stage: Stage) -> None:
    await put(stage, "a")
    await put(stage, "x", address="2")
    stage.room.fail = [SendFailed("retry", "flood", after=3600)]
    async with stage.program() as app:
        await app.delivery.deliver()
        await app.delivery.deliver()
    assert said(stage) == []
    assert said(stage, "2") == ["x"]
    stage.clock.forward(minutes=59)
    await deliver(stage)
    assert said(stage) == []
    stage.clock.forward(minutes=2)
    await deliver(stage)
    assert said(stage) == ["a"]


async def test_when_several_chats_are_refused_the_whole_channel_waits(stage: Stage) -> None:
    for address in "1234":
        await put(stage, "a", address=address)
    stage.room.fail = [SendFailed("retry", "flood", after=30) for _ in range(3)]
    async with stage.program() as app:
        await app.delivery.deliver()
        await put(stage, "b", address="5")
        stage.clock.forward(seconds=29)
        assert await app.delivery.deliver() == 0
        stage.clock.forward(seconds=2)
        while await app.delivery.deliver():
            pass
    assert [said(stage, address) for address in "12345"] == [["a"], ["a"], ["a"], ["a"], ["b"]]


async def test_after_an_outage_the_first_success_has_all_that_waits_sent(stage: Stage) -> None:
    for address in "123":
        await put(stage, "a", address=address)
    async with stage.program() as app:
        for _ in range(5):
            stage.room.fail = [SendFailed("retry", "away") for _ in range(3)]
            await app.delivery.deliver()
            stage.clock.forward(seconds=70)
        stage.room.fail = [SendFailed("retry", "away") for _ in range(3)]
        await app.delivery.deliver()  # now each waits five minutes
        await put(stage, "b", address="4")
        while await app.delivery.deliver():
            pass
    assert [said(stage, address) for address in "1234"] == [["a"], ["a"], ["a"], ["b"]]
