"""The units on the command line: write them into a table, and bring a table in."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from bot.media.paper import Sheet
from bot.media.sheets import BadSheet, Sheets
from bot.media.workbook import workbook
from bot.message import SheetRow
from bot.turn.operate import Mistake, Opened, operate
from bot.turn.router import Router
from handlers.admins import table
from storage.campaign import units

cli = typer.Typer(name="units", no_args_is_help=True, help="The campaign's units.", rich_markup_mode=None)
router = Router("units_cli", cli=cli)

MOST_WRONG = 20
"""Mistakes that are told at once; the rest when these are mended."""


@cli.command()
def export(
    typed: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="Where to write the table: .xlsx or .csv. Left out: print it.")
    ] = None,
) -> None:
    """Write all units as a table, with their codes and old names; `units import` reads it again.

    Example: nhandao units export units.xlsx
    """
    operate(typed)(lambda opened: _export(opened, file), demo=False)


@cli.command("import")
def import_(typed: typer.Context, file: Annotated[Path, typer.Argument(help="The table: .xlsx or .csv.")]) -> None:
    """Add the units of a table, hamlets too: all of them, or none if a row is wrong; those already here stay.

    Example: nhandao units import hamlets.xlsx
    """
    operate(typed)(lambda opened: _import(opened, file), demo=False)


async def _export(opened: Opened, file: Path | None) -> None:
    context = opened.context
    async with context.database.read() as tx:
        tree = await units.tree(tx, context.day(context.now()))
    head, *rows = table.write_rows(list(tree.values()), context.speech)
    if file is None:
        return typer.echo(_as_csv([head, *rows]), nl=False)
    title = context.speech.say("units.sheet")
    if file.suffix.casefold() == ".xlsx":
        raw = workbook([Sheet(title, title, head, rows)])
    else:
        raw = _as_csv([head, *rows]).encode("utf-8-sig")  # so that Excel reads the marks
    try:
        file.write_bytes(raw)
    except OSError as failed:
        raise Mistake(f"{file} cannot be written ({failed.strerror})") from None
    typer.echo(f"{len(rows)} units were written to {file}.")


async def _import(opened: Opened, file: Path) -> None:
    context, now = opened.context, opened.context.now()
    read, today = await _read(file), context.day(now)
    async with context.database.write() as tx:
        await tx.exclusive("units")
        tree = await units.tree(tx, today)
        plan = table.read_rows(read, list(tree.values()), today)
        if plan.wrong:
            wrong = [f"{file}: {context.speech(reason)}" for reason in plan.wrong[:MOST_WRONG]]
            more = len(plan.wrong) - len(wrong)
            and_more = [f"and {more} more"] if more else []
            raise Mistake("\n".join([*wrong, *and_more, "nothing was imported; fix these and import the file again"]))
        await table.bring(tx, plan, today, now)
    typer.echo(f"{len(plan.new)} units were imported, {plan.known} were already here.")


async def _read(file: Path) -> list[SheetRow]:
    try:
        return [row for row in await Sheets().read(file.read_bytes()) if not row.sheet]
    except OSError as failed:
        raise Mistake(f"{file}: cannot be read ({failed.strerror})") from None
    except BadSheet:
        raise Mistake(f"{file}: is not a table: send .xlsx, .xls or .csv; `units export` makes an example") from None


def _as_csv(rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()
