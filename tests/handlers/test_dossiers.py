"""Humanitarian addresses: two officers, a sealed dossier, consent; nobody else sees anything before that."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from handlers.officers import reveal as reveals
from storage.aid import dossiers
from storage.tables import addresses, audit, needs, pledges, volunteers
from tests.desk import FAR, LAN, MINH, RESIDENT, arrive, code_in, dismiss, heard, last, promise, staffed, values
from tests.stage import BOTH, Stage, photo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NAME, HOUSE, STORY = "Hồ Thị Canary", "Thôn Hoàng Yến, cạnh giếng", "Bà sống một mình, mái nhà dột, mùa mưa sắp tới."


async def code_of(stage: Stage) -> str:
    return str((await stage.rows(addresses))[-1]["code"])


async def state_of(stage: Stage, code: str) -> str:
    return str(next(row["state"] for row in await stage.rows(addresses) if row["code"] == code))


async def survey(stage: Stage, officer: str = LAN, *, consented: str = "có") -> str:
    """An officer adds an address with one need; returns its code."""
    await stage.say("/desk add", officer)
    for text in (NAME, "Cửa Tùng", HOUSE, "0987654321", "1950", "bỏ qua", "4", "Bà C.", "1", STORY, consented, "đúng"):
        await stage.say(text, officer)
    code = await code_of(stage)
    await stage.say(f"/desk need {code}", officer)
    for text in ("1", "Lợp lại mái nhà", "12 triệu", "đúng"):
        await stage.say(text, officer)
    return code


async def test_an_address_is_approved_by_a_second_officer_and_only_then_seen(stage: Stage) -> None:
    await staffed(stage)
    code = await survey(stage)
    await stage.say(f"/desk verify {code}", LAN)
    assert "chờ phê duyệt" in last(stage, MINH)
    assert "chính anh/chị xác minh" in (await stage.say(f"/desk accept {code}", LAN))[0].text
    assert "Không tìm thấy" in (await stage.say(f"/address {code}"))[0].text
    assert "Đã phê duyệt" in (await stage.say(f"/desk accept {code}", MINH))[0].text
    shown = (await stage.say(f"/address {code}"))[0].text
    assert "Bà C." in shown
    assert STORY in shown
    assert NAME not in shown
    acts = [row["act"] for row in await stage.rows(audit) if row["object"] == f"address:{code}"]
    assert acts == ["survey", "need", "verified", "approved"]


@BOTH
async def test_the_database_lets_no_officer_verify_and_approve(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await survey(stage)
    await stage.say(f"/desk verify {code}", LAN)
    async with stage.program() as app:
        async with app.database.read() as tx:
            kept = await dossiers.find(tx, code, None)
        assert kept is not None

        async def accept(by: int) -> bool:
            async with app.database.write() as tx:
                return await dossiers.step(tx, kept, "approved", by, stage.clock())

        assert not await accept(ids[LAN])
        assert sorted(await asyncio.gather(*(accept(ids[MINH]) for _ in range(4)))) == [False, False, False, True]


async def test_consent_is_noted_as_people_say_it_and_nothing_else_is_taken_for_a_no(stage: Stage) -> None:
    await staffed(stage)
    code = await survey(stage)
    for said, consented in (
        ("không", False), ("có", True), ("ko ạ", False), ("Đồng ý", True), ("khong dong y", False), ("yes", True),
    ):  # fmt: skip
        await stage.say(f"/banviec dongy {code} {said}", LAN)
        assert (await stage.rows(addresses))[-1]["consented"] is consented, said
    for said in ("", "để hỏi lại", "không biết", "có không"):
        answer = (await stage.say(f"/desk consent {code} {said}", LAN))[0]
        assert values(answer)[:2] == [f"/desk consent {code} yes", f"/desk consent {code} no"], said
        assert (await stage.rows(addresses))[-1]["consented"] is True, said


async def test_words_that_may_say_the_contrary_are_not_passed_over(stage: Stage) -> None:
    await staffed(stage)
    code = await survey(stage)
    said = (await stage.say(f"/desk verify {code} không", LAN))[0].text
    assert "“không”" in said
    assert await state_of(stage, code) == "surveyed"


async def test_without_consent_nothing_is_shown_and_a_withdrawn_one_hides_it_at_once(stage: Stage) -> None:
    await staffed(stage)
    code = await survey(stage, consented="không")
    await stage.say(f"/desk verify {code}", LAN)
    assert "chưa đồng ý" in (await stage.say(f"/desk accept {code}", MINH))[0].text
    await stage.say(f"/desk consent {code} yes", LAN)
    await stage.say(f"/desk accept {code}", MINH)
    assert "Bà C." in (await stage.say(f"/address {code}"))[0].text
    await stage.say(f"/desk consent {code} no", LAN)
    assert "Không tìm thấy" in (await stage.say(f"/address {code}"))[0].text


async def test_an_address_that_needs_nothing_is_not_approved(stage: Stage) -> None:
    await staffed(stage)
    await stage.say("/desk add", LAN)
    for text in (NAME, "Cửa Tùng", HOUSE, "bỏ qua", "bỏ qua", "bỏ qua", "4", "Bà C.", "1", STORY, "có", "đúng"):
        await stage.say(text, LAN)
    code = await code_of(stage)
    await stage.say(f"/desk verify {code}", LAN)
    assert "chưa ghi việc cần giúp" in (await stage.say(f"/desk accept {code}", MINH))[0].text


async def test_who_and_where_they_are_is_sealed_and_opened_only_with_a_reason_that_is_kept(stage: Stage) -> None:
    await staffed(stage)
    code = await survey(stage)
    sealed = next(row["dossier"] for row in await stage.rows(addresses) if row["code"] == code)
    assert NAME.encode() not in sealed
    card = (await stage.say(f"/desk address {code}", LAN))[-1].text
    assert NAME not in card
    assert "0987654321" not in card
    await stage.say(f"/desk dossier {code}", LAN)
    shown = (await stage.say("1", LAN))[0]
    opened = shown.text
    assert NAME in opened
    assert HOUSE in opened
    assert shown.private
    row = next(row for row in await stage.rows(audit) if row["act"] == "reveal")
    assert (row["object"], row["details"]) == (f"address:{code}", {"why": "task"})
    assert NAME not in str(await stage.rows(audit))


async def test_the_full_name_and_links_are_kept_out_of_what_everybody_reads(stage: Stage) -> None:
    await staffed(stage)
    await stage.say("/desk add", LAN)
    for text in (NAME, "Cửa Tùng", HOUSE, "bỏ qua", "bỏ qua", "bỏ qua", "4"):
        await stage.say(text, LAN)
    assert "ở đâu, hay dẫn người ta tới chỗ khác: ho thi canary." in (await stage.say("Bà ho thi canary", LAN))[0].text
    for text in ("Bà C.", "1"):
        await stage.say(text, LAN)
    said = (await stage.say(f"{STORY} Xem https://x.vn/chuyen-tien, STK 19034567890, thôn hoàng yến", LAN))[0].text
    assert all(f" {told}" in said for told in ("thôn hoàng yến", "19034567890", "https://x.vn/chuyen-tien"))


async def test_the_story_is_read_again_when_the_name_is_changed_after_it(stage: Stage) -> None:
    await staffed(stage)
    await stage.say("/desk add", LAN)
    story = "Bà Hồ Thị Yến sống một mình, mái nhà dột, mùa mưa sắp tới."
    for text in (NAME, "Cửa Tùng", HOUSE, "bỏ qua", "bỏ qua", "bỏ qua", "4", "Bà C.", "1", story, "có"):
        await stage.say(text, LAN)
    for text in ("sửa", "1", "Hồ Thị Yến"):
        await stage.say(text, LAN)
    before = len(await stage.rows(addresses))
    assert "Hồ Thị Yến" in (await stage.say("đúng", LAN))[0].text
    assert len(await stage.rows(addresses)) == before
    for text in (STORY, "đúng"):
        await stage.say(text, LAN)
    assert len(await stage.rows(addresses)) == before + 1


async def test_a_need_tells_nothing_of_what_is_sealed(stage: Stage) -> None:
    await staffed(stage)
    code = await survey(stage)
    await stage.say(f"/desk need {code}", LAN)
    for text in ("1", "Lợp mái cho bà Canary", "12 triệu"):
        await stage.say(text, LAN)
    assert "chỗ khác: Canary." in (await stage.say("đúng", LAN))[0].text
    for text in ("Lợp mái bếp", "đúng"):
        await stage.say(text, LAN)
    assert "Lợp mái bếp" in [row["what"] for row in await stage.rows(needs)]


async def test_what_was_written_before_is_looked_at_again_when_it_is_approved(stage: Stage) -> None:
    await staffed(stage)
    code = await survey(stage)
    await stage.say(f"/desk verify {code}", LAN)
    async with stage.program() as app, app.database.write() as tx:
        told = "Bà Hồ Thị Canary, gọi 0987 654 321, ở thôn Hoàng Yến."
        await tx.run(sa.update(addresses).where(addresses.c.code == code).values(story=told))
    assert "để mọi người đọc: Hồ Thị Canary, thôn Hoàng Yến" in (await stage.say(f"/desk address {code}", MINH))[0].text
    assert "chưa phê duyệt được" in (await stage.say(f"/desk accept {code}", MINH))[0].text
    assert await state_of(stage, code) == "verified"


async def test_who_surveys_again_reads_who_they_are_and_that_is_written_down(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await survey(stage)
    await stage.say(f"/desk survey {code}", MINH)
    assert NAME in (await stage.say("quay lại", MINH))[0].text
    (seen,) = [row for row in await stage.rows(audit) if row["act"] == "reveal"]
    assert (seen["actor"], seen["object"]) == (f"person:{ids[MINH]}", f"address:{code}")
    assert seen["details"] == {"why": "survey"}


async def test_a_resident_proposes_and_hears_what_became_of_it(stage: Stage) -> None:
    await staffed(stage)
    await stage.say("/propose")
    for text in ("có", NAME, "Cửa Tùng", HOUSE, "bỏ qua", STORY):
        await stage.say(text)
    assert "Hội đã nhận phần giới thiệu" in (await stage.say("đúng"))[0].text
    code = await code_of(stage)
    assert (values(heard(stage, LAN)[-1]), heard(stage, FAR)) == ([f"/desk address {code}"], [])
    await stage.say(f"/desk survey {code}", LAN)
    for text in ("bỏ qua", "bỏ qua", "4", "Bà C.", "1", STORY, "có", "đúng"):
        await stage.say(text, LAN)
    await stage.say(f"/desk need {code}", LAN)
    for text in ("2", "Gạo", "kg", "50", "đúng"):
        await stage.say(text, LAN)
    await stage.say(f"/desk verify {code}", LAN)
    await stage.say(f"/desk accept {code}", MINH)
    assert await state_of(stage, code) == "approved"
    assert "đã được phê duyệt" in last(stage, RESIDENT)


async def test_a_proposal_is_refused_with_a_reason(stage: Stage) -> None:
    await staffed(stage)
    await stage.say("/propose")
    for text in ("có", NAME, "Cửa Tùng", HOUSE, "bỏ qua", STORY, "đúng"):
        await stage.say(text)
    code = await code_of(stage)
    await stage.say(f"/desk refuse {code}", LAN)
    await stage.say("gia đình đã chuyển đi nơi khác", LAN)
    assert "gia đình đã chuyển đi nơi khác" in last(stage, RESIDENT)


async def test_an_address_gets_a_photo_pauses_and_ends(stage: Stage) -> None:
    await staffed(stage)
    code = await survey(stage)
    await stage.say(f"/desk picture {code}", LAN)
    await stage.say("", LAN, photo=str(photo(stage.folder, "house")))
    assert heard(stage, LAN)[-1].picture
    await stage.say(f"/desk verify {code}", LAN)
    await stage.say(f"/desk accept {code}", MINH)
    for act, state in (("pause", "paused"), ("close", "closed")):
        await stage.say(f"/desk {act} {code}", LAN)
        await stage.say("gia đình đã ổn định cuộc sống", LAN)
        assert await state_of(stage, code) == state
        assert "Không tìm thấy" in (await stage.say(f"/address {code}"))[0].text
    assert "không làm được" in (await stage.say(f"/desk survey {code}", LAN))[0].text


async def test_whoever_pledged_is_told_that_an_address_is_paused_why_and_that_it_goes_on(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await stage.say("/desk pause DC-0002", LAN)
    assert "đang cam kết giúp" in (await stage.say("chờ xã khảo sát lại căn nhà", LAN))[0].text
    told = last(stage, RESIDENT)
    assert "đang tạm dừng nhận thêm: chờ xã khảo sát lại" in told and code in told
    assert (await stage.rows(pledges))[-1]["state"] == "new"
    await stage.say("/desk accept DC-0002", MINH)
    assert "đã mở lại" in last(stage, RESIDENT) and code in last(stage, RESIDENT)


@pytest.mark.parametrize(
    "act",
    ["address", "survey", "need", "verify", "accept", "refuse", "pause", "close", "consent", "picture", "dossier"],
)
async def test_an_officer_of_another_unit_hears_the_same_as_for_what_does_not_exist(stage: Stage, act: str) -> None:
    await staffed(stage)
    theirs, nothing = await stage.say(f"/desk {act} DC-0002 yes", FAR), await stage.say(f"/desk {act} DC-9999 yes", FAR)
    assert [m.text for m in theirs] == [m.text for m in nothing]
    assert await state_of(stage, "DC-0002") == "approved"


async def test_nobody_adds_an_address_in_another_unit(stage: Stage) -> None:
    await staffed(stage)
    before = len(await stage.rows(addresses))
    await stage.say("/desk add", FAR)
    for text in (NAME, "Cửa Tùng", HOUSE, "bỏ qua", "bỏ qua", "bỏ qua", "4", "Bà C.", "1", STORY, "có", "đúng"):
        await stage.say(text, FAR)
    assert len(await stage.rows(addresses)) == before


async def register(stage: Stage) -> str:
    """The resident registers in Cửa Tùng; returns her person's id."""
    await stage.say("/volunteer")
    for text in (NAME, "1990", "0987654321", "thôn Thử, Cửa Tùng", "1", "xong", "đúng"):
        await stage.say(text)
    return str((await stage.rows(volunteers))[-1]["person_id"])


