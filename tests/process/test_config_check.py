"""`nhandao config check` tries what the settings name, says in a line each what it saw, tells no secret and changes nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.check import config_check, print_addresses
from bot.settings import Settings, read_settings
from storage.upkeep import instants
from tests.fakes.bot_api import BotApi
from tests.fakes.ports import free_port
from tests.stage import KEY, Stage, Template

CLOSED = "http://127.0.0.1:1"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: Template) -> Path:
    """An empty folder to stand in, with a database beside it."""
    template.copy(tmp_path)
    (tmp_path / "bot.db").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def given(folder: Path, **more: object) -> Settings:
    usual: dict[str, object] = {
        "database_url": f"sqlite+aiosqlite:///{folder / 'bot.db'}", "channels": "web", "secret_key": KEY,
        "http_port": free_port(),
    }  # fmt: skip
    return read_settings(env_file="", **{**usual, **more})


async def checked(settings: Settings, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    async with asyncio.timeout(120):  # nothing that does not answer is waited for without end
        status = await config_check(settings)
    out = capsys.readouterr().out
    assert KEY not in out
    return status, out.splitlines()


def line(lines: list[str], what: str) -> str:
    return next(one for one in lines if f"  {what}: " in one)


async def test_what_is_right_is_said_to_be_and_the_bot_by_its_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    async with BotApi() as api:
        status, lines = await checked(
            given(folder, channels="telegram,web", telegram_token=api.token, telegram_api_url=api.url), capsys
        )
        assert {call.method.lower() for call in api.requests} == {"getme", "getwebhookinfo"}
        assert not [one for one in lines if api.token in one]
    assert status == 0, lines
    assert " ok" in line(lines, "database")
    assert "@" in line(lines, "TELEGRAM_TOKEN")
    assert "polling" in line(lines, "TELEGRAM_TOKEN")
    assert " ok" in line(lines, "webhook")
    assert " ok" in line(lines, "files")
    assert lines[-1] == "The settings are in order."
    assert {path: path.read_bytes() for path in before} == before


async def test_a_refused_token_is_wrong_and_a_platform_that_does_not_answer_is_not(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with BotApi() as api:
        api.fail(times=None, status=401)
        given_token = given(folder, channels="telegram", telegram_token=api.token, telegram_api_url=api.url)
        status, lines = await checked(given_token, capsys)
        assert (status, line(lines, "TELEGRAM_TOKEN")[:5]) == (1, "WRONG")
        assert not [one for one in lines if api.token in one]
        offline = given(folder, channels="telegram", telegram_token=api.token, telegram_api_url=CLOSED)
        status, lines = await checked(offline, capsys)
        assert status == 0
        assert "offline?" in line(lines, "TELEGRAM_TOKEN")
        assert not [one for one in lines if api.token in one]


async def test_a_zalo_bot_without_a_network_is_offline_and_not_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = "123456789:AbCdEfGhIjKlMnOpQrStUvWxYz"
    zalo = given(folder, channels="zalo_bot,web", zalo_bot_token=token, zalo_bot_api_url=CLOSED)
    status, lines = await checked(zalo, capsys)
    assert status == 0
    assert "offline?" in line(lines, "ZALO_BOT_TOKEN")
    assert not [one for one in lines if token in one]


async def test_another_key_another_version_and_a_database_that_is_away_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines = await checked(given(folder, secret_key="b" * 8 + "another key 0123456789 and more"), capsys)
    assert (status, "SECRET_KEY is not the key" in line(lines, "database")) == (1, True)
    with closing(sqlite3.connect(folder / "bot.db")) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    (folder / "bot-20260512T020000.backup.db").write_bytes(b"from before the upgrade")
    status, lines = await checked(given(folder), capsys)
    assert (status, "newer version" in line(lines, "database")) == (1, True)
    assert "bot-20260512T020000.backup.db" in line(lines, "database"), "and how to go back is told"
    away = given(folder, database_url="postgresql+asyncpg://nhandao:hunter2@127.0.0.1:1/nhandao")
    status, lines = await checked(away, capsys)
    assert (status, "cannot be opened" in line(lines, "database")) == (1, True)
    assert not [one for one in lines if "hunter2" in one]


async def test_files_that_others_read_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("")
    (folder / ".env").chmod(0o644)
    (folder / "token").write_text("123456789:" + "A" * 30)
    (folder / "token").chmod(0o640)
    monkeypatch.setenv("TELEGRAM_TOKEN_FILE", str(folder / "token"))
    status, lines = await checked(given(folder, channels="web", telegram_api_url=CLOSED), capsys)
    assert status == 1
    told = [one for one in lines if "files: others can read" in one]
    assert [one.partition(": chmod")[0].rpartition("/")[2].rpartition(" ")[2] for one in told] == [".env", "token"]


async def test_a_clock_that_is_behind_what_the_program_lived_through_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for days, status_wanted, mark in ((400, 1, "WRONG"), (-200, 0, "    ?"), (0, 0, "")):
        async with Stage(folder).program() as app, app.database.write() as tx:
            await instants.mark(tx, instants.NAME, datetime.now(UTC) + timedelta(days=days))
        status, lines = await checked(given(folder), capsys)
        assert status == status_wanted, lines
        assert [one[:5] for one in lines if "  clock: " in one] == ([mark] if mark else [])


async def test_open_prints_where_people_find_the_bot_also_offline(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with BotApi() as api:
        both = given(
            folder, channels="telegram,web", telegram_token=api.token, telegram_api_url=api.url, http_port=8080,
            webhook_url="https://tnd.example.vn",
        )  # fmt: skip
        assert await print_addresses(both) == 0
        telegram, web = capsys.readouterr().out.splitlines()
        assert telegram.startswith("telegram: https://t.me/")
        assert web == "web: http://127.0.0.1:8080, from outside https://tnd.example.vn"
        assert await print_addresses(both.but(telegram_api_url=CLOSED)) == 0
        out = capsys.readouterr().out
        assert "offline?" in out
        assert api.token not in out
