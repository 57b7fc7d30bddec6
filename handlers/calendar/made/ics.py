"""The month as an iCalendar file (RFC 5545), for an officer's own calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from handlers.calendar.list import Entry, sendings
from locales import Speech
from storage.campaign.campaigns import Campaign

LENGTH = timedelta(minutes=15)
"""How long a message takes up in the calendar."""


def ics(found: Sequence[Entry], campaign: Campaign, speech: Speech, now: datetime) -> bytes:
    """Every occurrence that goes out, as an event; the same occurrence is the same event in every export."""
    from icalendar import Calendar, Event  # loaded only here: it takes a tenth of a second

    month = Calendar()
    month.add("version", "2.0")
    month.add("prodid", "-//nhandao//calendar//VI")
    month.add("calscale", "GREGORIAN")
    for entry in sendings(found):
        at = entry.occurrence.at.astimezone(UTC)
        event = Event()
        event.add("uid", f"{campaign.prefix}-{entry.occurrence.key.replace(':', '-')}@nhandao")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", at)
        event.add("dtend", at + LENGTH)
        event.add("summary", entry.message.title(speech.language))
        if entry.communes:
            event.add("location", speech.say("calendar.communes", communes=entry.communes))
        month.add_component(event)
    written: bytes = month.to_ical()
    return written
