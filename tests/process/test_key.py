"""The key is exchanged by the operator while nothing runs, and everything is sealed anew while the program runs."""

from __future__ import annotations

import asyncio
import hashlib
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from dotenv import dotenv_values

from bot.cli.doctor.command import examine
from bot.cli.exits import finish
from bot.cli.key import rotate, status
from bot.cli.staff import staff_invite
from bot.cli.upkeep import audit_verify
from bot.declared import Secret
from bot.settings import read_settings
from bot.turn.operate import Mistake
from storage import audit
from storage.tables import invitations, seals
from tests.stage import BOTH, KEY, RealTime, Stage
from tests.started import nhandao


@pytest.fixture
def env(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file with the key, in the folder where the operator stands."""
    monkeypatch.chdir(stage.folder)
    for name in ("SECRET_KEY", "SECRET_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    stage.clock = RealTime()
    path = stage.folder / ".env"
    path.write_text(f"CHANNELS=web\nSECRET_KEY='{KEY}'\n")
    return path


@BOTH
async def test_a_key_is_not_exchanged_while_a_program_works_with_it(stage: Stage, env: Path) -> None:
    """Also on another machine: it would go on with the old one."""
    before = env.read_text()
    async with stage.program() as app:
        await app.listen()
        with pytest.raises(Mistake, match="stop it first"):
            await rotate(stage.settings)
        assert env.read_text() == before
        await app.leave()
    assert await rotate(stage.settings) == 0
    written = dotenv_values(env)
    assert written["SECRET_KEY_BEFORE"] == KEY != written["SECRET_KEY"]
    assert env.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Mistake, match="not all is encrypted"):
        await rotate(read_settings(database_url=stage.settings.database_url))
    assert dotenv_values(env) == written, "the key that everything is encrypted with is not lost by a second time"


async def test_whoever_only_looks_changes_nothing_of_the_database(stage: Stage) -> None:
    """Not even by noting a new key, as the program does when it starts."""
    async with stage.program() as app, app.database.write() as tx:
        await audit.add(tx, app.now(), "operator", "grant", "person:1", {})
    ring = {"secret_key": Secret(KEY[::-1]), "secret_key_before": Secret(KEY)}
    settings = stage.settings.but(**ring)
    before = hashes(stage.folder)
    assert await audit_verify(settings) == 0
    assert await status(settings) == 1, "what the program has yet to encrypt with the new key is told nevertheless"
    seen = await examine(settings, "en")
    assert [one.state for one in seen if one.what == "database"] == ["right"]
    assert hashes(stage.folder) == before


async def test_the_operator_exchanges_the_key_on_the_command_line(
    stage: Stage, env: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it stands in `.env` it is written there; elsewhere it is said how to set it, and nothing is written."""
    given = {"DATABASE_URL": stage.settings.database_url}
    status_of, out, err = await nhandao(stage.folder, "key", "rotate", **given)
    assert (status_of, "SECRET_KEY=" in out) == (0, False), err
    written = dotenv_values(env)
    assert (written["CHANNELS"], written["SECRET_KEY_BEFORE"]) == ("web", KEY)
    status_of, out, err = await nhandao(stage.folder, "key", "status", **given)
    assert (status_of, "0 of" in out) == (1, True), err
    env.unlink()
    assert await rotate(stage.settings) == 0
    assert re.search(r"(?m)^SECRET_KEY=[0-9a-f]{64}$", capsys.readouterr().out)
    assert not env.exists()


async def test_a_command_that_cannot_be_noted_is_not_done_and_says_why(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(seals).where(seals.c.name == audit.HEAD).values(sealed=b"by hand"))
    with pytest.raises(SystemExit) as ended:
        await asyncio.to_thread(finish, staff_invite(stage.settings, "admin", ""))
    assert ended.value.code == 2
    said = [line for line in capsys.readouterr().err.splitlines() if "nothing was changed" in line]
    assert len(said) == 1 and "`nhandao audit verify`" in said[0]
    assert await stage.rows(invitations) == []


def hashes(folder: Path) -> dict[str, str]:
    """What is in every file of the folder."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }
