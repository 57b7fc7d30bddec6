"""An empty database of each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from storage.database import Database
from storage.database.vault import Vault
from tests.fakes.postgres import Server
from tests.stage import KEY, Template


@pytest_asyncio.fixture(scope="session")
async def blank(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A database without a row."""
    made = Template(tmp_path_factory.mktemp("blank"))
    await made.make_empty()
    return made


@pytest_asyncio.fixture(scope="session")
async def postgres_blank(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The same on PostgreSQL."""
    made = Template(tmp_path_factory.mktemp("postgres_blank"), postgres)
    await made.make_empty()
    return made


@pytest.fixture
def empty(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a copy of it."""
    made: Template = request.getfixturevalue("blank" if kind == "sqlite" else "postgres_blank")
    url = made.copy(tmp_path)
    yield url
    made.drop(url)


@pytest_asyncio.fixture
async def database(empty: str) -> AsyncIterator[Database]:
    """An empty database."""
    opened = Database(empty, Vault(KEY))
    yield opened
    await opened.close()
