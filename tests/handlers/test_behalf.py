"""Who has no phone is registered by somebody else, says yes by word of mouth, and comes herself with a slip."""

from __future__ import annotations

import pytest

from storage.backup import remembered, resume
from storage.campaign.settings import SPOKEN_EACH
from storage.rights import erase, links, spoken
from storage.tables import accounts, audit, consents, people, spoken_consents, staff, volunteers
from storage.talk import people as talkers
from tests.desk import BEN_QUAN, appoint
from tests.stage import Stage

MOTHER = "Lê Thị Minh Chứng"
DAUGHTER, OWN_PHONE, STRANGER, OFFICER = "1", "2", "3", "5"


@pytest.fixture
async def slip(stage: Stage) -> str:
    """The code on the slip of somebody whom her daughter has registered."""
    await stage.agree("take_part", address=DAUGHTER)
    return await register(stage)


async def register(stage: Stage, name: str = MOTHER, year: int = 1958) -> str:
    said = [
        await stage.say(line) for line in ("/behalf", name, str(year), "Bến Quan", "1", "xong", "có", "đăng ký giúp")
    ]
    found = links.CODE.search(said[-1][0].text)
    assert found is not None, said[-1][0].text
    return found[0]


async def come(stage: Stage, code: str, year: int = 1958, address: str = OWN_PHONE) -> str:
    await stage.say(f"/link {code}", address=address)
    return (await stage.say(str(year), address=address))[0].text


async def daughter(stage: Stage) -> int:
    rows = await stage.rows(accounts)
    return next(int(row["person_id"]) for row in rows if (row["channel"], row["address"]) == ("room", DAUGHTER))


async def mother(stage: Stage) -> int:
    (row,) = [row for row in await stage.rows(volunteers) if row["full_name"] == MOTHER]
    return int(row["person_id"])


async def test_several_people_of_a_household_are_several_people_and_none_is_who_wrote(stage: Stage, slip: str) -> None:
    await register(stage, "Trần Văn Mẫu", 1955)
    noted = {row["person_id"] for row in await stage.rows(spoken_consents)}
    assert len(noted) == 2
    assert noted <= {row["person_id"] for row in await stage.rows(volunteers)}
    assert not noted & {row["person_id"] for row in await stage.rows(accounts)}


async def test_what_she_said_is_kept_with_who_noted_it_when_and_to_which_words(stage: Stage, slip: str) -> None:
    (noted,) = await stage.rows(spoken_consents)
    (given,) = [row for row in await stage.rows(consents) if row["person_id"] == noted["person_id"]]
    assert (noted["person_id"], noted["noted_by"]) == (await mother(stage), await daughter(stage))
    assert (given["purpose"], given["channel"]) == ("take_part", "spoken"), "announcements were not spoken of"
    assert len(given["text_hash"]) == 64
    assert "note_consent" in {row["act"] for row in await stage.rows(audit)}


async def test_the_card_names_an_officer_who_noted_it_as_colleagues_know_her(stage: Stage) -> None:
    await appoint(stage, DAUGHTER, BEN_QUAN)
    await stage.agree("take_part", address=DAUGHTER)
    await register(stage)
    (card,) = await stage.say(f"/desk volunteer {await mother(stage)}", DAUGHTER)
    assert f"Qua người #{await daughter(stage)} (xã Bến Quan), nói miệng" in card.text


@pytest.mark.parametrize("answer", ["không", "chưa hỏi", "mẹ tôi ngủ rồi", "chắc là có", "để mai"])
async def test_without_her_plain_yes_nothing_is_kept(stage: Stage, answer: str) -> None:
    await stage.agree("take_part", address=DAUGHTER)
    before = len(await stage.rows(people))
    for line in ("/behalf", MOTHER, "1958", "Bến Quan", "1", "xong", answer, "đăng ký giúp"):
        await stage.say(line)
    assert await stage.rows(spoken_consents) == []
    assert len(await stage.rows(people)) == before


