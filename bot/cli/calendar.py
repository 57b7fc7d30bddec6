"""What the command line prints of the month: a preview, an iCalendar file, a picture."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import orjson

from bot import logs
from bot.cli.run import Mistake, demo_settings, open_app
from bot.media.child import month
from bot.process.startup import utc_now
from bot.settings import Settings
from handlers.calendar.ics import ics
from handlers.calendar.list import Entry, entries
from handlers.calendar.picture import month_picture
from handlers.calendar.preview import described, previews
from locales import Speech
from storage.campaign import calendar, campaigns
from storage.campaign.campaigns import Campaign

EMPTY = "the calendar is empty: an officer loads it with /calendar load"


async def calendar_preview(settings: Settings, first: str, last: str) -> int:
    """Print the month, or a part of it, as it will be sent."""
    logs.set_up("ERROR", settings.log_format)
    app = await open_app(demo_settings(settings) if settings.is_demo else settings, settings.running)
    try:
        async with app.database.read() as tx:
            campaign = await campaigns.active(tx)
            assert campaign is not None
            days = _day(first, "--from", app.today), _day(last, "--to", campaign.last_on)
            if first and last and days[1] < days[0]:
                raise Mistake(f"--to {days[1]} is before --from {days[0]}")
            if not await calendar.all_of(tx, campaign.id):
                raise Mistake(EMPTY)
            found = await previews(
                tx, campaign, app.context.speeches, settings.default_language, app.now(), days[0], days[1]
            )
        if not found:
            print(f"There is nothing to send from {days[0]} to {days[1]}.")
        for one in found:
            print(described(one, app.speech, app.context.speeches, campaign.organiser, app.facts), flush=True)
    finally:
        await app.close()
    return 0


async def calendar_ics(settings: Settings, language: str) -> int:
    """Print the month as an iCalendar file."""
    campaign, found, _ = await _month(settings, language)
    sys.stdout.buffer.write(ics(found, campaign, language, utc_now()))
    return 0


async def calendar_picture(settings: Settings, file: Path, language: str) -> int:
    """Draw the month into a file."""
    campaign, found, speech = await _month(settings, language)
    drawn = month.answer(orjson.dumps(month_picture(found, campaign, speech)))
    try:
        file.write_bytes(drawn.partition(b"\n")[2])
    except OSError as failed:
        raise Mistake(f"{file} cannot be written ({failed.strerror})") from None
    return 0


async def _month(settings: Settings, language: str) -> tuple[Campaign, list[Entry], Speech]:
    """The campaign with every line of its month."""
    logs.set_up("ERROR", settings.log_format)
    app = await open_app(demo_settings(settings) if settings.is_demo else settings, ())
    try:
        async with app.database.read() as tx:
            campaign = await campaigns.active(tx)
            assert campaign is not None
            found = await entries(tx, campaign, settings.zone, app.now())
            if not found:
                raise Mistake(EMPTY)
    finally:
        await app.close()
    return campaign, found, app.context.speeches[language]


def _day(written: str, option: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(written) if written else otherwise
    except ValueError:
        raise Mistake(f"{option} {written}: this is not a date; write it like 2027-05-01") from None
