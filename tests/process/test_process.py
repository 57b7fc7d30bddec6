"""The program as an operator meets it: started, stopped, and told off, always as a process of its own."""

from __future__ import annotations

import asyncio
import signal
import socket
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from tests import ROOT
from tests.fakes.postgres import Server
from tests.figures import measured
from tests.stage import KEY
from tests.started import environment, nhandao, running, set_up

TOKEN = "123456789:AAEexampleexampleexampleexample"


async def test_a_newcomer_sees_where_to_look_and_what_to_set(tmp_path: Path) -> None:
    async with running(tmp_path, "run") as (process, url):
        assert process.stdout is not None
        shown = (await asyncio.wait_for(process.stdout.read(400), 60)).decode()
        assert url in shown
        async with httpx.AsyncClient() as client:
            page = (await client.get(url)).text
        assert page.count("<nhandao-chat") == 3
        process.send_signal(signal.SIGTERM)
        rest = (await process.communicate())[0].decode()
        assert "TELEGRAM_TOKEN" in shown + rest
        assert process.returncode == 0
    assert (tmp_path / "data" / "demo.db").exists()
    assert not (tmp_path / "data" / "nhandao.db").exists(), "the demo has a database of its own"


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_within_five_seconds_also_with_a_page_open(tmp_path: Path, sign: signal.Signals) -> None:
    import websockets
    from websockets.typing import Origin

    async with running(tmp_path, "run", **await set_up(tmp_path)) as (process, url):
        async with websockets.connect(f"{url.replace('http', 'ws')}/ws", origin=Origin(url)) as page:
            await page.recv()
            began = time.monotonic()
            process.send_signal(sign)
            await asyncio.wait_for(process.wait(), 60)
            took = time.monotonic() - began
            assert process.returncode == 0
    measured(f"F3: {sign.name} with a page open", f"stopped in {took:.1f} s, with exit status 0")


async def test_the_demo_refuses_to_run_beside_a_real_bot(tmp_path: Path) -> None:
    status, _, err = await nhandao(tmp_path, "demo", TELEGRAM_TOKEN=TOKEN, SECRET_KEY=KEY)
    assert status == 2
    assert err.count("\n") == 1
    assert "TELEGRAM_TOKEN is set" in err


async def test_the_demo_refuses_to_be_seen_from_outside(tmp_path: Path) -> None:
    status, _, err = await nhandao(tmp_path, "run", HTTP_HOST="0.0.0.0")
    assert status == 2
    assert "HTTP_HOST=0.0.0.0" in err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"TELEGRAM_TOKEN": "hello"}, "TELEGRAM_TOKEN"),
        ({"TELEGRAM_TOKEN": TOKEN}, "SECRET_KEY"),
        ({"HTTP_PORT": "x"}, "HTTP_PORT"),
        ({"DATABASE_URL": "sqlite+aiosqlite:////proc/none/x.db", "CHANNELS": "web", "SECRET_KEY": KEY}, "DATABASE_URL"),
    ],
)
async def test_a_wrong_setting_stops_the_start_with_one_line(
    tmp_path: Path, settings: dict[str, str], named: str
) -> None:
    status, out, err = await nhandao(tmp_path, "run", **settings)
    assert status == 2, err
    assert named in err
    assert err.startswith("nhandao: ")
    assert "Traceback" not in err + out


@pytest.mark.parametrize(
    "typed", [("restore",), ("audit", "verify", "--head"), ("staff", "invite", "--role", "officer", "--unit")]
)
async def test_what_is_endless_is_not_repeated_in_full(tmp_path: Path, typed: tuple[str, ...]) -> None:
    settings = await set_up(tmp_path)
    status, _, err = await nhandao(tmp_path, *typed, "a" * 100_000, **settings)
    (line,) = [line for line in err.splitlines() if "aaa" in line]
    assert (status, line.startswith("nhandao: "), len(line) < 500, "…" in line) == (2, True, True, True)


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        status, _, err = await nhandao(tmp_path, "run", HTTP_PORT=str(taken.getsockname()[1]))
    assert status == 2
    assert "HTTP_PORT" in err


async def test_a_host_that_is_not_there_is_named(tmp_path: Path) -> None:
    status, _, err = await nhandao(tmp_path, "run", CHANNELS="web", SECRET_KEY=KEY, HTTP_HOST="192.0.2.1")
    assert status == 2
    assert "HTTP_HOST" in err


async def test_a_database_newer_than_the_program_is_refused(tmp_path: Path) -> None:
    settings = {"CHANNELS": "web", "SECRET_KEY": KEY}
    assert (await nhandao(tmp_path, "db", "upgrade", **settings))[0] == 0
    with closing(sqlite3.connect(tmp_path / "data" / "nhandao.db")) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    status, _, err = await nhandao(tmp_path, "run", **settings)
    assert status == 2
    assert "newer" in err


