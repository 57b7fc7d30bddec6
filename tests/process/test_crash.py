"""The plug is pulled, many times: nothing that anybody said is lost, and nothing is handled twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import UTC
from pathlib import Path

from locales import Speech
from storage.campaign import settings
from storage.upkeep import seals
from tests.fakes.bot_api import BotApi, Person
from tests.figures import measured
from tests.killed import PATIENCE, SEED, Program, everything_right, pledge, prepare, program, told
from tests.stage import Stage, Template, photo

PEOPLE, KILLS, REPORTERS = 60, 60, 6
ALBUM = 3
WORK = 120
"""How many requests a program may make, at most, before it is killed: by seconds, a slow machine would get nowhere."""
STOPPED = Speech("vi", UTC).say("deed.cancelled")


async def served(api: BotApi, lives: Sequence[asyncio.Task[int]]) -> None:
    """Wait until the program that was started last asks for updates, however slow the machine is."""
    before = len(api.calls("getUpdates"))
    while len(api.calls("getUpdates")) == before and not failed(lives):
        await asyncio.sleep(0.02)


async def worked(api: BotApi, requests: int, lives: Sequence[asyncio.Task[int]]) -> None:
    """Wait until the program has made so many requests more; people who wait for an answer see to it that it has to."""
    wanted = len(api.requests) + requests
    while len(api.requests) < wanted and not failed(lives):
        await asyncio.sleep(0.02)


def failed(lives: Sequence[asyncio.Task[int]]) -> bool:
    """Whether somebody waited in vain: then there is nothing more to wait for."""
    return any(life.done() and life.exception() for life in lives)


async def report(person: Person, photos: Sequence[bytes], album: str) -> tuple[int, list[int]]:
    """Send an album and stop; returns how many replies came twice, and the photos that joined the first."""
    sent = [
        person.send_photo(data, caption=None if n else "Bà con dọn đường làng", album=album)
        for n, data in enumerate(photos)
    ]
    again = await told(person, "Ai đã làm")
    person.say("hủy")
    return again + await told(person, STOPPED), sent[1:]


def shown(joined: Mapping[int, Sequence[int]]) -> int:
    """How many albums were sent to their end."""
    return sum(map(len, joined.values())) // (ALBUM - 1)


async def test_sixty_people_pledge_while_the_program_is_killed_sixty_times(template: Template, tmp_path: Path) -> None:
    ids = list(range(1000, 1000 + PEOPLE + REPORTERS))
    stage = await prepare(template, tmp_path, ids)
    # A photo whose fetching was cut off counts again in its day's share, and the albums go on to the last kill.
    async with stage.program() as app, app.database.write() as tx:
        await settings.change(tx, settings.PHOTOS_A_DAY, settings.PHOTOS_A_DAY.most, "test", stage.clock())
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

        joined: dict[int, list[int]] = {}

        async def show(number: int) -> int:
            """Send one album after the other."""
            person, again = api.person(ids[number]), 0
            photos = [photo(tmp_path, f"{number}-{n}", f"#{number:02x}{n:02x}80").read_bytes() for n in range(ALBUM)]
            for round in range(1000):
                if over.is_set():
                    break
                twice, others = await report(person, photos, f"{number}-{round}")
                again += twice
                joined.setdefault(person.id, []).extend(others)
                await asyncio.sleep(2.0)
            return again

        lives = [asyncio.create_task(live(number)) for number in range(PEOPLE)]
        lives += [asyncio.create_task(show(number)) for number in range(PEOPLE, PEOPLE + REPORTERS)]
        kills = 0
        while (kills < KILLS or len(promised) < 3 * PEOPLE or shown(joined) <= REPORTERS) and not failed(lives):
            if chance.random() < 0.75:  # the others may be killed before they serve
                await served(api, lives)
                await worked(api, chance.randrange(WORK), lives)
            await asyncio.wait(lives, timeout=chance.uniform(0.0, 0.2), return_when=asyncio.FIRST_EXCEPTION)
            await running.kill()
            await running.start()
            kills += 1
        over.set()
        again = sum(await asyncio.gather(*lives))
        await running.stop()
        figures = await everything_right(stage, api, promised)
        for id, photos in joined.items():
            assert api.person(id).reactions == {one: ["👌"] for one in photos}, "each photo was marked as received"
    albums = shown(joined)
    assert albums > REPORTERS
    measured(
        f"F1: killed at random {kills} times while {PEOPLE} people pledge",
        f"{albums} albums, each of their photos taken",
        f"{figures['updates']:,} updates: lost 0, handled twice 0", f"{figures['pledges']} pledges, all right",
        f"{figures['replies']:,} answers, of which {again} came twice",
    )  # fmt: skip


TIMES = {"Engine.handle_waiting": 3}
"""At which commit of a place the plug is pulled; elsewhere at the first. One conversation here has four messages."""

LAST = {"App.leave"}
"""What commits only when the program is told to stop."""


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
            await begin_to_seal(stage)
            running = Program(tmp_path, api, "tests.fakes.dying_bot", place, moment, times, str(places))
            process = await running.start()
            talking = asyncio.create_task(talk(api.person(ids[len(tried)])))
            died = asyncio.create_task(process.wait())
            tried.append((place, moment))
            await asyncio.wait({talking, died}, return_when=asyncio.FIRST_COMPLETED)
            if place in LAST and not died.done():
                process.terminate()
            late = False
            if place:
                await asyncio.wait([died], timeout=PATIENCE)
                assert died.done() and died.result() == 137, f"the plug was not pulled {moment} {place}"
                late = talking.done()  # the next program may not come up before it is to stop
                running = Program(tmp_path, api)
                await running.start()
            await talking
            await (running.kill() if late else running.stop())
        running = Program(tmp_path, api)
        await running.start()
        await talk(api.person(ids[len(tried)]))
        await running.stop()
        figures = await everything_right(stage, api, promised)
    measured(
        "F2: the plug pulled before and after every place that commits",
        f"{len(tried) - 1} times, at {len({place for place, _ in tried}) - 1} places", "lost 0, handled twice 0",
        f"{figures['pledges']} pledges, all right",
    )  # fmt: skip
    assert TIMES.keys() <= {place for place, _ in tried}


async def begin_to_seal(stage: Stage) -> None:
    """Have all that is kept looked at once more, as after an exchange of the key: what seals commits only while it has to."""
    async with stage.program() as app, app.database.write() as tx:
        state = await seals.read(tx)
        state.walk = seals.BEGINNING
        await seals.write(tx, state)


def _untried(places: Path, tried: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Where the plug has not been pulled yet; at first nowhere, to learn the places."""
    if not places.exists():
        return [("", "")]
    known = dict.fromkeys(places.read_text(encoding="utf-8").split("\n"))
    return [(p, m) for p in known if p for m in ("before", "after") if (p, m) not in tried]
