"""What the program says of itself to whoever watches it from outside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from bot.channels import SendFailed
from bot.process import health
from tests.fakes.served import served
from tests.stage import Stage


async def test_it_lives_is_ready_and_says_when_each_channel_last_heard_and_spoke(stage: Stage) -> None:
    async with stage.program() as app:
        assert (await app.health.ready())["channels"]["room"] == {
            "received_seconds": None, "sent_seconds": None, "paused_seconds": 0, "troubles": [],
        }  # fmt: skip
        await app.engine.receive([stage.room.arrival(text="/help")])
        await app.settle()
    async with stage.program() as app:
        await app.engine.receive([stage.room.arrival(text="/help")])
        await app.settle()
        stage.clock.forward(seconds=40)
        app.delivery.pacer.standing.reject("room", "401")
        found = await app.health.ready()
        assert found == {
            "ok": True, "writes": True, "oldest_unhandled_seconds": 0,
            "channels": {
                "room": {"received_seconds": 40, "sent_seconds": 40, "paused_seconds": 0, "troubles": ["rejected"]}
            },
        }  # fmt: skip


async def test_who_is_refused_by_several_chats_shows_its_pause(stage: Stage) -> None:
    async with stage.program() as app:
        stage.room.fail = [SendFailed("retry", "flood", after=100) for _ in range(3)]
        await app.engine.receive([stage.room.arrival(address, text="/help") for address in ("1", "2", "3")])
        await app.settle()
        assert (await app.health.ready())["channels"]["room"]["paused_seconds"] == 100


async def test_a_message_that_nobody_handles_makes_it_unready(stage: Stage) -> None:
    async with stage.program() as app:
        await app.engine.receive([stage.room.arrival(text="/help")])
        stage.clock.forward(seconds=61)
        found = await app.health.ready()
        assert (found["ok"], found["writes"], found["oldest_unhandled_seconds"]) == (False, True, 61)


async def test_it_writes_and_not_only_reads_and_is_not_ready_while_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "KEPT", 0.0)
    async with served(tmp_path) as site, httpx.AsyncClient(base_url=site.url) as client:
        for path in ("/livez", "/readyz", "/healthz"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["ok"]) == (200, True)
        async with site.app.database.write() as tx:
            await tx.run(sa.text("PRAGMA busy_timeout=50"))
        with closing(sqlite3.connect(site.app.database.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = await client.get("/readyz")
            assert (answer.status_code, answer.json()["writes"]) == (503, False)
            assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
