"""However much is over, it goes in pieces, and nothing that waits goes with it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.process import sweeping
from storage.database import Tx
from storage.rights import retention
from storage.tables import inbox, outbox
from tests.stage import BOTH, Stage

MANY, WAITING = 700, 5


async def fill(tx: Tx, heard_at: datetime) -> None:
    """So many messages in each direction, of which a few wait."""
    states = ["done"] * MANY + ["waiting"] * WAITING
    nobody = {"channel": "room", "address": "nobody", "due_at": heard_at}
    heard = [{**nobody, "update_key": f"{n}", "payload": b"x", "received_at": heard_at, "state": state}
             for n, state in enumerate(states)]  # fmt: skip
    said = [{**nobody, "dedupe_key": f"{n}", "body": b"x", "created_at": heard_at, "state": state.replace("done", "sent")}
            for n, state in enumerate(states)]  # fmt: skip
    await tx.run(sa.insert(inbox), heard)
    await tx.run(sa.insert(outbox), said)


@BOTH
async def test_what_is_over_goes_in_pieces_until_nothing_is_left_but_what_waits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.program() as app:
        async with app.database.write() as tx:
            await fill(tx, stage.clock())
        pieces: list[int] = []
        whole = retention.sweep_messages

        async def counted(tx: Tx, now: datetime, most: int) -> dict[str, int]:
            found = dict(await whole(tx, now, most))
            pieces.append(sum(found.values()))
            assert pieces[-1] <= most
            return found

        monkeypatch.setattr(retention, "sweep_messages", counted)
        await sweeping.sweep(app.database, app.files, stage.clock() + timedelta(days=8), stage.folder)
        assert len(pieces) > 2
        assert sum(pieces) == 2 * MANY
        await sweeping.sweep(app.database, app.files, stage.clock() + timedelta(days=15), stage.folder)
        assert sum(pieces) == 4 * MANY
    for table in (inbox, outbox):
        assert [row["state"] for row in await stage.rows(table)] == ["waiting"] * WAITING


async def test_the_sweeper_finds_what_is_over_without_looking_at_what_is_not(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.program() as app, app.database.write() as tx:
        statements: list[sa.Delete | sa.Update] = []
        run = tx.run

        async def kept(statement: sa.Delete | sa.Update) -> int:
            statements.append(statement)
            return await run(statement)

        monkeypatch.setattr(tx, "run", kept)
        await retention.sweep_messages(tx, stage.clock(), 10)
        assert len(statements) == 7
        for statement in statements:
            said = str(statement.compile(compile_kwargs={"literal_binds": True}))
            plan = " ".join(row["detail"] for row in await tx.all(sa.text(f"EXPLAIN QUERY PLAN {said}")))
            assert "SEARCH" in plan and "SCAN" not in plan.replace("SCAN broadcasts", ""), plan
