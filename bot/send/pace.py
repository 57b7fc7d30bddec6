"""How fast we send: evenly, never above the platform's limits, replies ahead of broadcasts, and slower when told so."""

from __future__ import annotations

import asyncio
import random
from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.channels import Channel, Limits
from bot.channels.standing import Standing
from storage.database import Tx
from storage.database.columns import MICROSECOND, instant, microseconds
from storage.talk import paces
from storage.talk.paces import Pace

log = structlog.get_logger()

WINDOW = timedelta(seconds=1.05)
"""A little more than the second that counts: messages do not arrive as evenly as they leave."""
WIDE = WINDOW // MICROSECOND
"""The same in microseconds."""
FARTHEST = timedelta(minutes=2)
"""Nothing is given away so far ahead; what stands there comes from a clock that was wrong."""
SLOWER, LEAST = 0.7, 0.1
"""What a refusal leaves of the pace, and the least that is ever left."""
CLIMB, CLIMBS_EVERY = 0.05, timedelta(seconds=10)
LATE = 0.3
"""Seconds at most by which a message is believed to have arrived later than others."""
JITTER = 0.5
"""Seconds at most that are added to a pause, so that several senders do not come back at once."""
CHATS, WITHIN = 3, timedelta(seconds=30)
"""So many chats refused lately, with no success between, mean that the bot is too fast, and not the chats."""
AHEAD = 100
"""So many messages are given their instants at once, at most."""


def reserve(
    pace: Pace, limits: Limits, now: datetime, wanted: Sequence[datetime], *, broadcast: bool = False
) -> list[datetime]:
    """The instants at which messages may leave, one for each of ``wanted``, before which it must not. Pure.

    Replies take any instant that leaves every window within the limit; broadcasts besides keep their own even pace.
    """
    _recover(pace, now)
    since, until = microseconds(now) - WIDE, microseconds(now + FARTHEST)
    pace.slots = pace.slots[bisect_right(pace.slots, since) : bisect_left(pace.slots, until)]
    every = timedelta(seconds=1 / ((limits.broadcasts if broadcast else limits.per_second) * pace.share))
    following = pace.broadcast_at if broadcast else pace.reply_at
    if following is None or following > now + FARTHEST:
        following = now
    given = []
    for not_before in wanted:
        wish = max(now, following, not_before, pace.paused_until or now)
        slot = _earliest(pace.slots, microseconds(wish), limits.per_second)
        insort(pace.slots, slot)
        at = instant(slot)
        given.append(at)
        following = max(following, at + every)
    if broadcast:
        pace.broadcast_at = following
    else:
        pace.reply_at = following
    return given


def slow_down(pace: Pace, now: datetime, after: float) -> None:
    """The platform refused for being too fast: pause for so many seconds, and go on more slowly. Pure."""
    until = now + timedelta(seconds=after)
    if pace.paused_until is None or pace.paused_until <= now:  # several refusals of one moment count once
        pace.share = max(pace.share * SLOWER, LEAST)
    pace.paused_until = max(pace.paused_until or until, until)
    pace.slowed_at = now


def _believe(free: datetime | None, now: datetime, limits: Limits, pace: Pace) -> datetime:
    """When an account may be sent to. An instant that pacing cannot have meant is of a clock that was wrong."""
    if free is None:
        return now
    slowest = timedelta(seconds=AHEAD / (limits.per_second * pace.share) + max(limits.gap(""), limits.gap("-")))
    return free if free <= max(now, pace.paused_until or now) + slowest else now


