"""The web chat as a server, at the time that a test says it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.served import Served, served
from tests.stage import Clock, Template


@pytest.fixture
def clock() -> Clock:
    """It stands still until a test moves it."""
    return Clock()


@pytest_asyncio.fixture
async def site(template: Template, tmp_path: Path, clock: Clock) -> AsyncIterator[Served]:
    """The program on a copy of the demo's database."""
    template.copy(tmp_path)
    async with served(tmp_path, now=clock) as running:
        yield running