async def test_who_comes_with_her_slip_and_year_has_her_registration_to_herself(stage: Stage, slip: str) -> None:
    before = len(stage.room.said)
    assert MOTHER in await come(stage, slip)
    assert any(to == DAUGHTER and MOTHER in message.text for to, message in stage.room.said[before:])
    assert MOTHER in (await stage.say("/my", address=OWN_PHONE))[0].text
    owners = {row["address"]: row["person_id"] for row in await stage.rows(accounts) if row["channel"] == "room"}
    assert await mother(stage) == owners[OWN_PHONE]


async def test_who_noted_it_keeps_no_control_once_she_has_come_herself(stage: Stage, slip: str) -> None:
    (noted,) = await stage.rows(spoken_consents)
    await stage.say(f"/behalf remove {noted['id']}")  # the question is open while she comes
    await come(stage, slip)
    await stage.say("xóa hết")
    for line in (f"/behalf slip {noted['id']}", f"/behalf remove {noted['id']}"):
        assert "không còn" in (await stage.say(line))[0].text
    assert MOTHER not in (await stage.say("/behalf all"))[0].text
    assert "hết hạn" in (await stage.say(f"/link {slip}"))[0].text
    assert await mother(stage)


async def test_a_slip_is_refused_to_who_noted_it_also_from_another_account_of_hers(stage: Stage, slip: str) -> None:
    assert "Chỉ người đó" in (await stage.say(f"/link {slip}"))[0].text
    await stage.agree(address=OWN_PHONE)
    async with stage.program() as app, app.database.write() as tx:
        met = await talkers.meet(tx, {("room", DAUGHTER): "vi", ("room", OWN_PHONE): "vi"}, stage.clock())
        hers, second = (met["room", address][0].id for address in (DAUGHTER, OWN_PHONE))
        await links.join(tx, hers, second, keep_other_volunteer=False, now=stage.clock())
    assert "Chỉ người đó" in (await stage.say(f"/link {slip}", address=OWN_PHONE))[0].text


async def test_who_finds_a_slip_guesses_three_years_and_who_guesses_codes_has_five_tries(
    stage: Stage, slip: str
) -> None:
    for year in (1956, 1957):
        assert "chưa khớp" in await come(stage, slip, year, STRANGER)
    assert "không khớp" in (await stage.say("1959", address=STRANGER))[0].text
    assert "hết hạn" in (await stage.say(f"/link {slip}", address=OWN_PHONE))[0].text, "the slip is over, for all"
    assert [row["act"] for row in await stage.rows(audit)].count("slip.wrong") == 3
    (noted,) = await stage.rows(spoken_consents)
    again = links.CODE.search((await stage.say(f"/behalf slip {noted['id']}"))[0].text)
    assert again is not None
    for _ in range(links.TRIES - 3):
        await stage.say("/link 2222-3333-4444", address=STRANGER)
    assert "đợi 15 phút" in (await stage.say(f"/link {again[0]}", address=STRANGER))[0].text
    assert MOTHER in await come(stage, again[0])


async def test_who_mistypes_her_year_types_only_the_year_again(stage: Stage, slip: str) -> None:
    again = await come(stage, slip, 1957)
    assert "chưa khớp" in again and "sinh năm nào" in again and "2 lần" in again
    assert MOTHER in (await stage.say("1958", address=OWN_PHONE))[0].text


async def test_a_slip_is_good_once_for_sixty_days_and_only_the_newest(stage: Stage, slip: str) -> None:
    (noted,) = await stage.rows(spoken_consents)
    newer = links.CODE.search((await stage.say(f"/behalf slip {noted['id']}"))[0].text)
    assert newer is not None
    assert "hết hạn" in (await stage.say(f"/link {slip}", address=STRANGER))[0].text
    stage.clock.forward(days=spoken.SLIP_GOOD_FOR.days + 1)
    assert "hết hạn" in (await stage.say(f"/link {newer[0]}", address=OWN_PHONE))[0].text
    async with stage.program() as app:
        await app.sweep()
    (noted,) = await stage.rows(spoken_consents)
    assert noted["slip_index"] is None


