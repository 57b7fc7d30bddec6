"""A database that is away, in use or on a bad disk when the program starts: one true line, and the status that fits."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import httpx
import orjson
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.outage import outlived
from tests.fakes.bot_api import BotApi
from tests.fakes.ports import free_port
from tests.fakes.postgres import Server
from tests.figures import measured
from tests.started import environment, nhandao, running, set_up


@asynccontextmanager
async def relay(port: int, to: sa.URL) -> AsyncIterator[None]:
    """A way to a database server that exists only as long as this lasts."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(to.host, to.port)
        await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))

    server = await asyncio.start_server(connect, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


async def answers(url: str, status: int) -> httpx.Response:
    """The first answer with this status."""
    async with httpx.AsyncClient(timeout=5) as client:
        for _ in range(600):
            with suppress(httpx.HTTPError):
                if (got := await client.get(url)).status_code == status:
                    return got
            await asyncio.sleep(0.1)
    raise AssertionError(f"{url} never answered with {status}")


async def test_a_database_server_that_is_away_at_the_start_is_waited_for_with_the_port_open(
    tmp_path: Path, postgres: Server
) -> None:
    direct = postgres.create()
    settings = await set_up(tmp_path, DATABASE_URL=direct)
    port = free_port()
    url = sa.make_url(direct).set(host="127.0.0.1", port=port, query={})
    settings["DATABASE_URL"] = url.render_as_string(hide_password=False)
    began = asyncio.get_running_loop().time()
    async with running(tmp_path, "run", LOG_FORMAT="json", **settings) as (process, address):
        assert (await answers(f"{address}/readyz", 503)).json() == {
            "ok": False, "writes": False, "database": "out of reach",
        }  # fmt: skip
        assert (await answers(f"{address}/livez", 200)).json()["ok"]
        assert (await answers(address, 503)).headers["Retry-After"]
        async with relay(port, sa.make_url(direct)):
            back = asyncio.get_running_loop().time()
            assert (await answers(f"{address}/readyz", 200)).json()["ok"]
            took = asyncio.get_running_loop().time() - back
            assert (await answers(address, 200)).text
            process.send_signal(signal.SIGTERM)
            out, errors = await asyncio.wait_for(process.communicate(), 20)
    said = [orjson.loads(line) for line in (out + errors).splitlines()]
    events = [line["event"] for line in said]
    assert "the database is away and is waited for" in events
    assert "the database is there" in events
    assert "listening" in events
    assert process.returncode == 0
    measured(
        "F22: the database is away at the start",
        f"503 after {back - began:.1f} s, and ready {took:.1f} s after it came",
    )
    postgres.drop(direct)


async def test_the_second_program_on_one_file_is_refused_and_a_killed_one_holds_nothing(tmp_path: Path) -> None:
    settings = await set_up(tmp_path)
    async with running(tmp_path, "run", **settings) as (first, address):
        await answers(f"{address}/readyz", 200)
        for port in ("0", address.rpartition(":")[2]):  # on the port that the first one took, too
            status, out, err = await nhandao(tmp_path, "run", **{**settings, "HTTP_PORT": port})
            assert (status, out) == (1, "")
            assert err == (
                "nhandao: DATABASE_URL=sqlite+aiosqlite:///data/nhandao.db: another program runs on it "
                f"(process {first.pid}); stop that one first\n"
            )
        assert (await nhandao(tmp_path, "staff", "list", **settings))[0] == 0, "looking is allowed"
        first.kill()
        await first.wait()
        async with running(tmp_path, "run", **settings) as (_, second):
            await answers(f"{second}/readyz", 200)


UNSHARED = ["unshare", "--map-root-user", "--mount", "sh", "-euc"]
DISK = """
mount -t tmpfs -o size=4m tmpfs disk
cp data/nhandao.db* disk/
{spoil}
DATABASE_URL=sqlite+aiosqlite:///disk/nhandao.db {python} -m bot run
"""


@pytest.mark.parametrize(
    ("spoil", "wanted"),
    [
        ("mount -o remount,ro disk", "the disk at {disk} can only be read"),
        ("dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null || true", "the disk at {disk} is full"),
        ("touch disk/nhandao.db.lock; dd if=/dev/zero of=disk/f bs=4k 2>/dev/null || true", "the disk at {disk} is full"),
    ],
    ids=["read-only", "full", "full after the lock"],
)  # fmt: skip
async def test_a_disk_that_is_full_or_only_read_is_one_true_line(tmp_path: Path, spoil: str, wanted: str) -> None:
    settings = await set_up(tmp_path)
    (tmp_path / "disk").mkdir()
    script = DISK.format(spoil=spoil, python=sys.executable)
    process = await asyncio.create_subprocess_exec(
        *UNSHARED, script, cwd=tmp_path, env=environment(**settings),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    said = wanted.format(disk=tmp_path / "disk")
    assert (process.returncode, out.decode()) == (1, "")
    where = "DATABASE_URL=sqlite+aiosqlite:///disk/nhandao.db"
    assert err.decode() == f"nhandao: {where}: cannot be opened ({said}); nothing was changed\n"


async def test_what_starting_again_would_not_mend_ends_with_2_and_what_may_pass_with_1(
    tmp_path: Path, postgres: Server
) -> None:
    settings = await set_up(tmp_path)
    other = f"{'k' * 20} another key, long enough"
    url = postgres.url("no_such_database")
    away = "postgresql+asyncpg://nhandao:hunter2@127.0.0.1:1/nhandao"
    for command, changed, status in (
        ("run", {"HTTP_PORT": "eight"}, 2),
        ("run", {"SECRET_KEY": other}, 2),
        ("run", {"DATABASE_URL": "sqlite+aiosqlite:///elsewhere/nhandao.db"}, 2),
        ("run", {"DATABASE_URL": url}, 2),
        ("staff list", {"DATABASE_URL": away}, 1),
    ):
        got, out, err = await nhandao(tmp_path, *command.split(), **settings | changed)
        assert (got, out) == (status, ""), err
        assert "Traceback" not in err
        assert "hunter2" not in err
        assert len(err.splitlines()) == 1, err
    with closing(sqlite3.connect(tmp_path / "data" / "nhandao.db")) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    status, _, err = await nhandao(tmp_path, "run", **settings)
    assert (status, "newer version" in err) == (2, True)


async def test_run_says_who_it_is_and_names_no_channel_that_does_not_run(tmp_path: Path) -> None:
    async with BotApi() as api:
        token = {"TELEGRAM_TOKEN": api.token, "TELEGRAM_API_URL": api.url}
        settings = await set_up(tmp_path, CHANNELS="telegram", **token)
        for form in ("text", "json"):
            async with running(tmp_path, "run", LOG_FORMAT=form, **settings) as (process, address):
                await answers(f"{address}/readyz", 200)
                an = api.person(7)
                an.start()
                assert (await an.answer()).text
                process.send_signal(signal.SIGTERM)
                out, errors = (part.decode() for part in await asyncio.wait_for(process.communicate(), 20))
            assert re.search(r"Telegram: @\w+, by polling", errors)
            assert "Web chat" not in out + errors
            if form == "json":
                assert out == ""
                listening = [line for line in map(orjson.loads, errors.splitlines()) if line["event"] == "listening"]
                assert [line["address"] for line in listening] == [address]
            else:
                assert out == f"Listening: {address}\n"
            assert api.token not in out + errors


def test_the_end_of_an_outage_is_told_once() -> None:
    with capture_logs() as logs:
        for failure in (None, ConnectionError(), ConnectionError(), None, None):
            with outlived("trial"):
                if failure is not None:
                    raise failure
    told = [(one["event"], one["log_level"]) for one in logs]
    assert told == [("the database is out of reach", "error")] * 2 + [("the database is back", "info")]


def test_a_socket_that_was_lent_stays_open() -> None:
    """What the waiting relies on: closing the second name of a socket leaves the first listening."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        os.close(listening.dup().detach())
        with socket.create_connection(listening.getsockname()):
            pass
