"""The month as officers see it: every occurrence with its day, weekday, time, title and number of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from msgspec import Struct

from bot.message import Text, Words
from bot.quiet import QuietHours
from bot.turn.turn import Turn
from handlers.calendar import whom
from handlers.calendar.content import unfilled
from handlers.calendar.rules import WEEKDAYS, CampaignDays, Occurrence, Scheduled, WrongRule, check, month
from locales import FIRST, LANGUAGES, LanguageName
from storage.broadcast import readers
from storage.broadcast.audience import Audience
from storage.campaign import calendar, units
from storage.campaign.calendar import CampaignMessage
from storage.campaign.campaigns import Campaign
from storage.database import Tx

FATES = ("done", "cancelled", "paused", "running", "recalled")
"""The states of a broadcast that a line of the month names; the others are on their way."""

NOT_SENT = ("skipped", "gives_way", "nothing", "expired", "cancelled", "over")
"""What became of occurrences that reach nobody: they are in no count and in no file."""

MONDAY = date(2024, 1, 1)
"""Any Monday: only the names of its week are shown."""
NEXT = 3
"""Messages of which a newcomer is told in advance."""
WORTH_KNOWING = 6
"""Their least priority: days of their own, not what comes every day."""


class Entry(Struct, frozen=True):
    """One line of the month."""

    message: CampaignMessage
    """As it goes out on this day."""
    occurrence: Occurrence
    people: int
    """How many it reached, or would reach now."""
    fate: str
    """What became of it, as the end of a sentence's key."""
    rival: str = ""
    """The name of the message of the same day to which it gives way, or with which it collides."""
    communes: Sequence[str] = ()
    """The names of those for which alone it is."""

    @property
    def title(self) -> Text:
        return whom.titled(self.message.titles, self.communes)


def span(campaign: Campaign) -> CampaignDays:
    return CampaignDays(campaign.first_on, campaign.last_on, campaign.peak_first_on)


def schedule_of(message: CampaignMessage) -> Scheduled:
    """What of a message decides when it goes out."""
    return Scheduled(
        message.id,
        message.rule,
        message.at,
        message.priority,
        message.urgent,
        message.changes,
        message.audience.language,
        frozenset(message.audience.communes),
        message.since if message.active else None,
    )


async def entries(
    tx: Tx, campaign: Campaign, zone: tzinfo, now: datetime, *, first: date | None = None, last: date | None = None
) -> list[Entry]:
    """The month in order, or the part of it between two days; with nothing switched on, as it would be with everything."""
    kept = await calendar.all_of(tx, campaign.id)
    shown = {message.id: message for message in kept if message.active} or {message.id: message for message in kept}
    happened = await calendar.find_past(tx, campaign.id)
    named = {id: await units.names(tx, message.audience.communes) for id, message in shown.items()}
    found = []
    sizes: Sizes = {}
    for occurrence in month([schedule_of(message) for message in shown.values()], span(campaign), zone):
        day, row = occurrence.at.astimezone(zone).date(), happened.get(occurrence.key)
        if not (first or day) <= day <= (last or day):
            continue
        message = whom.beside(shown[occurrence.message_id], occurrence, shown)
        people = await _count(tx, message, now, sizes) if row is None else (row["outcomes"] or {}).get("sent", 0)
        rival = shown[occurrence.rival].name if occurrence.rival else ""
        fate = occurrence.state if row is None else _fate(row)
        if row is None and message.active and occurrence.at < (message.since or now):
            fate = "over"
        if fate == "planned" and rival:
            fate = "collides"
        found.append(Entry(message, occurrence, people, fate, rival, named[message.id]))
    return found


Sizes = dict[tuple[Audience, tuple[str, ...]], int]
"""How many people each audience has that reads these languages."""


async def _count(tx: Tx, message: CampaignMessage, now: datetime, sizes: Sizes) -> int:
    """How many people a message would reach; the same people are counted once for all messages."""
    draft = message.draft(FIRST)
    whose = (draft.audience, tuple(sorted(draft.texts)))
    if whose not in sizes:
        sizes[whose] = (await readers.preview(tx, draft, now)).size
    return sizes[whose]


def _fate(row: Mapping[Any, Any]) -> str:
    if row["state"] == "cancelled" and row["problem"] in ("gave_way", "nothing", "expired"):
        return "gives_way" if row["problem"] == "gave_way" else str(row["problem"])
    return row["state"] if row["state"] in FATES else "running"


