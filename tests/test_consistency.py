"""What is said in several places is the same in all of them."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
from collections import Counter
from pathlib import Path

from bot.turn.routes import Routes
from handlers import ROUTERS
from storage.rights.retention import HOUSEHOLDS, KEPT, NOT_PERSONAL
from storage.tables import metadata
from tests import ROOT
from tests.rooms import used_by_others


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


def test_every_package_says_which_of_its_modules_others_use() -> None:
    for package, modules in used_by_others().items():
        said = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))) or ""
        told = re.search(r"Others use: ([\w\s,]+)\.", said)
        assert told is not None, package
        assert set(re.split(r",\s+", told[1])) == modules, package


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


def test_no_constructor_takes_more_than_six_arguments() -> None:
    for path in tracked("bot/*.py", "handlers/*.py", "storage/*.py", "locales/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                taken = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
                assert len(taken) <= 1 + 6, f"{path.relative_to(ROOT)}:{node.lineno}"


def test_no_room_has_more_than_fifteen_modules_side_by_side() -> None:
    modules = (p for p in tracked("bot/*.py", "handlers/*.py", "storage/*.py", "locales/*.py") if p.stem[0] != "_")
    rooms = Counter(path.parent.relative_to(ROOT) for path in modules)
    del rooms[Path("storage/migrations/versions")]
    assert {str(room): n for room, n in rooms.items() if n > 15} == {}


def test_every_room_stands_in_the_map() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in tracked("bot/*/__init__.py", "handlers/*/__init__.py", "storage/*/__init__.py"):
        room = path.parent.relative_to(ROOT)
        if len(room.parts) == 2:
            assert f"`{room}/`" in told or f"`{room.name}/`" in told, room


def test_the_top_level_stays() -> None:
    rooms = {path.relative_to(ROOT).parts[0] for path in tracked("*") if path.parent != ROOT}
    assert rooms - {".ci"} == {"bot", "handlers", "storage", "locales", "tests", "bench", "docs", "deploy"}


def test_no_test_imports_from_another_one() -> None:
    for path in tracked("tests/*.py", "bench/*.py"):
        found = re.search(r"(?m)^from tests\.(?:\w+\.)*test_\w+ import .*$", path.read_text(encoding="utf-8"))
        assert found is None, f"{path.relative_to(ROOT)}: {found and found[0]}"


def test_every_migration_and_every_decision_has_a_number_of_its_own() -> None:
    """Two migrations that came together would leave a database that nobody can create."""
    for numbered in ("storage/migrations/versions/0*.py", "docs/decisions/0*.md"):
        numbers = Counter(path.name[:4] for path in tracked(numbered))
        assert [number for number, n in numbers.items() if n > 1] == [], numbered
