"""The key is exchanged by the operator while nothing runs, and everything is sealed anew while the program runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.cli.key import rotate
from bot.turn.operate import Mistake
from tests.stage import BOTH, KEY, RealTime, Stage


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
