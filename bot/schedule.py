"""When messages that nobody asked for may go out, and how many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from bot.quiet import Quiet


@dataclass(frozen=True)
class Schedule:
    """What the operator has set about it."""

    quiet: Quiet = field(default_factory=Quiet)
    grace: timedelta = timedelta(hours=2)
    """What the calendar could not send for so long waits for an officer's word."""
    rehearsal: time | None = None
    """When officers see tomorrow's messages; None rehearses nothing."""
    a_month: Mapping[str, int] = field(default_factory=dict)
    """How many of the calendar's messages one person gets in a month, by channel."""
