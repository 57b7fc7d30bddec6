"""The whole path on both databases: backed up while it is written to, lost, restored, moved and upgraded; the figures agree."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.process.app import App
from bot.process.nightly import Nightly
from storage import audit
from storage.backup import keys
from storage.rights import erase
from storage.tables import campaigns, inbox, metadata, outbox, volunteers
from storage.tables.sealed import BODY, VOLUNTEER_PHONE
from storage.talk import people
from storage.upkeep.upgrade import head
from tests import ROOT
from tests.backup.conftest import Empty
from tests.fakes.crowd import announce, crowd
from tests.figures import measured
from tests.ledger import state
from tests.stage import BOTH, KEY, Stage
from tests.started import nhandao

pytestmark = BOTH
PRIVATE, PUBLIC = keys.new_pair()


@pytest.fixture
def new_server(empty: Empty) -> str:
    return empty()


class Timed:
    """How long each step of the path took."""

    def __init__(self) -> None:
        self.took: list[str] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.took.append(f"{name} {time.perf_counter() - began:.1f} s")


def settings_of(stage: Stage, folder: Path, url: str = "") -> dict[str, str]:
    return {
        "CHANNELS": "web", "SECRET_KEY": KEY, "BACKUP_KEY": PUBLIC, "BACKUP_TO": str(folder / "safe"),
        "DATABASE_URL": url or stage.settings.database_url, "FILES_URL": str(folder / "files"),
    }  # fmt: skip


async def keep_writing(app: App, until: asyncio.Event) -> None:
    """An act and a message in each transaction: whoever sees one of them must see the other."""
    n = 0
    while not until.is_set():
        async with app.database.write() as tx:
            await audit.add(tx, app.now(), "test", "write", str(n), {})
            message = {"channel": "room", "address": "77", "update_key": f"w{n}", "payload": None, "state": "done"}
            await tx.run(sa.insert(inbox).values(**message, received_at=app.now(), due_at=app.now()))
        n += 1
        await asyncio.sleep(0.005)


async def everything(app: App) -> dict[str, list[dict[str, Any]]]:
    async with app.database.read() as tx:
        return {
            str(table.name): [dict(row) for row in await tx.all(sa.select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


async def register(app: App, address: str) -> int:
    """Somebody with an account and a sealed telephone number; returns her number."""
    async with app.database.write() as tx:
        met = await people.meet(tx, {("room", address): "vi"}, app.now())
        person_id = met["room", address][0].id
        row = await tx.first(sa.select(volunteers).limit(1))
        assert row is not None
        given = {**row, "person_id": person_id, "phone": VOLUNTEER_PHONE.seal(tx.vault, b"+84912345678", person_id)}
        await tx.run(sa.insert(volunteers).values({name: value for name, value in given.items() if name != "id"}))
    return person_id


async def back_up(folder: Path, **settings: str) -> Path:
    status, out, err = await nhandao(folder, "backup", **settings)
    assert status == 0, err
    assert "restored on trial" in out
    (path,) = (folder / "safe").glob("*.tar.age")
    return path


NEWER = """
import os
import signal
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{next}", "{head}", None, None


def upgrade() -> None:
    op.add_column("people", sa.Column("newer", sa.Text(), nullable=True))
    op.execute("UPDATE people SET newer = 'yes'")
    if os.environ.get("PLUG_IS_PULLED"):
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
"""


def newer_program(folder: Path) -> dict[str, str]:
    """A version after this one, with a migration more; returns what has Python take it instead of this one."""
    for room in ("bot", "handlers", "locales", "storage"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    following = f"{int(head()) + 1:04}"
    step = folder / "storage" / "migrations" / "versions" / f"{following}_newer.py"
    step.write_text(NEWER.format(next=following, head=head()))
    return {"PYTHONPATH": str(folder)}


async def hand_over(folder: Path, there: Path, timed: Timed, url: str, **settings: str) -> dict[str, str]:
    """Move everything into another folder, and another database of the server's; returns what the environment says there."""
    with timed.step("handed over"):
        status, out, err = await nhandao(folder, "handover", "all.tar", **settings)
    assert status == 0, err
    (folder / "phrase").write_text(out.partition("only now: ")[2].split()[0])
    there.mkdir()
    here = {"DATABASE_URL": url} if url else {}
    with timed.step("taken over"):
        bringing = "--take", "--passphrase", str(folder / "phrase"), str(folder / "all.tar")
        status, out, err = await nhandao(there, "handover", *bringing, **here)
    assert status == 0, err
    return here


