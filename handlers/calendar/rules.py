"""When the calendar's messages go out: a rule, the campaign's days and its zone make the occurrences. Pure.

A rule is written «2027-05-08», «05-08» (of the year of the campaign), «first+2», «last-1», «peak+0», «daily» or
«mon thu»; an empty one has no day yet.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from bot.quiet import QuietHours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FAR = re.compile(r"(first|peak)\+(\d{1,3})|(last)-(\d{1,3})")
SKIPPED = ""
"""What stands in ``changes`` for a day on which a message is left out."""
BY = "#"
"""Stands in ``changes`` before the number of the message that is said instead, once it is on; before it, what was there."""

State = Literal["planned", "skipped", "gives_way"]


class WrongRule(ValueError):
    """A message that cannot stand in the calendar; ``code`` names the sentence ``wrong.<code>`` that says why."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class CampaignDays(Struct, frozen=True):
    """The days of a campaign. The peak is optional."""

    first_on: date
    last_on: date
    peak_on: date | None = None

    def check(self) -> None:
        """Raises WrongRule if the last day comes before the first."""
        if self.last_on < self.first_on:
            raise WrongRule("last_before_first", first=self.first_on, last=self.last_on)

    @property
    def days(self) -> list[date]:
        return [self.first_on + timedelta(days=n) for n in range((self.last_on - self.first_on).days + 1)]


class Scheduled(Struct, frozen=True):
    """What of a message decides when it goes out."""

    id: int
    rule: str
    at: time
    priority: int = 5
    urgent: bool = False
    changes: Mapping[str, str] | None = None
    """What became of single days: moved to a day and a time («2027-05-09T08:00»), ``SKIPPED``, or said ``BY`` another."""
    language: str = ""
    """The only language of its audience, if it has one."""
    communes: frozenset[int] = frozenset()
    """The only communes of its audience, if it has some."""
    since: datetime | None = None
    """Since when it is on: what was due before is never sent."""

    def becomes(self, on: date) -> tuple[str | None, int]:
        """What became of a day of its rule (None: nothing), and the message that is to be said instead (0: none)."""
        changed = (self.changes or {}).get(on.isoformat())
        was, by, number = (changed or "").partition(BY)
        return (was or None, int(number)) if by else (changed, 0)


class Occurrence(Struct, frozen=True):
    """One message on one day. ``on`` is the day of the rule, which stays when it is moved to another instant."""

    message_id: int
    on: date
    at: datetime
    state: State = "planned"
    moved: bool = False
    rival: int = 0
    """The message of the same day to which it gives way, or with which it collides."""
    leaves_to: tuple[int, ...] = ()
    """The messages of the same day to which it leaves their readers: they come first, and are for some of its communes."""

    @property
    def key(self) -> str:
        """Unique for a message and a day: what was sent under it is never sent again."""
        return f"message:{self.message_id}:{self.on.isoformat()}"


def days(rule: str, span: CampaignDays) -> list[date]:
    """The days that a rule names. Raises WrongRule for one that cannot be read, never fires or leaves the campaign."""
    span.check()
    if not rule:
        return []
    found = _days(rule, span)
    outside = [day for day in found if not span.first_on <= day <= span.last_on]
    if outside:
        raise WrongRule("message_outside", day=outside[0], first=span.first_on, last=span.last_on)
    if not found:
        raise WrongRule("rule_never_fires", first=span.first_on, last=span.last_on)
    return found


def _days(rule: str, span: CampaignDays) -> list[date]:
    if rule == "daily":
        return span.days
    names = rule.split()
    if names and set(names) <= set(WEEKDAYS):
        return [day for day in span.days if WEEKDAYS[day.weekday()] in names]
    if found := FAR.fullmatch(rule):
        name, n = found[1] or found[3], int(found[2] or found[4])
        if name == "peak" and span.peak_on is None:
            raise WrongRule("no_peak")
        start = {"first": span.first_on, "last": span.last_on, "peak": span.peak_on}[name]
        assert start is not None
        return [start + timedelta(days=-n if name == "last" else n)]
    try:
        return [date.fromisoformat(f"{span.last_on.year}-{rule}" if len(rule) == 5 else rule)]
    except ValueError:
        raise WrongRule("not_a_rule", rule=rule) from None


def check(scheduled: Scheduled, span: CampaignDays, quiet: QuietHours) -> None:
    """Raises WrongRule if the message cannot stand: outside the campaign, never, or in the quiet hours."""
    if not days(scheduled.rule, span):
        raise WrongRule("no_day_yet")
    check_time(scheduled.at, quiet, urgent=scheduled.urgent)


