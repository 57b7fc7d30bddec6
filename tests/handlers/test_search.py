"""A code opens what it names for whoever may see it, and words find it; for everybody else it is not there."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from bot.vietnamese.fold import fold
from handlers.search.codes import code_asked_for, read_record
from handlers.search.query import Query, read_list, read_query, states_of
from locales import LANGUAGES, catalogue
from storage.aid import dossiers, volunteers
from storage.aid.dossiers import Survey
from storage.aid.sealing import Dossier
from storage.aid.volunteers import Registration
from storage.broadcast import broadcasts
from storage.broadcast.audience import Audience
from storage.broadcast.broadcasts import Draft
from storage.campaign import campaigns
from storage.tables import addresses, audit, deeds, units
from tests.desk import BEN_QUAN, CUA_TUNG, FAR, LAN, RESIDENT, arrive, last, promise, staffed, tell, values
from tests.stage import BOTH, Stage

STRANGER = "9"
NOTHING = re.compile(r"Không tìm thấy mã \S+\. Anh/chị xem lại từng chữ, từng số giúp\.")


async def household(stage: Stage, commune: str = CUA_TUNG, *, state: str = "surveyed", indexed: bool = True) -> str:
    """A household that is known by its sealed name and phone; returns its code."""
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        unit = await tx.value(sa.select(units.c.id).where(units.c.code == commune))
        found = Survey(unit, "poor", "Bà Ph.", 2, "Nhà dột nát sau bão, cần sửa mái trước mùa mưa.", True)
        who = Dossier("Nguyễn Thị Phượng", "Thôn 4", "+84912000111")
        code = await dossiers.add(tx, campaign.id, found, who, (), stage.clock())
        await tx.run(sa.update(addresses).where(addresses.c.code == code).values(state=state))
        if not indexed:
            kept = sa.update(addresses).where(addresses.c.code == code)
            await tx.run(kept.values(name_index=None, phone_index=None))
    return code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("TND26-7K3PQ", "TND26-7K3PQ"), ("tnd26 7k3pq", "TND26-7K3PQ"), ("mã số: TND26–7K3PQ.", "TND26-7K3PQ"),
        ("DC-0002", "DC-0002"), ("dc0002", "DC-0002"), ("#DC-0002", "DC-0002"), ("TND26/00012", "TND26/12"),
        ("tin số 12", "TIN-12"), ("(DC-0002)", "DC-0002"), ("“DC - 0002” .", "DC-0002"), ("TND 26 - 7K3PQ", "TND26-7K3PQ"),
        ("dc - nhanh", ""), ("dc nhanh", ""), ("tin vui", ""), ("TND26-7K3PQ nhé chị", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_code_is_read_as_people_type_it(typed: str, meant: str) -> None:
    assert read_record(typed) == meant


@pytest.mark.parametrize(
    "said",
    [
        "DC-0002 ạ",
        "dạ DC-0002 nhé chị",
        "dc 0002 ạ",
        "DC-0002 🙏",
        "cho tôi xem DC-0002 với",
        "xem giúp tôi địa chỉ DC-0002",
    ],
)
async def test_a_code_that_is_said_politely_or_in_a_sentence_opens_the_officers_card(stage: Stage, said: str) -> None:
    await staffed(stage)
    assert "/desk pause DC-0002" in values((await stage.say(said, LAN))[-1])


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("cho xem DC-9999 với", "DC-9999"), ("DC-7K3PQ sao rồi", "DC-7K3PQ"), ("tim the TND26-AAAAA giup toi", "TND26-AAAAA"),
        ("biên nhận TND26/00012 đâu rồi ạ", "TND26/12"), ("mở tin số 12 cho tôi xem", "TIN-12"),
        ("please show me DC-7K3PQ", "DC-7K3PQ"), ("cho xem DC-0001 và DC-0002", ""), ("tôi muốn giúp DC-0002", ""),
        ("hủy TND26-AAAAA cho tôi", ""), ("đừng mở TND26-AAAAA", ""), ("cho tôi xem với", ""),
    ],
)  # fmt: skip
def test_a_sentence_that_only_asks_to_see_a_code_is_read_as_the_code(said: str, meant: str) -> None:
    assert code_asked_for(said) == meant


async def test_an_unknown_code_is_answered_the_same_alone_and_in_a_sentence(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await promise(stage)
    for who in (LAN, RESIDENT):
        for unknown in ("TND26-AAAAA", "DC-9999"):
            alone = (await stage.say(unknown, who))[0].text
            assert NOTHING.fullmatch(alone)
            assert (await stage.say(f"cho xem {unknown} với", who))[0].text == alone
    theirs = (await stage.say(f"cho xem {code} với", FAR))[0].text
    assert theirs == alone.replace(unknown, code)
    refused = [row["object"] for row in await stage.rows(audit) if row["actor"] == f"person:{ids[FAR]}"]
    assert refused == [f"code:{code}"], "a forbidden one is noted as it is alone"
    assert code in (await stage.say(f"{code} tới đâu rồi", RESIDENT))[0].text


async def test_who_wants_to_help_a_household_that_is_not_there_is_told_so(stage: Stage) -> None:
    await staffed(stage)
    assert "Không tìm thấy địa chỉ này" in (await stage.say("tôi muốn giúp DC-9999", RESIDENT))[0].text


def test_a_query_names_its_kind_its_state_and_words_in_any_order() -> None:
    assert read_query("dia chi tam dung", ()) == Query("address", "paused")
    assert read_query("Phượng cam kết chờ xác nhận", ()) == Query("pledge", "awaiting", words=("phuong",))
    assert read_query("việc thiện 0912 345 678", ()) == Query("deed", phone="+84912345678")
    assert read_query("Hồ Thị Đông", ()) == Query(words=("ho", "thi", "dong"))
    assert len(Query("broadcast", "duplicate", 123456, words=read_query("x" * 90, ()).words, page=99).line) <= 64


PASSING = ("withdrawn", "lapsed", "cancelling", "correcting", "recalling")
"""States that nothing is looked for in: they are over in a moment, or it is gone."""
SHOWN_AS = {
    "address": "address.state", "pledge": "desk.state", "deed": "deed.state", "question": "find.question",
    "broadcast": "broadcast.now",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_that_is_shown_is_understood_with_and_without_marks(language: str) -> None:
    of_households = {key.split(".")[-1] for key in catalogue(language) if key.startswith("address.state.")}
    for kind, room in SHOWN_AS.items():
        for key, said in catalogue(language).items():
            state = key.removeprefix(f"{room}.")
            if state == key or state in PASSING or (kind == "pledge" and state in of_households):
                continue
            for typed in (str(said), fold(str(said).replace(",", ""))):
                read = read_query(typed, ())
                assert not read.words, (typed, read)
                assert state in (states_of(kind, read.state) or ()), (kind, typed, read)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mới", Query(state="new")), ("viec thien moi", Query("deed", "new")), ("chờ duyệt", Query(state="pending")),
        ("cho duyet", Query(state="pending")), ("da duyet", Query(state="approved")), ("tạm dừng", Query(state="paused")),
        ("nhà mới", Query(words=("nha", "moi"))), ("chờ duyệt gửi", Query(state="waiting")),
    ],
)  # fmt: skip
def test_a_state_is_read_as_people_say_it_and_a_new_house_is_none(typed: str, meant: Query) -> None:
    assert read_query(typed, ()) == meant


async def test_what_is_in_a_state_is_found_of_every_kind_that_has_it(stage: Stage) -> None:
    await staffed(stage)
    deed, pledge = await tell(stage, photos=0), await promise(stage)
    waiting, stopped = await household(stage), await household(stage, state="paused")
    said = (await stage.say("/find moi", LAN))[-1].text
    assert deed in said and pledge in said and waiting not in said
    said = (await stage.say("/find chờ duyệt", LAN))[-1].text
    assert deed in said and waiting in said and stopped not in said
    assert stopped in (await stage.say("/find tam dung", LAN))[-1].text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("địa chỉ tạm dừng", "address paused"), ("dia chi tam dung", "address paused"), ("paused addresses", "address paused"),
        ("Cho em xem danh sách các hộ bị từ chối ạ", "address refused"), ("hộ bị trùng", "address duplicate"),
        ("cam kết chờ xác nhận", "pledge awaiting"), ("việc thiện mới", "deed new"), ("tin nào cũng được", ""),
        ("tôi rút cam kết đã xác nhận", ""), ("tình nguyện viên mới", "volunteer new"),
        ("địa chỉ", ""), ("tạm dừng", ""), ("hộ tạm dừng 0912 345 678", ""),
    ],
)  # fmt: skip
def test_a_kind_and_a_state_and_nothing_else_name_a_list(typed: str, meant: str) -> None:
    assert read_list(typed, ()) == meant


async def test_an_officer_gets_her_list_without_the_command_and_a_resident_what_residents_get(stage: Stage) -> None:
    await staffed(stage)
    stopped = await household(stage, state="paused")
    for typed in ("địa chỉ tạm dừng", "paused addresses", "địa chỉ tạm dừng Cửa Tùng"):
        assert f"/desk address {stopped}" in values((await stage.say(typed, LAN))[-1]), typed
        assert stopped not in "".join(message.text for message in await stage.say(typed)), typed
    assert stopped not in "".join(message.text for message in await stage.say("địa chỉ tạm dừng", FAR))


async def test_who_lives_elsewhere_is_no_volunteer_of_the_commune_that_sees_to_her(stage: Stage) -> None:
    await staffed(stage)
    async with stage.program() as app, app.database.write() as tx:
        unit = int(await tx.value(sa.select(units.c.id).where(units.c.code == CUA_TUNG)))
        for person, outside in ((1, False), (2, True)):
            given = Registration(f"Trần Thị Thử{person}", 1990, "", unit, "Đà Nẵng", ["relief"], "", "", outside)
            await volunteers.register(tx, person, given, app.now())
    assert "thử2 – ngoài địa bàn" in (await stage.say("/volunteers trần", LAN))[0].text.casefold()
    said = (await stage.say("/find tình nguyện trần", LAN))[-1].text
    assert "Trần Thị Thử2, ngoài địa bàn" in said and "Trần Thị Thử1" in said
    assert "Thử2" not in (await stage.say("/find tình nguyện trần cửa tùng", LAN))[-1].text
    assert "(ngoài địa bàn)" in (await stage.say("/desk volunteers", LAN))[0].text


async def test_buttons_that_would_read_the_same_carry_their_codes(stage: Stage) -> None:
    await staffed(stage)
    codes = [await household(stage) for _ in range(2)]
    for said in ("/find bà ph.", "/desk addresses"):
        labels = [button.label for button in (await stage.say(said, LAN))[-1].buttons]
        assert len(set(labels)) == len(labels)
        assert all(any(code in label for label in labels) for code in codes)


async def test_a_bare_code_opens_the_officers_card_of_what_lies_in_her_units(stage: Stage) -> None:
    await staffed(stage)
    deed, pledge = await tell(stage, photos=0), await promise(stage)
    receipt = re.findall(r"TND26/\d+", await arrive(stage, pledge, "500k"))[0]
    for typed, shown in (
        (deed, f"/desk approve {deed}"),
        (pledge.lower(), f"/desk arrived {pledge}"),
        (receipt, f"/desk arrived {pledge}"),
        ("DC-0002", "/desk dossier DC-0002"),
    ):
        said = (await stage.say(typed, LAN))[-1]
        assert any(value.startswith(shown) for value in values(said)), (typed, said)


@BOTH
async def test_unknown_and_forbidden_codes_get_the_same_answer_and_the_same_line_in_the_audit_log(stage: Stage) -> None:
    await staffed(stage)
    deed, pledge = await tell(stage, photos=0), await promise(stage)
    hidden = await household(stage)
    await stage.agree("take_part", address=STRANGER)
    for who in (FAR, STRANGER):
        for code in (deed, pledge, hidden, "TND26-22222", "DC-22222", "TND26/1", "TIN-1"):
            said = await stage.say(code, who)
            assert len(said) == 1
            assert NOTHING.fullmatch(said[0].text), said
    tried = await stage.rows(audit)
    assert {row["object"] for row in tried if row["act"] == "refused"} == {
        "code", f"code:{deed}", f"code:{pledge}", "code:TND26-22222",
    }  # fmt: skip


async def test_a_resident_opens_what_is_hers_and_what_everybody_may_see(stage: Stage) -> None:
    await staffed(stage)
    deed, pledge = await tell(stage, photos=0), await promise(stage)
    receipt = re.findall(r"TND26/\d+", await arrive(stage, pledge, "500k"))[0]
    assert values((await stage.say(deed, RESIDENT))[-1])[0] == f"/my withdraw {deed}"
    for code in (pledge, receipt):
        said = (await stage.say(code, RESIDENT))[-1]
        assert receipt in said.text
        assert values(said)[0] == f"/my cancel {pledge}"
    assert values((await stage.say("dc 0002", RESIDENT))[-1])[0] == "/pledge DC-0002"
    for words in ("/ask", "Hội nhận quần áo cũ không?", "Cửa Tùng"):
        await stage.say(words, RESIDENT)
    question = re.findall(r"TND26-[0-9A-Z]{5}", last(stage, LAN))[0]
    assert "quần áo cũ" in (await stage.say(question, RESIDENT))[-1].text


@BOTH
async def test_an_officer_finds_by_name_phone_commune_and_state_in_her_units_alone(stage: Stage) -> None:
    await staffed(stage)
    code, elsewhere = await household(stage, state="paused"), await household(stage, BEN_QUAN, state="paused")
    for typed in ("ba ph.", "DỘT NÁT", "nguyen thi phuong", "0912 000 111", "dia chi tam dung cua tung"):
        said = (await stage.say(f"/find {typed}", LAN))[-1]
        assert code in said.text, typed
        assert elsewhere not in said.text
        assert f"/desk address {code}" in values(said)
    for typed in ("bến quan tạm dừng", "phượng nguyễn"):  # the whole sealed name, or nothing
        assert code not in (await stage.say(f"/find {typed}", LAN))[-1].text
    assert elsewhere in (await stage.say("/find nguyen thi phuong", FAR))[-1].text


async def test_who_told_of_her_own_deed_is_found_by_her_name_only_while_she_agrees_to_be_named(stage: Stage) -> None:
    await staffed(stage)
    deed = await tell(stage, photos=0)
    assert f"/desk deed {deed}" in values((await stage.say("/find tổ thuyền", LAN))[-1])
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(deeds).where(deeds.c.code == deed).values(done_by_teller=True))
    assert deed not in (await stage.say("/find tổ thuyền", LAN))[-1].text
    assert f"{deed}: Tổ thuyền" not in (await stage.say("/find vá lưới", LAN))[-1].text


async def test_several_kinds_are_found_at_once_and_each_is_paged(stage: Stage) -> None:
    await staffed(stage)
    deed = await tell(stage, photos=0)
    said = (await stage.say("/find thử", LAN))[-1]
    assert f"/desk deed {deed}" in values(said)
    for _ in range(6):
        await household(stage, state="closed")
    first = (await stage.say("/find địa chỉ đã kết thúc", LAN))[-1]
    assert "/find address closed p2" in values(first)
    assert len([v for v in values((await stage.say("/find address closed p2", LAN))[-1]) if "/desk address" in v]) >= 1
    how = (await stage.say("/find", LAN))[-1]
    assert "/find address closed" in values(how)


async def test_households_of_an_earlier_version_are_found_once_they_are_indexed(stage: Stage) -> None:
    await staffed(stage)
    code = await household(stage, indexed=False)
    assert code not in (await stage.say("/find 0912000111", LAN))[-1].text
    async with stage.program() as app:
        await app.do("dossiers")
    assert code in (await stage.say("/find 0912000111", LAN))[-1].text


async def test_an_announcement_is_found_by_its_words_and_by_its_number(stage: Stage) -> None:
    ids = await staffed(stage)
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        unit = await tx.value(sa.select(units.c.id).where(units.c.code == CUA_TUNG))
        draft = Draft({"vi": "Mời bà con hiến máu sáng thứ Bảy"}, Audience(communes=(unit,)))
        id = await broadcasts.add(tx, campaign.id, ids[LAN], draft, stage.clock())
    for typed in ("/find thông báo hien mau", "/find hiến máu nháp", f"tin số {id}"):
        said = await stage.say(typed, LAN)
        assert any(f"Tin số {id}" in message.text for message in said), (typed, said)
    assert f"Tin số {id}" not in (await stage.say("/find hiến máu", FAR))[-1].text
    assert NOTHING.fullmatch((await stage.say(f"tin số {id}", FAR))[-1].text)
