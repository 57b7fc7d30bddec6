"""Everything moves to another machine in one file, from SQLite to either database; or one line says why not."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path
from typing import Any

import pyrage
import pytest
import sqlalchemy as sa
from dotenv import dotenv_values

from bot.channels.telegram.settings import TelegramSettings
from bot.cli.handover import DATA, KEY, Given, _quoted, _settings_here, give, take
from bot.cli.restore import restore_from
from bot.declared import Secret
from bot.settings import read_settings
from bot.turn.operate import Mistake, Passing
from storage.backup import keys, remembered
from storage.database import Database
from storage.database.alone import alone
from storage.database.vault import Vault
from storage.tables import campaigns, metadata
from tests.fakes.postgres import Server
from tests.stage import BOTH, Stage
from tests.stage import KEY as SECRET

TOKEN = "123456789:" + "A" * 35


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder on the new machine, to stand in; its environment says nothing."""
    folder = tmp_path / "there"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("DATABASE_URL", "SECRET_KEY", "CHANNELS"):
        monkeypatch.delenv(name, raising=False)
    return folder


async def given(stage: Stage, capsys: pytest.CaptureFixture[str]) -> tuple[Path, Path]:
    """The file, and a file with its passphrase."""
    stage.settings = read_settings(
        env_file="", database_url=stage.settings.database_url, files_url=stage.settings.files_url, channels="web",
        secret_key=SECRET, report_heading="it's |a \\ # heading", telegram_token=TOKEN, backup_key=keys.new_pair()[1],
    )  # fmt: skip
    file = stage.folder / "one.handover"
    assert await give(stage.settings, file) == 0
    out = capsys.readouterr().out
    phrase = stage.folder / "phrase"
    phrase.write_text(next(line for line in out.splitlines() if "Passphrase" in line).rpartition(" ")[2].lower() + "\n")
    return file, phrase


async def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of what nothing changes on the way."""
    database = Database(url, Vault(SECRET))
    try:
        async with database.read() as tx:
            rows = {
                str(table.name): [dict(row) for row in await tx.all(sa.select(table).order_by(*table.primary_key))]
                for table in metadata.sorted_tables
                if table.name not in ("audit", "clock_marks", "leases", "processes", "broadcasts", "deliveries")
            }
        rows["seals"] = [row for row in rows["seals"] if row["name"] != "audit"]  # the log's end, which moves with it
        return rows
    finally:
        await database.close()


@BOTH
async def test_everything_moves_with_its_keys_to_either_database(
    tmp_path: Path, there: Path, kind: str, template: Any, request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    template.copy(tmp_path)
    stage = Stage(tmp_path)
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(campaigns).values(last_receipt=41))
    file, phrase = await given(stage, capsys)
    assert file.stat().st_mode & 0o777 == 0o600
    if kind == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        monkeypatch.setenv("DATABASE_URL", server.create())
    assert await take(file, phrase) == 0
    assert (there / ".env").stat().st_mode & 0o777 == 0o600
    settings = read_settings()
    assert settings.secret_key is not None
    assert (settings.secret_key.get_secret_value(), settings.report_heading) == (SECRET, "it's |a \\ # heading")
    assert isinstance(settings, TelegramSettings)
    assert settings.telegram_token == Secret(TOKEN)
    assert await everything(settings.database_url) == await everything(stage.settings.database_url)
    assert (there / "data" / "backups" / remembered.NAME).exists()
    assert TOKEN not in capsys.readouterr().out


async def test_what_is_no_such_file_or_not_its_passphrase_changes_nothing(
    tmp_path: Path, there: Path, template: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    template.copy(tmp_path)
    file, phrase = await given(Stage(tmp_path), capsys)
    whole = file.read_bytes()
    right, wrong = phrase.read_text(), "22222-33333-44444-55555-66666"
    for content, typed, said in (
        (whole, wrong, "this passphrase does not open it"), (b"", right, "no file of"), (b"PK" * 9000, right, "no file of"),
        (whole[:1500], right, ""),
        (whole[:-9000] + b"x" + whole[-8999:], right, ""),
    ):  # fmt: skip
        file.write_bytes(content)
        phrase.write_text(typed)
        with pytest.raises((Mistake, Passing)) as told:
            await take(file, phrase)
        assert said in str(told.value)
        assert "\n" not in str(told.value)
        assert not (there / ".env").exists()
        assert not list(there.rglob("nhandao.db"))
    with pytest.raises(Mistake, match=r"it cannot be read \(Is a directory\); nothing was changed"):
        await take(there, phrase)
    at = whole.index(b"-> scrypt ")
    end = whole.index(b"\n", at)
    file.write_bytes(whole[: end - 2] + b"30" + whole[end:])
    phrase.write_text(right)
    with pytest.raises(Passing, match="this machine is too busy or too slow to open it now"):
        await take(file, phrase)
    file.write_bytes(whole)
    before = sorted(there.rglob("*"))
    (there / ".env.unfinished").mkdir()  # nobody can write a file of that name, root neither
    with pytest.raises(Mistake, match=f"^{there}/.env: it cannot be written"):
        await take(file, phrase)
    (there / ".env.unfinished").rmdir()
    assert sorted(there.rglob("*")) == before, "nothing was restored"
    (there / ".env").write_text("CHANNELS=web\n")
    with pytest.raises(Mistake, match="exists already"):
        await take(file, phrase)


def test_another_key_of_the_environment_is_named_and_an_empty_one_says_nothing(
    tmp_path: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service's unit or a container sets one: a fresh machine has a key that was made there."""
    brought = Given("", {"SECRET_KEY": SECRET, "CHANNELS": "web"}, {})
    (tmp_path / "key").write_text(SECRET[::-1])
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(Mistake, match=r"^SECRET_KEY_FILE is set in the environment to another key"):
        _settings_here(brought)
    (tmp_path / "key").write_text(SECRET)
    assert "SECRET_KEY" not in _settings_here(brought)[1]
    monkeypatch.setenv("SECRET_KEY_FILE", "")
    assert _settings_here(brought)[1]["SECRET_KEY"] == SECRET


