"""What people ask about their own data has a date, a reminder and a proof, which outlives what is known of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from handlers.admins.rights import reminding
from handlers.admins.settings import read_value, show_value
from storage.campaign import settings, workdays
from storage.campaign.settings import HOLIDAYS, Days
from storage.rights import requests
from storage.rights.marks import index_of
from storage.tables import accounts, rights_requests
from tests.desk import admins
from tests.stage import BOTH, Stage

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(day: int, hour: int, month: int = 5) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=HERE).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "days", "until"),
    [
        (at(12, 9), 2, at(14, 17)),  # a Tuesday
        (at(15, 16), 2, at(19, 17)),  # a Friday
        (at(29, 9, 4), 2, at(5, 17)),  # two holidays and a weekend follow
        (at(16, 9), 1, at(18, 17)),  # a Saturday
    ],
)
def test_what_is_due_is_counted_in_the_days_of_offices(asked: datetime, days: int, until: datetime) -> None:
    assert workdays.closing(asked, days, HOLIDAYS.default, HERE) == until


def test_holidays_are_read_as_people_write_them() -> None:
    assert read_value(HOLIDAYS, "30/4, 1/5 và 17/02/2027") == Days.load("30/04, 01/05, 17/02/2027")
    assert read_value(HOLIDAYS, "không") == Days()
    assert show_value(Days()) == "–"
    assert str(Days.load("17/02/2027, 1/5")) == "01/05, 17/02/2027"
    assert [read_value(HOLIDAYS, wrong) for wrong in ("31/02", "mai", "30/4, mai", "30-4", "1/13")] == [None] * 5
    assert date(2027, 2, 17) in Days.load("17/02/2027")
    assert date(2028, 2, 17) not in Days.load("17/02/2027")


class TestKept:
    pytestmark = BOTH

    async def test_asking_and_taking_back_again_and_again_leaves_one_row(self, stage: Stage) -> None:
        """Each time it has its day anew, and admins are reminded of it anew."""
        await stage.agree("take_part")
        for day in (12, 13, 14):
            stage.clock.at = at(day, 9)
            await stage.say("/datarequest erase", "1")
            await stage.say(f"Xóa giúp tôi, lần {day}.", "1")
            (row,) = await stage.rows(rights_requests)
            assert (row["state"], row["asked_at"].day, row["closed_at"]) == ("open", day, None)
            await stage.say(f"/datarequest drop {row['id']}", "1")
        await stage.say("/datarequest erase", "1")
        await stage.say("Vẫn xin xóa.", "1")
        async with stage.program() as app, app.database.write() as tx:
            asked = await requests.find(tx, row["id"])
            assert asked is not None and asked.said == "Vẫn xin xóa."
            assert await requests.answer(tx, asked, "Hội đã nhận.", app.now(), by=1)
        await stage.say(f"/datarequest drop {row['id']}", "1")
        await stage.say("/datarequest erase", "1")
        await stage.say("Xin xóa lần nữa.", "1")
        states = [one["state"] for one in await stage.rows(rights_requests)]
        assert states == ["withdrawn", "open"], "what was answered stays, as its proof"

    async def test_whoever_is_known_by_words_alone_takes_up_nobody_elses_request(self, stage: Stage) -> None:
        (person_id,) = await stage.agree_all(["1"], "take_part")
        async with stage.program() as app, app.database.write() as tx:
            hers = await requests.asker_of(tx, person_id)
            proof = await requests.enter(tx, "correct", "office", hers, app.now(), UTC, key="office:hers")
            await requests.let_go(tx, person_id, app.now(), "self", None)
            other = requests.asker_at_office(tx, "Bà Thử ở Bến Quan")
            assert await requests.enter(tx, "correct", "office", other, app.now(), UTC, key="office:other") != proof

    async def test_admins_are_reminded_before_it_is_due_and_each_working_day_once_it_is_late(
        self, stage: Stage
    ) -> None:
        await admins(stage, "9")
        await stage.agree("take_part")
        stage.clock.at = at(15, 9)  # a Friday
        await stage.say("/datarequest", "1")
        for words in ("1", "Năm sinh của tôi ghi sai, đúng là 1962."):
            await stage.say(words, "1")

        async def told(now: datetime) -> list[str]:
            async with stage.program() as app, app.database.read() as tx:
                return [
                    notice.text.key.removeprefix("request.remind.") for _, notice in await reminding.due(tx, now, HERE)
                ]

        assert await told(at(15, 10)) == [], "they have just been told that it came"
        assert await told(at(15, 14)) == ["act"], "72 hours end on Monday at nine"
        assert await told(at(16, 10)) == [], "a Saturday"
        assert await told(at(18, 8)) == ["act"]
        assert await told(at(18, 10)) == ["act.late"]
        assert await told(at(18, 18)) == [], "offices are closed"
        async with stage.program() as app:
            stage.clock.at = at(18, 10)
            await app.do("requests")
            async with app.database.write() as tx:
                assert await reminding.due(tx, at(18, 11), HERE) == [], "once a day"
                assert len(await reminding.due(tx, at(19, 8), HERE)) == 1
                await settings.change(tx, HOLIDAYS, Days.load("19/05"), "person:9", at(18, 11))
                assert await reminding.due(tx, at(19, 8), HERE) == []

    async def test_what_the_bot_did_at_once_is_noted_as_done_and_the_proof_outlives_the_person(
        self, stage: Stage
    ) -> None:
        await stage.agree("take_part", "announcements")
        await stage.say("/mydata")
        (copy,) = await stage.rows(rights_requests)
        assert (copy["kind"], copy["source"], copy["state"]) == ("copy", "self", "open")
        async with stage.program() as app:
            await app.do("copies")
        await stage.say("/stop")
        await stage.say("/stop")
        await stage.say("/datarequest")
        for words in ("1", "Đây là điều tôi muốn sửa."):
            await stage.say(words)
        await stage.say("/forgetme")
        (farewell,) = await stage.say("xóa hết")
        rows = {row["kind"]: row for row in await stage.rows(rights_requests)}
        assert {kind: row["state"] for kind, row in rows.items()} == {
            "copy": "done", "withdraw": "done", "correct": "withdrawn", "erase": "done",
        }  # fmt: skip
        assert f"{rows['erase']['id']}." in farewell.text
        async with stage.program() as app, app.database.read() as tx:
            assert {row["asker"] for row in rows.values()} == {index_of(tx, "room", "1")}, (
                "who comes with it is known again"
            )
            found = await requests.find(tx, rows["correct"]["id"])
            kept = repr(await tx.all(sa.select(rights_requests)))
        assert found is not None
        assert (found.said, found.person_id) == ("", None)
        assert {(row["person_id"], row["words"]) for row in rows.values()} == {(None, None)}
        assert "self:" not in kept and "room" not in kept

    async def test_who_says_it_in_so_many_words_has_asked_even_if_she_leaves_it_at_that(self, stage: Stage) -> None:
        await stage.agree("take_part")
        (asked,) = await stage.say("Xóa dữ liệu của tôi")
        assert "số 1" in asked.text and "xóa hết" in asked.text
        (row,) = await stage.rows(rights_requests)
        assert (row["kind"], row["source"], row["state"]) == ("erase", "words", "open")
        await stage.say("hủy")
        (row,) = await stage.rows(rights_requests)
        assert row["state"] == "withdrawn"

    async def test_of_who_is_erased_at_the_office_no_words_stay_and_an_account_is_known_by_its_own_hash(
        self, stage: Stage
    ) -> None:
        await admins(stage, "9")
        await stage.agree("take_part")
        (her,) = [row["person_id"] for row in await stage.rows(accounts) if row["address"] == "1"]
        async with stage.program() as app, app.database.write() as tx:
            known = (await requests.asker_of(tx, her)).index
            asker = requests.asker_at_office(tx, "bà Hồ Thị Mẫu, 0912 345 678")
            number = await requests.enter(tx, "erase", "office", asker, at(12, 9), HERE, key="1", said="Xóa tên tôi")
            kept = await requests.find(tx, number)
            assert kept is not None and await requests.close(tx, kept, "done", "Đã xóa trong sổ", at(12, 10), by=her)
            kept = await requests.find(tx, number)
        assert kept is not None
        assert (kept.state, kept.who, kept.said, kept.why) == ("done", "", "", "")
        await stage.say("/requests new", "9")
        for words in ("2", "bà Mẫu", "Sửa tên thôn thành thôn 4.", f"#{her}", "ghi yêu cầu"):
            await stage.say(words, "9")
        async with stage.program() as app, app.database.read() as tx:
            made = await requests.find(tx, number + 1)
        assert made is not None
        assert (made.person_id, made.asker, made.who) == (her, known, "")