async def upgrade_and_go_back(there: Path, timed: Timed, empty: Empty, here: dict[str, str]) -> None:
    """The plug is pulled in the middle of an upgrade: everything is as it was, and it goes through the next time. The older
    version refuses what the newer one wrote, and lives on with a backup from before."""
    newer = newer_program(there.parent / "newer")
    with timed.step("backed up again"):
        status, _, err = await nhandao(there, "backup", **here)
    assert status == 0, err
    (made,) = (there / "data" / "backups").glob("*.tar.age")
    assert (await nhandao(there, "db", "upgrade", PLUG_IS_PULLED="1", **newer, **here))[0] == -signal.SIGKILL
    status, out, err = await nhandao(there, "audit", "verify", **here)
    assert (status, "is intact" in out) == (0, True), err
    with timed.step("upgraded"):
        status, _, err = await nhandao(there, "db", "upgrade", **newer, **here)
    assert status == 0, err
    assert (await nhandao(there, "audit", "verify", **newer, **here))[0] == 0
    status, _, err = await nhandao(there, "audit", "verify", **here)
    assert (status, "was written by a newer version" in err, "nhandao restore" in err) == (2, True, True)
    if url := empty():
        here["DATABASE_URL"] = url
    with timed.step("gone back"):
        status, _, err = await nhandao(there, "restore", "--key", str(there.parent / "key"), str(made), **here)
    assert status == 0, err