@BOTH
async def test_a_volunteer_is_found_with_or_without_diacritics_and_noticed_once(stage: Stage) -> None:
    await staffed(stage)
    who = await register(stage)
    assert values(heard(stage, LAN)[-1]) == [f"/desk volunteer {who}"]
    for name in ("Hồ Thị", "canary ho", "CANARY"):
        assert NAME in (await stage.say(f"/volunteers {name}", LAN))[0].text
    assert NAME in (await stage.say("/desk volunteers", LAN))[0].text
    await stage.say(f"/desk volunteer {who}", LAN)
    assert NAME not in (await stage.say("/desk volunteers", LAN))[0].text
    assert NAME in (await stage.say("/volunteers", LAN))[0].text
    assert NAME not in (await stage.say("/volunteers canary", FAR))[0].text
    assert "%" not in NAME and "Không tìm thấy" in (await stage.say("/volunteers %", LAN))[0].text
    assert "Không tìm thấy" in (await stage.say("/volunteers ???", LAN))[0].text


async def test_a_phone_number_is_shown_only_after_a_reason_was_written_down(stage: Stage) -> None:
    ids = await staffed(stage)
    who = await register(stage)
    stage.room.said.clear()
    for text in ("/volunteers", "/desk volunteers", f"/desk volunteer {who}", f"/desk contact {who}"):
        await stage.say(text, LAN)
    assert "987654321" not in "".join(message.text for message in heard(stage, LAN))
    assert "+84987654321" in (await stage.say("1", LAN))[0].text
    row = next(row for row in await stage.rows(audit) if row["act"] == "reveal")
    assert (row["actor"], row["object"], row["details"]) == (f"person:{ids[LAN]}", f"volunteer:{who}", {"why": "task"})


