"""What docs/security.md says of every column that holds words."""

from __future__ import annotations

import re
from functools import cache

from tests import ROOT

ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
KINDS = ("sealed", "public by decision", "no free text")


@cache
def listed() -> dict[str, dict[str, set[str]]]:
    """By kind and table the columns that the document names."""
    found: dict[str, dict[str, set[str]]] = {kind: {} for kind in KINDS}
    for table, *said in ROW.findall((ROOT / "docs" / "security.md").read_text(encoding="utf-8")):
        for kind, names in zip(KINDS, said, strict=True):
            found[kind][table] = set(re.findall(r"\w+", names))
    return found
