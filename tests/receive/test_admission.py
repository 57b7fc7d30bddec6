"""Attacks on storage: strangers fill no table and no disk, at once or for a day; a crowd that comes in a rush gets in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import orjson
import pytest
import sqlalchemy as sa

from bot.channels.web.chat import read_arrival
from bot.process import app as parts
from bot.process.app import App, connect
from bot.receive.disk import Disk
from bot.settings import read_settings
from bot.shares import OF_A_DAY
from storage.database import Tx
from storage.tables import accounts, admissions, audit, inbox, outbox, web_messages, web_sessions
from storage.talk import admissions as gate
from storage.talk.admissions import CHANNEL, SOURCE, Use, Want
from storage.talk.inbox import Arrival
from tests.desk import LAN, appoint, last
from tests.fakes.served import Served, served
from tests.figures import measured
from tests.stage import BOTH, KEY, Clock, Stage, Template

ATTACKER, NEIGHBOUR = "127.0.0.2", "127.0.0.3"


def visitor(site: Served, source: str) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(local_address=source)
    return httpx.AsyncClient(base_url=site.url, headers={"origin": site.url}, transport=transport, timeout=60)


async def say(site: Served, source: str, n: int = 0, text: str = "/start") -> httpx.Response:
    """Somebody new says something."""
    async with visitor(site, source) as page:
        return await page.post("/say", json={"id": f"message-{n:08}", "text": text})


async def count(app: App, table: sa.Table) -> int:
    async with app.database.read() as tx:
        return int(await tx.value(sa.select(sa.func.count()).select_from(table)))


async def test_sixty_strangers_at_once_from_one_address_take_only_its_places(
    template: Template, tmp_path: Path
) -> None:
    template.copy(tmp_path)
    async with served(tmp_path, share_people_per_source=5) as site:
        before = await count(site.app, web_sessions)
        answers = await asyncio.gather(*(say(site, ATTACKER, n) for n in range(60)))
        assert sum("tick" in answer.json() for answer in answers) == 5
        refused = next(answer for answer in answers if "error" in answer.json())
        assert "gửi lại sau một giờ" in refused.json()["error"]["text"]
        assert "set-cookie" not in refused.headers
        assert await count(site.app, web_sessions) == before + 5
        assert "tick" in (await say(site, NEIGHBOUR)).json()
        measured("60 newcomers at once from one address, 5 allowed", "5 let in and stored, 55 told to come later")


async def test_a_silenced_page_stores_no_more_than_its_share(template: Template, tmp_path: Path) -> None:
    """It was 15 GB an hour from one socket."""
    template.copy(tmp_path)
    async with served(tmp_path, share_kb_per_person=64) as site, visitor(site, ATTACKER) as page:
        texts = ["/start", *("x" * 4000 for _ in range(60))]
        ticks = 0
        for n, text in enumerate(texts):
            answer = await page.post("/say", json={"id": f"message-{n:08}", "text": text})
            ticks += "tick" in answer.json()
        async with site.app.database.read() as tx:
            kept = int(await tx.value(sa.select(sa.func.sum(sa.func.length(inbox.c.payload)))))
            shown = int(await tx.value(sa.select(sa.func.count()).where(web_messages.c.mine)))
        assert 10 < ticks < 20
        assert kept < 80 << 10
        assert shown <= ticks
        measured(
            "60 messages of 4 kB in a row from one page, 64 kB an hour allowed",
            f"{kept >> 10} kB stored, before 15 GB an hour",
        )


@asynccontextmanager
async def program(folder: Path, clock: Clock, **settings: object) -> AsyncIterator[App]:
    """The program with its web chat, on a clock of the test's; what it receives is kept, and not handled."""
    given = {"database_url": f"sqlite+aiosqlite:///{folder / 'bot.db'}", "channels": ("web",), "secret_key": KEY}
    read = read_settings(env_file="", **(given | settings))
    app = await connect(read, now=clock, channels=lambda app: parts.make_channels(app, ["web"]))
    try:
        yield app
    finally:
        await app.close()


def newcomer(n: int, source: str, words: int = 1) -> list[Arrival]:
    """All that somebody new says, from a page."""
    address = f"newcomer-{n}-{source}"
    said = [read_arrival("web", address, {"id": f"message-{n:06}-{k}", "text": "xin chào"}) for k in range(words)]
    return [
        Arrival(one.channel, one.key, one.address, one.payload, None, source, f"token-{n}-{source}" if k == 0 else "")
        for k, one in enumerate(said)
    ]


async def bring(app: App, arrivals: Sequence[Arrival]) -> int:
    """Each in a call of its own, as pages do, all at the same time; how many were kept."""
    found = await asyncio.gather(*(app.engine.receive([one]) for one in arrivals), return_exceptions=True)
    return sum(one is None for one in found)


