"""Broadcasts under a platform's limits and its troubles, and killed in mid-sending: nobody is missed, nobody told twice."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.process.app import App
from storage.broadcast import broadcasts, counts
from storage.tables import deliveries
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api.faults import Limits
from tests.fakes.crowd import announce, crowd
from tests.fakes.served import served
from tests.figures import measured
from tests.killed import Program
from tests.stage import RealTime, Stage, Template, until

SEED = 20260511
FIRST = 1000


def arrived(api: BotApi, count: int) -> Counter[int]:
    """How many announcements each person got."""
    return Counter({id: n for id in range(FIRST, FIRST + count) if (n := len(api.person(id).inbox))})


async def outcomes(app: App, id: int) -> dict[str, int]:
    async with app.database.read() as tx:
        assert await counts.find_unbalanced(tx) == []
        return await counts.outcomes(tx, id)


async def ended(app: App, id: int, within: float = 60) -> str:
    """Wait until a broadcast is no longer running; returns its state."""
    for _ in range(int(within / 0.02)):
        async with app.database.read() as tx:
            one = await broadcasts.find(tx, id)
        assert one is not None
        if one.state not in ("planned", "running"):
            return one.state
        await asyncio.sleep(0.02)
    raise AssertionError(f"the broadcast did not end in {within} s")


@pytest.fixture
def folder(template: Template, tmp_path: Path) -> Path:
    template.copy(tmp_path)
    return tmp_path


@asynccontextmanager
async def telegram(folder: Path, api: BotApi, **settings: Any) -> AsyncIterator[App]:
    """The program as it runs, in this process; quiet hours are off, since the clock is real."""
    given: dict[str, Any] = {"telegram_token": api.token, "telegram_api_url": api.url, "quiet_hours": "", **settings}
    async with served(folder, channels=("telegram",), **given) as bot:
        yield bot.app


async def people(api: BotApi, app: App, count: int) -> None:
    for id in range(FIRST, FIRST + count):
        api.person(id)
    await crowd(app, count, channel="telegram", first=FIRST)


async def test_f8_the_platform_s_limits_are_kept_to_the_second(folder: Path) -> None:
    count = 100
    async with BotApi(seed=SEED) as api, telegram(folder, api) as app:
        api.limits = Limits()
        await people(api, app, count)
        began = time.monotonic()
        id = await announce(app)
        app.broadcasting.wake()
        assert await ended(app, id) == "done"
        took = time.monotonic() - began
        assert await outcomes(app, id) == {"sent": count}
        assert api.limits.most_in_a_second <= 30
        assert [call.code for call in api.requests if call.code == 429] == []
        ideal = count / 27
        assert set(arrived(api, count).values()) == {1}
    measured(
        "F8: Telegram's limits",
        f"{count} copies in {took:.1f} s (at 27/s: {ideal:.1f} s)",
        f"worst second {api.limits.most_in_a_second}", "refusals 0",
    )  # fmt: skip


async def test_f8_a_storm_of_429_loses_nothing_and_is_waited_out(folder: Path) -> None:
    count = 80
    async with BotApi(seed=SEED) as api, telegram(folder, api) as app:
        await people(api, app, count)
        said = {"description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}}
        api.fail("sendMessage", status=429, skip=20, times=3, **said)  # several chats: the bot is too fast
        api.fail("sendMessage", status=429, skip=60, times=1, description="Too Many Requests", parameters={})
        id = await announce(app)
        app.broadcasting.wake()
        assert await ended(app, id, 90) == "done"
        assert await outcomes(app, id) == {"sent": count}
        assert set(arrived(api, count).values()) == {1}
        refused = [call.at for call in api.requests if call.code == 429]
        storm = refused[2]
        early = [c for c in api.requests if 0.15 < (c.at - storm).total_seconds() < 0.95 and c.method == "sendMessage"]
        assert early == []
    measured(
        "F8: a storm of 429",
        f"{len(refused)} refusals, nothing sent in the pause after the third chat", f"{count} copies, each arrived once",
    )  # fmt: skip


TROUBLES: dict[str, tuple[dict[str, Any], str]] = {
    "answer cut off after it arrived": ({"close_after": True}, "unknown"),
    "half an answer": ({"truncated": True}, "unknown"),
    "a proxy's page": ({"garbage": True, "status": 502}, "unknown"),
    "a server's error": ({"status": 500, "description": "Internal Server Error"}, "unknown"),
    "blocked": ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, "gone"),
    "deactivated": ({"status": 403, "description": "Forbidden: user is deactivated"}, "gone"),
    "refused": ({"status": 400, "description": "Bad Request: message is odd"}, "failed"),
}


async def test_f5_and_f9_each_trouble_has_its_outcome_and_nothing_is_sent_twice(folder: Path) -> None:
    count = 60
    async with BotApi(seed=SEED) as api, telegram(folder, api, telegram_per_second=0) as app:
        await people(api, app, count)
        expected: Counter[str] = Counter(sent=count)
        for n, (how, outcome) in enumerate(TROUBLES.values()):
            for chat in (FIRST + 2 * n, FIRST + 2 * n + 1):
                api.fail("sendMessage", chat_id=chat, times=None, **how)
                expected += Counter({outcome: 1})
                expected["sent"] -= 1
        id = await announce(app)
        app.broadcasting.wake()
        assert await ended(app, id) == "done"
        counts = await outcomes(app, id)
        assert counts == expected
        tried = Counter(c.params["chat_id"] for c in api.requests if c.method == "sendMessage")
        assert max(tried.values()) == 1
        assert max(arrived(api, count).values()) == 1
        api.requests.clear()
        await announce(app)
        app.broadcasting.wake()
        await asyncio.sleep(0)
        async with app.database.read() as tx:
            second = (await broadcasts.newest(tx, 1))[0].id
        await ended(app, second)
        again = {c.params["chat_id"] for c in api.requests if c.method == "sendMessage"}
        assert again & {FIRST + n for n in range(8, 12)} == set(), "who had blocked us was contacted again"
    measured(
        "F5, F9: cut off, half an answer, a proxy's page, 500, blocked, deactivated, refused",
        "each copy tried once", ", ".join(f"{outcome} {n}" for outcome, n in sorted(counts.items())) + ", as it should be",
        "who had blocked us was not contacted again",
    )  # fmt: skip


async def test_f4_killed_again_and_again_in_mid_broadcast(folder: Path) -> None:
    """`nhandao run`, killed at random moments: never sent 0, twice 0; what was in flight is held as unknown."""
    count, kills = 300, 5
    chance = random.Random(SEED)
    stage = Stage(folder, clock=RealTime())
    async with BotApi(seed=SEED) as api:
        async with stage.program() as app:
            await people(api, app, count)
            id = await announce(app)
        running = Program(
            folder, api, TELEGRAM_PER_SECOND="100", TELEGRAM_BROADCASTS_PER_SECOND="60", QUIET_HOURS="22:00-22:00"
        )
        await running.start()
        killed = 0
        for _ in range(kills):
            await asked(api, 20)
            await asyncio.sleep(chance.uniform(0, 0.25))
            await running.kill()
            killed += 1
            await running.start()
        async with stage.program() as app:
            await ended_elsewhere(app, id)
            counts = await outcomes(app, id)
            rows = await stage.rows(deliveries)
        await running.stop()
        got = arrived(api, count)
    unknown = {row["person_id"] for row in rows if row["state"] == "unknown"}
    sent = sum(1 for row in rows if row["state"] == "sent")
    assert counts == {"sent": sent, **({"unknown": len(unknown)} if unknown else {})}
    assert max(got.values()) == 1, "somebody was told twice"
    assert sent <= len(got) <= sent + len(unknown)
    assert len(rows) == count
    measured(
        f"F4: killed {killed} times in mid-broadcast, {count} recipients, 60 a second",
        "sent twice 0, never tried 0", f"held as unknown {len(unknown)}, of which {len(got) - sent} had arrived",
    )  # fmt: skip


async def asked(api: BotApi, more: int) -> None:
    """Wait until the server has had more than so many further requests."""
    before = len(api.requests)
    await until(lambda: len(api.requests) > before + more)


async def ended_elsewhere(app: App, id: int) -> None:
    """Wait until the program in the other process has finished."""
    assert await ended(app, id, 60) == "done"
