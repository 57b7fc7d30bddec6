"""Which pages are told that there is news: each once, by one process, and not if somebody looked meanwhile."""

from __future__ import annotations

from storage.web import pushes
from tests.stage import BOTH, Stage

pytestmark = BOTH
WHERE = ["key", "https://push.example.org/1", "04", "05"]


async def test_a_page_is_leased_by_one_process_and_again_when_that_did_not_come_back(stage: Stage) -> None:
    async with stage.program() as app, app.database.write() as tx:
        now = stage.clock()
        for address in ("a", "b", "c"):
            assert await pushes.subscribe(tx, address, WHERE, now)
            await pushes.note_news(tx, address, now)
        assert not await pushes.lease(tx, 10, now), "who has the page open has time to say so"
        now += pushes.GRACE
        await pushes.looked(tx, ["b"])
        assert {one.address for one in await pushes.lease(tx, 10, now)} == {"a", "c"}
        assert not await pushes.lease(tx, 10, now)
        now += pushes.LEASE
        again = await pushes.lease(tx, 1, now)
        assert [one.subscription for one in again] == [WHERE]
        assert len(await pushes.lease(tx, 10, now)) == 1


async def test_who_looked_while_she_was_told_has_seen_it_and_who_subscribed_anew_is_not_lost(stage: Stage) -> None:
    async with stage.program() as app, app.database.write() as tx:
        now = stage.clock()
        for address in ("seen", "anew"):
            await pushes.subscribe(tx, address, WHERE, now)
            await pushes.note_news(tx, address, now)
        now += pushes.GRACE
        leased = {one.address: one for one in await pushes.lease(tx, 10, now)}
        await pushes.looked(tx, ["seen"])
        await pushes.told(tx, leased["seen"], now)
        await pushes.subscribe(tx, "anew", WHERE, now)
        await pushes.lost(tx, leased["anew"])
        assert await pushes.is_on(tx, "anew")
        for address in ("seen", "anew"):
            await pushes.note_news(tx, address, now)
        assert len(await pushes.lease(tx, 10, now + pushes.GRACE)) == 2, "further news is told"


async def test_what_no_session_opens_any_more_is_swept(stage: Stage) -> None:
    async with stage.program() as app:
        async with app.database.write() as tx:
            await pushes.subscribe(tx, "gone", WHERE, stage.clock())
        await app.sweep()
        async with app.database.read() as tx:
            assert not await pushes.is_on(tx, "gone")
