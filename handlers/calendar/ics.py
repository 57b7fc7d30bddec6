"""The month as an iCalendar file (RFC 5545), for an officer's own calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from handlers.calendar.list import Entry
from storage.campaign.campaigns import Campaign

LASTS = timedelta(minutes=15)
LONGEST = 75
"""Octets of a line."""


def ics(found: Sequence[Entry], campaign: Campaign, language: str, now: datetime) -> str:
    """Every occurrence that goes out, as an event; the same occurrence is the same event in every export."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//nhandao//calendar//VI", "CALSCALE:GREGORIAN"]
    for one in found:
        if one.fate in ("skipped", "gives_way", "nothing", "expired", "cancelled"):
            continue
        at = one.occurrence.at
        lines += [
            "BEGIN:VEVENT", f"UID:{campaign.prefix}-{one.occurrence.key.replace(':', '-')}@nhandao",
            f"DTSTAMP:{_utc(now)}", f"DTSTART:{_utc(at)}", f"DTEND:{_utc(at + LASTS)}",
            f"SUMMARY:{_escaped(one.message.title(language))}", "END:VEVENT",
        ]  # fmt: skip
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """The line in parts of at most 75 octets, cut between characters; what follows begins with a space."""
    parts = [""]
    for character in line:
        if len((parts[-1] + character).encode()) > LONGEST:
            parts.append(" ")
        parts[-1] += character
    return parts