async def test_another_key_than_the_one_that_sealed_the_data_is_noticed(tmp_path: Path) -> None:
    await set_up(tmp_path)
    status, _, err = await nhandao(tmp_path, "run", CHANNELS="web", SECRET_KEY=KEY[::-1])
    assert status == 2
    assert "SECRET_KEY" in err


async def test_a_token_that_nobody_knows_ends_a_program_without_another_channel_clearly(tmp_path: Path) -> None:
    """It is the operator's mistake, so that nothing starts it again before it is mended."""
    api = await asyncio.start_server(_unauthorized, "127.0.0.1", 0)
    port = api.sockets[0].getsockname()[1]
    settings = {"TELEGRAM_TOKEN": TOKEN, "SECRET_KEY": KEY, "TELEGRAM_API_URL": f"http://127.0.0.1:{port}"}
    settings = await set_up(tmp_path, CHANNELS="telegram", **settings)
    status, _, err = await nhandao(tmp_path, "run", **settings)
    api.close()
    assert status == 2
    assert "no channel is left" in err
    assert TOKEN not in err


async def _unauthorized(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(4096)
    body = b'{"ok":false,"error_code":401,"description":"Unauthorized"}'
    head = f"HTTP/1.1 401 Unauthorized\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    writer.close()


async def test_the_terminal_talks_to_the_bot(tmp_path: Path) -> None:
    status, out, err = await nhandao(tmp_path, "chat", said="/consent\n2\n1\nxong\ndia chi\n1\nhủy\nlưu anh-1.jpg\n")
    assert status == 0, err
    assert "Tôi là chương trình trả lời tự động" in out
    assert "1. ☑ Tham gia" in out
    assert "Có 12 địa chỉ nhân đạo" in out
    assert "Mã: DC-" in out
    assert "Trợ lý:" in out
    assert "Anh/chị › " in out
    assert "(Ảnh: anh-1.jpg" in out
    assert (tmp_path / "anh-1.jpg").read_bytes().startswith(b"\xff\xd8")
    assert "gõ /photo TỆP" in out


async def test_the_terminal_speaks_english(tmp_path: Path) -> None:
    status, out, _ = await nhandao(tmp_path, "chat", "--language", "en", said="done\nhelp\n")
    assert status == 0
    assert "I answer automatically" in out


async def test_the_first_admin_is_made_on_the_command_line_and_put_on_record(tmp_path: Path) -> None:
    settings = await set_up(tmp_path)
    status, out, err = await nhandao(tmp_path, "staff", "add", "telegram:123456", "--role", "admin", **settings)
    assert status == 0, err
    assert "is now admin" in out
    assert "already" in (await nhandao(tmp_path, "staff", "add", "telegram:123456", "--role", "admin", **settings))[1]
    status, _, err = await nhandao(
        tmp_path, "staff", "add", "telegram:7", "--role", "officer", "--unit", "19414", **settings
    )
    assert status == 0, err
    with closing(sqlite3.connect(tmp_path / "data" / "nhandao.db")) as db:
        done = db.execute("SELECT actor, act FROM audit ORDER BY id").fetchall()
    assert done == [("operator", act) for act in ("init", "invite", "grant", "grant")]


async def test_the_audit_log_is_checked_on_the_command_line(tmp_path: Path) -> None:
    settings = await set_up(tmp_path)
    for number in ("1", "2", "3"):
        await nhandao(tmp_path, "staff", "add", f"telegram:{number}", "--role", "admin", **settings)
    status, out, err = await nhandao(tmp_path, "audit", "verify", **settings)
    assert (status, out.partition(" Its head")[0]) == (0, "The audit log is intact: 5 rows."), err
    with closing(sqlite3.connect(tmp_path / "data" / "nhandao.db")) as db:
        db.execute("UPDATE audit SET actor = 'nobody' WHERE id = 2")
        db.commit()
    status, out, err = await nhandao(tmp_path, "audit", "verify", **settings)
    assert (status, out) == (1, "")
    assert "The audit log is broken at row 2" in err


async def test_an_admin_of_a_single_unit_is_refused(tmp_path: Path) -> None:
    arguments = ("staff", "add", "telegram:1", "--role", "admin", "--unit", "19414")
    status, _, err = await nhandao(tmp_path, *arguments, **await set_up(tmp_path))
    assert status == 2
    assert "leave --unit out" in err


@pytest.mark.parametrize(
    ("account", "unit"), [("@lan", ""), ("telegram:lan", ""), ("pigeon:1", ""), ("telegram:1", "00000"), ("web:me", "")]
)
async def test_a_wrong_account_or_unit_is_explained(tmp_path: Path, account: str, unit: str) -> None:
    arguments = ["staff", "add", account, "--role", "officer", *(["--unit", unit] if unit else [])]
    status, _, err = await nhandao(tmp_path, *arguments, **await set_up(tmp_path))
    assert status == 2
    assert unit or account in err


async def test_config_check_shows_every_setting_and_no_secret(tmp_path: Path) -> None:
    status, out, _ = await nhandao(tmp_path, "config", "check", TELEGRAM_TOKEN=TOKEN, SECRET_KEY=KEY)
    assert status == 0
    assert "TELEGRAM_TOKEN=****" in out
    assert TOKEN not in out
    assert KEY not in out
    assert "The settings are in order." in out


async def test_help_names_every_command_with_an_example(tmp_path: Path) -> None:
    _, out, _ = await nhandao(tmp_path, "--help")
    for command in ("init", "run", "demo", "chat", "db", "files", "staff", "config"):
        assert command in out
    for arguments in (
        ["init"],
        ["run"],
        ["demo"],
        ["chat"],
        ["db", "upgrade"],
        ["db", "copy"],
        ["files", "copy"],
        ["staff", "add"],
        ["staff", "invite"],
        ["staff", "list"],
        ["staff", "remove"],
        ["config", "check"],
    ):
        assert "Example:" in CliRunner().invoke(app, [*arguments, "--help"]).output


async def test_an_earlier_database_is_backed_up_and_upgraded_by_itself(tmp_path: Path) -> None:
    settings = {"CHANNELS": "web", "SECRET_KEY": KEY}
    assert (await nhandao(tmp_path, "db", "upgrade", **settings))[0] == 0
    status, out, _ = await nhandao(tmp_path, "db", "upgrade", **settings)
    assert status == 0
    assert "up to date" in out


async def test_everything_works_on_postgresql_too(tmp_path: Path, postgres: Server) -> None:
    url = postgres.create()
    settings = {"CHANNELS": "web", "SECRET_KEY": KEY, "DATABASE_URL": url}
    status, out, err = await nhandao(tmp_path, "db", "upgrade", **settings)
    assert status == 0, err
    assert "up to date" in out
    await set_up(tmp_path, DATABASE_URL=url)
    arguments = ("staff", "add", "telegram:123456", "--role", "admin")
    assert "is now admin" in (await nhandao(tmp_path, *arguments, **settings))[1]
    assert "already" in (await nhandao(tmp_path, *arguments, **settings))[1]
    status, out, err = await nhandao(tmp_path, "chat", said="/consent\n2\n1\nxong\nhủy\n", **settings)
    assert status == 0, err
    assert "1. ☑ Tham gia" in out
    async with running(tmp_path, "run", **settings) as (process, address):
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{address}/healthz")).json()["ok"]
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) == 0
    assert not list(tmp_path.rglob("*.db"))
    postgres.drop(url)


