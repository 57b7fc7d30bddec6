"""How fast we send: every limit is kept in every window, replies go ahead, and who is told to slow down does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.channels import Limits
from bot.send.pace import Pacer, reserve, slow_down
from storage.talk.paces import Pace
from tests.fakes.room import BUTTONS, Room

START = datetime(2026, 5, 12, 2, tzinfo=UTC)
TELEGRAM = Limits(30, 27, 1, 18)
SECOND = timedelta(seconds=1)


def most_in_a_second(slots: list[datetime]) -> int:
    ordered = sorted(slots)
    return max((sum(1 for at in ordered[n:] if at < first + SECOND) for n, first in enumerate(ordered)), default=0)


ASKED = st.lists(
    st.tuples(st.booleans(), st.integers(1, 40), st.floats(0, 3), st.floats(0, 2)), min_size=1, max_size=25
)


@given(ASKED)
@settings(max_examples=200)
def test_no_second_ever_holds_more_than_the_limit(asked: list[tuple[bool, int, float, float]]) -> None:
    pace, now = Pace("telegram"), START
    everything: list[datetime] = []
    announced: list[datetime] = []
    for broadcast, count, later, not_before in asked:
        now += timedelta(seconds=later)
        wanted = [now + timedelta(seconds=not_before)] * count
        given = reserve(pace, TELEGRAM, now, wanted, broadcast=broadcast)
        assert all(at >= wish for at, wish in zip(given, wanted, strict=True))
        everything += given
        announced += given if broadcast else []
    assert most_in_a_second(everything) <= 30
    gaps = [later - earlier for earlier, later in pairwise(sorted(announced))]
    assert all(gap >= timedelta(seconds=1 / 27) - timedelta(microseconds=2) for gap in gaps)


@given(st.lists(st.floats(0, 30), min_size=1, max_size=6), st.integers(1, 30))
def test_nothing_leaves_before_a_pause_is_over(refusals: list[float], count: int) -> None:
    pace = Pace("telegram")
    for after in refusals:
        slow_down(pace, START, after)
    given = reserve(pace, TELEGRAM, START, [START] * count)
    assert min(given) >= START + timedelta(seconds=max(refusals))


def test_a_broadcast_alone_keeps_its_full_pace() -> None:
    pace, now, sent = Pace("telegram"), START, []
    while now < START + timedelta(seconds=60):
        sent += reserve(pace, TELEGRAM, now, [now] * 8, broadcast=True)
        now = max(now, sent[-1] - timedelta(seconds=0.1))
    assert len([at for at in sent if at < START + timedelta(seconds=60)]) >= 0.98 * 27 * 60


def test_a_reply_overtakes_a_broadcast_that_has_half_a_second_ahead() -> None:
    pace, now = Pace("telegram"), START
    for _ in range(20):
        given = reserve(pace, TELEGRAM, now, [now] * 11, broadcast=True)
        now = given[-1] - timedelta(seconds=0.4)
    replies = reserve(pace, TELEGRAM, now, [now] * 10)
    assert replies[-1] - now < timedelta(seconds=0.8)
    again = reserve(pace, TELEGRAM, now, [now] * 11, broadcast=True)
    assert again[0] > replies[-1] - timedelta(seconds=1 / 27)


def test_the_pace_falls_at_a_refusal_and_climbs_back_slowly() -> None:
    pace = Pace("telegram")
    slow_down(pace, START, 3)
    slow_down(pace, START, 3)  # the same moment counts once
    reserve(pace, TELEGRAM, START, [START], broadcast=True)
    assert pace.share == 0.7
    later = START + timedelta(seconds=30)
    given = reserve(pace, TELEGRAM, later, [later] * 2, broadcast=True)
    assert round(pace.share, 2) == 0.85
    assert given[1] - given[0] >= timedelta(seconds=1 / (27 * 0.86))
    much_later = START + timedelta(minutes=5)
    reserve(pace, TELEGRAM, much_later, [much_later], broadcast=True)
    assert pace.share == 1.0
    assert pace.slowed_at is None


def test_a_clock_that_was_an_hour_ahead_does_not_stop_us() -> None:
    pace = Pace("telegram")
    hour = START + timedelta(hours=1)
    reserve(pace, TELEGRAM, hour, [hour] * 30, broadcast=True)
    assert reserve(pace, TELEGRAM, START, [START], broadcast=True) == [START]


def test_groups_and_people_have_gaps_of_their_own() -> None:
    assert TELEGRAM.gap("5") == 1
    assert TELEGRAM.gap("-100") == 60 / 18
    assert Limits().gap("5") == 0


async def test_a_message_that_arrived_late_is_counted_when_it_arrived() -> None:
    """Both leave at once, the first stands still on its way: the third must not come within a second of its arrival."""
    room = Room(replace(BUTTONS, limits=Limits(2, 2)))
    pacer = Pacer({"room": room}, lambda: START)
    clock = asyncio.get_running_loop().time
    arrived: list[float] = []

    async def send(seconds: float) -> None:
        async with pacer.slot("room", START):
            await asyncio.sleep(seconds)
            arrived.append(clock())

    await asyncio.gather(send(0.25), send(0.0))
    await send(0.0)
    quick, late, third = arrived
    assert late > quick
    assert third - late >= 1.0
