"""What a picture of the month shows: each day with the numbers of its messages, and their titles below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from handlers.calendar.list import Entry, sendings
from locales import Speech
from storage.campaign.campaigns import Campaign

STRONG = 6
"""The least priority of what makes a day stand out."""


def month_picture(found: Sequence[Entry], campaign: Campaign, speech: Speech) -> dict[str, Any]:
    """What ``bot/month_child.py`` draws."""
    going = sendings(found)
    monday = campaign.first_on - timedelta(days=campaign.first_on.weekday())
    days = [monday + timedelta(days=n) for n in range((campaign.last_on - monday).days // 7 * 7 + 7)]
    cells = []
    for day in days:
        its = [entry for entry in going if entry.occurrence.at.astimezone(speech.zone).date() == day]
        inside = campaign.first_on <= day <= campaign.last_on
        shown = str(day.day) if day.day > 1 or day == campaign.first_on else f"{day.day}/{day.month}"
        marks = [[entry.message.id, entry.message.priority >= STRONG] for entry in its]
        cells.append({"day": shown if inside else "", "marks": marks if inside else []})
    titles = {entry.message.id: speech(entry.title) for entry in going}
    return {
        "kind": "month",
        "organiser": campaign.organiser,
        "title": f"{campaign.title} {campaign.year}",
        "weekdays": [speech.say("calendar.weekday", day=day) for day in days[:7]],
        "weeks": [cells[n : n + 7] for n in range(0, len(cells), 7)],
        "legend": sorted([number, title] for number, title in titles.items()),
    }
