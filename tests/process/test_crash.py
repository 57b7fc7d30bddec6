"""The plug is pulled, many times: nothing that anybody said is lost, and nothing is handled twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa

from storage.tables import inbox, needs, outbox, pledges
from tests.fakes.bot_api import BotApi, Person
from tests.fakes.watch import leaks
from tests.figures import measured
from tests.stage import KEY, Stage, Template, photo

PEOPLE, KILLS = 60, 60
SEED = 20260508


class Program:
    """`nhandao run` as a process that can be killed and started again."""

    def __init__(self, folder: Path, api: BotApi, *command: str, **settings: str) -> None:
        self.folder, self.api, self.command, self.settings = folder, api, command or ("bot", "run"), settings
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> asyncio.subprocess.Process:
        settings = {
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'bot.db'}", "CHANNELS": "telegram", "SECRET_KEY": KEY,
            "TELEGRAM_TOKEN": self.api.token, "TELEGRAM_API_URL": self.api.url, "HTTP_PORT": "0",
            "LOG_LEVEL": "DEBUG",
            "TELEGRAM_PER_SECOND": "0", **self.settings,
        }  # fmt: skip
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with (self.folder / "log.txt").open("a") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *self.command,
                env=kept | settings | self.settings, stdout=asyncio.subprocess.DEVNULL, stderr=log,
            )  # fmt: skip
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
        assert await asyncio.wait_for(self.process.wait(), 10) == 0


@asynccontextmanager
async def program(folder: Path, api: BotApi) -> AsyncIterator[Program]:
    running = Program(folder, api)
    await running.start()
    try:
        yield running
    finally:
        await running.kill()


async def prepare(template: Template, folder: Path, addresses: Sequence[int]) -> Stage:
    """People who have agreed already, and a household with room for all that they will promise."""
    stage = Stage(folder, url=template.copy(folder))
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(needs).where(needs.c.amount == 6_000_000).values(amount=10**12))
    for address in addresses:
        await stage.agree("take_part", channel="telegram", address=str(address))
    return stage


async def told(person: Person, wanted: str) -> int:
    """Wait until the bot says this; returns how much else it said before (a reply in doubt comes again)."""
    before: list[str] = []
    while True:
        try:
            said = (await person.answer(timeout=60)).text
        except AssertionError as silent:
            raise AssertionError(f"nobody said {wanted!r}, but {before}") from silent
        if wanted.casefold() in said.casefold():
            return len(before)
        before.append(said)


async def pledge(person: Person, dong: int, *, presses: bool, pause: float) -> int:
    """Promise an amount; returns how many replies came twice."""
    steps = [
        ("/pledge DC-0002", "", "giúp Hai chị em T. việc gì"),
        ("1", "Học phí cả năm cho hai em", "bao nhiêu tiền"),
        (f"{dong} đồng", "", "một lần hay hằng tháng"),
        ("1", "Một lần", "cá nhân hay thay mặt"),
        ("1", "Cá nhân tôi", "nêu tên thế nào"),
        ("3", "Ẩn danh", "xem lại"),
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


async def served(api: BotApi, lives: Sequence[asyncio.Task[int]]) -> None:
    """Wait until the program that was started last asks for updates, however slow the machine is."""
    before = len(api.calls("getUpdates"))
    while len(api.calls("getUpdates")) == before and not any(life.done() for life in lives):
        await asyncio.sleep(0.02)


async def test_sixty_people_pledge_while_the_program_is_killed_sixty_times(template: Template, tmp_path: Path) -> None:
    ids = list(range(1000, 1000 + PEOPLE))
    stage = await prepare(template, tmp_path, ids)
    chance = random.Random(SEED)
    over = asyncio.Event()
    promised: list[int] = []
    async with BotApi(seed=SEED) as api, program(tmp_path, api) as running:

        async def live(number: int) -> int:
            person, again = api.person(ids[number]), 0
            for round in range(1000):
                if over.is_set():
                    break
                dong = 100_000 + number * 1_000 + round + 1
                promised.append(dong)
                again += await pledge(person, dong, presses=bool(number % 2), pause=1.0)
            return again

        lives = [asyncio.create_task(live(number)) for number in range(PEOPLE)]
        kills = 0
        while kills < KILLS or len(promised) < 3 * PEOPLE:
            if chance.random() < 0.75:  # the others may be killed before they serve
                await served(api, lives)
            await asyncio.wait(lives, timeout=chance.uniform(0.0, 1.5), return_when=asyncio.FIRST_EXCEPTION)
            await running.kill()
            await running.start()
            kills += 1
        over.set()
        again = sum(await asyncio.gather(*lives))
        await running.stop()
        figures = await everything_right(stage, api, promised)
    measured(
        f"F1: killed at random {kills} times while {PEOPLE} people pledge",
        f"{figures['updates']:,} updates: lost 0, handled twice 0", f"{figures['pledges']} pledges, all right",
        f"{figures['replies']:,} answers, of which {again} came twice",
    )  # fmt: skip


TIMES = {"Engine.handle_waiting": 6, "Delivery._exchanged": 5}
"""At which commit of a place the plug is pulled; elsewhere at the first."""


async def test_the_plug_is_pulled_before_and_after_every_place_that_commits(template: Template, tmp_path: Path) -> None:
    """The places that commit are found by the run itself, so that a new one cannot be forgotten."""
    ids = range(100, 150)
    stage = await prepare(template, tmp_path, ids)
    places = tmp_path / "places.txt"
    promised: list[int] = []
    tried: list[tuple[str, str]] = []
    async with BotApi(seed=SEED) as api:

        async def talk(person: Person) -> None:
            """A pledge, and a report that begins with a photo."""
            dong = 100_001 + len(promised)
            promised.append(dong)
            await pledge(person, dong, presses=True, pause=0.02)
            picture = photo(tmp_path, f"deed-{person.id}", f"#{person.id:06x}")
            person.send_photo(picture.read_bytes(), "Bà con dọn đường làng")
            await told(person, "Ai đã làm")

        while todo := _untried(places, tried):
            place, moment = todo[0]
            times = str(TIMES.get(place, 1))
            running = Program(tmp_path, api, "tests.fakes.dying_bot", place, moment, times, str(places))
            process = await running.start()
            talking = asyncio.create_task(talk(api.person(ids[len(tried)])))
            died = asyncio.create_task(process.wait())
            tried.append((place, moment))
            await asyncio.wait({talking, died}, return_when=asyncio.FIRST_COMPLETED)
            if place:
                assert await died == 137, f"the plug was not pulled {moment} {place}"
                running = Program(tmp_path, api)
                await running.start()
            await talking
            await running.stop()
        figures = await everything_right(stage, api, promised)
    measured(
        "F2: the plug pulled before and after every place that commits",
        f"{len(tried) - 1} times, at {len({place for place, _ in tried}) - 1} places", "lost 0, handled twice 0",
        f"{figures['pledges']} pledges, all right",
    )  # fmt: skip
    assert TIMES.keys() <= {place for place, _ in tried}


def _untried(places: Path, tried: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Where the plug has not been pulled yet; at first nowhere, to learn the places."""
    if not places.exists():
        return [("", "")]
    known = dict.fromkeys(places.read_text(encoding="utf-8").split("\n"))
    return [(p, m) for p in known if p for m in ("before", "after") if (p, m) not in tried]
