"""Which modules of each package others import, read from the code itself."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests import ROOT

TREES = ("bot", "handlers", "storage")


def used_by_others() -> dict[str, set[str]]:
    """The modules of each package that are imported from outside of it, by the package's path."""
    found: dict[str, set[str]] = defaultdict(set)
    for tree in TREES:
        for path in (ROOT / tree).rglob("*.py"):
            for module in imported(path):
                package = module.parent
                if package.name not in TREES and "migrations" not in package.parts and package not in path.parents:
                    found[str(package.relative_to(ROOT))].add(module.stem)
    return dict(found)


def imported(path: Path) -> Iterator[Path]:
    """The modules of ours that a file imports; a package's own names do not count."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            origin = ROOT / node.module.replace(".", "/")
            for name in node.names:
                for module in (origin / f"{name.name}.py", origin.with_suffix(".py")):
                    if module.exists():
                        yield module
                        break