async def test_who_looks_at_too_much_within_an_hour_is_stopped_and_the_admins_are_told_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reveals, "AN_HOUR", 2)
    ids = await staffed(stage)
    who = await register(stage)

    async def look() -> str:
        await stage.say(f"/desk contact {who}", LAN)
        return (await stage.say("1", LAN))[0].text

    seen = [await look() for _ in range(4)]
    assert ["+84987654321" in text for text in seen] == [True, True, False, False]
    acts = [row["act"] for row in await stage.rows(audit) if row["actor"] == f"person:{ids[LAN]}"]
    assert (acts.count("reveal"), acts.count("reveal_stopped")) == (2, 1)
    stage.clock.forward(hours=1)
    assert "+84987654321" in await look()


async def test_another_unit_s_officer_and_a_former_one_see_no_volunteer(stage: Stage) -> None:
    ids = await staffed(stage)
    who = await register(stage)
    for act in ("volunteer", "contact"):
        assert "Không tìm thấy" in (await stage.say(f"/desk {act} {who}", FAR))[0].text
    await stage.say(f"/desk contact {who}", LAN)
    await dismiss(stage, ids[LAN])
    assert "987654321" not in "".join(message.text for message in await stage.say("1", LAN))


async def pledged(stage: Stage, code: str) -> str:
    """The resident promises half the roof of an approved address; returns the pledge's code."""
    await stage.say(f"/pledge {code}")
    await stage.say("6 triệu")
    return code_in((await stage.say("đúng"))[0].text)


