"""What tests share: a database with the demo in it, copied for each; and no way out of this machine."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio

from bot import logs
from tests.stage import Stage, Template


@pytest.fixture(scope="session", autouse=True)
def logging_as_in_production() -> None:
    """Everything is logged, so that a test can look whether something is that must not be."""
    logs.set_up("DEBUG", "text")


@pytest_asyncio.fixture(scope="session")
async def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A database with the demo in it."""
    made = Template(tmp_path_factory.mktemp("template"))
    await made.make()
    return made


@pytest.fixture
def stage(template: Template, tmp_path: Path) -> Stage:
    """A program on a copy of it, with one room that has buttons."""
    template.copy(tmp_path)
    return Stage(tmp_path)
