"""Notice a machine's clock that jumps: wall time beside the steady clock, and beside what the database has seen.

After a jump that no correction explains nothing is removed and nothing is sent by itself, until the clock is right again or
an admin says that it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from bot.context import Context
from bot.turn.alarms import Alarm
from storage.database import Tx
from storage.upkeep import instants

log = structlog.get_logger()

JUMP = timedelta(seconds=2)
"""Less than this is a clock being set as it should."""
REMEMBERED = 3600.0
"""Seconds for which admins see that it jumped."""
DOUBTED = timedelta(hours=12)
"""A jump of which nobody can say by himself that it is right; a clock that was in the wrong zone jumps less."""
LONG_OFF = timedelta(days=7)
"""A program that did not run for longer than that asks whether it is really so late."""
RIGHT = timedelta(hours=1)
"""How near to the time that it should be a clock must come to be trusted again."""


def steady() -> float:
    """Seconds that go on while the machine sleeps, as far as it can tell."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Moment(Struct, frozen=True):
    """What both clocks showed at one instant."""

    wall: datetime
    steady: float

    def after(self, steady: float) -> datetime:
        """What the wall clock should show when the steady one shows this."""
        return self.wall + timedelta(seconds=steady - self.steady)


class ClockWatch:
    """Looks at the clock of one process."""

    def __init__(self, context: Context, steady: Callable[[], float] = steady) -> None:
        self.context, self.steady = context, steady
        self._last = Moment(context.now(), steady())
        self._trusted: Moment | None = None
        """The last moment before a jump that this process saw and that is in doubt."""
        self._jumped: tuple[timedelta, float] | None = None
        """The last jump, and when it was seen."""
        self._looked = False
        self._doubted: datetime | None = None

    @property
    def held(self) -> bool:
        """Whether nothing may be removed or sent by itself now: the clock is in doubt, or nobody has looked at it yet."""
        jump = self.context.now() - self._last.after(self.steady())
        return not self._looked or self._doubted is not None or abs(jump) >= DOUBTED

    async def look(self) -> Sequence[Alarm]:
        """Whether the clock is in doubt, or jumped within the last hour. After a step back, nothing waits for an instant of
        the wrong time."""
        now = Moment(self.context.now(), self.steady())
        jump = now.wall - self._last.after(now.steady)
        back, doubted = await self.context.database.transact(lambda tx: self._note(tx, now, jump))
        if doubted is not None and self._doubted is None:
            log.error("the clock is in doubt: nothing is removed or sent by itself", trusted=doubted.isoformat())
            self._trusted = self._last if abs(jump) >= DOUBTED else None
        elif doubted is None and self._doubted is not None:
            log.info("the clock is trusted again")
        if back and abs(jump) < JUMP:
            jump = -back  # it went back while nobody looked: before this process began
        if abs(jump) >= JUMP:
            log.warning("the clock jumped", seconds=round(jump.total_seconds()))
            self._jumped = jump, now.steady
        self._last, self._doubted, self._looked = now, doubted, True
        return self._alarms(now)

    async def _note(self, tx: Tx, now: Moment, jump: timedelta) -> tuple[timedelta, datetime | None]:
        """Note that it is now; returns how far the clock went back, and since when it is in doubt."""
        last = await instants.last_lived(tx)
        back = await instants.pass_by(tx, now.wall, shared=self.context.database.shared)
        doubted = await instants.doubted_since(tx)
        if doubted is not None:
            if self._is_right_again(now, doubted):
                await instants.trust(tx)
                return back, None
            return back, doubted
        off = now.wall - last if last is not None and not self._looked else timedelta()
        if max(abs(jump), back) < DOUBTED and off < LONG_OFF:
            return back, None
        trusted = self._last.wall if abs(jump) >= DOUBTED or last is None else last
        await instants.doubt(tx, trusted)
        return back, trusted

    def _is_right_again(self, now: Moment, doubted: datetime) -> bool:
        """Whether the clock shows what it would have shown without the jump."""
        if self._trusted is not None:
            return abs(now.wall - self._trusted.after(now.steady)) < RIGHT
        return not self._looked and timedelta() <= now.wall - doubted < DOUBTED

    def _alarms(self, now: Moment) -> list[Alarm]:
        if self._doubted is not None:
            said = {"was": self._shown(self._doubted), "now": self._shown(now.wall)}
            return [Alarm("clock:held", "trouble.clock.held", said)]
        if self._jumped is None or now.steady - self._jumped[1] > REMEMBERED:
            return []
        seconds = round(self._jumped[0].total_seconds())
        return [Alarm("clock", f"trouble.clock.{'ahead' if seconds > 0 else 'back'}", {"seconds": abs(seconds)})]

    def _shown(self, at: datetime) -> str:
        return f"{at.astimezone(self.context.zone):%H:%M %d/%m/%Y}"