def sendings(found: Iterable[Entry]) -> list[Entry]:
    """Those that go out, or went out: as many as the list says, and as the file holds."""
    return [entry for entry in found if entry.fate not in NOT_SENT]


def line(entry: Entry) -> Words:
    """One line: when, what, to how many."""
    params = {"at": entry.occurrence.at, "title": entry.title, "n": entry.people, "number": entry.message.id}
    if entry.fate == "planned":
        return Text("calendar.line", params)
    return Text("calendar.line.fate", {**params, "fate": Text(f"calendar.fate.{entry.fate}")})


def rule(message: CampaignMessage) -> Words:
    """When a message goes out, in words."""
    if not message.rule:
        return Text("calendar.rule.none")
    at = {"time": message.at.strftime("%H:%M")}
    if message.rule == "daily":
        return Text("calendar.rule.daily", at)
    name, sign, n = message.rule.replace("-", "+").partition("+")
    if sign and name in ("first", "last", "peak"):
        return Text(f"calendar.rule.{name}" if int(n) else f"calendar.rule.{name}.itself", {**at, "n": int(n)})
    names = message.rule.split()
    if names[0].isalpha():
        return Text(
            "calendar.rule.weekly", {**at, "days": [MONDAY + timedelta(WEEKDAYS.index(name)) for name in names]}
        )
    if len(message.rule) == 5:
        return Text("calendar.rule.yearly", {**at, "day": date.fromisoformat(f"2000-{message.rule}")})
    return Text("calendar.rule.day", {**at, "day": date.fromisoformat(message.rule)})


def problem(message: CampaignMessage, campaign: Campaign, quiet: QuietHours) -> Text | None:
    """Why a message cannot go out."""
    for language in LANGUAGES:
        if not message.texts.get(language):
            return Text("wrong.no_translation", {"language": LanguageName(language)})
    try:
        check(schedule_of(message), span(campaign), quiet)
    except WrongRule as wrong:
        return Text(f"wrong.{wrong.code}", wrong.params)
    holes = [hole for text in message.texts.values() for hole in unfilled(text, message.content)]
    return Text("wrong.calendar_unfilled", {"hole": holes[0]}) if holes else None


def is_over(message: CampaignMessage, campaign: Campaign, zone: tzinfo, now: datetime) -> bool:
    """Whether all its days have passed: what is switched on now is not sent for days before."""
    return all(o.at <= now for o in month([schedule_of(message)], span(campaign), zone))


async def no_longer(turn: Turn, campaign: Campaign) -> list[Words]:
    """The messages that are switched on and cannot go out on the days that a campaign has now, each with the reason."""
    kept = [message for message in await calendar.all_of(turn.tx, campaign.id) if message.active]
    found = [(message, problem(message, campaign, turn.rules.quiet)) for message in kept]
    return [Text("calendar.wrong.line", {"title": message.titles, "why": why}) for message, why in found if why]


async def describe_numbered(
    tx: Tx, found: Sequence[CampaignMessage], campaign: Campaign, quiet: QuietHours
) -> list[Words]:
    """Every message with its number, its rule and whether it is switched on, or on and cannot go out."""

    def state(message: CampaignMessage) -> Text:
        if message.active and problem(message, campaign, quiet):
            return Text("calendar.stuck")
        return Text("calendar.on" if message.active else "calendar.off")

    return [
        Text(
            "calendar.message.line",
            {
                "number": message.id,
                "title": await whom.name(tx, message),
                "rule": rule(message),
                "on": state(message),
            },
        )
        for message in found
    ]


async def welcome(turn: Turn) -> None:
    """Tell a newcomer what still comes this month, instead of what was sent before she came. Her commune is not known yet."""
    if not turn.campaign.active:
        return
    kept = {message.id: message for message in await calendar.all_of(turn.tx, turn.campaign.id) if message.active}
    found = month([schedule_of(message) for message in kept.values()], span(turn.campaign), turn.speech.zone)
    coming = [
        Text("calendar.newcomer.line", {"at": occurrence.at, "title": kept[occurrence.message_id].titles})
        for occurrence in found
        if occurrence.at > turn.now
        and occurrence.state == "planned"
        and kept[occurrence.message_id].priority >= WORTH_KNOWING
        and not kept[occurrence.message_id].audience.communes
    ]
    if coming:
        turn.reply("calendar.newcomer", lines=coming[:NEXT])
