"""Whether holes are known of what is pinned is said truly, also where nobody could be asked."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.audit_deps import HOLES, UNASKED, main

FINE: dict[str, Any] = {"name": "aiohttp", "version": "3.14.5", "vulns": []}
HOLED: dict[str, Any] = {**FINE, "vulns": [{"id": "CVE-2027-1", "fix_versions": ["3.14.6"]}]}
UNKNOWN: dict[str, Any] = {"name": "age", "skip_reason": "Dependency not found and could not be audited: age (1)"}


@pytest.mark.parametrize(
    ("packages", "status", "told"),
    [
        ([FINE], 0, "1 packages looked up, 0 known holes"),
        ([FINE, HOLED], HOLES, "aiohttp 3.14.5: CVE-2027-1, mended in 3.14.6"),
        ([UNKNOWN, UNKNOWN], UNASKED, "NOT looked up: 2."),
        ([FINE, HOLED, UNKNOWN], HOLES, "NOT looked up: 1."),
        (None, UNASKED, "NOT looked up: all of them. no way to the list"),
    ],
)
def test_what_was_found_is_said_and_what_was_not_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], packages: list[dict[str, Any]] | None, status: int, told: str
) -> None:
    auditor = tmp_path / "auditor.py"
    said = "" if packages is None else json.dumps({"dependencies": packages})
    auditor.write_text(f"import sys; print({said!r}); print('no way to the list', file=sys.stderr)")
    assert main([sys.executable, str(auditor)]) == status
    assert told in capsys.readouterr().out


def test_without_the_auditor_nothing_is_claimed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["/nowhere/pip-audit"]) == UNASKED
    assert "cannot be started" in capsys.readouterr().out
