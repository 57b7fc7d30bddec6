"""`nhandao doctor` sees what is wrong on a program that runs or stands still, and names the command that mends it."""

from __future__ import annotations

import asyncio
import sqlite3
import ssl
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from msgspec.structs import replace

from bot.channels.kind import Seen
from bot.cli import check
from bot.cli.doctor import certificate, command, patient
from bot.cli.doctor.checks import CHECKS
from bot.process.startup import utc_now
from bot.settings import Settings, read_settings
from storage.backup import keys
from storage.tables import audit
from storage.upkeep import instants, processes, troubles
from tests.fakes.certificates import certified
from tests.fakes.ports import free_port
from tests.fakes.served import served
from tests.stage import KEY, RealTime, Stage, Template

PUBLIC = keys.new_pair()[1]


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
        "http_port": free_port(), "backup_key": PUBLIC,
    }  # fmt: skip
    return read_settings(env_file="", **{**usual, **more})


async def examined(settings: Settings, language: str = "en") -> dict[str, Seen]:
    """What is seen by its name, of several the worst."""
    seen = await command.examine(settings, language)
    assert not [one for one in seen if KEY in one.said]
    order = ("right", "unknown", "wrong")
    return {one.what: one for one in sorted(seen, key=lambda one: order.index(one.state))}


def stage(folder: Path) -> Stage:
    return Stage(folder, clock=RealTime())


async def test_a_program_that_stands_still_is_looked_at_without_changing_anything(folder: Path) -> None:
    async with stage(folder).program() as app, app.database.write() as tx:
        await instants.mark(tx, instants.NAME, utc_now())
    before = (folder / "bot.db").read_bytes()
    seen = await examined(given(folder))
    assert (folder / "bot.db").read_bytes() == before
    assert (seen["program"].state, seen["program"].mend) == ("unknown", "sudo systemctl start nhandao")
    for what in (
        "settings",
        "database",
        "migrations",
        "integrity",
        "clock",
        "TIMEZONE",
        "SECRET_KEY",
        "files",
        "queues",
    ):
        assert seen[what].state == "right", seen[what]
    assert (seen["backups"].said, seen["backups"].mend) == ("none was made yet", "nhandao backup")


async def test_every_problem_has_its_command(folder: Path) -> None:
    async with stage(folder).program() as app, app.database.write() as tx:
        now = utc_now()
        await processes.note(tx, replace(app.process, started_at=now, seen_at=now))
        await processes.note(tx, replace(app.process, name="b", version="0.0.9", started_at=now, seen_at=now))
        await troubles.begin(tx, "telegram:second", "trouble.second", {"channel": "telegram"}, now)
        await troubles.begin(tx, "clock:held", "trouble.clock.held", {"was": "1", "now": "2"}, now)
        await instants.mark(tx, instants.BACKUP, now - timedelta(days=3))
    (folder / "backups").mkdir()
    (folder / "backups" / "remembered.json").write_text("{")
    (folder / "bot.db").chmod(0o644)
    seen = await examined(given(folder, timezone="Europe/Paris"))
    wrong = {what: one.mend for what, one in seen.items() if one.state == "wrong"}
    file = folder / "backups" / "remembered.json"
    assert wrong.pop("backups") in ("nhandao backup", f"sudo mv {file} {file}.changed")
    assert wrong == {
        "files": f"sudo chmod 600 {folder / 'bot.db'}", "program": "sudo systemctl restart nhandao",
        "telegram:second": "nhandao config check", "clock:held": "nhandao clock --agree",
    }  # fmt: skip
    assert "with the same token" in seen["telegram:second"].said
    assert seen["TIMEZONE"].state == "unknown"
    assert "cùng một token" in (await examined(given(folder), "vi"))["telegram:second"].said


async def test_a_full_disk_and_a_wrong_clock_have_their_commands_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(folder).program() as app, app.database.write() as tx:
        await instants.mark(tx, instants.NAME, utc_now() + timedelta(days=2))
    monkeypatch.setattr(check, "FEW_BYTES", 1 << 60)
    seen = await examined(given(folder))
    assert seen["disk"].state == "wrong"
    typed = seen["disk"].mend.split()
    assert typed[:4] == ["sudo", "du", "-xh", "--max-depth=2"]
    assert Path(typed[4]).is_mount() and folder.is_relative_to(typed[4])
    assert (seen["clock"].state, seen["clock"].mend) == ("wrong", "sudo timedatectl set-ntp true")