async def test_no_slip_hands_on_a_role_or_a_person_who_is_blocked(stage: Stage, slip: str) -> None:
    granted = {"person_id": await mother(stage), "role": "admin", "unit_id": None, "granted_at": stage.clock()}
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(staff.insert().values(**granted))
    assert "hết hạn" in (await stage.say(f"/link {slip}", address=OWN_PHONE))[0].text
    (noted,) = await stage.rows(spoken_consents)
    assert "không còn" in (await stage.say(f"/behalf remove {noted['id']}"))[0].text, (
        "nor may who noted her erase an admin"
    )
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(staff.delete().where(staff.c.person_id == granted["person_id"]))
        await tx.run(people.update().where(people.c.id == granted["person_id"]).values(blocked_at=stage.clock()))
    assert "hết hạn" in (await stage.say(f"/link {slip}", address=OWN_PHONE))[0].text


async def test_a_role_given_between_the_code_and_the_year_is_not_handed_on_either(stage: Stage, slip: str) -> None:
    await stage.say(f"/link {slip}", address=OWN_PHONE)
    granted = {"person_id": await mother(stage), "role": "admin", "unit_id": None, "granted_at": stage.clock()}
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(staff.insert().values(**granted))
    assert "không khớp" in (await stage.say("1958", address=OWN_PHONE))[0].text


async def test_a_resident_notes_so_many_people_and_an_officer_as_many_as_come(stage: Stage, slip: str) -> None:
    for n in range(SPOKEN_EACH.default - 1):
        await register(stage, f"Trần Văn {'ABCD'[n]}mẫu")
    assert "đủ số người" in (await stage.say("/behalf"))[0].text
    role = {"person_id": await daughter(stage), "role": "officer", "unit_id": None, "granted_at": stage.clock()}
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(staff.insert().values(**role))
    assert "họ và tên" in (await stage.say("/behalf"))[0].text


async def test_a_word_taken_back_erases_what_was_noted_and_nobody_else_can(stage: Stage, slip: str) -> None:
    (noted,) = await stage.rows(spoken_consents)
    await stage.agree("take_part", address=STRANGER)
    assert "không còn" in (await stage.say(f"/behalf remove {noted['id']}", address=STRANGER))[0].text
    await stage.say(f"/behalf remove {noted['id']}")
    await stage.say("xóa hết")
    assert await stage.rows(spoken_consents) == []
    assert MOTHER not in {row["full_name"] for row in await stage.rows(volunteers)}
    taken_back = [row["withdrawn_at"] for row in await stage.rows(consents) if row["channel"] == "spoken"]
    assert len(taken_back) == 1 and taken_back[0] is not None


async def test_who_wrote_for_her_is_forgotten_and_she_is_not(stage: Stage, slip: str) -> None:
    hers = await daughter(stage)
    async with stage.program() as app, app.database.write() as tx:
        await erase.forget(tx, hers, stage.clock())
    (noted,) = await stage.rows(spoken_consents)
    assert noted["noted_by"] is None
    assert MOTHER in await come(stage, slip)


async def test_who_was_erased_without_an_account_does_not_come_back_with_a_backup(stage: Stage, slip: str) -> None:
    made_at = stage.clock()
    (row,) = await stage.rows(spoken_consents)
    stage.clock.forward(hours=1)
    async with stage.program() as app, app.database.write() as tx:
        await erase.forget(tx, row["person_id"], stage.clock())
        known = await remembered.collect(tx)
        await tx.run(spoken_consents.insert().values(**row))  # as the backup has it
        done = await resume.resume(tx, made_at, known, "operator", stage.clock())
    assert done.erased == 1
    assert await stage.rows(spoken_consents) == []


async def test_an_officer_at_her_desk_is_not_asked_for_her_own_consent_and_a_resident_is(stage: Stage) -> None:
    await appoint(stage, OFFICER)
    assert "họ và tên" in (await stage.say("/behalf", OFFICER))[0].text
    assert "Hội xin phép lưu" in (await stage.say("/behalf", STRANGER))[0].text