async def test_a_household_that_was_written_down_twice_goes_on_at_one_address_with_its_pledges(stage: Stage) -> None:
    await staffed(stage)
    twice = await survey(stage)
    await stage.say(f"/desk verify {twice}", LAN)
    await stage.say(f"/desk accept {twice}", MINH)
    pledge = await pledged(stage, twice)
    await stage.say(f"/desk duplicate {twice}", LAN)
    assert "Không tìm thấy" in (await stage.say("DC-0003", LAN))[0].text, "it lies in Bến Quan"
    assert (await stage.say(f"{twice}", LAN))[0].text.startswith(f"Chưa gộp được {twice} vào {twice}")
    await stage.say(f"/desk duplicate {twice}", LAN)
    shown = (await stage.say("dc-0002", LAN))[0].text
    assert STORY in shown and "Cam kết còn mở: 1" in shown and "họ tên chưa đủ để so" in shown
    assert NAME not in shown
    await stage.say("Không, để riêng", LAN)
    assert await state_of(stage, twice) == "approved"
    for text in (f"/desk duplicate {twice}", "dc-0002"):
        await stage.say(text, LAN)
    assert "Đã báo cho 1 người" in (await stage.say("Đúng một hộ, gộp lại", LAN))[0].text
    assert "nay gộp về một địa chỉ DC-0002" in last(stage, RESIDENT)
    assert "trùng hộ khác (DC-0002)" in (await stage.say(f"/desk address {twice}", LAN))[-1].text
    assert "Không tìm thấy" in (await stage.say(f"/address {twice}"))[0].text
    kept = (await stage.say("/desk address DC-0002", LAN))[-1].text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Lợp lại mái nhà: cần 6.000.000 đ, đã cam kết 6.000.000 đ" in kept, (
        "nobody is asked again for what was not promised"
    )
    assert "DC-0002" in (await stage.say(f"/desk pledge {pledge}", LAN))[-1].text
    row = (await stage.rows(audit))[-1]
    assert (row["act"], row["object"], row["details"]) == ("duplicate", f"address:{twice}", {"of": "DC-0002"})


