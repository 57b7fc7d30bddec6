"""A restored backup has forgotten what was sent since: nothing may go out again by itself."""

from __future__ import annotations

from storage.tables import broadcasts as kept
from tests.fakes.crowd import announce, crowd
from tests.stage import Stage
from tests.test_ledger import drain, rows, state


async def test_a_restored_backup_sends_nothing_by_itself(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 150)
        id = await announce(app)
        await app.broadcasting.begin()
        await app.broadcasting._round()
    backup = (stage.folder / "bot.db").read_bytes()
    async with stage.program() as app:
        stage.clock.forward(seconds=30)
        await drain(app)
        assert await state(app, id) == "done"
    for tail in ("-wal", "-shm"):
        (stage.folder / f"bot.db{tail}").unlink(missing_ok=True)
    (stage.folder / "bot.db").write_bytes(backup)
    async with stage.program() as app:
        await app.broadcasting.begin()
        await drain(app)
        assert await state(app, id) == "paused"
        assert len(stage.room.said) == 150
        row = next(iter(await rows(app, kept)))
        assert row["problem"] == "restored"
