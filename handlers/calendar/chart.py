"""The chart of the weekly progress: what all of us together promised, what arrived, and the kind deeds of each week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from bot.message import Money, Text
from handlers.officers.reports.weeks import scale
from locales import Speech
from storage.campaign.campaigns import Campaign
from storage.figures.figures import Figures

WEEK = timedelta(days=7)
MOST_WEEKS = 6
"""The latest ones; a month has five."""


class Progress(Struct, frozen=True):
    """Sums without any name, as they stood on a day."""

    sums: Figures
    deeds: Mapping[date, int]
    """Approved ones, by the day on which they were done."""
    on: date


def progress_chart(found: Progress, campaign: Campaign, speech: Speech) -> dict[str, Any]:
    """What ``bot/chart_child.py`` draws, in the words of one language; nothing if there is nothing to see yet."""
    panels = [
        {"title": speech.say(f"calendar.chart.{name}"), "bars": bars}
        for name, bars in (("gifts", _gifts(found.sums, speech)), ("deeds", _deeds(found, campaign, speech)))
        if bars
    ]
    title = speech.say("calendar.chart.title", title=campaign.title, year=str(campaign.year), day=found.on)
    return {"kind": "bars", "organiser": campaign.organiser, "title": title, "panels": panels} if panels else {}


def in_words(chart: Mapping[str, Any]) -> list[str]:
    """The same for whoever cannot see it, line by line."""
    bars = [f"{bar['label']}: {bar['shown']}" for panel in chart["panels"] for bar in panel["bars"]]
    return [str(chart["title"]), *bars]


def _gifts(sums: Figures, speech: Speech) -> list[dict[str, Any]]:
    """Of what was promised, how much has arrived: always as two figures, and nothing where nothing could arrive yet."""
    pairs = (
        ("addresses", sums.adopted, sums.shown),
        ("pledges", sums.begun, sums.pledges),
        ("money", sums.arrived_money, sums.promised_money),
    )
    return [
        {
            "label": speech.say(f"calendar.chart.{name}"),
            "value": part,
            "of": max(part, whole),
            "shown": speech.say("stats.of", n=_format(name, part), of=_format(name, whole)),
        }
        for name, part, whole in pairs
        if part
    ]


def _format(name: str, n: int) -> object:
    return Money(n) if name == "money" else n


def _deeds(found: Progress, campaign: Campaign, speech: Speech) -> list[dict[str, Any]]:
    """How many in each week that has begun."""
    weeks = [
        campaign.first_on + WEEK * n for n in range((min(found.on, campaign.last_on) - campaign.first_on) // WEEK + 1)
    ]
    ends = {first: min(first + WEEK - timedelta(days=1), campaign.last_on) for first in weeks[-MOST_WEEKS:]}
    counts = {first: sum(n for day, n in found.deeds.items() if first <= day <= last) for first, last in ends.items()}
    most = scale(max(counts.values(), default=0))
    return [
        {
            "label": speech(Text("calendar.chart.week", {"first": first, "last": ends[first]})),
            "value": n,
            "of": most,
            "shown": str(n),
        }
        for first, n in counts.items()
        if most
    ]