@BOTH
async def test_what_was_joined_is_parted_within_a_day_with_what_became_of_it_meanwhile(stage: Stage) -> None:
    await staffed(stage)
    twice = await survey(stage)
    await stage.say(f"/desk verify {twice}", LAN)
    await stage.say(f"/desk accept {twice}", MINH)
    pledge = await pledged(stage, twice)
    before = await stage.rows(needs)
    for text in (f"/desk duplicate {twice}", "DC-0002", "2"):
        await stage.say(text, LAN)
    await arrive(stage, pledge, "2tr")
    assert "Tách lại như cũ" in [
        button.label for button in (await stage.say(f"/desk address {twice}", MINH))[-1].buttons
    ]
    assert "Đã tách lại" in (await stage.say(f"/desk apart {twice}", MINH))[0].text
    assert f"địa chỉ {twice} như trước" in last(stage, RESIDENT)
    assert await state_of(stage, twice) == "approved"
    assert [(row["address_id"], row["amount"], row["promised"]) for row in await stage.rows(needs)] == [
        (row["address_id"], row["amount"], row["promised"]) for row in before
    ]
    assert (await stage.rows(needs))[-1]["arrived"] == 2_000_000
    assert twice in (await stage.say(f"/desk pledge {pledge}", LAN))[-1].text
    assert "Không tách lại" in (await stage.say(f"/desk apart {twice}", LAN))[0].text


async def test_after_a_day_what_was_joined_stays_joined(stage: Stage) -> None:
    await staffed(stage)
    first, second = await survey(stage), await survey(stage)
    await stage.say(f"/desk duplicate {second}", LAN)
    assert "họ tên giống nhau, điện thoại giống nhau" in (await stage.say(first, LAN))[0].text
    await stage.say("2", LAN)
    stage.clock.forward(hours=25)
    assert "đã quá một ngày" in (await stage.say(f"/desk apart {second}", LAN))[0].text
    assert await state_of(stage, second) == "duplicate"


