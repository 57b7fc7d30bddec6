"""The plug is pulled while people pledge on either product of Zalo."""

from __future__ import annotations

import asyncio
import random
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

from bot.receive import flood
from storage.tables import inbox, outbox, pledges
from tests.channels.on_zalo import Chat
from tests.fakes.ports import free_port
from tests.fakes.watch import leaks
from tests.figures import measured
from tests.killed import Process, prepare
from tests.stage import Stage, Template

SEED = 20260527
PEOPLE = 20
PATIENCE = 120.0
ANSWERS = 20
"""How many answers a program may give, at most, before it is killed: by seconds, a slow machine would get nowhere."""
STEPS = (
    ("/pledge DC-0002", "bao nhiêu tiền"),
    ("{dong} đồng", "xem lại"),
    ("đúng", "Hội đã ghi cam kết"),
)


class Platform(ABC):
    """A product of Zalo on loopback, which the program always finds at the same address, and the other way round."""

    channel: ClassVar[str]
    title: ClassVar[str]
    """How the row of figures begins."""
    webhook = True
    """Otherwise it forgets each message with its answer to polling."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def open(self) -> AbstractAsyncContextManager[object]:
        """The platform, which outlives the program."""

    @property
    @abstractmethod
    def settings(self) -> dict[str, str]:
        """The settings of a program that talks to it."""

    @abstractmethod
    async def let_in(self, stage: Stage) -> None:
        """Write down what the program needs before its first start."""

    @abstractmethod
    async def connected(self) -> None:
        """Wait until it knows the program, which serves already, and let it insist on what is not taken."""

    @abstractmethod
    def chat(self, address: str) -> Chat:
        """Somebody's chat with the program."""

    @abstractmethod
    def key_of(self, event: Any) -> str:
        """Under which the inbox keeps what somebody said."""


class Program(Process):
    """`nhandao run` on Zalo, always at the same address."""

    def __init__(self, folder: Path, platform: Platform) -> None:
        self.port = platform.port
        super().__init__(folder, CHANNELS=platform.channel, HTTP_PORT=str(self.port), **platform.settings)

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
async def running(folder: Path, platform: Platform) -> AsyncIterator[Program]:
    program = Program(folder, platform)
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


async def answered(chats: Sequence[Chat], count: int, lives: Sequence[asyncio.Task[tuple[int, int]]]) -> None:
    """Wait until the program has given so many answers more."""
    wanted = sum(len(chat.inbox) for chat in chats) + count
    while sum(len(chat.inbox) for chat in chats) < wanted and not any(life.done() for life in lives):
        await asyncio.sleep(0.02)


async def pull_the_plug(platform: Platform, kills: int, template: Template, folder: Path) -> None:
    """Kill the program so often while people pledge; by webhook nothing is lost, by polling what is lost is counted."""
    stage = await prepare(template, folder, [f"a{number}" for number in range(PEOPLE)], platform.channel)
    chance, over = random.Random(SEED), asyncio.Event()
    promised: list[int] = []
    events: list[Any] = []
    async with platform.open():
        await platform.let_in(stage)
        async with running(folder, platform) as program:
            await program.serves()
            await platform.connected()
            chats = [platform.chat(f"a{number}") for number in range(PEOPLE)]

            async def live(number: int) -> tuple[int, int]:
                """Pledge until it is over; returns how many answers came twice, and how often something was said again."""
                chat, twice, again = chats[number], 0, 0
                for round in range(1000):
                    if over.is_set():
                        break
                    dong = 100_000 + number * 1_000 + round + 1
                    promised.append(dong)
                    for said, wanted in STEPS:
                        await asyncio.sleep(1 / flood.PER_SECOND)  # not faster than one may go on for ever
                        while True:
                            events.append(chat.says(said.format(dong=dong)))
                            try:
                                twice += await told(chat, wanted, PATIENCE if platform.webhook else 20.0)
                                break
                            except TimeoutError:
                                assert not platform.webhook, "by webhook nothing need be said again"
                                again += 1
                return twice, again

            lives = [asyncio.create_task(live(number)) for number in range(PEOPLE)]
            for _ in range(kills):
                if chance.random() < 0.75:  # the others may be killed before they serve
                    await program.serves()
                    await answered(chats, chance.randrange(ANSWERS), lives)
                await asyncio.wait(lives, timeout=chance.uniform(0.0, 0.2), return_when=asyncio.FIRST_EXCEPTION)
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
    lost = {platform.key_of(event) for event in events} - {row["update_key"] for row in received}
    if platform.webhook:
        assert sorted(kept) == sorted(promised)
        assert {row["state"] for row in await stage.rows(outbox) if row["kind"] == "reply"} == {"sent"}
        assert lost == set()
    assert len(received) == len({row["update_key"] for row in received})
    assert leaks((folder / "log.txt").read_text(encoding="utf-8")) == []
    measured(
        f"{platform.title}: killed at random {kills} times while {PEOPLE} people pledge",
        f"{len(received):,} messages handled once, {len(lost)} lost between the platform's answer and the disk",
        f"{len(kept)} pledges", f"{twice} answers came twice",
        *([] if platform.webhook else [f"people wrote again {again} times"]),
    )  # fmt: skip
