"""The program as a process that can be killed at any time, and people who pledge meanwhile."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa

from storage.tables import inbox, needs, outbox, pledges
from tests import ROOT
from tests.fakes.bot_api import BotApi, Person
from tests.fakes.forked import Forked
from tests.fakes.watch import leaks
from tests.stage import KEY, Stage, Template
from tests.started import environment

SEED = 20260508
PATIENCE = 300.0
"""Seconds until somebody is answered at last, while the program is killed again and again on a busy machine."""
STOP = 120.0
"""Seconds that it may take to stop there."""


class Process:
    """A program in a folder, as a process that can be killed and started again."""

    def __init__(self, folder: Path, *command: str, **settings: str) -> None:
        self.folder, self.command = folder, command or ("bot", "run")
        self.settings = {
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}", "SECRET_KEY": KEY, "LOG_LEVEL": "DEBUG",
            "PYTHONPATH": str(ROOT), **settings,
        }  # fmt: skip
        self.process: Forked | None = None

    async def start(self) -> Forked:
        settings = environment(**self.settings)
        self.process = await asyncio.to_thread(Forked, self.folder, settings, self.command, self.folder / "log.txt")
        return self.process

    async def kill(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> None:
        """As an operator stops it; it must end well."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(self.process.wait(), STOP) == 0


class Program(Process):
    """`nhandao run` on Telegram."""

    def __init__(self, folder: Path, api: BotApi, *command: str, **settings: str) -> None:
        telegram = {
            "CHANNELS": "telegram", "TELEGRAM_TOKEN": api.token, "TELEGRAM_API_URL": api.url, "TELEGRAM_PER_SECOND": "0",
        }  # fmt: skip
        super().__init__(folder, *command, **telegram | settings)


@asynccontextmanager
async def program(folder: Path, api: BotApi) -> AsyncIterator[Program]:
    running = Program(folder, api)
    await running.start()
    try:
        yield running
    finally:
        await running.kill()


async def prepare(template: Template, folder: Path, addresses: Iterable[object], channel: str = "telegram") -> Stage:
    """People who have agreed already, and a household with room for all that they will promise."""
    stage = Stage(folder, url=template.copy(folder))
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(needs).where(needs.c.amount == 6_000_000).values(amount=10**12))
    await stage.agree_all(map(str, addresses), "take_part", channel=channel)
    return stage


async def told(person: Person, wanted: str) -> int:
    """Wait until the bot says this; returns how much else it said before (a reply in doubt comes again)."""
    before: list[str] = []
    while True:
        try:
            said = (await person.answer(timeout=PATIENCE)).text
        except AssertionError as silent:
            raise AssertionError(f"nobody said {wanted!r}, but {before}") from silent
        if wanted.casefold() in said.casefold():
            return len(before)
        before.append(said)


async def pledge(person: Person, dong: int, *, presses: bool, pause: float) -> int:
    """Promise an amount; returns how many replies came twice."""
    steps = [
        ("/pledge DC-0002", "", "bao nhiêu tiền"),
        (f"{dong} đồng", "", "xem lại"),
        ("đúng", "Cam kết giúp", "Hội đã ghi cam kết"),
    ]
    again = 0
    for typed, button, wanted in steps:
        await asyncio.sleep(pause)
        if presses and button:
            person.press(button)
        else:
            person.say(typed)
        again += await told(person, wanted)
    return again


async def everything_right(stage: Stage, api: BotApi, promised: Sequence[int]) -> Counter[str]:
    """Every update was handled once, every pledge is there once, the sums agree, no log tells. Returns figures."""
    received = await stage.rows(inbox)
    assert [row["update_key"] for row in received if row["state"] != "done"] == []
    assert {row["update_key"] for row in received} == {str(update["update_id"]) for update in api.updates}
    kept = [row["amount"] for row in await stage.rows(pledges) if row["person_id"] > 7 and row["kind"] == "money"]
    kept = [amount for amount in kept if amount % 1000]
    assert sorted(kept) == sorted(promised)
    need = next(row for row in await stage.rows(needs) if row["amount"] == 10**12)
    assert need["promised"] == 2_000_000 + sum(promised)
    assert leaks((stage.folder / "log.txt").read_text(encoding="utf-8")) == []
    sent = await stage.rows(outbox)
    assert {row["state"] for row in sent if row["kind"] == "reply"} == {"sent"}
    return Counter(updates=len(received), replies=len(sent), pledges=len(kept))
