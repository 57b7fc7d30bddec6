"""A moment to come, as people write it: «7h30 sáng mai», «19h», «8/5 7h», «tối thứ bảy 7 giờ», «2 tiếng nữa»."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bot.vietnamese.amounts.number import has_odd_figures, read_decimal, whole
from bot.vietnamese.days.day import DAYS, GRAMMAR, judged
from bot.vietnamese.explain import Account, Core
from bot.vietnamese.reading import Reading, agree, ask, refuse, sure

MOST_LETTERS = 120
LATE = {"chiều": 12, "chiều tối": 12, "tối": 12, "đêm": 12, "khuya": 12, "afternoon": 12, "evening": 12, "night": 12}
SMALL_HOURS = 5
"""Up to this hour «mai 3h» may be the night or the afternoon; after it people mean the morning, if a day is named."""


def read_moment(text: str, now: datetime) -> Reading[datetime]:
    """The next such moment after ``now``, in its zone.

    «mai 8h» is the morning; a bare «7h», and a day without an hour, are asked about.
    """
    if len(text) > MOST_LETTERS or has_odd_figures(text):
        return refuse("not_a_moment")
    return agree([_judged(account, now) for account in GRAMMAR.accounts(text)], "moment_unclear")


def read_hour(text: str) -> Reading[time]:
    """A time of the day: «7h30», «07:30», «7 giờ tối», «19g», «16»."""
    if len(text) > MOST_LETTERS or has_odd_figures(text):
        return refuse("not_a_time")
    return agree([_hour(account) for account in GRAMMAR.accounts(text)], "time_unclear")


def _hour(account: Account) -> Reading[time]:
    kinds = [core.kind for core in account.cores if core.kind != "part"]
    if kinds not in (["clock"], ["bare"], ["dotted"]) or account.unknown or account.effects:
        return refuse("not_a_time")
    part = _part(account)
    clock = next(core for core in account.cores if core.kind != "part")
    if clock.kind == "clock":
        times = list(_times(clock, part, named=True))
    else:
        hour, _, minute = clock.words.partition(".")
        times = list(_at(whole(hour) or 0, int(minute or 0), part, named=True))
    return sure(times[0]) if times else refuse("not_a_time")


def _judged(account: Account, now: datetime) -> Reading[datetime]:
    clocks = [core for core in account.cores if core.kind == "clock"]
    kinds = {core.kind for core in account.cores}
    if "later" in kinds:
        return _later(account, now)
    has_day = bool(kinds & {*DAYS, "lunar", "vague"})
    day = judged(account, now.date(), "future") if has_day else None
    if day is not None and not day.values and not day.asks:
        return refuse("not_a_moment")
    part = _part(account)
    if not clocks:
        known = day is not None and (day.asks or any(value >= now.date() for value in day.values))
        return ask("hour_wanted") if known or (part and not kinds - {"part"}) else refuse("not_a_moment")
    named = bool(part) or has_day
    hours = [list(_times(core, part, named=named)) for core in clocks]
    if "bare" in kinds and not has_day and account.between:
        hours += [
            list(_at(whole(core.words) or 0, 0, part, named=named)) for core in account.cores if core.kind == "bare"
        ]
    if not all(hours):
        return refuse("not_a_moment")
    times = list(dict.fromkeys(at for several in hours for at in several))
    strange = bool(account.strange(core.clause for core in account.cores))
    if day is None:
        moments = [_next(at, part, now) for at in times]
    else:
        moments = [_on(value, at, part, account, now) for value in day.values for at in times]
    if day is not None and day.asks:
        return ask(day.why if day.why == "lunar_day" else "moment_unclear", [one for one in moments if one > now])
    moments = sorted(set(moments))
    if len(moments) != 1 or strange or account.effects:
        return ask("moment_unclear", [one for one in moments if one > now])
    return sure(moments[0])


def _part(account: Account) -> str:
    """The part of the day that is named, without «buổi» and «in the»."""
    parts = [
        core.words.removeprefix("buổi ").removeprefix("in the ").removeprefix("at ")
        for core in account.cores
        if core.kind == "part"
    ]
    if not parts and any(core.words in ("tonight", "this evening", "last night") for core in account.cores):
        return "evening"
    if not parts and any(core.words == "this afternoon" for core in account.cores):
        return "afternoon"
    return parts[0] if parts else ""


def _times(core: Core, part: str, *, named: bool) -> Iterator[time]:
    """The times that a clock may mean; none if there is no such hour."""
    found = core.found
    if word := found["word"]:
        yield time(12 if word == "noon" else 0)
        return
    named_hour = found["h"] or found["h2"] or found["h3"] or found["h4"] or found["h5"]
    hour = int(named_hour) if named_hour.isdecimal() else whole(named_hour)
    said = found["mi"] or "0"
    minute = 30 if found["h2"] or said in ("rưỡi", "rưởi") else int(said) if said.isdecimal() else whole(said)
    if hour is None or minute is None:
        return
    half = found["half"] or found["half3"] or found["half5"]
    if half and not 1 <= hour <= 12:
        return
    for at in _at(
        hour % 12 if half else hour,
        minute,
        {"am": "sáng", "pm": "late"}.get(half or "", part),
        named=named or bool(half),
    ):
        minutes = at.hour * 60 + at.minute - (whole(found["less"]) or 0 if found["less"] else 0)
        if minutes >= 0:
            yield time(*divmod(minutes, 60))


def _at(hour: int, minute: int, part: str, *, named: bool) -> Iterator[time]:
    if hour > 23 or minute > 59:
        return
    if part == "late":
        yield time(hour + 12, minute)
    elif part in ("đêm", "khuya", "night") and (hour == 12 or hour <= SMALL_HOURS):
        yield time(hour % 12, minute)
    elif part in ("trưa", "noon"):
        yield time(hour + 12 if hour < 3 else hour, minute)
    elif part in LATE and hour < 12:
        yield time(hour + 12, minute)
    elif part or hour > 12 or hour == 0 or (named and hour > SMALL_HOURS):
        yield time(hour, minute)
    else:
        yield time(hour, minute)
        yield time((hour + 12) % 24, minute)


def _next(at: time, part: str, now: datetime) -> datetime:
    """The next time that the clock shows this."""
    moment = datetime.combine(now.date(), at, now.tzinfo)
    return moment if moment > now else moment + timedelta(days=1)


def _on(day: date, at: time, part: str, account: Account, now: datetime) -> datetime:
    """That day; the small hours of «đêm nay» are tomorrow's."""
    moment = datetime.combine(day, at, now.tzinfo)
    tonight = part in ("đêm", "khuya", "night") or any(core.words == "tonight" for core in account.cores)
    return moment + timedelta(days=1) if tonight and at.hour <= SMALL_HOURS else moment


def _later(account: Account, now: datetime) -> Reading[datetime]:
    core = next(core for core in account.cores if core.kind == "later")
    number, unit = core.found["ln"] or core.found["ln2"], core.found["lu"] or core.found["lu2"] or ""
    found = read_decimal(number) if number else read_decimal("nửa")
    if len(found) != 1 or found[0] > 1000 or len(account.cores) > 1 or account.unknown or account.effects:
        return ask("moment_unclear")
    return sure(now + timedelta(minutes=float(found[0]) * (1 if unit.startswith(("phút", "minute")) else 60)))
