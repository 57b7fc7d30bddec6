"""Ask whether a hole is known of anything that is pinned: ``make audit-deps``, by pip-audit, which asks a public list.

Exit status 0 where none is known of any, 1 where one is, 3 where the list could not be asked about all. pip-audit itself says
«no known vulnerabilities» and ends with 0 where the list knows nothing of the packages, or cannot be reached.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests import ROOT

LISTS = ("requirements.lock", "requirements-dev.lock")
HOLES, UNASKED = 1, 3
WHY = 200
"""Characters of a reason."""


@dataclass(frozen=True)
class Found:
    """What was said of the packages of one list."""

    asked: int
    unasked: int
    holes: Sequence[str]
    why: str = ""


def ask(command: Sequence[str], name: str) -> Found:
    """Have the packages of one list looked up, as they are pinned; nothing is installed."""
    told = [*command, "--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off", "-r", name]
    try:
        done = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=False)
        packages = json.loads(done.stdout)["dependencies"]
    except OSError as missing:
        return Found(0, 0, (), f"{command[0]} cannot be started ({missing.strerror})")
    except (ValueError, KeyError, TypeError):
        return Found(0, 0, (), (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:WHY])
    holes = [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for one in packages
        for hole in one.get("vulns", ())
    ]
    skipped = [one for one in packages if "skip_reason" in one]
    return Found(len(packages) - len(skipped), len(skipped), holes, skipped[0]["skip_reason"][:WHY] if skipped else "")


def main(command: Sequence[str]) -> int:
    """Look both lists up and say what was found; returns the exit status."""
    status = 0
    for name in LISTS:
        found = ask(command, name)
        print(f"{name}: {found.asked} packages looked up, {len(found.holes)} known holes")
        for hole in found.holes:
            print(f"  {hole}")
        if found.why:
            print(f"  NOT looked up: {found.unasked or 'all of them'}. {found.why}")
            print("  Nothing is known of these: run it where the list can be reached.")
        status = HOLES if found.holes or status == HOLES else UNASKED if found.why else status
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
