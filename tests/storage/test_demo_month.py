"""The demo's month is alive: what its people do comes once, on its day, and the chart of the weekly progress grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handlers.calendar.chart import in_words
from handlers.calendar.preview import previews
from storage.demo import demo_month
from tests.fakes.month import campaign_of
from tests.stage import Stage


async def test_the_demo_s_month_fills_and_its_chart_grows(stage: Stage) -> None:
    stage.clock.at = datetime(2026, 4, 30, 11, tzinfo=UTC)
    lived, charts = [], []
    async with stage.program() as app:
        campaign = await campaign_of(app)
        async with app.database.write() as tx:
            await demo_month.begin(tx, app.now())
        for _ in range(33):
            async with app.database.write() as tx:
                lived.append(await demo_month.live(tx, app.now(), app.settings.zone))
                assert await demo_month.live(tx, app.now(), app.settings.zone) == 0
            async with app.database.read() as tx:
                seen = await previews(tx, campaign, app.context.speeches, "vi", app.now(), app.today, app.today)
            charts += [in_words(one.said.charts["vi"]) for one in seen if one.said and one.said.charts]
            stage.clock.forward(days=1)
    assert lived[0] == 0 and sum(lived) == 34
    sizes = [len(chart) for chart in charts]
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]
    assert charts[-1][1:] == [
        "Địa chỉ có người giúp: 12 / 12", "Cam kết đã thực hiện: 13 / 20",
        "Tiền đã nhận: 16.600.000\u00a0đ / 22.600.000\u00a0đ",
        "1/5 – 7/5: 2", "8/5 – 14/5: 3", "15/5 – 21/5: 3", "22/5 – 28/5: 1", "29/5 – 31/5: 1",
    ]  # fmt: skip


async def test_what_the_demo_s_people_do_is_spread_over_the_month(stage: Stage) -> None:
    stage.clock.at = datetime(2026, 5, 10, 3, tzinfo=UTC)
    async with stage.program() as app, app.database.write() as tx:
        first = await demo_month.live(tx, app.now(), app.settings.zone)
        rest = await demo_month.live(tx, app.now() + timedelta(days=30), app.settings.zone)
    assert (first > 5, rest > 5, first + rest) == (True, True, 34)