def check_time(at: time, quiet: QuietHours, *, urgent: bool = False) -> None:
    """Raises WrongRule for a time in the quiet hours, at which only what is urgent may go out."""
    if not urgent and datetime.combine(date.min, at) in quiet:
        raise WrongRule("time_quiet", first=f"{quiet.first:%H:%M}", last=f"{quiet.last:%H:%M}")


def month(messages: Collection[Scheduled], span: CampaignDays, zone: tzinfo) -> list[Occurrence]:
    """Every occurrence, in order. One that names no day, or cannot stand any more, has none.

    A person gets one message a day, so on each day all but the one with the highest priority give way; those of the same
    priority stay and are named each other's rival, for an officer to move one of them. To a message for some communes only
    those of these communes give way; a wider one goes out and leaves out its readers. What another message is to say instead
    on one day is left out only if that one is among these, and on in time: a change that nobody approved changes nothing.
    """
    found: list[tuple[Scheduled, Occurrence]] = []
    for scheduled in messages:
        try:
            named = days(scheduled.rule, span)
        except WrongRule:
            continue
        found += [(scheduled, _occurrence(scheduled, day, zone)) for day in named]
    in_time = {one.id for one, o in found if one.since is None or one.since <= o.at}
    found = [(one, replace(o, state="skipped") if one.becomes(o.on)[1] in in_time else o) for one, o in found]
    by_day: dict[date, list[tuple[Scheduled, Occurrence]]] = {}
    for scheduled, occurrence in found:
        by_day.setdefault(occurrence.at.astimezone(zone).date(), []).append((scheduled, occurrence))
    settled = [one for same in by_day.values() for one in _settle(same)]
    return sorted(settled, key=lambda o: (o.at, o.message_id))


def _occurrence(scheduled: Scheduled, on: date, zone: tzinfo) -> Occurrence:
    changed, _ = scheduled.becomes(on)
    if changed == SKIPPED:
        return Occurrence(scheduled.id, on, instant(on, scheduled.at, zone), "skipped")
    if changed:
        moved = datetime.fromisoformat(changed)
        return Occurrence(scheduled.id, on, instant(moved.date(), moved.time(), zone), moved=True)
    return Occurrence(scheduled.id, on, instant(on, scheduled.at, zone))


def instant(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant of a time on a day. One that summer time leaves out is an hour later, one that it repeats is the first."""
    local = datetime.combine(day, at, zone)
    return datetime.fromtimestamp(local.timestamp(), UTC)


def _settle(same: Sequence[tuple[Scheduled, Occurrence]]) -> list[Occurrence]:
    """The messages of one day, each as it goes out beside the others or gives way."""
    beside = [(one, mine, [other for other, its in same if _rival(one, mine, other, its)]) for one, mine in same]
    yielded = {one.id for one, _, others in beside if _over(one, others)}
    found = []
    for one, mine, others in beside:
        if over := _over(one, others):
            found.append(replace(mine, state="gives_way", rival=_first(over)))
        else:
            equal = _first([other for other in others if other.priority == one.priority])
            narrower = sorted(o.id for o in others if o.priority > one.priority and o.id not in yielded)
            found.append(replace(mine, rival=equal, leaves_to=tuple(narrower)))
    return found


def _over(one: Scheduled, others: Sequence[Scheduled]) -> list[Scheduled]:
    """Those that come first for all for whom this one is."""
    return [
        other
        for other in others
        if other.priority > one.priority
        and (not other.communes or (bool(one.communes) and one.communes <= other.communes))
    ]


def _first(found: Sequence[Scheduled]) -> int:
    """The number of the one that comes first; 0 for none."""
    first = max(found, key=lambda other: (other.priority, -other.id), default=None)
    return first.id if first else 0


def _rival(one: Scheduled, mine: Occurrence, other: Scheduled, its: Occurrence) -> bool:
    """Whether somebody could get both on this day, and gets only one."""
    planned = mine is not its and mine.state == its.state == "planned"
    return planned and not (one.urgent or other.urgent) and _share(one, other)


def _share(one: Scheduled, other: Scheduled) -> bool:
    """Whether somebody may be in the audiences of both."""
    languages = not (one.language and other.language and one.language != other.language)
    return languages and not (one.communes and other.communes and one.communes.isdisjoint(other.communes))
