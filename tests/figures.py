"""What the fault tests measure, told in one form; ``make faults`` gathers it into docs/reliability.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TESTS = ("crash", "replicas", "broadcast_faults", "ledger", "calendar_faults", "may")
BEGIN, END = "<!-- make faults -->\n", "<!-- end of make faults -->\n"
HERE = Path(__file__).parent


def measured(what: str, *figures: str) -> None:
    """Print a row of the table."""
    print(f"\n| {what} | {' · '.join(figures)} |")


def write(printed: list[str]) -> None:
    """Put the rows among these lines into the table."""
    page = HERE.parent / "docs" / "reliability.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    rows = [line for line in printed if line.startswith("| ")]
    table = "".join(["| test | figures |\n|---|---|\n", *rows])
    page.write_text(f"{before}{BEGIN}{table}{END}{after}", encoding="utf-8")


def main() -> int:
    """Run the fault tests, one after the other, and write what they measured; returns pytest's exit status."""
    tests = [str(HERE / f"test_{name}.py") for name in TESTS]
    printed = []
    with subprocess.Popen([sys.executable, "-m", "pytest", "-s", *tests], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            print(line, end="", flush=True)
            printed.append(line)
    if run.returncode == 0:
        write(printed)
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
