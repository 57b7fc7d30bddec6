"""A text of an announcement is kept under a name; what is made of it goes the way of every announcement."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from storage.broadcast import templates
from storage.tables import audit, broadcasts
from storage.tables import templates as table
from tests.announcing import TEXT, appoint, compose, many, state, text
from tests.stage import BOTH, Stage


async def went_out(stage: Stage) -> None:
    """The announcement reached everybody."""
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(broadcasts).values(state="done", started_at=stage.clock(), ended_at=stage.clock()))


async def test_a_draft_is_not_kept_and_no_template_is_called_by_what_leads_elsewhere(stage: Stage) -> None:
    await appoint(stage, "1")
    await many(stage, 2)
    await compose(stage)
    assert "chưa được duyệt" in text(await stage.say("/broadcast keep 1"))
    await went_out(stage)
    await stage.say("/broadcast keep 1")
    assert "0912 345 678" in text(await stage.say("Gọi 0912 345 678"))
    assert await stage.rows(table) == []
    assert "Đã lưu mẫu" in text(await stage.say("Lễ phát động"))


@BOTH
async def test_a_kept_text_begins_a_new_announcement_that_is_tested_and_sent_like_any(stage: Stage) -> None:
    await appoint(stage, "1")
    await appoint(stage, "2")
    await many(stage, 2)
    await compose(stage)
    await went_out(stage)
    await stage.say("/broadcast keep 1")
    assert "Đã lưu mẫu" in text(await stage.say("Lễ phát động"))
    assert "Lễ phát động" in [b.label for b in (await stage.say("/broadcast templates", "2"))[0].buttons]
    assert "mời bà con dự lễ" in text(await stage.say("/broadcast template 1", "2"))
    await stage.say("/broadcast begin 1", "2")
    for answer in ("1", "bỏ qua", "bỏ qua", "1", "1", "1", "1"):
        await stage.say(answer, "2")
    made = (await stage.rows(broadcasts))[-1]
    assert (made["id"], made["texts"], made["state"]) == (2, {"vi": TEXT}, "draft")
    await stage.say("/broadcast send 2", "2")
    assert await state(stage) == "draft", "not without a test copy"
    assert [row["act"] for row in await stage.rows(audit) if row["act"].startswith("template")] == ["template.keep"]


@BOTH
async def test_of_two_who_keep_the_same_name_at_the_same_instant_one_is_told(stage: Stage) -> None:
    async with stage.program() as app:

        async def keep(name: str, by: int) -> bool:
            async with app.database.write() as tx:
                return await templates.keep(tx, name, {"vi": TEXT}, f"person:{by}", stage.clock())

        assert sorted(await asyncio.gather(keep("Lễ phát động", 1), keep("le phat dong", 2))) == [False, True]
    assert len(await stage.rows(table)) == 1


async def test_only_who_kept_a_template_or_an_admin_removes_it_after_being_asked(stage: Stage) -> None:
    for address, role in (("1", "officer"), ("2", "officer"), ("9", "admin")):
        await appoint(stage, address, role)
    await many(stage, 2)
    await compose(stage)
    await went_out(stage)
    for name in ("Một", "Hai"):
        await stage.say("/broadcast keep 1")
        await stage.say(name)
    assert "đặt tên khác" in text([*await stage.say("/broadcast keep 1"), *await stage.say("mot")])
    await stage.say("Ba")
    assert "Chỉ người lưu" in text(await stage.say("/broadcast unkeep 1", "2"))
    await stage.say("/broadcast unkeep 1")
    await stage.say("chắc rứa")
    assert len(await stage.rows(table)) == 3, "what is not understood removes nothing"
    await stage.say("Xóa mẫu")
    await stage.say("/broadcast unkeep 2", "9")
    await stage.say("Xóa mẫu", "9")
    assert [row["name"] for row in await stage.rows(table)] == ["Ba"]
