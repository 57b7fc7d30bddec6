"""The month as officers see it: every occurrence with its day, weekday, time, title and number of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from bot.message import Text, Words
from bot.quiet import QuietHours
from bot.turn.turn import Turn
from handlers.calendar.content import unfilled
from handlers.calendar.rules import Occurrence, Scheduled, Span, WrongRule, check, month
from locales import FIRST, LANGUAGES, LanguageName
from storage.broadcast import readers
from storage.campaign import calendar
from storage.campaign.calendar import CampaignMessage
from storage.campaign.campaigns import Campaign
from storage.database import Tx

FATES = ("done", "cancelled", "paused", "running", "recalled")
"""The states of a broadcast that a line of the month names; the others are on their way."""

NEXT = 3
"""Messages of which a newcomer is told in advance."""
WORTH_KNOWING = 6
"""Their least priority: days of their own, not what comes every day."""


@dataclass(frozen=True)
class Entry:
    """One line of the month."""

    message: CampaignMessage
    occurrence: Occurrence
    people: int
    """How many it reached, or would reach now."""
    fate: str
    """What became of it, as the end of a sentence's key."""
    rival: str = ""
    """The name of the message of the same day to which it gives way, or with which it collides."""


def span(campaign: Campaign) -> Span:
    return Span(campaign.first_on, campaign.last_on, campaign.peak_first_on)


def scheduled(one: CampaignMessage) -> Scheduled:
    """What of a message decides when it goes out."""
    return Scheduled(one.id, one.rule, one.at, one.priority, one.urgent, one.changes, one.audience.language)


async def entries(
    tx: Tx, campaign: Campaign, zone: tzinfo, now: datetime, *, first: date | None = None, last: date | None = None
) -> list[Entry]:
    """The month in order, or the part of it between two days; with nothing switched on, as it would be with everything."""
    kept = await calendar.all_of(tx, campaign.id)
    shown = {one.id: one for one in kept if one.active} or {one.id: one for one in kept}
    happened = await calendar.happened(tx, campaign.id)
    reach = await _reached(tx, shown.values(), now)
    found = month([scheduled(one) for one in shown.values()], span(campaign), zone)
    return [
        _entry(shown, one, happened.get(one.key), reach)
        for one in found
        if (first is None or first <= one.at.astimezone(zone).date())
        and (last is None or one.at.astimezone(zone).date() <= last)
    ]


def _entry(
    shown: Mapping[int, CampaignMessage], one: Occurrence, row: Mapping[Any, Any] | None, reach: Mapping[int, int]
) -> Entry:
    rival = shown[one.rival].name if one.rival else ""
    fate = one.state if row is None else _fate(row)
    if fate == "planned" and rival:
        fate = "collides"
    size = reach[one.message_id] if row is None else (row["outcomes"] or {}).get("sent", 0)
    return Entry(shown[one.message_id], one, size, fate, rival)


def _fate(row: Mapping[Any, Any]) -> str:
    if row["state"] == "cancelled" and row["problem"] in ("gave_way", "nothing", "expired"):
        return "gives_way" if row["problem"] == "gave_way" else str(row["problem"])
    return row["state"] if row["state"] in FATES else "running"


def line(one: Entry) -> Words:
    """One line: when, what, to how many."""
    params = {"at": one.occurrence.at, "title": one.message.titles, "n": one.people, "number": one.message.id}
    if one.fate == "planned":
        return Text("calendar.line", params)
    return Text("calendar.line.fate", {**params, "fate": Text(f"calendar.fate.{one.fate}")})


def rule(one: CampaignMessage) -> Words:
    """When a message goes out, in words."""
    if not one.rule:
        return Text("calendar.rule.none")
    at = {"time": one.at.strftime("%H:%M")}
    if one.rule == "daily":
        return Text("calendar.rule.daily", at)
    name, sign, n = one.rule.replace("-", "+").partition("+")
    if sign and name in ("first", "last", "peak"):
        return Text(f"calendar.rule.{name}" if int(n) else f"calendar.rule.{name}.itself", {**at, "n": int(n)})
    names = one.rule.split()
    if names[0].isalpha():
        return Text("calendar.rule.weekly", {**at, "days": [Text(f"message.weekdays.{name}") for name in names]})
    if len(one.rule) == 5:
        return Text("calendar.rule.yearly", {**at, "day": date.fromisoformat(f"2000-{one.rule}")})
    return Text("calendar.rule.day", {**at, "day": date.fromisoformat(one.rule)})


async def _reached(tx: Tx, found: Iterable[CampaignMessage], now: datetime) -> dict[int, int]:
    """How many people each message would reach; those for the same people in the same languages are counted once."""
    drafts = {one.id: one.draft(FIRST) for one in found}
    for_whom = {id: (draft.audience, tuple(sorted(draft.texts))) for id, draft in drafts.items()}
    sizes: dict[Any, int] = {}
    for id, draft in drafts.items():
        if for_whom[id] not in sizes:
            sizes[for_whom[id]] = (await readers.preview(tx, draft, now)).size
    return {id: sizes[whom] for id, whom in for_whom.items()}


def problem(one: CampaignMessage, campaign: Campaign, quiet: QuietHours) -> Text | None:
    """Why a message cannot go out."""
    for language in LANGUAGES:
        if not one.texts.get(language):
            return Text("wrong.no_translation", {"language": LanguageName(language)})
    try:
        check(scheduled(one), span(campaign), quiet)
    except WrongRule as wrong:
        return Text(f"wrong.{wrong.code}", wrong.params)
    holes = [hole for text in one.texts.values() for hole in unfilled(text, one.content)]
    return Text("wrong.calendar_unfilled", {"hole": holes[0]}) if holes else None


async def no_longer(turn: Turn, campaign: Campaign) -> list[Words]:
    """The messages that are switched on and cannot go out on the days that a campaign has now, each with the reason."""
    kept = [one for one in await calendar.all_of(turn.tx, campaign.id) if one.active]
    found = [(one, problem(one, campaign, turn.rules.quiet)) for one in kept]
    return [Text("calendar.wrong.line", {"title": one.titles, "why": why}) for one, why in found if why]


def numbered(found: Sequence[CampaignMessage], campaign: Campaign, quiet: QuietHours) -> list[Words]:
    """Every message with its number, its rule and whether it is switched on, or on and cannot go out."""

    def state(one: CampaignMessage) -> Text:
        if one.active and problem(one, campaign, quiet):
            return Text("calendar.stuck")
        return Text("calendar.on" if one.active else "calendar.off")

    return [
        Text(
            "calendar.message.line",
            {
                "number": one.id,
                "title": one.titles,
                "rule": rule(one),
                "on": state(one),
            },
        )
        for one in found
    ]


async def welcome(turn: Turn) -> None:
    """Tell a newcomer what still comes this month, instead of what was sent before she came."""
    if not turn.campaign.active:
        return
    kept = {one.id: one for one in await calendar.all_of(turn.tx, turn.campaign.id) if one.active}
    found = month([scheduled(one) for one in kept.values()], span(turn.campaign), turn.speech.zone)
    coming = [
        Text("calendar.newcomer.line", {"at": one.at, "title": kept[one.message_id].titles})
        for one in found
        if one.at > turn.now and one.state == "planned" and kept[one.message_id].priority >= WORTH_KNOWING
    ]
    if coming:
        turn.reply("calendar.newcomer", lines=coming[:NEXT])