async def test_a_server_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://nhandao:hunter2@127.0.0.1:1/nhandao"
    status, out, err = await nhandao(tmp_path, "staff", "list", CHANNELS="web", SECRET_KEY=KEY, DATABASE_URL=url)
    assert status == 1
    assert "DATABASE_URL=postgresql+asyncpg://nhandao:********@127.0.0.1:1/nhandao: cannot be opened" in err
    assert "hunter2" not in out + err
    assert (
        "hunter2"
        not in (await nhandao(tmp_path, "config", "check", CHANNELS="web", SECRET_KEY=KEY, DATABASE_URL=url))[1]
    )


async def test_a_mistyped_setting_is_told_and_stops_nothing(tmp_path: Path) -> None:
    status, _, err = await nhandao(tmp_path, "config", "check", HTTP_PROT="80")
    assert (status, err) == (0, "nhandao: HTTP_PROT in the environment is not a setting; did you mean HTTP_PORT?\n")


NOT_AT_REST = (
    "asyncpg", "obstore", "alembic", "aiohttp", "PIL", "matplotlib", "openpyxl", "rich", "pydantic", "babel.messages",
)  # fmt: skip
"""What only several machines, files, pictures and terminals need."""


async def test_what_need_not_be_there_is_not_loaded_at_rest(tmp_path: Path) -> None:
    program = "import sys, bot.__main__, bot.channels.telegram.channel\n"
    program += "sys.argv = ['nhandao', 'chat']\ntry: bot.__main__.main()\n"
    program += f"finally: print([name for name in {NOT_AT_REST} if sys.modules.get(name)])"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, env=environment(PYTHONPATH=str(ROOT)), cwd=tmp_path,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out = (await process.communicate())[0].decode()
    assert out.endswith("[]\n"), out
