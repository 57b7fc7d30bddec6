"""The plug is pulled on Zalo, many times: by webhook nothing is lost or done twice; by polling what is lost is counted."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.tables import inbox, needs, outbox, pledges
from tests import ROOT
from tests.channels.zalo_bot.line import SECRET
from tests.fakes.ports import free_port
from tests.fakes.watch import leaks
from tests.fakes.zalo_bot import Chat, ZaloBot
from tests.figures import measured
from tests.stage import KEY, Stage, Template

SEED = 20260527
PEOPLE = 20
PATIENCE = 120.0
STEPS = (
    ("/pledge DC-0002", "bao nhiêu tiền"),
    ("{dong} đồng", "xem lại"),
    ("đúng", "Hội đã ghi cam kết"),
)


class Program:
    """`nhandao run` with Zalo as a process that can be killed and started again, always at the same address."""

    def __init__(self, folder: Path, api: ZaloBot, *, webhook: bool) -> None:
        self.folder, self.port = folder, free_port()
        called = {"ZALO_BOT_MODE": "webhook", "ZALO_BOT_SECRET": SECRET, "WEBHOOK_URL": f"http://127.0.0.1:{self.port}"}
        self.settings = {
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}", "CHANNELS": "zalo_bot", "SECRET_KEY": KEY,
            "ZALO_BOT_TOKEN": api.token, "ZALO_BOT_API_URL": api.url, "ZALO_BOT_PER_SECOND": "0", "LOG_LEVEL": "DEBUG",
            "HTTP_PORT": str(self.port), "PYTHONPATH": str(ROOT), **(called if webhook else {}),
        }  # fmt: skip
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with (self.folder / "log.txt").open("a") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self.folder, env=kept | self.settings,
                stdout=asyncio.subprocess.DEVNULL, stderr=log,
            )  # fmt: skip

    async def kill(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> None:
        """As an operator stops it; it must end well."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(self.process.wait(), PATIENCE) == 0

    async def serves(self) -> None:
        """Wait until it listens."""
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return writer.close()


@asynccontextmanager
async def running(folder: Path, api: ZaloBot, *, webhook: bool) -> AsyncIterator[Program]:
    program = Program(folder, api, webhook=webhook)
    await program.start()
    try:
        yield program
    finally:
        await program.kill()


async def prepare(template: Template, folder: Path) -> Stage:
    """People who have agreed already, and a household with room for all that they will promise."""
    stage = Stage(folder, url=template.copy(folder))
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(needs).where(needs.c.amount == 6_000_000).values(amount=10**12))
    for number in range(PEOPLE):
        await stage.agree("take_part", channel="zalo_bot", address=f"a{number}")
    return stage


async def told(chat: Chat, wanted: str, patience: float) -> int:
    """Wait until the bot says this; returns how much else it said before, since a reply may come again after a crash."""
    before = 0
    async with asyncio.timeout(patience):
        while True:
            while chat.read < len(chat.inbox):
                chat.read += 1
                if wanted in chat.inbox[chat.read - 1].text:
                    return before
                before += 1
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(("webhook", "kills"), [(True, 60), (False, 20)], ids=["webhook", "polling"])
async def test_the_plug_is_pulled_again_and_again(
    template: Template, tmp_path: Path, webhook: bool, kills: int
) -> None:
    stage, chance, over = await prepare(template, tmp_path), random.Random(SEED), asyncio.Event()
    promised: list[int] = []
    async with ZaloBot() as api, running(tmp_path, api, webhook=webhook) as program:
        await program.serves()
        while webhook and api.webhook is None:
            await asyncio.sleep(0.05)
        if api.webhook:
            api.webhook.tries = 10_000  # how often the real platform tries is not known

        async def live(number: int) -> tuple[int, int]:
            """Pledge until it is over; returns how many answers came twice, and how often something was said again."""
            chat, twice, again = api.person(f"a{number}"), 0, 0
            for round in range(1000):
                if over.is_set():
                    break
                dong = 100_000 + number * 1_000 + round + 1
                promised.append(dong)
                for said, wanted in STEPS:
                    await asyncio.sleep(0.5)
                    while True:
                        chat.says(said.format(dong=dong))
                        try:
                            twice += await told(chat, wanted, PATIENCE if webhook else 20.0)
                            break
                        except TimeoutError:
                            assert not webhook, "by webhook nothing need be said again"
                            again += 1
            return twice, again

        lives = [asyncio.create_task(live(number)) for number in range(PEOPLE)]
        for _ in range(kills):
            if chance.random() < 0.75:  # the others may be killed before they serve
                await program.serves()
            await asyncio.wait(lives, timeout=chance.uniform(0.0, 1.5), return_when=asyncio.FIRST_EXCEPTION)
            await program.kill()
            await program.start()
        over.set()
        ended = await asyncio.gather(*lives)
        await asyncio.sleep(2)  # what comes twice
        await program.stop()
    twice, again = (sum(figures) for figures in zip(*ended, strict=True))
    received = await stage.rows(inbox)
    assert [row["update_key"] for row in received if row["state"] != "done"] == []
    kept = [row["amount"] for row in await stage.rows(pledges) if row["kind"] == "money" and row["amount"] % 1000]
    if webhook:
        assert sorted(kept) == sorted(promised)
        assert {row["state"] for row in await stage.rows(outbox) if row["kind"] == "reply"} == {"sent"}
    assert len(received) == len({row["update_key"] for row in received})
    assert leaks((tmp_path / "log.txt").read_text(encoding="utf-8")) == []
    lost = {event["message"]["message_id"] for event in api.given} - {row["update_key"] for row in received}
    measured(
        f"Zalo by {'webhook' if webhook else 'polling'}: killed at random {kills} times while {PEOPLE} people pledge",
        f"{len(received):,} messages handled once, {len(lost)} lost between the platform's answer and the disk",
        f"{len(kept)} pledges", f"{twice} answers came twice", *([] if webhook else [f"people wrote again {again} times"]),
    )  # fmt: skip
