"""An empty database of each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa

from storage.database import Database
from storage.database.vault import Vault
from storage.upkeep.upgrade import upgrade, upgrade_server
from tests.fakes.postgres import Server
from tests.stage import KEY, NINE


@pytest_asyncio.fixture
async def database(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """An empty database."""
    if kind == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
        upgrade(tmp_path / "bot.db", NINE)
    else:
        server: Server = request.getfixturevalue("postgres")
        url = server.create()
        await upgrade_server(sa.make_url(url))
    opened = Database(url, Vault(KEY))
    yield opened
    await opened.close()