async def test_fifteen_thousand_people_behind_three_addresses_get_in_within_ten_minutes(
    template: Template, tmp_path: Path
) -> None:
    template.copy(tmp_path)
    clock, kept, spent = Clock(), 0, time.process_time()
    async with program(tmp_path, clock) as app:
        before = await count(app, web_sessions)
        for second in range(0, 600, 10):
            crowd = range(second * 25, (second + 10) * 25)
            kept += await bring(app, [one for n in crowd for one in newcomer(n, f"100.64.0.{n % 3}", words=3)])
            clock.forward(seconds=10)
        spent = time.process_time() - spent
        assert kept == 45_000
        assert await count(app, web_sessions) == before + 15_000
    measured(
        "a rush: 15,000 newcomers behind three addresses in ten minutes, three messages each (made-up clock, kept and not "
        "handled)",
        f"45,000 of 45,000 messages kept, {spent / 45_000 * 1e6:.0f} µs each",
    )


async def speak(site: Served, n: int, source: str, words: int) -> int:
    """Somebody new behind this carrier says something, over a connection of her own to our proxy; returns the ticks."""
    host = site.url.removeprefix("http://")
    port, cookie, ticks = int(host.partition(":")[2]), "", 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for k in range(words):
        said = orjson.dumps({"id": f"message-{n:06}-{k}", "text": "xin chào"})
        head = (
            f"POST /say HTTP/1.1\r\nhost: {host}\r\norigin: {site.url}\r\nx-forwarded-for: {source}\r\n"
            f"cookie: {cookie}\r\ncontent-length: {len(said)}\r\n\r\n"
        )
        writer.write(head.encode() + said)
        headers = (await reader.readuntil(b"\r\n\r\n")).decode()
        body = await reader.readexactly(int(headers.lower().partition("content-length: ")[2].split()[0]))
        ticks += "tick" in orjson.loads(body)
        cookie = headers.partition("set-cookie: ")[2].partition(";")[0] or cookie
    writer.close()
    return ticks


async def test_the_last_of_a_rush_come_over_http_and_are_answered(template: Template, tmp_path: Path) -> None:
    """Three carriers' shares of the hour are used up as far as fifteen thousand people use them; 150 more come."""
    template.copy(tmp_path)
    carriers, people, words = [f"100.64.0.{n}" for n in range(3)], 150, 3
    async with served(tmp_path) as site:
        async with site.app.database.write() as tx:
            before = Use(people=5000, messages=15_000, bytes=15_000 * 60)
            wants = [Want(before, ((SOURCE, one), (CHANNEL, "web"))) for one in carriers]
            most = read_settings(env_file="").most
            wants.append(Want(Use(people=most[SOURCE].people), ((SOURCE, ATTACKER),)))
            assert all(await gate.take(tx, wants, most, site.app.now()))
        ticks = await asyncio.gather(*(speak(site, n, carriers[n % 3], words) for n in range(people)))
        assert sum(ticks) == people * words
        assert await speak(site, people, ATTACKER, 1) == 0, "whose share is used up stays out, by the same proxy"
        async with asyncio.timeout(300):
            while await count_addresses(site.app) < people:
                await asyncio.sleep(0.05)
    measured(
        "the last 150 of a rush, over HTTP, 15,000 behind their three addresses counted already",
        f"{sum(ticks)} of {people * words} messages taken, {people} of {people} people answered",
    )


async def count_addresses(app: App) -> int:
    """How many newcomers were answered."""
    async with app.database.read() as tx:
        answered = sa.select(sa.func.count(sa.distinct(web_messages.c.address))).where(~web_messages.c.mine)
        return int(await tx.value(answered))


async def test_a_day_of_new_accounts_from_one_address_closes_the_chat_to_nobody_else(
    template: Template, tmp_path: Path
) -> None:
    """204 a second for a minute of each of six hours: without a share of the day one address had all of it in five."""
    template.copy(tmp_path)
    clock, tried, hours = Clock(), 0, 6
    async with program(tmp_path, clock, share_people_per_source=1000, share_people=4800) as app:
        by_hour = []
        for hour in range(hours):
            let_in = 0
            for _ in range(6):
                many = [one for n in range(tried, tried + 1020) for one in newcomer(n, "203.0.113.7")]
                let_in += await bring(app, many)
                tried += 1020
                clock.forward(seconds=5)
            by_hour.append(let_in)
            assert await bring(app, newcomer(hour, "198.51.100.1")) == 1, "somebody else is let in"
            clock.forward(hours=1)
        assert by_hour[:2] == [1000, 200]
        assert sum(by_hour) == 4800 // OF_A_DAY
        clock.forward(days=1)
        assert await bring(app, newcomer(0, "203.0.113.8") + newcomer(tried, "203.0.113.7")) == 2
    measured(
        f"{tried:,} new accounts from one address in {hours} hours at 204 a second, 1000 an hour and 4800 a day allowed",
        f"{sum(by_hour)} let in · who came from elsewhere was let in all day",
    )


