"""One value that somebody altered with SQL, in every sealed column, stops nothing that is for others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa

from bot.process.app import App
from storage.database.secret import MARK
from storage.files import papers
from storage.rights import export
from storage.tables import web_pushes
from storage.tables.sealed import CELLS, SHEET, WordsCell
from storage.talk import journeys, people, places
from storage.web import pushes, webchat
from tests.sealed import fill, rows_of
from tests.stage import Stage


async def altered(stage: Stage) -> int:
    """Alter every sealed column in its first row; returns whose most of these are."""
    person_id = await fill(stage)
    async with stage.program() as app, app.database.write() as tx:
        for cell in CELLS:
            table, (key,) = cell.column.table, cell.column.table.primary_key
            first = min((row[key.name] for row in await rows_of(tx, cell)), default=None)
            value = f"{MARK}no base64" if isinstance(cell, WordsCell) else b"\2 altered"
            if first is not None and cell is not SHEET:
                await tx.run(sa.update(table).where(key == first).values({cell.column.name: value}))
    return person_id


async def swept(app: App, person_id: int) -> None:
    late = app.now().replace(year=2100)
    async with app.database.read() as tx:
        assert len(await journeys.resting(tx, late)) == 1
    await app.sweep()


async def pushed(app: App, person_id: int) -> None:
    async with app.database.write() as tx:
        await tx.run(sa.update(web_pushes).values(due_at=app.now()))
        assert [one.subscription for one in await pushes.lease(tx, 9, app.now())] == [
            {"endpoint": "https://push.example"}
        ]
        await tx.run(sa.update(web_pushes).where(web_pushes.c.address == "page:0").values(due_at=app.now()))
        assert await pushes.lease(tx, 9, app.now()) == []


async def printed(app: App, person_id: int) -> None:
    async with app.database.read() as tx:
        assert [one.paper for one in await papers.find_waiting(tx)] == [{"heading": ["Một"]}]


async def handed_out(app: App, person_id: int) -> None:
    async with app.database.read() as tx:
        assert export.write(await export.everything(tx, person_id))


async def went_on(app: App, person_id: int) -> None:
    async with app.database.read() as tx:
        others = (await people.find(tx, "room", "2"), await people.find(tx, "room", "1"))
        assert len(await places.load(tx, [one.person_id for one in others if one])) == 1


async def shown(app: App, person_id: int) -> None:
    async with app.database.read() as tx:
        for n in range(2):
            await webchat.history(tx, f"page:{n}", 10)


@pytest.mark.parametrize("act", [swept, pushed, printed, handed_out, went_on, shown])
async def test_what_is_for_others_goes_on(stage: Stage, act: Callable[[App, int], Awaitable[None]]) -> None:
    person_id = await altered(stage)
    async with stage.program() as app:
        await act(app, person_id)
