"""Several processes on one PostgreSQL: one effect, one order, one receiver, and a restart of the server is survived."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
import websockets
from aiohttp import web
from websockets.typing import Origin

from bot.process.lease import Alone
from storage.database import Database
from storage.database.vault import Vault
from storage.tables import leases
from storage.talk import inbox, sessions
from storage.talk.inbox import Arrival
from tests.fakes.bot_api import BotApi, Person
from tests.fakes.listening import listening
from tests.fakes.ports import free_port
from tests.fakes.postgres import Server
from tests.fakes.served import served
from tests.figures import measured
from tests.killed import SEED, Program, everything_right, pledge, prepare, told
from tests.stage import KEY, NINE, Stage, Template, photo

SECRET = "a-secret-of-the-tests-only"


class Relay:
    """Stands where a reverse proxy stands: the platform's calls go to the replicas, each several times, in any order."""

    def __init__(self, ports: Sequence[int], most: int, chance: random.Random) -> None:
        self.ports, self.most, self.chance = ports, most, chance
        self.posted: Counter[int] = Counter()
        self.url = ""
        self._old: list[bytes] = []
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Relay:
        app = web.Application()
        app.router.add_post("/telegram", self._call)
        self._client = httpx.AsyncClient(timeout=30, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})
        self.url = await self._open.enter_async_context(listening(app))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()
        await self._client.aclose()

    async def _call(self, request: web.Request) -> web.Response:
        """Received once any copy was; what came long ago comes once more with it."""
        self._old.append(await request.read())
        copies = [self._old[-1]] * self.chance.randint(1, self.most)
        copies += [self.chance.choice(self._old) for _ in range(self.most > 1)]
        self.chance.shuffle(copies)
        statuses = await asyncio.gather(*(self._post(body) for body in copies))
        return web.Response(status=200 if all(status == 200 for status in statuses) else 503)

    async def _post(self, body: bytes) -> int:
        """The status; 503 also if the replica does not answer at all."""
        port = self.chance.choice(self.ports)
        self.posted[port] += 1
        try:
            return (await self._client.post(f"http://127.0.0.1:{port}/telegram", content=body)).status_code
        except httpx.HTTPError:
            return 503


@asynccontextmanager
async def replicas(stage: Stage, api: BotApi, most: int) -> AsyncIterator[Relay]:
    """Two processes that serve the webhook, behind a relay."""
    ports = [free_port(), free_port()]
    async with Relay(ports, most, random.Random(SEED)) as relay:
        hook = {"TELEGRAM_MODE": "webhook", "WEBHOOK_URL": relay.url, "WEBHOOK_SECRET": SECRET}
        where = {"DATABASE_URL": stage.settings.database_url, "FILES_URL": stage.settings.files_url}
        running = [Program(stage.folder, api, HTTP_PORT=str(port), **hook, **where) for port in ports]
        try:
            await asyncio.gather(*(one.start() for one in running))
            await serving(ports)
            yield relay
            await asyncio.gather(*(one.stop() for one in running))
        finally:
            await asyncio.gather(*(one.kill() for one in running if one.process))


async def serving(ports: Sequence[int]) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(60):
        for port in ports:
            while True:
                try:
                    await client.get(f"http://127.0.0.1:{port}/healthz")
                    break
                except httpx.HTTPError:
                    await asyncio.sleep(0.05)


async def report(person: Person, folder: Path) -> None:
    """Begin to tell of a deed, with a photo, and think better of it."""
    picture = photo(folder, f"deed-{person.id}", f"#{person.id:06x}")
    person.send_photo(picture.read_bytes(), "Bà con dọn đường làng")
    await told(person, "Ai đã làm")
    person.say("/cancel")
    await person.answer(timeout=20)