async def test_what_was_backed_up_under_writes_is_back_after_everything_was_lost(
    stage: Stage, kind: str, new_server: str, empty: Empty, tmp_path: Path
) -> None:
    settings, timed = settings_of(stage, tmp_path), Timed()
    async with stage.program() as app:
        gone = await register(app, "erased")
        stays = await register(app, "stays")
        async with app.database.write() as tx:
            await tx.run(sa.update(campaigns).values(last_receipt=12))
            to = {"channel": "room", "address": "stays", "account_id": None, "kind": "reply", "about": ""}
            said = {
                "dedupe_key": "late",
                "body": BODY.seal_json(tx.vault, {}, "late"),
                "created_at": app.now(),
                "due_at": app.now(),
            }
            await tx.run(sa.insert(outbox).values(**to, **said))
        await crowd(app, 3)
        announced = await announce(app)
        before = await everything(app)
        stop = asyncio.Event()
        writing = asyncio.create_task(keep_writing(app, stop))
        with timed.step("backed up under writes"):
            path = await back_up(tmp_path, **settings)
        stop.set()
        await writing
        async with app.database.write() as tx:
            await erase.forget(tx, gone, await app.database.now())
            await tx.run(sa.update(campaigns).values(last_receipt=15))
        nightly = Nightly(app.database, app.now, stage.settings.zone, folder=tmp_path / "safe", at=None)
        await nightly.remember()
    key = tmp_path / "key"
    key.write_text(PRIVATE)

    if kind == "sqlite":
        for tail in ("", "-wal", "-shm"):
            (tmp_path / f"bot.db{tail}").unlink(missing_ok=True)
    shutil.rmtree(tmp_path / "files")
    settings = settings_of(stage, tmp_path, new_server)
    with timed.step("restored"):
        status, out, err = await nhandao(tmp_path, "restore", "--key", str(key), str(path), **settings)
    assert status == 0, err
    assert "Erased again, as they had asked for since: 1 people" in out
    assert "the numbers 13 to 1015 are left out" in out
    assert "1 replies are marked as unknown" in out

    restored = Stage(tmp_path, stage.room, clock=stage.clock, url=settings["DATABASE_URL"])
    async with restored.program() as app:
        after = await everything(app)
        stage.room.said.clear()
        await app.broadcasting.begin()
        await app.settle()
        assert await state(app, announced) == "paused", "it may have gone out: an officer decides"
        assert not [to for to, _ in stage.room.said if to.startswith("100")]
        async with app.database.read() as tx:
            files = [row["file"] for row in await tx.all(sa.text("SELECT DISTINCT file FROM pictures"))]
            assert await audit.first_broken(tx) is None
        assert files
        assert all([await app.files.get(file) for file in files])
    for table in ("people", "addresses", "needs", "pledges", "deeds", "units", "pictures", "contributions"):
        assert [row["id" if "id" in row else "name"] for row in after[table]] == [
            row["id" if "id" in row else "name"] for row in before[table]
        ]
    assert [row for row in after["volunteers"] if row["person_id"] == stays] == [
        row for row in before["volunteers"] if row["person_id"] == stays
    ]
    assert gone not in {row["person_id"] for row in after["volunteers"]}
    assert [row["address"] for row in after["accounts"] if row["address"] in ("erased", "stays")] == ["stays"]
    assert {row["last_receipt"] for row in after["campaigns"]} == {1015}
    assert [row["state"] for row in after["outbox"] if row["dedupe_key"] == "late"] == ["unknown"]
    assert len([1 for row in after["audit"] if row["act"] == "write"]) == len(
        [1 for row in after["inbox"] if row["address"] == "77"]
    )
    assert after["audit"][-1]["act"] == "restore"
    assert await restored.say("/start", address="new"), "and life goes on, with new numbers after the old ones"

    there = tmp_path / "there"
    here = await hand_over(tmp_path, there, timed, empty(), **settings)
    await upgrade_and_go_back(there, timed, empty, here)
    url = here.get("DATABASE_URL", f"sqlite+aiosqlite:///{there / 'data' / 'nhandao.db'}")
    moved = Stage(there, stage.room, clock=stage.clock, url=url)
    async with restored.program() as app, moved.program() as other:
        was, now = await everything(app), await everything(other)
    for table in (
        "people",
        "accounts",
        "addresses",
        "needs",
        "pledges",
        "deeds",
        "contributions",
        "volunteers",
        "pictures",
    ):
        assert now[table] == was[table], table
    assert await moved.say("/start", address="newest")
    measured(f"The whole path, {sum(map(len, was.values())):,} rows, {kind}", *timed.took)


async def test_a_server_s_database_that_holds_something_is_not_touched(
    stage: Stage, kind: str, new_server: str, tmp_path: Path
) -> None:
    """And a file is moved aside."""
    settings = settings_of(stage, tmp_path)
    async with stage.program() as app:
        async with app.database.write() as tx:
            await audit.add(tx, app.now(), "operator", "setup", "campaign", {})
        path = await back_up(tmp_path, **settings)
        async with app.database.write() as tx:
            await tx.run(sa.update(campaigns).values(last_receipt=3, title="since then"))
    before = names(tmp_path)
    status, out, err = await nhandao(tmp_path, "restore", str(path), said=f"{PRIVATE}\n", **settings)
    if kind == "postgresql":
        assert status == 2
        assert "name an empty database; nothing was changed" in err
        assert names(tmp_path) == before
        assert {row["title"] for row in await stage.rows(campaigns)} == {"since then"}
        return
    assert status == 0, err
    assert "left out" in out, "numbers 1 to 3, which are known, and no more"
    assert {row["last_receipt"] for row in await stage.rows(campaigns)} == {3}
    assert {row["title"] for row in await stage.rows(campaigns)} != {"since then"}
    (aside,) = tmp_path.glob("bot-*.replaced.db")
    old = Stage(tmp_path, stage.room, clock=stage.clock, url=f"sqlite+aiosqlite:///{aside}")
    assert {row["title"] for row in await old.rows(campaigns)} == {"since then"}


def names(folder: Path) -> list[Path]:
    """Every file of a folder but what says that somebody is there."""
    return sorted(path for path in folder.rglob("*") if path.suffix != ".lock")
