"""Write down whom a broadcast is for, in steps between which replies find the database free."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.broadcast import ledger
from storage.broadcast.broadcasts import Broadcast
from storage.database import Tx
from storage.database.pieces import Portion
from storage.database.prepared import Prepared

SHORT, REST = 0.0015, 20.0
"""Seconds for which a step may hold the lock while people are answered, and how many times as long it rests then: a reply
waits in four places, and should find the lock free in most of them."""
LONG = 0.025
"""Seconds of a step while nobody is answered: who writes then waits once, and no longer than anybody notices."""
TALK = timedelta(seconds=1)
"""Since the last answer; for so long another one is expected."""


class Recipients:
    """How many are written down in the next step, learned from those before, and how long it rests."""

    def __init__(self, now: Callable[[], datetime], answered_at: Callable[[], datetime | None]) -> None:
        """``answered_at``: when somebody was last sent an answer."""
        self.now, self.answered_at = now, answered_at
        self._statement: tuple[tuple[int, int], Prepared] | None = None
        """Which broadcast, in which revision, was written down last, and by which statement."""
        self._rest = 0.0
        """Seconds that belong to others after what was written down."""
        self.begin()

    def begin(self) -> None:
        """Learn anew: the last of a small audience say nothing of a large one."""
        self._short = Portion(SHORT, first=100, least=20, most=2000)
        self._long = Portion(LONG, first=100, least=20, most=2000)

    async def write_down(self, tx: Tx, one: Broadcast, now: datetime) -> None:
        """The next recipients of this broadcast."""
        answers = self._answers()
        portion = self._short if answers else self._long
        with portion.timed() as most:
            await ledger.expand(tx, one, self._expansion(tx, one), now, most)
        if answers:
            self._rest += REST * portion.took

    def _expansion(self, tx: Tx, one: Broadcast) -> Prepared:
        which = one.id, one.revision
        if self._statement is None or self._statement[0] != which:
            self._statement = which, ledger.expansion(tx, one)
        return self._statement[1]

    def take_rest(self) -> float:
        """Seconds to be waited for what was written down since this was asked last."""
        rest, self._rest = self._rest, 0.0
        return rest

    def _answers(self) -> bool:
        last = self.answered_at()
        return last is not None and abs(self.now() - last) < TALK
