"""What admins and officers are told of an Official Account: who can be written to, what that costs, and what to do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from storage.broadcast.audience import Audience
from storage.campaign import staff
from storage.tables import accounts, deliveries
from storage.talk import people
from tests.channels.stands import OnZaloOa
from tests.fakes.crowd import announce, crowd
from tests.stage import Stage, Template


async def test_an_announcement_tells_who_is_inside_the_window_before_and_who_was_missed_for_it_afterwards(
    template: Template, tmp_path: Path
) -> None:
    template.copy(tmp_path)
    await Stage(tmp_path).agree("take_part", channel="zalo_oa", address="7")
    stand = OnZaloOa(tmp_path)
    async with stand.open(), stand.running():
        app = stand.bot.app
        await crowd(app, 5, channel="zalo_oa")
        async with app.database.write() as tx:
            admin = await people.find(tx, "zalo_oa", "7")
            assert admin is not None
            await staff.grant(tx, admin.person_id, "admin", None, "operator", app.now())
            addresses = (await tx.all(sa.select(accounts.c.address).where(accounts.c.address.like("10%"))))[:5]
            ages = dict(zip((row["address"] for row in addresses), (1, 3, 3, 8, 9), strict=True))
            for address, days in ages.items():
                at = app.now() - timedelta(days=days)
                await tx.run(sa.update(accounts).where(accounts.c.address == address).values(heard_at=at))
                stand.api.person(address).seen_at = at
        stand.person.says("/zalo")
        [told] = await stand.quiet()
        for wanted in (
            "Zalo OA, tháng này: 0 tin miễn phí", "1 người miễn phí, 2 người tính phí và 2 người ngoài thời gian",
            "khoảng 110", "app_id + body + body time + key 1", "✅",
        ):  # fmt: skip
            assert wanted in told.text, told.text
        id = await announce(app, "Mai tập trung lúc 7h", audience=Audience(channel="zalo_oa"), urgent=True)
        await stand.ended("done")
        async with app.database.read() as tx:
            rows = await tx.all(sa.select(deliveries.c.state, deliveries.c.reason))
        assert sorted((row["state"], row["reason"]) for row in rows) == [
            ("sent", ""), ("sent", ""), ("sent", ""), ("skipped", "window_closed"), ("skipped", "window_closed"),
        ]  # fmt: skip
        stand.person.says("/zalo")
        told = (await stand.quiet())[-1]
        assert "2 tin miễn phí, 2 tin tính phí, 0 tin theo mẫu, khoảng 110" in told.text, told.text
        stand.person.says(f"/broadcast missed {id}")
        told = (await stand.quiet())[-1]
        assert "ngoài thời gian Zalo cho nhắn" in told.text