async def test_a_program_that_runs_is_not_handed_over(
    tmp_path: Path, template: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    template.copy(tmp_path)
    stage = Stage(tmp_path)
    with alone(tmp_path / "bot.db"), pytest.raises(Passing, match="stop that one first"):
        await give(stage.settings, tmp_path / "one")
    assert not (tmp_path / "one").exists()
    (tmp_path / "one").write_text("mine")
    with pytest.raises(Mistake, match="exists already"):
        await give(stage.settings, tmp_path / "one")
    assert (tmp_path / "one").read_text() == "mine"


async def test_tar_and_age_open_it_without_this_program(
    tmp_path: Path, there: Path, template: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    template.copy(tmp_path)
    stage = Stage(tmp_path)
    file, phrase = await given(stage, capsys)
    with tarfile.open(file) as tar:
        tar.extractall(there, filter="data")
    opened = pyrage.passphrase.decrypt((there / KEY).read_bytes(), phrase.read_text().strip().upper())
    assert TOKEN.encode() in opened
    assert TOKEN.encode() not in file.read_bytes()
    private = next(part for part in opened.decode().split('"') if part.startswith("AGE-SECRET-KEY-1"))
    await restore_from(stage.settings, there / DATA, keys.read_private(private), check=True)
    assert "It can be restored." in capsys.readouterr().out


@pytest.mark.parametrize("value", ["", "it's", "a\\", "a\\'b", "# no comment", '"', "${HOME}", "Tháng Nhân đạo | 2027"])
def test_a_setting_comes_out_of_the_file_as_it_was(tmp_path: Path, value: str) -> None:
    (tmp_path / ".env").write_text(f"X={_quoted(value)}\nY=1\n", encoding="utf-8")
    assert dotenv_values(tmp_path / ".env", interpolate=False) == {"X": value, "Y": "1"}
    assert os.environ.get("X") is None
