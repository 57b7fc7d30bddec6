"""What is said in several places is the same in all of them."""

from __future__ import annotations

import re
import runpy
import subprocess
from pathlib import Path

from bot.turn.routes import Routes
from handlers import ROUTERS
from storage.rights.retention import HOUSEHOLDS, KEPT, NOT_PERSONAL
from storage.tables import metadata
from tests import ROOT


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_privacy_names_every_table_with_personal_data() -> None:
    named = {table for kept in KEPT for table in kept.tables}
    assert named | set(NOT_PERSONAL) | set(HOUSEHOLDS) == set(metadata.tables)


def test_the_readme_s_conversation_is_a_transcript_that_is_played() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- transcript: (\S+) -->\n```text\n(.*?)```", readme, re.DOTALL)
    assert shown is not None
    transcript = (ROOT / "tests" / "transcripts" / shown[1]).read_text(encoding="utf-8")
    assert shown[2].strip() in transcript


def test_the_documents_name_every_command() -> None:
    told = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for command in Routes(ROUTERS).commands.values():
        assert f"`/{command.name}`" in told, command.name


def test_no_index_of_packages_and_no_path_of_a_machine_stands_in_any_file() -> None:
    forbidden = re.compile(
        r"--(?:extra-)?index-(?:u)rl|--find-(?:l)inks|\"resolved\": *\"http|registry *= *\"?http|/(?:w)ork/"
    )
    for path in tracked("*.py", "*.md", "*.toml", "*.lock", "Makefile", ".ci/run", "*.yml", "*.js", "*.css", "*.html"):
        assert not forbidden.search(path.read_text(encoding="utf-8")), path.name


def test_every_locked_package_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        packages = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8"))
        assert all("--hash=sha256:" in package for package in packages if "==" in package), name


def test_the_documents_name_modules_that_exist() -> None:
    for path in tracked("*.md"):
        for named in re.findall(r"`((?:bot|handlers|storage|locales)/[\w/.]*)`", path.read_text(encoding="utf-8")):
            assert (ROOT / named).exists() or path.name == "CHANGELOG.md", f"{path.name}: {named}"


def test_the_picture_of_the_architecture_is_what_its_script_draws() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "pictures" / "architecture.py"))
    assert (ROOT / "docs" / "pictures" / "architecture.svg").read_text(encoding="utf-8") == script["draw"]()


def test_nothing_is_left_for_later_in_the_code() -> None:
    left = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b")
    for path in tracked("bot/*.py", "handlers/*.py", "storage/*.py", "locales/*.py"):
        assert not left.search(path.read_text(encoding="utf-8")), path.name


def test_the_tests_that_documents_name_exist() -> None:
    for path in tracked("*.md"):
        for named in re.findall(r"`(tests/[\w/.]+)`", path.read_text(encoding="utf-8")):
            assert (ROOT / named).exists(), f"{path.name}: {named}"


def test_links_between_documents_lead_somewhere() -> None:
    for path in tracked("*.md"):
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
