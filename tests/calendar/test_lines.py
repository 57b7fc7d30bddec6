"""One line of a message is changed, and nothing of it is lost to somebody who was quicker."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from bot.dialog import lead
from bot.message import Heard
from handlers.calendar.form import LONGEST
from handlers.calendar.lines import LineForm
from storage.campaign import campaigns, staff
from storage.tables import audit, campaign_messages
from storage.talk import people
from tests.desk import LAN, MINH, heard, last
from tests.questions import FACTS
from tests.stage import BOTH, Stage

TEXT = "Mời bà con hiến máu.\n\nGiờ hiến: {hour}."


async def staffed(stage: Stage, text: str = TEXT) -> int:
    """Two officers of the campaign's own unit, and the calendar with a message that says this; returns its number."""
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        for address in (LAN, MINH):
            met = await people.meet(tx, {("room", address): "vi"}, stage.clock())
            person_id = met["room", address][0].id
            await staff.grant(tx, person_id, "officer", campaign.unit_id, "operator", stage.clock())
    await stage.say("/calendar load", LAN)
    async with stage.program() as app, app.database.write() as tx:
        number = int(await tx.value(sa.select(sa.func.min(campaign_messages.c.id))))
        this = campaign_messages.c.id == number
        await tx.run(sa.update(campaign_messages).where(this).values(texts={"vi": text}, content=""))
    return number


async def say(stage: Stage, officer: str, *lines: str) -> None:
    for line in lines:
        await stage.say(line, officer)


async def said(stage: Stage) -> str:
    """What the message says now."""
    rows = await stage.rows(campaign_messages)
    return str(min(rows, key=lambda row: row["id"])["texts"]["vi"])


@BOTH
async def test_of_two_officers_at_one_instant_one_changes_the_line_and_the_other_is_told(stage: Stage) -> None:
    number = await staffed(stage)
    for officer, words in ((LAN, "Giờ hiến: 7h30."), (MINH, "Giờ hiến: 8h.")):
        await say(stage, officer, f"/calendar line {number}", "2", "viết lại", words)
    async with stage.program() as app:
        await asyncio.gather(*(app.engine.receive([stage.room.arrival(who, text="Lưu")]) for who in (LAN, MINH)))
        await app.settle()
    kept = await said(stage)
    assert kept in ("Mời bà con hiến máu.\n\nGiờ hiến: 7h30.", "Mời bà con hiến máu.\n\nGiờ hiến: 8h.")
    told = [heard(stage, who)[-1].text for who in (LAN, MINH)]
    assert sum("vừa được người khác sửa" in text for text in told) == 1
    assert [row["act"] for row in await stage.rows(audit)].count("calendar.edit") == 1


async def test_the_only_line_is_not_taken_away_and_a_text_does_not_grow_beyond_its_length(stage: Stage) -> None:
    number = await staffed(stage, "Mời bà con hiến máu.")
    answer = await stage.say(f"/calendar line {number}", LAN)
    assert "1. Mời bà con hiến máu." in [option.label for option in answer[0].buttons]
    await say(stage, LAN, "1", "bỏ dòng này")
    assert "không còn gì" in last(stage, LAN)
    await say(stage, LAN, "thêm bên dưới", "a" * LONGEST)
    assert "2.500" in last(stage, LAN)
    await say(stage, LAN, "Nhớ mang giấy tờ.\nTối nay ngủ đủ giấc.", "Lưu")
    assert await said(stage) == "Mời bà con hiến máu.\nNhớ mang giấy tờ.\nTối nay ngủ đủ giấc."


def test_who_turns_to_the_text_in_another_language_chooses_a_line_of_that_one() -> None:
    place = lead.begin(
        LineForm, FACTS, {"known": {"texts": {"vi": "Mời bà con.\nGiờ hiến: 7h.", "en": "Welcome."}}}
    ).place
    for pressed in ("line.language=vi", "line.number=2", "line.act=+change", "line.+edit=language", "line.language=en"):
        assert place is not None
        place = lead.resume(LineForm, place, Heard(pressed=pressed), FACTS).place
    assert place is not None
    assert place.asking == "number"


async def test_a_language_is_chosen_by_its_name_and_a_line_by_a_number_that_is_there(stage: Stage) -> None:
    number = await staffed(stage, "Một dòng.\nHai dòng.")
    async with stage.program() as app, app.database.write() as tx:
        this = sa.update(campaign_messages).where(campaign_messages.c.id == number)
        await tx.run(this.values(texts={"vi": "Một dòng.\nHai dòng.", "en": "One line.\nTwo lines."}))
    (asked,) = await stage.say(f"/calendar line {number}", LAN)
    (lines,) = await stage.say("Tiếng Anh", LAN)
    assert [button.label for button in lines.buttons] == ["1. One line.", "2. Two lines."], asked.text
    (told,) = await stage.say("dòng số 9", LAN)
    assert told.text.startswith("Tin này chỉ có 2 dòng, không có dòng số 9.")
    (what,) = await stage.say("dòng số 2", LAN)
    assert "Two lines." in what.text


@pytest.mark.parametrize(
    ("typed", "saved"),
    [("ok", True), ("có", True), ("lưu đi em", True), ("không", False), ("thôi", False), ("giữ nguyên", False)],
)
def test_a_typed_yes_saves_and_a_no_leaves_it(typed: str, saved: bool) -> None:
    form = LineForm({"known": {"texts": {"vi": "Một.\nHai."}}, "number": "1", "act": "remove"}, FACTS)
    assert LineForm.fields["sure"].read(Heard(text=typed), form) == ("save" if saved else "unchanged")
