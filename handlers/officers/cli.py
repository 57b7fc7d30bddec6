"""The humanitarian addresses on the command line: import a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.dialog.forms import Facts
from bot.media.sheets import BadSheet, Sheets
from bot.message import SheetRow
from bot.turn.operate import Mistake, Opened, operate
from bot.turn.router import Router
from bot.vietnamese.place import Known
from handlers.officers.addresses import imports, table
from storage import audit
from storage.campaign import campaigns

cli = typer.Typer(name="addresses", no_args_is_help=True, help="The humanitarian addresses.", rich_markup_mode=None)
router = Router("addresses_cli", cli=cli)


@cli.callback()
def addresses() -> None:
    """The humanitarian addresses."""


@cli.command("import")
def import_(
    typed: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="The spreadsheet (.xlsx, .xls, .csv), filled in from the template that /desk template sends."
        ),
    ],
) -> None:
    """Import the addresses in a spreadsheet: all of them, or none if a row is wrong; those already here are left alone.

    Example: nhandao addresses import households.xlsx
    """
    operate(typed)(lambda opened: _import(opened, file), demo=False)


async def _import(opened: Opened, file: Path) -> None:
    context, now = opened.context, opened.context.now()
    rows = await _read(file)
    today = context.day(now)
    async with context.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None  # a new database is planted with one
        units = await campaigns.communes(tx, campaign, today)
        communes = [Known(unit.id, unit.name, unit.aliases, unit.district) for unit in units]
        plan = table.read(rows, Facts(today, context.speech, communes))
        if plan.wrong:
            wrong = [f"{file}: {context.speech(reason)}" for reason in plan.wrong]
            raise Mistake("\n".join([*wrong, "nothing was imported; fix these and import the file again"]))
        brought = await imports.write(tx, campaign.id, plan, now)
        for _, code in brought.stored:
            await audit.add(tx, now, "operator", "import", f"address:{code}", {})
    typer.echo(
        f"{len(brought.stored)} addresses were imported, {len(brought.known)} were already here. "
        "Officers must verify and approve them."
    )
    for told in brought.say(plan):
        typer.echo(context.speech(told))


async def _read(file: Path) -> list[SheetRow]:
    try:
        return await Sheets().read(file.read_bytes())
    except OSError as failed:
        raise Mistake(f"{file}: cannot be read ({failed.strerror})") from None
    except BadSheet:
        raise Mistake(
            f"{file}: is not a spreadsheet (.xlsx, .xls, .csv), or is too big; /desk template sends the template"
        ) from None
