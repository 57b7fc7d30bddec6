"""The plug is pulled on Zalo, many times: by webhook nothing is lost or done twice; by polling what is lost is counted."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage.tables import inbox, outbox, pledges
from tests.channels.zalo_bot.line import SECRET
from tests.fakes.ports import free_port
from tests.fakes.watch import leaks
from tests.fakes.zalo_bot import Chat, ZaloBot
from tests.figures import measured
from tests.killed import Process, prepare
from tests.stage import Template

SEED = 20260527
PEOPLE = 20
PATIENCE = 120.0
STEPS = (
    ("/pledge DC-0002", "bao nhiêu tiền"),
    ("{dong} đồng", "xem lại"),
    ("đúng", "Hội đã ghi cam kết"),
)


class Program(Process):
    """`nhandao run` on Zalo, always at the same address."""

    def __init__(self, folder: Path, api: ZaloBot, *, webhook: bool) -> None:
        self.port = free_port()
        zalo = {
            "CHANNELS": "zalo_bot", "ZALO_BOT_TOKEN": api.token, "ZALO_BOT_API_URL": api.url,
            "ZALO_BOT_PER_SECOND": "0", "HTTP_PORT": str(self.port),
        }  # fmt: skip
        called = {"ZALO_BOT_MODE": "webhook", "ZALO_BOT_SECRET": SECRET, "WEBHOOK_URL": f"http://127.0.0.1:{self.port}"}
        super().__init__(folder, **zalo, **(called if webhook else {}))

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
    stage = await prepare(template, tmp_path, [f"a{number}" for number in range(PEOPLE)], "zalo_bot")
    chance, over = random.Random(SEED), asyncio.Event()
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
