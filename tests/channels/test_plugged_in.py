"""A channel that the program has never heard of runs in the real process by its row in the table alone."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.channels.table import KINDS
from bot.settings import read_settings
from storage.campaign import staff
from storage.talk import people
from tests import ROOT
from tests.fakes.crowd import announce, crowd
from tests.fakes.ports import free_port
from tests.fakes.post import POST, Writer
from tests.stage import KEY, Stage, Template, until
from tests.started import environment

PATIENCE = 30.0
PER_SECOND = 4


@asynccontextmanager
async def program(folder: Path, **settings: str) -> AsyncIterator[None]:
    """`nhandao run` with the post office in it, as a process."""
    given = {"SECRET_KEY": KEY, "POST_FOLDER": str(folder / "post"), "QUIET_HOURS": "", **settings}
    url = f"sqlite+aiosqlite:///{folder / 'bot.db'}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.post", "run", cwd=folder, stdout=asyncio.subprocess.DEVNULL,
        env=environment(PYTHONPATH=str(ROOT), DATABASE_URL=url, HTTP_PORT=str(free_port()), **given),
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0


def sheets(letters: list[dict[str, Any]]) -> str:
    return "\n".join(sheet for letter in letters for sheet in letter["sheets"])


async def test_a_letter_is_received_and_answered_and_the_post_stands_in_status(
    template: Template, tmp_path: Path
) -> None:
    template.copy(tmp_path)
    stage = Stage(tmp_path)
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("post", "lan"): "vi"}, stage.clock())
        await staff.grant(tx, met["post", "lan"][0].id, "admin", None, "operator", stage.clock())
    lan = Writer(tmp_path / "post", "lan")
    async with program(tmp_path):
        lan.write("/help")
        await until(lambda: "Tất cả các lệnh" in sheets(lan.answers()))
        lan.write("/status")
        await until(lambda: "post: nhận" in sheets(lan.answers()))
    assert not os.listdir(tmp_path / "post" / "in")


async def test_a_broadcast_reaches_people_by_post_no_faster_than_the_postman_walks(
    template: Template, tmp_path: Path
) -> None:
    template.copy(tmp_path)
    stage = Stage(tmp_path)
    count = 2 * PER_SECOND + 1
    async with stage.program() as app:
        await crowd(app, count, channel="post")
        await announce(app, "Mai tập trung lúc 7h", urgent=True)
    out = tmp_path / "post" / "out"
    async with program(tmp_path, POST_PER_SECOND=str(PER_SECOND)):
        await until(lambda: out.exists() and len(list(out.iterdir())) == count)
    letters = [orjson.loads(letter.read_bytes()) for letter in sorted(out.iterdir())]
    assert {letter["to"] for letter in letters} == {str(1000 + n) for n in range(count)}
    assert all("Mai tập trung lúc 7h" in letter["sheets"][0] for letter in letters)
    at = sorted(letter["at"] for letter in letters)
    assert all(later - sooner >= 1 for sooner, later in zip(at, at[PER_SECOND:], strict=False))


def test_its_settings_are_settings_like_any_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(KINDS, POST.name, POST)
    (tmp_path / "where").write_text(str(tmp_path / "post"))
    monkeypatch.setenv("POST_FOLDER_FILE", str(tmp_path / "where"))
    settings = read_settings(secret_key=KEY)
    assert settings.running == ("web", "post")
    assert settings.shown("post_folder") == str(tmp_path / "post")
