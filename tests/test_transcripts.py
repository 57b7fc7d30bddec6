"""Every transcript says what the bot says, on a channel with buttons and on one without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.play import HERE, Player, check, read
from tests.stage import Template

CASES = [
    pytest.param(path, kind, id=f"{path.stem}-{kind}")
    for path in sorted(HERE.glob("*.txt"))
    for kind in read(path).channels
]


@pytest.mark.parametrize(("path", "kind"), CASES)
async def test_the_bot_says_what_the_transcript_says(path: Path, kind: str, template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    await check(Player(read(path), tmp_path, kind))


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem) for path in sorted(HERE.glob("*.vi.txt")) if "buttons" in read(path).channels],
)
async def test_the_bot_says_the_same_on_postgresql(path: Path, postgres_template: Template, tmp_path: Path) -> None:
    url = postgres_template.copy(tmp_path)
    await check(Player(read(path), tmp_path, "buttons", url=url))
    postgres_template.drop(url)
