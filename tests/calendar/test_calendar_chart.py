"""The weekly progress goes out with a chart: computed once, drawn once, the same as in the preview, and it shames nobody."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, date, datetime, timedelta

import orjson
import sqlalchemy as sa
from msgspec.structs import replace
from PIL import Image

from bot.process.app import App
from handlers.calendar.chart import Progress, in_words, progress_chart
from handlers.calendar.preview import EntryPreview, previews
from storage.aid import pledges, receipts
from storage.aid.receipts import NewContribution
from storage.figures import figures
from storage.figures.figures import Figures, Scope
from storage.tables import accounts, addresses, charts, deeds
from storage.tables import pictures as kept
from storage.tables import pledges as promises
from tests.fakes.crowd import crowd
from tests.fakes.month import campaign_of, pass_time, schedule
from tests.fakes.room import NUMBERS, Room
from tests.stage import BOTH, Stage

TODAY = "2026-05-12"
TEXTS = {"vi": "Đến nay\n{totals}", "en": "So far\n{totals}"}
NOTHING = Figures()


async def something_happened(app: App) -> None:
    """A pledge arrived, and two deeds were approved, one of them last week."""
    async with app.database.write() as tx:
        code = await tx.value(sa.select(promises.c.code).where(promises.c.kind == "money").limit(1))
        pledge = await pledges.find(tx, code, None)
        assert pledge is not None
        new = NewContribution(300_000, 300_000, "", date(2026, 5, 11), "cash", 1, "test")
        assert await receipts.add(tx, pledge, new, app.now()) == 1
        ids = [row["id"] for row in await tx.all(sa.select(deeds.c.id).order_by(deeds.c.id))]
        for id, day in zip(ids, (date(2026, 5, 2), date(2026, 5, 9)), strict=False):
            await tx.run(sa.update(deeds).where(deeds.c.id == id).values(state="approved", done_on=day))


async def look_ahead(app: App) -> EntryPreview:
    campaign = await campaign_of(app)
    async with app.database.read() as tx:
        (found,) = await previews(
            tx, campaign, app.context.speeches, "vi", app.now(), date(2026, 5, 12), date(2026, 5, 12)
        )
    return found


async def of_charts(app: App) -> dict[str, dict[str, object]]:
    async with app.database.read() as tx:
        return {row["name"]: row["chart"] for row in await tx.all(sa.select(charts))}


@BOTH
async def test_everybody_gets_the_chart_of_the_preview_in_her_language_computed_and_drawn_once(stage: Stage) -> None:
    plain = Room(replace(NUMBERS, pictures=False), name="plain")
    stage.rooms = (Room(), plain)
    async with stage.program() as app:
        await something_happened(app)
        await crowd(app, 3)
        await crowd(app, 2, first=2000, language="en")
        await crowd(app, 1, channel="plain", first=3000)
        await schedule(app, rule=TODAY, at="10:00", content="totals", texts=TEXTS)
        promised = await look_ahead(app)
        await pass_time(app, stage.clock, datetime(2026, 5, 12, 3, 30, tzinfo=UTC), timedelta(minutes=10))
        assert promised.said is not None
        drawn = await of_charts(app)
        assert len(drawn) == len(promised.said.charts) == 2
        for language, first in (("vi", "1000"), ("en", "2000")):
            told = [message for to, message in stage.room.said if int(to) // 1000 == int(first) // 1000]
            assert {drawn[message.picture]["title"] for message in told} == {promised.said.charts[language]["title"]}
            assert drawn[told[0].picture] == promised.said.charts[language]
            assert told[0].text.startswith(TEXTS[language].partition("\n")[0])
        ((_, worded),) = plain.said
        assert worded.text == next(message.text for to, message in stage.room.said if to == "1000")
        name = told[0].picture
        one, two = await asyncio.gather(app.picture(name), app.picture(name))
        assert one == two
        assert Image.open(io.BytesIO(one)).size[0] == 1170
        stage.clock.forward(days=30)
        await app.sweep()
        assert await app.picture(name) == one, "it stays as long as the message"
    assert [row["name"] for row in await stage.rows(kept) if row["account_id"] is None and row["name"] == name] == [
        name
    ]


async def test_an_officer_s_own_photo_takes_the_place_of_the_chart(stage: Stage) -> None:
    async with stage.program() as app:
        await schedule(app, rule=TODAY, at="10:00", content="totals", texts=TEXTS, picture="hers")
        found = await look_ahead(app)
    assert found.said is not None
    assert (found.said.charts, found.said.draft.picture) == ({}, "hers")


async def test_the_rehearsal_shows_the_chart_and_the_marks_too(stage: Stage) -> None:
    async with stage.program() as app:
        async with app.database.write() as tx:
            hers = sa.update(accounts).where(accounts.c.address == "demo-officer")
            await tx.run(hers.values(channel="room", address="officer"))
        await schedule(
            app, rule="2026-05-13", at="10:00", content="totals", texts={**TEXTS, "vi": "*Đến nay*\n{totals}"}
        )
        await pass_time(app, stage.clock, datetime(2026, 5, 12, 13, tzinfo=UTC), timedelta(minutes=30))
        (seen,) = [message for to, message in stage.room.said if to == "officer"]
        assert seen.picture in await of_charts(app)
    (span,) = seen.spans
    assert (
        seen.text.encode("utf-16-le")[2 * span.start : 2 * (span.start + span.length)].decode("utf-16-le") == "Đến nay"
    )


async def test_the_chart_names_nobody_and_says_nothing_of_what_has_not_come_yet(stage: Stage) -> None:
    async with stage.program() as app:
        campaign, speech = await campaign_of(app), app.speech
        await something_happened(app)
        await schedule(app, rule=TODAY, at="10:00", content="totals", texts=TEXTS)
        found = await look_ahead(app)
        async with app.database.read() as tx:
            given = {row["shown_name"] for row in await tx.all(sa.select(promises.c.shown_name))}
    assert found.said is not None
    chart = found.said.charts["vi"]
    written = orjson.dumps([chart, dict(found.said.draft.texts)]).decode()
    assert given and not [name for name in given if name in written]
    assert in_words(chart) == [
        "Tháng Nhân đạo 2026, đến 12/5", "Địa chỉ có người giúp: 8 / 12", "Cam kết đã thực hiện: 1 / 9",
        "Tiền đã nhận: 300.000\u00a0đ / 13.200.000\u00a0đ", "1/5 – 7/5: 1", "8/5 – 14/5: 1",
    ]  # fmt: skip
    assert progress_chart(Progress(NOTHING, {}, date(2026, 5, 4)), campaign, speech) == {}
    promised = Figures(pledges=3, promised_money=500_000, adopted=2, shown=9)
    early = Progress(promised, {}, date(2026, 5, 4))
    assert in_words(progress_chart(early, campaign, speech))[1:] == ["Địa chỉ có người giúp: 2 / 9"]


async def test_a_long_campaign_shows_its_last_weeks(stage: Stage) -> None:
    async with stage.program() as app:
        campaign = replace(await campaign_of(app), first_on=date(2026, 3, 1), last_on=date(2026, 5, 31))
        done = {date(2026, 3, 2): 5, date(2026, 5, 31): 2, date(2026, 5, 30): 1}
        shown = in_words(progress_chart(Progress(NOTHING, done, date(2026, 6, 2)), campaign, app.speech))[1:]
    assert (shown[0], shown[-1], len(shown)) == ("26/4 – 2/5: 0", "31/5 – 31/5: 2", 6)


async def test_a_household_that_was_helped_still_counts_when_it_is_closed(stage: Stage) -> None:
    async with stage.program() as app:
        campaign = await campaign_of(app)
        async with app.database.write() as tx:
            before = await figures.total(tx, Scope(campaign))
            await tx.run(sa.update(addresses).values(state="closed"))
            after = await figures.total(tx, Scope(campaign))
    assert (before.adopted, before.shown) == (8, 12)
    assert (after.adopted, after.shown) == (8, 8)