async def test_many_copies_of_every_update_to_two_replicas_have_one_effect_in_order(
    postgres_template: Template, tmp_path: Path
) -> None:
    ids = range(2000, 2024)
    stage = await prepare(postgres_template, tmp_path, ids)
    promised = [100_001 + n * 1000 for n in range(len(ids))]
    async with BotApi(seed=SEED) as api, replicas(stage, api, 5) as relay:

        async def live(n: int) -> int:
            person = api.person(ids[n])
            await report(person, tmp_path)
            return await pledge(person, promised[n], presses=bool(n % 2), pause=0)

        again = sum(await asyncio.gather(*(live(n) for n in range(len(ids)))))
        async with asyncio.timeout(60):
            while api.pending:
                await asyncio.sleep(0.05)
        fetched = len(api.calls("getFile"))
    figures = await everything_right(stage, api, promised)
    measured(
        "F12: every update 1 to 5 times to two replicas at once, and an old one again with each",
        f"{figures['updates']} updates posted {sum(relay.posted.values())} times, each handled once",
        f"{figures['pledges']} of {len(ids)} pledges right", f"{fetched} photos, each fetched once",
        f"{figures['replies']} answers, none twice",
    )  # fmt: skip
    assert min(relay.posted.values()) > len(ids), "both replicas had their share"
    assert again == 0
    assert fetched == len(ids), "each photo was fetched once"
    postgres_template.drop(stage.settings.database_url)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_the_database_restarts_in_mid_conversation_and_nobody_has_to_restart_the_program(
    postgres: Server, postgres_template: Template, tmp_path: Path, mode: str
) -> None:
    ids = range(3000, 3012)
    stage = await prepare(postgres_template, tmp_path, ids)
    promised: list[int] = []
    over = asyncio.Event()
    async with BotApi(seed=SEED) as api, replicas(stage, api, 1):

        async def live(n: int) -> int:
            """Not faster than people do it: that would be a flood."""
            again = 0
            for round in range(1000):
                if over.is_set() and round:
                    break
                dong = 100_000 + n * 1_000 + round + 1
                promised.append(dong)
                again += await pledge(api.person(ids[n]), dong, presses=bool(n % 2), pause=1.0)
            return again

        lives = [asyncio.create_task(live(n)) for n in range(len(ids))]
        for _ in range(3):
            said = len(api.inbox)
            async with asyncio.timeout(60):
                while len(api.inbox) < said + 20:
                    await asyncio.sleep(0.02)
            await asyncio.to_thread(postgres.restart, mode)
        over.set()
        again = sum(await asyncio.gather(*lives))
        async with asyncio.timeout(60):
            while api.pending:
                await asyncio.sleep(0.05)
    figures = await everything_right(stage, api, promised)
    measured(
        f"F17: PostgreSQL restarted 3 times (`{mode}`) in mid-conversation, two replicas",
        f"{figures['updates']} updates: lost 0, handled twice 0", f"{figures['pledges']} pledges, all right",
        f"{figures['replies']} answers, of which {again} came twice",
    )  # fmt: skip
    postgres_template.drop(stage.settings.database_url)


async def test_one_process_receives_and_the_other_takes_over(postgres_template: Template, tmp_path: Path) -> None:
    stage = await prepare(postgres_template, tmp_path, [4000, 4001])
    where = {"DATABASE_URL": stage.settings.database_url, "FILES_URL": stage.settings.files_url}
    async with BotApi(seed=SEED) as api:
        running = [Program(tmp_path, api, **where) for _ in range(2)]
        try:
            await running[0].start()
            person = api.person(4000)
            await pledge(person, 100_001, presses=True, pause=0)
            await running[1].start()
            person.say("/menu")
            await told(person, "")
            await running[0].stop()
            await pledge(api.person(4001), 100_002, presses=True, pause=0)
            await running[1].stop()
        finally:
            await asyncio.gather(*(one.kill() for one in running if one.process))
        assert [call for call in api.requests if call.code == 409] == []
    received = [row for row in await stage.rows(leases) if row["name"].startswith("receive:")]
    assert [(row["token"], row["name"]) for row in received] == [(2, "receive:telegram:123456789")]
    await everything_right(stage, api, [100_001, 100_002])
    postgres_template.drop(stage.settings.database_url)


async def test_a_page_sees_what_another_process_answers(postgres_template: Template, tmp_path: Path) -> None:
    url = postgres_template.copy(tmp_path)
    async with (
        served(tmp_path, database_url=url) as one,
        served(tmp_path, database_url=url) as other,
        httpx.AsyncClient(base_url=other.url, headers={"origin": other.url}) as client,
    ):
        token, name = sessions.fresh()
        async with one.app.database.write() as tx:
            await sessions.begin(tx, token, name, one.app.now())
        cookie = f"nhandao={token}"
        client.cookies.set("nhandao", token)
        address = one.url.replace("http", "ws") + "/ws"
        async with websockets.connect(address, origin=Origin(one.url), additional_headers={"cookie": cookie}) as page:
            assert "ready" in await page.recv()
            for n in range(3):
                assert "tick" in (await client.post("/say", json={"id": f"message-{n}", "text": "/menu"})).text
                pushed = await asyncio.wait_for(page.recv(), 60)
                assert '"from":"bot"' in str(pushed)
    postgres_template.drop(url)


