"""What the fault tests measure, told in one form; ``make faults`` gathers it into docs/reliability.md.

``python -m tests.figures backup/test_path.py`` measures these alone and leaves the other rows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

TESTS = (
    "process/test_crash.py",
    "channels/zalo_bot/test_crash.py",
    "channels/zalo_bot/test_quota.py", "channels/zalo_oa/test_crash.py", "channels/zalo_oa/test_whole_month.py",
    "process/test_process.py::test_it_stops_within_five_seconds_also_with_a_page_open",
    "process/test_starting.py", "send/test_first_answers.py",
    "channels/test_telegram.py::test_a_restart_of_telegram_loses_nothing",
    "channels/test_telegram.py::test_while_the_database_is_away_telegram_keeps_the_update",
    "media/test_fetch.py", "receive/test_engine.py::test_who_says_five_hundred_things_keeps_nobody_from_being_heard",
    "storage/test_database.py::test_statements_cancelled_at_any_moment_leave_no_half_transaction_and_mix_with_no_other",
    "backup/test_path.py", "backup/test_large.py",
    "storage/test_rotation.py", "process/test_replicas.py", "broadcast/test_broadcast_faults.py", "storage/test_ledger.py",
    "calendar/test_calendar_faults.py", "calendar/test_may.py",
    "turn/test_notify.py::test_of_two_hundred_notices_a_reader_gets_a_few_and_one_that_counts_the_others",
    "turn/test_notify.py::test_a_command_of_hers_is_answered_before_the_notices_of_two_hundred_questions",
    "turn/test_notify.py::test_questions_one_by_one_become_a_few_messages_a_minute_too",
    "receive/test_admission.py", "media/test_photo_share.py",
    "handlers/test_awaiting.py::test_a_crowd_of_free_accounts_covers_no_household",
    "handlers/test_mydata.py::test_asking_two_hundred_times_keeps_one_copy",
    "web/test_history.py::test_a_page_of_a_hundred_megabytes_is_opened_at_once_and_holds_up_nobody",
    "web/test_web.py::test_before_consent_no_photo_is_stored_and_the_page_is_told_to_keep_it",
    "web/test_web.py::test_nobody_has_a_session_before_the_first_word", "web/test_door.py", "process/test_door.py",
    "handlers/test_rights.py::test_one_account_has_five_tries_and_a_crowd_that_tries_shuts_linking_for_nobody",
    "handlers/test_appointing.py", "handlers/test_proof.py", "web/test_sessions.py", "web/test_picture_rights.py",
    "web/test_here.py::test_a_page_that_rebinds_its_own_name_to_this_machine_is_refused_everywhere",
    "web/test_notifications.py",
    "browser/test_talk.py::test_on_a_slow_line_the_first_button_costs_few_bytes",
)  # fmt: skip
BEGIN, END = "<!-- make faults -->\n", "<!-- end of make faults -->\n"
HERE = Path(__file__).parent
WHOLE = "NHANDAO_WHOLE_FIGURES"
"""Set while the figures are measured in their whole size, which takes longer than every run of the tests may."""


def size(small: int, whole: int) -> int:
    """How large a fault test is: small in every run of the tests, whole for ``make faults``."""
    return whole if os.environ.get(WHOLE) else small


def measured(what: str, *figures: str) -> None:
    """Print a row of the table."""
    print(f"\n| {what} | {' · '.join(figures)} |")


def write(printed: list[str], *, whole: bool) -> None:
    """Put the rows among these lines into the table, in place of all others, or of those that say the same thing."""
    page = HERE.parent / "docs" / "reliability.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    table, _, after = rest.partition(END)
    rows = [line for line in printed if line.startswith("| ")]
    if not whole:
        said = {_what(row) for row in rows}
        rows = [*(row for row in table.splitlines(keepends=True)[2:] if _what(row) not in said), *rows]
    page.write_text(f"{before}{BEGIN}| test | figures |\n|---|---|\n{''.join(rows)}{END}{after}", encoding="utf-8")


def _what(row: str) -> str:
    return row.split(" | ")[0]


def main(only: Sequence[str]) -> int:
    """Run the fault tests, one after the other, and write what they measured; returns pytest's exit status."""
    tests = [str(HERE / name) for name in only or TESTS]
    printed = []
    command, told = [sys.executable, "-m", "pytest", "-s", *tests], {**os.environ, WHOLE: "1"}
    with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            print(line, end="", flush=True)
            printed.append(line)
    if run.returncode == 0:
        write(printed, whole=not only)
    return run.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