@pytest.mark.parametrize(("answer", "state"), [("Vẫn nhận cho đủ", "new"), ("Hủy các cam kết đó", "cancelled")])
async def test_who_pledged_hears_that_an_address_ends_and_what_becomes_of_the_pledge(
    stage: Stage, answer: str, state: str
) -> None:
    await staffed(stage)
    code = await survey(stage)
    await stage.say(f"/desk verify {code}", LAN)
    await stage.say(f"/desk accept {code}", MINH)
    pledge = await pledged(stage, code)
    await stage.say(f"/desk close {code}", LAN)
    asked = (await stage.say("gia đình đã ổn định cuộc sống", LAN))[-1]
    assert "Còn 1 cam kết" in asked.text
    assert [button.sense for button in asked.buttons][:2] == ["", "danger"]
    await stage.say("ừ chắc rứa", LAN)
    assert await state_of(stage, code) == "approved"
    assert "Đã báo cho" in (await stage.say(answer, LAN))[0].text
    assert await state_of(stage, code) == "closed"
    assert "gia đình đã ổn định cuộc sống" in last(stage, RESIDENT)
    assert next(row["state"] for row in await stage.rows(pledges) if row["code"] == pledge) == state


async def test_a_pledge_that_came_after_the_question_ends_with_no_address(stage: Stage) -> None:
    await staffed(stage)
    for text in ("/desk close DC-0002", "gia đình đã ổn, không cần nữa"):
        (asked,) = await stage.say(text, LAN)
    assert "Còn 2 cam kết" in asked.text
    code = await promise(stage)
    (again,) = await stage.say("", LAN, pressed="endaddress.pledges=cancel")
    assert "Còn 3 cam kết" in again.text
    assert await state_of(stage, "DC-0002") == "approved"
    await stage.say("", LAN, pressed="endaddress.pledges=keep")
    assert await state_of(stage, "DC-0002") == "closed"
    assert next(row["state"] for row in await stage.rows(pledges) if row["code"] == code) == "new"


async def test_what_ends_an_address_stands_last_and_looks_like_it(stage: Stage) -> None:
    await staffed(stage)
    for code in (await survey(stage), "DC-0002"):
        buttons = (await stage.say(f"/desk address {code}", LAN))[-1].buttons
        senses = [button.sense for button in buttons]
        assert senses[-2:] == ["danger", "danger"] and not any(senses[:-2])


async def test_a_pledge_never_ends_at_an_address_that_is_not_approved(stage: Stage) -> None:
    await staffed(stage)
    first, second = await survey(stage), await survey(stage)
    await stage.say(f"/desk duplicate {second}", LAN)
    await stage.say(first, LAN)
    assert "báo" not in (await stage.say("2", LAN))[0].text, "nobody can have pledged yet"
    for text in ("/desk duplicate DC-0002", first):
        await stage.say(text, LAN)
    assert "Chưa gộp được" in (await stage.say("2", LAN))[0].text
    assert await state_of(stage, "DC-0002") == "approved"


@BOTH
async def test_the_card_says_who_paused_closed_or_refused_an_address_when_and_why(stage: Stage) -> None:
    await staffed(stage)
    code = await survey(stage)
    await stage.say(f"/desk verify {code}", LAN)
    await stage.say(f"/desk accept {code}", MINH)
    assert "Người quyết định: " in (await stage.say(f"/desk address {code}", LAN))[0].text
    for act, state, why in (
        ("pause", "tạm dừng", "chờ khảo sát lại căn nhà này"),
        ("close", "kết thúc", "gia đình đã đủ ăn quanh năm"),
    ):
        stage.clock.forward(hours=1)
        await stage.say(f"/desk {act} {code}", LAN)
        await stage.say(why, LAN)
        first, who = (await stage.say(f"/desk address {code}", MINH))[0].text.split("\n")[:2]
        assert why in first and state in first
        assert who.startswith("Người quyết định: ") and f"{stage.clock().astimezone(VIETNAM):%H:}" in who
    refused = await survey(stage)
    await stage.say(f"/desk refuse {refused}", MINH)
    await stage.say("đã được nơi khác giúp rồi", MINH)
    assert "Người quyết định: " in (await stage.say(f"/desk address {refused}", LAN))[0].text
