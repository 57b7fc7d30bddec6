"""The server handbook names commands, files and lines of the log that exist."""

from __future__ import annotations

import re

import pytest
import typer
from typer.core import TyperGroup

from bot.__main__ import app
from tests import ROOT

HANDBOOK = (ROOT / "docs" / "may-chu.md").read_text(encoding="utf-8")
SOURCE = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot").rglob("*.py")))
SOURCE += "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "storage").rglob("*.py")))


def commands() -> set[str]:
    """Every command of the command line, those of a group with its name before them."""
    root = typer.main.get_command(app)
    found = set()
    assert isinstance(root, TyperGroup)
    for name, command in root.commands.items():
        found |= {f"{name} {one}" for one in getattr(command, "commands", ())} or {name}
    return found


def test_every_command_in_it_exists() -> None:
    named = re.findall(r"(?m)(?:`|bot-1 |^ *)nhandao ([a-z-]+(?: [a-z-]+)?)", HANDBOOK)
    assert len(named) > 20
    known = commands()
    for one in named:
        assert one in known or one.partition(" ")[0] in known, one


def test_every_line_of_the_log_in_it_is_one_that_the_program_writes() -> None:
    lines = re.findall(r"(?m)^\| [^|]+ \| `([a-zA-Z][^`…(]{12,})", HANDBOOK.partition("## Xem nhật ký")[2])
    assert len(lines) > 10
    for one in lines:
        assert one.strip() in SOURCE, one


@pytest.mark.parametrize(
    "named", ["deploy/nhandao.service", "deploy/compose.yaml", "deploy/Caddyfile", "deploy/monitoring/"]
)
def test_every_file_that_it_points_to_is_there(named: str) -> None:
    assert named in HANDBOOK
    assert (ROOT / named).exists()


def test_every_version_says_what_to_know_before_the_upgrade() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.split(r"(?m)^## ", changes)[1:]
    assert versions
    assert all("\n### Before you upgrade\n" in version for version in versions)
