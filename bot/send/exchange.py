"""What one transaction notes of messages that were sent, and which it leases next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.attempts import SendOutcome
from storage.talk.sending import Leased

Ready = tuple[Leased, datetime]
"""A message to send, with the instant at which it may leave."""


@dataclass(frozen=True)
class Noted:
    """What became of messages, and what else was learned in sending them."""

    settled: Sequence[tuple[Leased, SendOutcome]] = ()
    moved: Sequence[tuple[int, str]] = ()
    """Accounts whose chat is now elsewhere."""
    back: frozenset[str] = frozenset()
    """Channels that work again after an outage."""

    @property
    def ids(self) -> set[int]:
        return {one.id for one, _ in self.settled}


@dataclass(frozen=True)
class Exchange:
    """What a transaction noted, and what it leased; both hold once it is committed."""

    noted: Noted = Noted()
    leased: Sequence[Ready] = ()
