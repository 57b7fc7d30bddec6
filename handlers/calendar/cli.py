"""The month on the command line: a preview, an iCalendar file, a picture."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import orjson
import typer

from bot.turn.operate import Mistake, Opened, Spoken, operate
from bot.turn.router import Router
from handlers.calendar.list import Entry, entries
from handlers.calendar.made.ics import ics
from handlers.calendar.made.picture import month_picture
from handlers.calendar.preview import describe, previews
from handlers.quota import months
from handlers.windows import windows
from locales import FIRST
from storage.campaign import calendar, campaigns
from storage.campaign.campaigns import Campaign

cli = typer.Typer(name="calendar", no_args_is_help=True, help="The month's messages.", rich_markup_mode=None)
router = Router("calendar_cli", cli=cli)

EMPTY = "the calendar is empty: an officer loads it with /calendar load"
Titles = Annotated[Spoken, typer.Option(help="The language of the titles.")]


@cli.command()
def preview(
    typed: typer.Context,
    first: Annotated[
        str, typer.Option("--from", help="The first day, for example 2027-05-01. Without it: today.")
    ] = "",
    last: Annotated[str, typer.Option("--to", help="The last day. Without it: the campaign's last day.")] = "",
) -> None:
    """Print what will be sent, when, to how many people, how each channel shows it, and what is left of its month.

    Example: nhandao calendar preview --from 2027-05-01 --to 2027-05-07
    """
    operate(typed)(lambda opened: _print_previews(opened, first, last), channels=True)


@cli.command("ics")
def print_ics(typed: typer.Context, language: Titles = FIRST) -> None:
    """Print the month as an iCalendar file.

    Example: nhandao calendar ics > may.ics
    """

    async def work(opened: Opened) -> None:
        campaign, found = await _month(opened)
        typer.echo(ics(found, campaign, opened.context.speeches[language], opened.context.now()), nl=False)

    operate(typed)(work)


@cli.command()
def picture(
    typed: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write the JPEG.")],
    language: Titles = FIRST,
) -> None:
    """Draw the month, to be read on a phone or printed.

    Example: nhandao calendar picture may.jpg
    """

    async def work(opened: Opened) -> None:
        campaign, found = await _month(opened)
        from bot.media.child import month  # Pillow, which only this needs

        wanted = month_picture(found, campaign, opened.context.speeches[language])
        drawn = month.answer(orjson.dumps(wanted)).partition(b"\n")[2]
        try:
            file.write_bytes(drawn)
        except OSError as failed:
            raise Mistake(f"{file} cannot be written ({failed.strerror})") from None

    operate(typed)(work)


async def _print_previews(opened: Opened, first: str, last: str) -> None:
    context, now = opened.context, opened.context.now()
    async with context.database.read() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        since, until = _day(first, "--from", context.day(now)), _day(last, "--to", campaign.last_on)
        if first and last and until < since:
            raise Mistake(f"--to {until} is before --from {since}")
        if not await calendar.all_of(tx, campaign.id):
            raise Mistake(EMPTY)
        found = await previews(tx, campaign, context.speeches, context.language, now, since, until)
        left = await months(tx, opened.channels, context.day(now))
        who = await windows(tx, opened.channels, now)
    if not found:
        typer.echo(f"There is nothing to send from {since} to {until}.")
    for entry in found:
        typer.echo(describe(entry, context.speech, context.speeches, campaign.organiser, opened.channels))
    for each in left.values():
        typer.echo(context.speech(each.line))
    for line in who:
        typer.echo(context.speech(line))


async def _month(opened: Opened) -> tuple[Campaign, list[Entry]]:
    """The campaign with every line of its month."""
    async with opened.context.database.read() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        found = await entries(tx, campaign, opened.context.zone, opened.context.now())
    if not found:
        raise Mistake(EMPTY)
    return campaign, found


def _day(written: str, option: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(written) if written else otherwise
    except ValueError:
        raise Mistake(f"{option} {written}: this is not a date; write it like 2027-05-01") from None
