"""The newest pair of tokens is the one that is used, sealed as it lies; the earlier ones are kept."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from storage.platform import notes, tokens
from storage.tables import channel_tokens
from tests.stage import BOTH, Stage

pytestmark = BOTH
DAY = timedelta(hours=25)


async def test_the_newest_pair_is_used_and_nothing_of_any_lies_there_in_words(stage: Stage) -> None:
    async with stage.program() as app, app.database.write() as tx:
        now = stage.clock()
        assert await tokens.current(tx, "zalo_oa") is None
        first = await tokens.keep(tx, "zalo_oa", "OA1", "access-1", "refresh-1", now, now + DAY)
        await tokens.keep(tx, "elsewhere", "OA1", "access-9", "refresh-9", now, now + DAY)
        await tokens.refuse(tx, first, "used before", now)
        pair = await tokens.current(tx, "zalo_oa")
        assert pair is not None
        assert (pair.access, pair.refresh, pair.refused_at, pair.reason) == (
            "access-1",
            "refresh-1",
            now,
            "used before",
        )
        await tokens.keep(tx, "zalo_oa", "OA1", "access-2", "refresh-2", now, now + DAY)
        pair = await tokens.current(tx, "zalo_oa")
        assert pair is not None
        assert (pair.access, pair.refused_at) == ("access-2", None)
        rows = await tx.all(sa.select(channel_tokens))
        assert len(rows) == 3
        assert not any(b"access" in row["sealed"] or b"refresh" in row["sealed"] for row in rows)


async def test_what_was_found_out_of_a_platform_is_as_it_was_last(stage: Stage) -> None:
    async with stage.program() as app, app.database.write() as tx:
        now = stage.clock()
        await notes.note(tx, "zalo_oa", "buttons", "template", now)
        await notes.note(tx, "zalo_oa", "buttons", "off", now + DAY)
        noted = await notes.noted(tx, "zalo_oa")
        assert {name: (one.said, one.noted_at) for name, one in noted.items()} == {"buttons": ("off", now + DAY)}
