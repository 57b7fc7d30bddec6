"""A transaction that handles a message also notes what was sent before, and leases what it has just written."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from bot.process.app import App
from bot.send import replies
from storage.database import Tx
from storage.tables import outbox as table
from storage.talk import outbox
from storage.talk.outbox import Outgoing
from tests.fakes.room import Room
from tests.stage import Stage


async def test_what_was_sent_is_noted_with_the_next_message_and_anew_if_that_fails(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "GATHER", 3600.0)  # no transaction of its own notes it
    async with stage.program() as app:
        async with app.database.write() as tx:
            rows = [Outgoing("room", "1", None, text, {"text": text}) for text in "ab"]
            await outbox.add(tx, rows, stage.clock())
        running = asyncio.create_task(app.delivery.run())
        while not app.delivery.tried:
            await asyncio.sleep(0.01)

        async def fail(tx: Tx) -> None:
            await app.delivery.ahead(tx)
            raise ValueError("the plug")

        with pytest.raises(ValueError, match="plug"):
            await app.database.transact(fail)
        exchange = await app.database.transact(app.delivery.ahead)
        assert [(one.body["text"], outcome.state) for one, outcome in exchange.noted.settled] == [("a", "sent")]
        assert [one.body["text"] for one, _ in exchange.leased] == ["b"]
        app.delivery.go_on(exchange)
        while len(stage.room.said) < 2:
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert await _all_sent(app)
    assert [message.text for _, message in stage.room.said] == ["a", "b"]


async def test_after_a_refusal_was_noted_by_itself_what_is_sent_is_still_noted_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "GATHER", 3600.0)
    monkeypatch.setattr(replies, "LOOK_EVERY", 3600.0)
    stage.rooms = (Room(), Room(name="other"))
    async with stage.program() as app:

        async def say(text: str) -> None:
            async with app.database.write() as tx:
                await outbox.add(tx, [Outgoing("room", "1", None, text, {"text": text})], stage.clock())

        await say("a")
        running = asyncio.create_task(app.delivery.run())
        while not app.delivery.tried:
            await asyncio.sleep(0.01)
        for chat in "123":
            app.delivery.pacer.refused("other", chat, 5.0)
        exchange = await app.database.transact(app.delivery.ahead)
        monkeypatch.setattr(replies, "GATHER", 0.01)
        app.delivery.go_on(exchange)
        while app.delivery.pacer.knows_more:
            await asyncio.sleep(0.01)
        await say("b")
        app.delivery.wake()
        async with asyncio.timeout(30):
            while not await _all_sent(app):
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _all_sent(app: App) -> bool:
    async with app.database.read() as tx:
        return {row["state"] for row in await tx.all(sa.select(table.c.state))} == {"sent"}