@BOTH
async def test_two_at_once_cannot_both_have_the_last_place(stage: Stage) -> None:
    most = {SOURCE: Use(people=5)}
    async with stage.program() as app:

        async def take(tx: Tx) -> bool:
            return (await gate.take(tx, [Want(Use(people=1), ((SOURCE, "x"),))], most, stage.clock()))[0]

        assert sum(await asyncio.gather(*(app.database.transact(take) for _ in range(20)))) == 5
    rows = await stage.rows(admissions)
    assert [row["people"] for row in rows] == [5], "what was refused is not counted"
    assert b"x" not in {row["who"] for row in rows}


async def test_an_account_of_a_platform_is_told_once_and_what_it_sends_is_dropped(stage: Stage) -> None:
    stage.settings = stage.settings.but(share_messages_per_person=20)
    async with stage.program() as app:
        for _ in range(6):
            await app.engine.receive([stage.room.arrival(text="x") for _ in range(10)])
        await app.settle()
    assert len([row for row in await stage.rows(inbox) if row["address"] == "1"]) == 20
    told = [message.text for _, message in stage.room.said if "gửi nhiều quá" in message.text]
    assert len(told) == 1
    stage.clock.forward(hours=1)
    await stage.say("/start")
    assert len([row for row in await stage.rows(inbox) if row["address"] == "1"]) == 21


async def test_a_group_in_which_much_is_said_is_told_nothing(stage: Stage) -> None:
    stage.settings = stage.settings.but(share_messages_per_person=10)
    async with stage.program() as app:
        await app.engine.receive([stage.room.arrival(address, text="x") for address in ("-100", "") for _ in range(20)])
    assert not [row for row in await stage.rows(outbox) if row["dedupe_key"].startswith("refused:")]


@pytest.mark.parametrize("free", [600, 100])
async def test_on_a_full_disk_officers_work_and_strangers_are_told_kindly(stage: Stage, free: int) -> None:
    await appoint(stage, LAN)
    admin = await appoint(stage, "9")
    async with stage.program() as app, app.database.write() as tx:
        from storage.campaign import staff

        await staff.grant(tx, admin, "admin", None, "operator", stage.clock())
    before = len(await stage.rows(inbox))
    async with stage.program() as app:
        app.disk.measure = lambda folder: free << 20
        await app.alarms.look()
        await app.engine.receive([stage.room.arrival("7", text="xin chào"), stage.room.arrival(LAN, text="/desk")])
        await app.engine.receive([stage.room.arrival("7", text="có ai không"), stage.room.arrival("9", text="/status")])
        await app.settle()
    status = last(stage, "9")
    told = [message.text for to, message in stage.room.said if to == "7"]
    assert any("chờ" in message.text or "việc" in message.text for to, message in stage.room.said if to == LAN)
    if free == 600:
        assert "Ổ đĩa sắp đầy: còn 600 MB" in status
        assert not any("hết chỗ" in text for text in told)
    else:
        assert "chỉ còn 100 MB" in status
        assert len(told) == 1
        assert "đang hết chỗ" in told[0]
        assert len(await stage.rows(inbox)) == before + 2, "only what the officers said"
        assert "7" not in {row["address"] for row in await stage.rows(accounts)}
        measured(
            "100 MB left on the disk, 512 reserved", "officers answered; strangers told once, nothing of theirs kept"
        )


async def test_a_page_is_told_that_the_disk_is_full(template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    async with served(tmp_path) as site:
        site.app.disk.measure = lambda folder: 0
        site.app.disk._looked_at = float("-inf")
        before = [await count(site.app, table) for table in (inbox, web_sessions, web_messages, outbox, audit)]
        assert "đang hết chỗ" in (await say(site, ATTACKER)).json()["error"]["text"]
        assert [await count(site.app, table) for table in (inbox, web_sessions, web_messages, outbox, audit)] == before


def test_the_free_room_of_a_real_disk_is_read(tmp_path: Path) -> None:
    assert not Disk(tmp_path, 1).is_full()
    assert Disk(tmp_path, 1 << 60).is_full()
    assert not Disk(tmp_path, 0).is_full()


async def test_where_somebody_is_stands_nowhere(template: Template, tmp_path: Path) -> None:
    """Addresses of the network are personal: they are counted under a keyed hash, which is dropped after two days."""
    template.copy(tmp_path)
    async with served(tmp_path) as site:
        await say(site, "127.0.0.77")
        path = Path(site.app.database.path)
    kept = b"".join(path.parent.joinpath(name).read_bytes() for name in (path.name,))
    assert b"127.0.0.77" not in kept
    assert orjson.dumps("127.0.0.77") not in kept