async def test_a_database_that_does_not_open_is_told_and_all_else_is_looked_at(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "bot.db")) as db:
        db.execute("UPDATE alembic_version SET version_num = '0001'")
        db.commit()
    seen = await examined(given(folder))
    assert (seen["database"].state, seen["database"].mend) == ("wrong", "nhandao db upgrade")
    assert seen["SECRET_KEY"].state == "right"
    away = await examined(given(folder, database_url="postgresql+asyncpg://nhandao:hunter2@127.0.0.1:1/nhandao"))
    assert away["database"].state == "wrong"
    assert not [one for one in away.values() if "hunter2" in one.said]


async def test_no_command_is_guessed_from_what_is_said(folder: Path) -> None:
    """Of a wrong key the words name `nhandao key rotate`, which would make it worse."""
    seen = await examined(given(folder, secret_key=KEY[::-1]))
    assert "nhandao key rotate" in seen["database"].said
    assert (seen["database"].state, seen["database"].mend) == ("wrong", "")
    (folder / "bot.db").unlink()
    assert (await examined(given(folder)))["database"].mend == "nhandao init"


async def test_an_act_that_was_changed_is_seen(folder: Path) -> None:
    async with stage(folder).program() as app, app.database.write() as tx:
        await instants.doubt(tx, utc_now())
        await instants.agree(tx, "operator", utc_now())
        await tx.run(audit.update().values(actor="nobody"))
    seen = await examined(given(folder))
    assert (seen["audit"].state, seen["audit"].mend) == ("wrong", "nhandao audit verify")


async def test_who_answers_where_this_program_listens_is_known(folder: Path, tmp_path: Path) -> None:
    async with served(tmp_path / "site") as site:
        port = int(site.url.rpartition(":")[2])
        seen = await examined(given(folder, http_port=port))
        assert seen["program"].state == "right"

    async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        writer.close()

    async with await asyncio.start_server(hello, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        seen = await examined(given(folder, http_port=port))
        assert (seen["program"].state, str(port) in seen["program"].mend) == ("wrong", True)


async def test_a_program_that_takes_connections_and_says_nothing_is_not_called_stopped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient, "ANSWERS_WITHIN", 0.2)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1") as server:
        seen = await examined(given(folder, http_port=server.sockets[0].getsockname()[1]))
    assert (seen["program"].state, "no answer" in seen["program"].said) == ("wrong", True)


async def test_it_is_told_to_machines_too_and_by_the_exit_status(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("CHANNELS", "web"), ("SECRET_KEY", KEY), ("DATABASE_URL", "sqlite+aiosqlite:///bot.db")):
        monkeypatch.setenv(name, value)
    assert await command.doctor("en", as_json=True) == 1
    said = orjson.loads(capsys.readouterr().out)
    assert (said["ok"], said["version"]) == (False, "0.1.0")
    assert {"what": "backups", "state": "wrong"}.items() <= next(
        one for one in said["seen"] if one["mend"] == "nhandao backup --keys"
    ).items()
    assert await command.doctor("en", as_json=False) == 1
    assert "       → nhandao backup --keys\n" in capsys.readouterr().out
    monkeypatch.setenv("TIMEZONE", "Mars")
    assert await command.doctor("en", as_json=True) == 2
    assert "Mars" in orjson.loads(capsys.readouterr().out)["seen"][0]["said"]


async def test_a_look_that_fails_hides_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(patient: object) -> list[Seen]:
        raise RuntimeError("an address with a token")

    monkeypatch.setattr(command, "CHECKS", (fails, *CHECKS))
    seen = await examined(given(folder))
    assert seen["fails"].said == "the look at it ended with RuntimeError"
    assert seen["database"].state == "right"


@pytest.mark.parametrize(("days", "state"), [(40, "right"), (5, "wrong")])
async def test_a_certificate_is_looked_at_before_it_ends(tmp_path: Path, days: int, state: str) -> None:
    serving, trust = made(tmp_path, datetime.now(UTC) + timedelta(days=days))

    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(nothing, "127.0.0.1", ssl=serving) as server:
        address = f"https://localhost:{server.sockets[0].getsockname()[1]}"
        (seen,) = await certificate.look(address, utc_now(), trust)
        assert seen.state == state, seen
        (seen,) = await certificate.look(address, utc_now())
        assert (seen.state, "do not trust" in seen.said) == ("wrong", True)
    (seen,) = await certificate.look(address, utc_now(), trust)
    assert seen.state == "unknown"
    assert await certificate.look("", utc_now()) == []


def made(folder: Path, until: datetime) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What serves with a certificate for localhost that signs itself, and what trusts it."""
    chain = certified(folder, "localhost", until)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(chain)
    return serving, ssl.create_default_context(cafile=str(chain))
