"""What tests share: a database with the demo in it, copied for each; and no way out of this machine."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from bot import logs
from storage.database import postgresql
from tests.fakes.pools import Pools
from tests.fakes.postgres import Server, server
from tests.fakes.watch import Watch
from tests.stage import Stage, Template

HERE = Path(__file__).parent
LONG = {
    "broadcast/test_broadcast_faults.py", "calendar/test_calendar_faults.py", "calendar/test_may.py",
    "channels/zalo_bot/test_crash.py", "channels/zalo_bot/test_whole_month.py", "channels/zalo_oa/test_crash.py",
    "dialog/test_never_stuck.py", "process/test_any_place.py", "process/test_away.py", "process/test_crash.py",
    "process/test_door.py", "process/test_replicas.py", "process/test_wheel.py",
}  # fmt: skip
"""The files whose tests take longest."""
settings.register_profile("without a clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("without a clock")  # a busy machine is no fault of what is tested
MEMORY, ROOM = Path("/dev/shm"), 2 << 30


def pytest_configure() -> None:
    """Keep the tests' folders in memory where there is room: they wait for the disk a fifth of their time.

    Nothing here pulls a machine's plug, and what a killed process has written is there, on a disk or not.
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes: at the end nobody would be left to share the work with."""
    items.sort(key=lambda item: item.path.relative_to(HERE).as_posix() not in LONG)


@pytest.fixture(scope="session", autouse=True)
def watch() -> Iterator[Watch]:
    """Everything is logged as in production, at DEBUG; what must not be in a log fails the run."""
    logs.set_up("DEBUG", "text")
    root = logging.getLogger()
    watch = Watch(root.handlers[0])
    root.addHandler(watch)
    yield watch
    root.removeHandler(watch)
    assert watch.found == []


@pytest.fixture(autouse=True)
def watched(watch: Watch) -> None:
    """Commands that a test ran in this process set the log up for themselves."""
    root = logging.getLogger()
    if watch not in root.handlers:
        logs.set_up("DEBUG", "text")
        root.addHandler(watch)


@pytest_asyncio.fixture(scope="session")
async def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A database with the demo in it."""
    made = Template(tmp_path_factory.mktemp("template"))
    await made.make()
    return made


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for these tests alone; started when the first of them needs it."""
    with server() as running:
        yield running


@pytest_asyncio.fixture(scope="session")
async def postgres_template(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The same database on PostgreSQL."""
    made = Template(tmp_path_factory.mktemp("postgres_template"), postgres)
    await made.make()
    return made


@pytest.fixture
def kind() -> str:
    """The database under the program. With ``BOTH`` (tests/stage.py) a test runs once on each."""
    return "sqlite"


@pytest.fixture
def copied(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a copy of it."""
    made: Template = request.getfixturevalue("template" if kind == "sqlite" else "postgres_template")
    url = made.copy(tmp_path)
    yield url
    made.drop(url)


@pytest.fixture(scope="session")
def pools() -> Pools:
    """Connections to PostgreSQL for programs that are started again and again."""
    return Pools()


@pytest_asyncio.fixture
async def address(copied: str, pools: Pools, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The same, for a program of this process whose connections outlast it."""
    monkeypatch.setattr(postgresql, "pool", pools.pool)
    async with pools.lasting(copied):
        yield copied


@pytest.fixture
def stage(address: str, tmp_path: Path) -> Stage:
    """A program on a copy of it, with one room that has buttons."""
    return Stage(tmp_path, url=address)