async def test_while_the_database_is_away_a_page_keeps_what_it_says_and_health_tells(
    postgres: Server, postgres_template: Template, tmp_path: Path
) -> None:
    url = postgres_template.copy(tmp_path)
    async with (
        served(tmp_path, database_url=url) as site,
        httpx.AsyncClient(base_url=site.url, headers={"origin": site.url}, timeout=30) as client,
    ):
        assert (await client.post("/say", json={"id": "message-1", "text": "/start"})).json() == {"tick": "message-1"}
        await asyncio.to_thread(postgres.stop, "fast")
        try:
            assert (await client.get("/healthz")).status_code == 503
            assert (await client.get("/healthz")).json()["database"] == "out of reach"
            with pytest.raises(ConnectionError):
                await site.app.engine.receive([Arrival("web", "x", "y", b"{}")])
        finally:
            await asyncio.to_thread(postgres.start)
        assert (await client.post("/say", json={"id": "message-2", "text": "/menu"})).json() == {"tick": "message-2"}
        assert (await client.get("/healthz")).status_code == 200
    postgres_template.drop(url)


@asynccontextmanager
async def two_databases(template: Template, folder: Path) -> AsyncIterator[tuple[Database, Database]]:
    """One database, as two processes have it open."""
    url = template.copy(folder)
    one, other = Database(url, Vault(KEY)), Database(url, Vault(KEY))
    yield one, other
    await one.close()
    await other.close()
    template.drop(url)


async def test_whoever_claims_the_first_in_line_has_all_that_wait_there(
    postgres_template: Template, tmp_path: Path
) -> None:
    async with two_databases(postgres_template, tmp_path) as (one, other):

        async def claim(database: Database) -> list[int]:
            async with database.write() as tx:
                found = await inbox.claim(tx, ["room"], NINE, 100)
                return [waiting.id for waiting in found]

        async with one.write() as tx:
            await inbox.keep(tx, [Arrival("room", str(n), str(n % 2), b"{}") for n in range(4)], NINE)
        everything = await claim(one)
        async with one.write() as tx:
            first = (await inbox.claim(tx, ["room"], NINE, 100, only=everything[0]))[0]
            assert await claim(other) == everything[1::2], "and the other process has everybody else"
            await inbox.finish(tx, [first.id])
        assert await claim(other) == everything[1:]
        async with one.write() as tx:
            assert await inbox.claim(tx, ["room"], NINE, 100, only=everything[3]) == [], "it is not its turn"


async def test_a_lease_is_one_process_s_at_a_time_and_passes_on_when_it_is_gone(
    postgres_template: Template, tmp_path: Path
) -> None:
    async with two_databases(postgres_template, tmp_path) as databases:
        at_work: list[str] = []
        most = 0

        def offer(name: str, database: Database) -> asyncio.Task[None]:
            async def work() -> None:
                nonlocal most
                at_work.append(name)
                most = max(most, len(at_work))
                try:
                    await asyncio.Event().wait()
                finally:
                    at_work.remove(name)

            alone = Alone(database, "work", length=2.0, renew_every=0.3, stop_before=0.5)
            return asyncio.create_task(alone(work))

        async def until(*names: str) -> None:
            async with asyncio.timeout(60):
                while at_work != list(names):
                    await asyncio.sleep(0.02)

        offers = [offer("one", databases[0])]
        await until("one")
        offers.append(offer("other", databases[1]))
        await asyncio.sleep(2.5)
        assert at_work == ["one"], "it is renewed"
        offers[0].cancel()
        await until("other")
        offers.append(offer("one", databases[0]))
        async with databases[0].write() as tx:
            await tx.run(leases.update().values(owner="somebody else"))
        await until()
        await until("one") if not at_work else None
        for task in offers:
            task.cancel()
        await asyncio.gather(*offers, return_exceptions=True)
        assert most == 1


async def test_who_cannot_renew_a_lease_stops_before_it_is_over(
    postgres: Server, tmp_path: Path, postgres_template: Template
) -> None:
    loop = asyncio.get_running_loop()
    async with two_databases(postgres_template, tmp_path) as (database, _):
        began, ended = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            began.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        task = asyncio.create_task(Alone(database, "work", length=3.0, renew_every=0.2, stop_before=1.0)(work))
        await asyncio.wait_for(began.wait(), 60)
        renewed = loop.time() + 0.2
        await asyncio.to_thread(postgres.stop, "fast")
        try:
            await asyncio.wait_for(ended.wait(), 60)
            stopped = loop.time() - renewed
            assert stopped < 3.0
        finally:
            await asyncio.to_thread(postgres.start)
        began.clear()
        await asyncio.wait_for(began.wait(), 60), "and begins again when the database is back"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    measured(
        "F15: a replica cut off from PostgreSQL, with a lease of 3 s",
        f"its work stopped {stopped:.1f} s after it last renewed the lease", "and began again with the database",
    )  # fmt: skip