def _recover(pace: Pace, now: datetime) -> None:
    if pace.slowed_at is None:
        return
    climbed = max((now - pace.slowed_at) // CLIMBS_EVERY, 0)
    pace.share = min(pace.share + CLIMB * climbed, 1.0)
    pace.slowed_at = None if pace.share == 1.0 else pace.slowed_at + climbed * CLIMBS_EVERY


def _earliest(slots: Sequence[int], at: int, most: int) -> int:
    """The first instant from ``at`` on that leaves at most ``most`` in every window."""
    while not _fits(slots, at, most):
        at = min(slot + WIDE for slot in slots if slot + WIDE > at)
    return at


def _fits(slots: Sequence[int], at: int, most: int) -> bool:
    first, here, last = bisect_left(slots, at - WIDE), bisect_left(slots, at), bisect_left(slots, at + WIDE)
    around = [*slots[first:here], at, *slots[here:last]]
    return all(around[n + most] - around[n] >= WIDE for n in range(len(around) - most))


@dataclass
class Hold:
    """A chat to which the platform let nothing be sent for a while."""

    since: datetime
    until: datetime
    counts: bool = True
    """Whether it may still be a sign that the whole bot is too fast."""


@dataclass
class _Flight:
    """One message on its way, in seconds of the event loop."""

    left: float
    answered: float = 0.0


def _follows(flights: Sequence[_Flight]) -> float:
    """When one more may leave, so that in the second in which the first of these arrived there is room for it.

    What was answered later than usual may have arrived later than usual.
    """
    first, took = flights[0], [one.answered - one.left for one in flights if one.answered]
    late = first.answered - first.left - min(took) if first.answered else LATE
    return first.left + WINDOW.total_seconds() + min(late, LATE)


class Pacer:
    """The pace of every channel of one process, kept in the database."""

    def __init__(self, channels: Mapping[str, Channel], now: Callable[[], datetime]) -> None:
        self.channels, self.now = channels, now
        self.standing = Standing()
        self.sent_at: dict[str, datetime] = {}
        """When each platform last took a message of this process."""
        self._paused: dict[str, datetime] = {}
        self._flights: dict[str, deque[_Flight]] = {}
        """The last messages that really left: a busy machine sends late, then many at once."""
        self._refused: dict[str, float] = {}
        """Refusals that are not written yet: the seconds to wait."""
        self._holds: dict[tuple[str, str], Hold] = {}
        """Chats that were refused, by channel and address."""

    def limits(self, channel: str) -> Limits | None:
        """The limits of a channel, if it has any."""
        limits = self.channels[channel].capabilities.limits
        return limits if limits.per_second else None

    def ready(self, now: datetime) -> list[str]:
        """The channels that may be sent to, as far as this process knows."""
        rejected = self.standing.rejected
        return [name for name in self.channels if self._paused.get(name, now) <= now and name not in rejected]

    async def learn(self, tx: Tx, now: datetime) -> list[str]:
        """The channels that may be sent to, also as far as others know."""
        for name, until in (await paces.pauses(tx, now)).items():
            self._paused[name] = max(self._paused.get(name, until), until)
        return self.ready(now)

    async def reserve(
        self, tx: Tx, leased: Sequence[tuple[str, str, int | None]], now: datetime, *, broadcast: bool = False
    ) -> list[datetime]:
        """The instant at which each of these (channel, address, account) may be sent to; one pace costs two statements."""
        given = [now] * len(leased)
        limited = {name: limits for name in {one[0] for one in leased} if (limits := self.limits(name))}
        if not limited:
            return given
        kept = await paces.load(tx, limited)
        free = await paces.free(tx, {one[2] for one in leased if one[0] in limited and one[2] is not None})
        busy: dict[int, datetime] = {}
        for name, limits in limited.items():
            which = [n for n, one in enumerate(leased) if one[0] == name]
            wanted = [_believe(free.get(leased[n][2] or 0), now, limits, kept[name]) for n in which]
            for n, at in zip(which, reserve(kept[name], limits, now, wanted, broadcast=broadcast), strict=True):
                given[n] = at
                _, address, account_id = leased[n]
                if account_id is not None and (gap := limits.gap(address)):
                    busy[account_id] = at + timedelta(seconds=gap)
        await paces.save(tx, kept.values())
        await paces.occupy(tx, busy)
        return given

    @asynccontextmanager
    async def slot(self, channel: str, until: datetime) -> AsyncIterator[None]:
        """Sleep until an instant that was reserved, and for as long as too many have just arrived; then one may be sent."""
        if (seconds := (until - self.now()).total_seconds()) > 0:
            await asyncio.sleep(seconds)
        limits = self.limits(channel)
        if limits is None:
            yield
            return
        clock = asyncio.get_running_loop().time
        flights = self._flights.setdefault(channel, deque(maxlen=limits.per_second))
        while len(flights) == limits.per_second and (seconds := _follows(flights) - clock()) > 0:
            await asyncio.sleep(seconds)
        flight = _Flight(clock())
        flights.append(flight)
        try:
            yield
        finally:
            flight.answered = clock()

    def paused(self, channel: str) -> bool:
        """Whether the platform takes nothing now; asked right before each sending."""
        now = self.now()
        return self._paused.get(channel, now) > now or channel in self.standing.rejected

    def held_until(self, channel: str, address: str) -> datetime | None:
        """The instant until which nothing may be sent to this chat, if it waits; asked right before each sending."""
        hold, now = self._holds.get((channel, address)), self.now()
        return hold.until if hold is not None and hold.since <= now < hold.until else None

    def refused(self, channel: str, address: str, after: float) -> None:
        """The platform refused this chat for so many seconds. One chat waits alone; when several are refused, all of the
        channel waits for as long as the longest: nobody of this process sends any more, and ``note`` tells the others."""
        after += random.uniform(0, JITTER) if self.limits(channel) else 0.0
        now = self.now()
        self._holds[channel, address] = Hold(now, now + timedelta(seconds=after))
        lately = [
            hold.until
            for (name, _), hold in self._holds.items()
            if name == channel and hold.counts and timedelta() <= now - hold.since <= WITHIN
        ]
        if len(lately) < CHATS:
            log.warning("a platform refuses a chat, which waits", channel=channel, seconds=round(after))
            return
        until = max(*lately, self._paused.get(channel, now))
        self._paused[channel] = until
        self._refused[channel] = (until - now).total_seconds()
        log.warning(
            "a platform refuses several chats, so all wait", channel=channel, seconds=round(self._refused[channel])
        )

    def took(self, channel: str, address: str) -> None:
        """The platform took a message: this chat no longer waits, and what was refused before is about its chats alone."""
        self.sent_at[channel] = self.now()
        if not self._holds:
            return
        self._holds.pop((channel, address), None)
        for (name, _), hold in self._holds.items():
            hold.counts = hold.counts and name != channel
        now = self.now()
        self._holds = {key: hold for key, hold in self._holds.items() if hold.until > now}

    def pauses(self) -> dict[str, float]:
        """The channels whose platform asked us to wait, and for how many seconds more."""
        now = self.now()
        return {name: (until - now).total_seconds() for name, until in self._paused.items() if until > now}

    @property
    def knows_more(self) -> bool:
        """Whether something was refused that nobody has written down."""
        return bool(self._refused)

    def refusals(self) -> dict[str, float]:
        """What was refused since somebody last asked, to be given to ``note``, or to ``not_noted``."""
        refused, self._refused = self._refused, {}
        return refused

    def not_noted(self, refused: Mapping[str, float]) -> None:
        """It could not be written down: somebody else must."""
        self._refused = {**refused, **self._refused}

    async def note(self, tx: Tx, refused: Mapping[str, float]) -> None:
        """Write down what was refused."""
        if refused:
            kept = await paces.load(tx, refused)
            for name, after in refused.items():
                slow_down(kept[name], self.now(), after)
            await paces.save(tx, kept.values())
