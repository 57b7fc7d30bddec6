"""What is approved changes by two officers: the first asks, the second sees old and new; until then the old is read."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from storage.aid import changes, dossiers, sealing
from storage.aid.sealing import Dossier
from storage.rights import links
from storage.tables import address_changes, addresses, audit, needs, pledges
from tests.desk import FAR, LAN, MINH, RESIDENT, heard, last, pressing, promise, staffed, values
from tests.stage import BOTH, Stage, photo

BETTER = "Hai chị em ở với bà ngoại đã yếu, cần sách vở cho năm học mới."


async def ask(stage: Stage, *said: str, officer: str = LAN) -> str:
    """An officer asks for a correction of DC-0002; returns its number."""
    await stage.say("/desk correct DC-0002", officer)
    for text in said:
        await stage.say(text, officer)
    return str((await stage.rows(address_changes))[-1]["id"])


async def story_of(stage: Stage) -> str:
    return str(next(row["story"] for row in await stage.rows(addresses) if row["code"] == "DC-0002"))


async def need_of(stage: Stage, id: int) -> dict[str, Any]:
    return next(row for row in await stage.rows(needs) if row["id"] == id)


async def state_of(stage: Stage) -> str:
    return str((await stage.rows(address_changes))[-1]["state"])


@BOTH
async def test_a_correction_is_read_once_a_second_officer_has_seen_old_and_new(stage: Stage) -> None:
    await staffed(stage)
    was = await story_of(stage)
    number = await ask(stage, "Hoàn cảnh", BETTER)
    assert was in (await stage.say("/address DC-0002"))[0].text, "it stays visible meanwhile"
    assert "chính anh/chị xin sửa" in (await stage.say(f"/desk apply {number}", LAN))[0].text
    assert "chính anh/chị xin sửa" in (await stage.say(f"/desk reject {number}", LAN))[0].text
    assert await story_of(stage) == was
    assert ("Nội dung xin sửa (1)", "/desk changes") in [
        (b.label, b.value) for b in (await stage.say("/desk", MINH))[0].buttons
    ]
    await stage.say("/desk changes", MINH)
    card = (await stage.say(pressing(heard(stage, MINH), "/desk change "), MINH))[0]
    assert was in card.text and BETTER in card.text
    await stage.say(f"/desk apply {number}", MINH)
    assert await story_of(stage) == BETTER
    assert BETTER in (await stage.say("/address DC-0002"))[0].text
    assert "đã được đồng ý" in last(stage, LAN)
    assert "đã sửa" in (await stage.say(f"/desk apply {number}", MINH))[0].text
    acts = [row["act"] for row in await stage.rows(audit) if row["object"] == "address:DC-0002"]
    assert acts == ["correct", "change.accepted"]


async def test_a_refused_correction_changes_nothing_and_its_author_hears_why(stage: Stage) -> None:
    await staffed(stage)
    was = await story_of(stage)
    number = await ask(stage, "Hoàn cảnh", BETTER)
    await stage.say(f"/desk reject {number}", MINH)
    await stage.say("chưa hỏi lại gia đình lần nào", MINH)
    assert await story_of(stage) == was and await state_of(stage) == "refused"
    assert "chưa hỏi lại gia đình lần nào" in last(stage, LAN)
    assert "chưa hỏi lại gia đình lần nào" in (await stage.say(f"/desk change {number}", LAN))[0].text


async def test_another_correction_of_the_same_takes_its_place_and_its_author_may_take_it_back(stage: Stage) -> None:
    await staffed(stage)
    first = await ask(stage, "Hoàn cảnh", BETTER)
    second = await ask(stage, "Hoàn cảnh", f"{BETTER} Cảm ơn bà con.")
    assert "đã thay bằng" in (await stage.say(f"/desk apply {first}", MINH))[0].text
    assert "chờ một cán bộ khác" in (await stage.say(f"/desk withdraw {second}", MINH))[0].text
    await stage.say(f"/desk withdraw {second}", LAN)
    assert [row["state"] for row in await stage.rows(address_changes)] == ["replaced", "withdrawn"]


@BOTH
async def test_of_two_officers_at_the_same_instant_one_decides_and_never_the_author(stage: Stage) -> None:
    ids = await staffed(stage)
    number = await ask(stage, "Hoàn cảnh", BETTER)
    async with stage.program() as app:
        async with app.database.read() as tx:
            change = await changes.find(tx, number, None)
        assert change is not None

        async def accept(by: int) -> bool:
            async with app.database.write() as tx:
                return await changes.accept(tx, change, by, stage.clock())

        async def refuse(by: int) -> bool:
            async with app.database.write() as tx:
                return await changes.refuse(tx, change, by, stage.clock(), "không")

        assert not await accept(ids[LAN]) and not await refuse(ids[LAN])
        done = await asyncio.gather(accept(ids[MINH]), refuse(ids[FAR]), accept(ids[FAR]), accept(ids[LAN]))
        assert sorted(done) == [False, False, False, True] and not done[3]
    assert (await state_of(stage) == "accepted") == (await story_of(stage) == BETTER)


async def test_who_joins_two_accounts_does_not_decide_with_one_what_she_asked_for_with_the_other(stage: Stage) -> None:
    ids = await staffed(stage)
    await who_in(stage, Dossier("Hồ Thị Mẫu", "Thôn Thử"))
    numbers = [await ask(stage, "Hoàn cảnh", BETTER), await ask(stage, "Hồ sơ bảo mật", "Nơi ở", "Thôn Mới")]
    async with stage.program() as app, app.database.write() as tx:
        await links.join(tx, ids[MINH], ids[LAN], keep_other_volunteer=False, now=stage.clock())
        for number in numbers:
            change = await changes.find(tx, number, None)
            assert change is not None
            assert not await changes.accept(tx, change, ids[MINH], stage.clock())
            assert await changes.accept(tx, change, ids[FAR], stage.clock())
    assert [row["decided_by"] for row in await stage.rows(address_changes)] == [ids[FAR]] * 2


async def test_needs_and_a_photo_are_changed_by_two_as_well(stage: Stage) -> None:
    await staffed(stage)
    picture_was = next(row["picture"] for row in await stage.rows(addresses) if row["code"] == "DC-0002")
    await stage.say("/desk picture DC-0002", LAN)
    await stage.say("", LAN, photo=str(photo(stage.folder, "house")))
    await stage.say("/desk need DC-0002", LAN)
    for text in ("2", "Bàn học", "bộ", "2", "đúng"):
        await stage.say(text, LAN)
    before = len(await stage.rows(needs))
    assert "Bàn học" not in (await stage.say("/address DC-0002"))[0].text
    assert next(row["picture"] for row in await stage.rows(addresses) if row["code"] == "DC-0002") == picture_was
    for row in await stage.rows(address_changes):
        await stage.say(f"/desk change {row['id']}", MINH)
        await stage.say(f"/desk apply {row['id']}", MINH)
    assert len(await stage.rows(needs)) == before + 1
    assert "Bàn học" in (await stage.say("/address DC-0002"))[0].text
    assert next(row["picture"] for row in await stage.rows(addresses) if row["code"] == "DC-0002") != picture_was


async def test_a_need_that_ended_takes_no_more_pledges_and_keeps_those_it_has(stage: Stage) -> None:
    await staffed(stage)
    await promise(stage)
    need_id = (await stage.rows(pledges))[-1]["need_id"]
    was = await need_of(stage, need_id)
    await stage.say("/desk need DC-0002", LAN)
    for text in ("2", "Bàn học", "bộ", "2", "đúng"):
        await stage.say(text, LAN)
    await stage.say(f"/desk apply {(await stage.rows(address_changes))[-1]['id']}", MINH)
    for text in ("/pledge DC-0002", "1", "500k"):  # her form is open while the need ends
        await stage.say(text)
    number = await ask(stage, "Thôi nhận một việc", "1", "Thôi nhận")
    await stage.say(f"/desk apply {number}", MINH)
    now = await need_of(stage, need_id)
    assert now["ended_at"] is not None and now["promised"] == was["promised"]
    assert "đã thôi nhận" in (await stage.say("/desk address DC-0002", LAN))[0].text
    await stage.say("đúng")
    assert (await need_of(stage, need_id))["promised"] == was["promised"]


async def test_an_end_drops_what_waits_and_an_officer_elsewhere_sees_nothing(stage: Stage) -> None:
    await staffed(stage)
    number = await ask(stage, "Số người", "5")
    unknown = (await stage.say("/desk change 999", FAR))[0].text
    for act in ("change", "apply", "reject", "withdraw"):
        assert (await stage.say(f"/desk {act} {number}", FAR))[0].text == unknown
    await stage.say("/desk close DC-0002", LAN)
    for text in ("gia đình đã ổn định cuộc sống", "1"):
        await stage.say(text, LAN)
    assert await state_of(stage) == "dropped"
    assert "đã khép lại" in (await stage.say(f"/desk apply {number}", MINH))[0].text
    assert "không làm được" in (await stage.say("/desk need DC-0002", LAN))[0].text


async def test_a_text_that_tells_who_they_are_is_hidden_at_once_and_no_new_one_may(stage: Stage) -> None:
    await staffed(stage)
    await promise(stage)
    await stage.say("/desk correct DC-0002", LAN)
    await stage.say("Hoàn cảnh", LAN)
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(addresses.update().where(addresses.c.code == "DC-0002").values(story="Gọi 0912 345 678 gặp cháu."))
    await stage.say(BETTER, LAN)
    assert "đang tạm dừng" in last(stage, RESIDENT)
    assert "Không tìm thấy" in (await stage.say("/address DC-0002"))[0].text
    await stage.say("/desk correct DC-0002", LAN)
    await stage.say("Hoàn cảnh", LAN)
    said = await stage.say("Hai chị em ở thôn 4, gọi 0912 345 678 để gặp.", LAN)
    assert "0912" in said[0].text
    number = str((await stage.rows(address_changes))[-1]["id"])
    assert "Đồng ý sửa" in [b.label for b in (await stage.say(f"/desk change {number}", MINH))[0].buttons]
    assert f"/desk apply {number}" in values(heard(stage, MINH)[-1])


async def who_in(stage: Stage, who: Dossier | None = None) -> Dossier:
    """What lies sealed of DC-0002; ``who``: put there first."""
    async with stage.program() as app, app.database.write() as tx:
        kept = await dossiers.find(tx, "DC-0002", None)
        assert kept is not None
        if who is not None:
            await tx.run(
                addresses.update().where(addresses.c.code == "DC-0002").values(**sealing.seal(tx, "DC-0002", who))
            )
        found = await dossiers.dossier(tx, kept)
        assert found is not None
        return found


@BOTH
async def test_what_is_sealed_is_corrected_by_a_second_officer_who_opened_old_and_new(stage: Stage) -> None:
    await staffed(stage)
    was = await who_in(stage, Dossier("Hồ Thị Mẫu", "Thôn Thử", "+84912345678"))
    number = await ask(stage, "Hồ sơ bảo mật", "Điện thoại", "0987 654 321")
    row = (await stage.rows(address_changes))[-1]
    assert (row["was"], row["becomes"]) == (None, None) and b"987654321" not in row["sealed"]
    card = await stage.say(f"/desk change {number}", MINH)
    assert "0987" not in card[0].text and not any("/desk apply" in value for value in values(card[0]))
    assert "xem cũ và mới rồi" in (await stage.say(f"/desk apply {number}", MINH))[0].text
    assert "xem cũ và mới rồi" in (await stage.say(f"/desk apply {number} 0123456789ab", MINH))[0].text
    assert await who_in(stage) == was
    shown = await stage.say(f"/desk compare {number}", MINH)
    assert "0912 345 678" in shown[0].text and "0987 654 321" in shown[0].text
    await stage.say("", MINH, pressed=pressing(shown, "/desk apply"))
    assert await who_in(stage) == replace(was, phone="+84987654321")
    acts = [row["act"] for row in await stage.rows(audit) if row["object"] == "address:DC-0002"]
    assert acts == ["correct", "reveal", "change.accepted"]
    assert "0987" not in last(stage, LAN)
    async with stage.program() as app, app.database.read() as tx:
        found = await tx.all(
            sa.select(addresses.c.code).where(addresses.c.phone_index == tx.vault.index("+84987654321", kind="phone"))
        )
    assert [row["code"] for row in found] == ["DC-0002"], "it is found by its new number"


async def test_a_name_that_is_put_right_hides_a_public_text_that_tells_it(stage: Stage) -> None:
    await staffed(stage)
    await who_in(stage, Dossier("Hồ Thị Mẩu", "Thôn Thử"))
    async with stage.program() as app, app.database.write() as tx:
        story = "Gia đình chị Lê Thị Thử Nghiệm cần sách vở cho hai cháu."
        await tx.run(addresses.update().where(addresses.c.code == "DC-0002").values(story=story))
    await ask(stage, "Hồ sơ bảo mật", "Họ tên", "Lê Thị Thử Nghiệm")
    assert "Lê Thị Thử Nghiệm" in last(stage, LAN) and "tạm dừng" in last(stage, LAN)
    assert "Không tìm thấy" in (await stage.say("/address DC-0002"))[0].text


async def test_a_text_that_was_asked_for_before_a_name_was_put_right_is_hidden_once_it_counts(stage: Stage) -> None:
    await staffed(stage)
    await who_in(stage, Dossier("Hồ Thị Mẩu", "Thôn Thử"))
    story = await ask(stage, "Hoàn cảnh", "Gia đình chị Lê Thị Thử Nghiệm cần sách vở cho hai cháu.")
    name = await ask(stage, "Hồ sơ bảo mật", "Họ tên", "Lê Thị Thử Nghiệm")
    await stage.say("", MINH, pressed=pressing(await stage.say(f"/desk compare {name}", MINH), "/desk apply"))
    assert "Không tìm thấy" not in (await stage.say("/address DC-0002"))[0].text
    said = (await stage.say(f"/desk apply {story}", MINH))[0].text
    assert "Lê Thị Thử Nghiệm" in said and "tạm dừng" in said
    assert "Không tìm thấy" in (await stage.say("/address DC-0002"))[0].text


@BOTH
async def test_of_two_who_correct_what_is_sealed_at_the_same_instant_one_counts(stage: Stage) -> None:
    ids = await staffed(stage)
    await who_in(stage, Dossier("Hồ Thị Mẫu", "Thôn Thử"))
    number = await ask(stage, "Hồ sơ bảo mật", "Nơi ở", "Thôn Mới")
    other = await ask(stage, "Hồ sơ bảo mật", "Năm sinh", "1961")
    async with stage.program() as app:

        async def accept(number: str, by: int) -> bool:
            async with app.database.write() as tx:
                change = await changes.find(tx, number, None)
                assert change is not None
                return await changes.accept(tx, change, by, stage.clock())

        done = await asyncio.gather(
            accept(number, ids[MINH]), accept(number, ids[FAR]), accept(number, ids[LAN]), accept(other, ids[MINH])
        )
    assert sum(done[:2]) == 1 and not done[2] and done[3]
    assert await who_in(stage) == Dossier("Hồ Thị Mẫu", "Thôn Mới", birth_year=1961), "neither undoes the other"
