"""Recipients are written down with room for the answers of those who write meanwhile, and at once while nobody does."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.broadcast.recipients import TALK, Recipients
from storage.broadcast import broadcasts
from tests.fakes.crowd import announce, crowd
from tests.stage import Stage


async def test_who_is_being_answered_is_given_time_and_nobody_else(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 250)
        id = await announce(app)
        answered: list[datetime] = []
        recipients = Recipients(app.now, lambda: answered[-1] if answered else None)

        async def rest() -> float:
            async with app.database.write() as tx:
                one = await broadcasts.find(tx, id)
                assert one is not None
                before = one.recipients
                await recipients.write_down(tx, one, app.now())
                one = await broadcasts.find(tx, id)
                assert one is not None and one.recipients > before
            return recipients.take_rest()

        async with app.database.write() as tx:
            await broadcasts.start(tx, id, app.now())
        assert await rest() == 0
        answered.append(app.now())
        assert await rest() > 0
        answered.append(app.now() - TALK - timedelta(seconds=1))
        assert await rest() == 0
