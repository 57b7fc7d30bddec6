"""Officers say of the card before them what they would press; a word that is not understood does nothing."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from bot.turn.routes import Routes
from bot.vietnamese.fold import fold
from handlers import ROUTERS
from handlers.officers.sentences.cards import PRESSED
from handlers.officers.sentences.reading import Wish, named_by, read_note, read_wish
from storage.aid import volunteers
from storage.aid.volunteers import Registration
from storage.tables import addresses, audit, deeds, notes, shared_cards, staff, takings, units
from tests.desk import CUA_TUNG, FAR, LAN, MINH, RESIDENT, last, promise, staffed, surveyed, tell, values
from tests.stage import BOTH, Stage

THEIRS = {5: "Nguyễn Văn Minh", 6: "Trần Vân Anh", 7: "Lê Thị Minh Anh"}


async def named(stage: Stage, person_id: int, name: str) -> None:
    """This officer is registered as a volunteer, whose name colleagues read."""
    async with stage.program() as app, app.database.write() as tx:
        unit = await tx.value(sa.select(units.c.id).where(units.c.code == CUA_TUNG))
        given = Registration(name, 1990, "", unit, "Thôn Thử", ["relief"], "", "")
        await volunteers.register(tx, person_id, given, stage.clock())


@pytest.mark.parametrize(
    ("typed", "act"),
    [
        ("tôi nhận việc này", "take"), ("ca này để chị lo", "take"), ("de anh lam viec nay", "take"),
        ("dạ để em làm việc này nhé", "take"), ("mình xin nhận ca này luôn", "take"),
        ("I'll take this one", "take"), ("let me handle it please", "take"), ("tôi thôi giữ việc này", "release"),
        ("tôi không nhận việc này nữa", "release"), ("let go of it", "release"), ("việc tôi đang giữ", "mine"),
        ("giao việc này", "assign"), ("xin giao việc này cho", "assign"), ("assign it", "assign"),
        ("ai nhận việc này?", ""), ("tôi nhận việc này rồi", ""), ("khoan, tôi nhận việc này", ""),
        ("tôi nhận giúp hộ này", ""), ("đừng giao việc này cho Minh", ""), ("anh làm việc này đi", ""),
        ("tôi đang làm việc này dở", ""), ("duyệt việc này", ""), ("take it away", ""), ("don't give this to Minh", ""),
    ],
)  # fmt: skip
def test_an_act_is_read_only_where_every_word_is_known(typed: str, act: str) -> None:
    for said in (typed, typed.upper(), fold(typed)):
        found = read_wish(said)
        assert (found.act if found else "") == act, said


def test_a_wrong_mark_makes_another_word() -> None:
    assert read_wish("tôi nhắn việc này") is None
    assert read_wish("giáo việc này cho Minh") is None


def test_the_code_is_taken_out_of_the_sentence() -> None:
    assert read_wish("để tôi xử lý tnd26-7k3pq") == Wish("take", "TND26-7K3PQ", named=True)
    assert read_wish("giao DC-0002 cho chị Lan") == Wish("assign", "DC-0002", ("cho", "chị", "Lan"), named=True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cho Minh", [5]), ("cho anh Minh nhé", [5]), ("cho minh", []), ("cho Nguyễn Văn Minh", [5]), ("cho Vân Anh", [6]),
        ("cho chị Minh Anh", [7]), ("cho Anh", [6, 7]), ("cho anh", []), ("cho người khác", []), ("gạo cho Minh", []),
        ("cho Mính", []), ("", []),
    ],
)  # fmt: skip
def test_a_colleague_is_named_by_her_name_and_nothing_else(typed: str, meant: list[int]) -> None:
    assert named_by(typed.split(), THEIRS) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ghi chú: đã gọi hai lần", ("", "đã gọi hai lần")), ("ghi chu nha nay da don di", ("", "")),
        ("Ghi chú gia đình hẹn sáng thứ Bảy", ("", "gia đình hẹn sáng thứ Bảy")),
        ("ghi chú vào thẻ này: xe đạp đã mua", ("", "xe đạp đã mua")), ("note - moved away", ("", "- moved away")),
        ("ghi chú DC-0002: xe đạp đã mua", ("DC-0002", "xe đạp đã mua")),
        ("ghi chú DC-0002 đã mua xe", ("DC-0002", "đã mua xe")),
        ("ghi chú: trùng DC-0002: xem lại", ("", "trùng DC-0002: xem lại")),
        ("internal note: called twice", ("", "called twice")),
        ("ghi chú ở đâu?", None), ("xem ghi chú", None), ("tôi muốn ghi chú", None), ("ghi chủ hộ là bà Mai", None),
    ],
)  # fmt: skip
def test_a_note_is_what_follows_as_it_was_typed(typed: str, meant: tuple[str, str] | None) -> None:
    assert read_note(typed) == meant


@pytest.mark.parametrize("said", ["tôi nhận việc này nhé", "de em lam viec nay", "I'll take this"])
async def test_an_officer_takes_what_is_before_her_by_saying_so(stage: Stage, said: str) -> None:
    ids = await staffed(stage)
    code = await tell(stage, photos=0)
    assert "Anh/chị muốn nói việc nào?" in (await stage.say("tôi nhận việc này nhé", LAN))[0].text, (
        "nothing is before her"
    )
    await stage.say(f"/desk deed {code}", LAN)
    assert f"đang xem việc thiện {code}" in (await stage.say(said, LAN))[0].text
    assert [(row["code"], row["person_id"]) for row in await stage.rows(takings)] == [(code, ids[LAN])]
    await stage.say(f"/desk deed {code}", MINH)
    assert "đang xem" in (await stage.say(said, MINH))[0].text, (
        "what a colleague has is not taken from her by a sentence"
    )
    assert [row["person_id"] for row in await stage.rows(takings)] == [ids[LAN]]
    await stage.say(f"/desk deed {code}", LAN)
    assert "đã thôi giữ" in (await stage.say("tôi thôi giữ việc này", LAN))[0].text
    assert await stage.rows(takings) == []


async def test_of_several_things_before_her_she_says_which(stage: Stage) -> None:
    await staffed(stage)
    codes = {await tell(stage, photos=0), await tell(stage, photos=0)}
    await stage.say("/desk deeds", LAN)
    asked = (await stage.say("tôi nhận việc này", LAN))[0]
    assert {f"/desk take deed {code}" for code in codes} < set(values(asked))
    assert await stage.rows(takings) == []


async def test_she_gives_it_to_the_colleague_whom_she_names_and_chooses_where_that_is_not_sure(stage: Stage) -> None:
    ids = await staffed(stage)
    await named(stage, ids[MINH], "Nguyễn Văn Minh")
    code = await tell(stage, photos=0)
    await stage.say(f"/desk deed {code}", LAN)
    asked = (await stage.say("giao việc này cho Hoa", LAN))[0]
    assert any(value.endswith(f"={ids[MINH]}") for value in values(asked)), "nobody of that name: all are offered"
    assert await stage.rows(takings) == []
    await stage.say("hủy", LAN)
    await stage.say(f"/desk deed {code}", LAN)
    assert "Nguyễn Văn Minh" in (await stage.say("giao việc này cho anh Minh nhé", LAN))[0].text
    assert [(row["person_id"], row["given_by"]) for row in await stage.rows(takings)] == [(ids[MINH], ids[LAN])]
    assert "giao cho anh/chị" in last(stage, MINH) and code in last(stage, MINH)


async def test_words_that_may_mean_something_else_are_left_to_who_hears_everybody(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    for said, answer in {
        "chuyển tiền cho Hoa": "chọn một địa chỉ và cam kết số tiền trước",
        "tôi nhận việc này rồi": "Câu này tôi chưa hiểu, nên chưa làm gì",
        "đừng giao việc này cho Minh": "Câu này tôi chưa hiểu, nên chưa làm gì",
    }.items():
        await stage.say(f"/desk deed {code}", LAN)
        assert answer in (await stage.say(said, LAN))[0].text
    assert await stage.rows(takings) == []


async def test_a_note_in_a_sentence_stands_on_the_card_before_her_or_on_the_one_she_names(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await promise(stage)
    assert "vào thẻ nào" in (await stage.say("ghi chú: đã gọi hai lần", LAN))[0].text
    await stage.say(f"/desk pledge {code}", LAN)
    assert f"cam kết {code}: “đã gọi hai lần”" in (await stage.say("ghi chú: đã gọi hai lần", LAN))[0].text
    await stage.say("ghi chú DC-0002: xe đạp đã mua", LAN)
    assert "Đồng nghiệp cần biết điều gì?" in (await stage.say(f"ghi chú {code}", LAN))[0].text
    await stage.say("hủy", LAN)
    kept = [(row["kind"], row["code"], row["written_by"]) for row in await stage.rows(notes)]
    assert kept == [("pledge", code, ids[LAN]), ("address", "DC-0002", ids[LAN])]
    shown = "\n".join(message.text for message in await stage.say(f"/desk pledge {code}", MINH))
    assert "đã gọi hai lần" in shown
    assert "đã gọi hai lần" not in str([dict(row) for row in await stage.rows(audit)])


async def test_who_is_no_officer_of_it_is_answered_as_for_what_does_not_exist(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    for said in ("ghi chú {}: đã gọi hai lần", "tôi nhận việc {}", "giao {} cho Minh"):
        theirs, nothing = await stage.say(said.format(code), FAR), await stage.say(said.format("TND26-ZZZZZ"), FAR)
        assert [message.text for message in theirs] == [message.text for message in nothing]
        await stage.say(said.format(code), RESIDENT)
    assert await stage.rows(notes) == [] and await stage.rows(takings) == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("xác nhận giúp tôi nhé", "Anh/chị nhắn gì cho người ủng hộ?"), ("đã nhận 2 triệu", "Đã nhận bao nhiêu tiền?"),
        ("vua nhan duoc tien mat", "Đã nhận bao nhiêu tiền?"), ("nhắn cho anh ấy nhé", "Anh/chị nhắn gì về cam kết"),
        ("giao cho Hoa", "cho ai?"), ("ghi chú giúp tôi nhé", "Đồng nghiệp cần biết điều gì?"),
    ],
)  # fmt: skip
async def test_a_button_is_named_with_words_around_it_that_change_nothing(stage: Stage, said: str, answer: str) -> None:
    await staffed(stage)
    code = await promise(stage)
    await stage.say(f"/desk pledge {code}", LAN)
    assert answer in (await stage.say(said, LAN))[0].text


@pytest.mark.parametrize(
    "said", ["không xác nhận", "khoan xác nhận đã", "chưa nhận được gì", "hủy cam kết giúp tôi", "giao gạo cho bà Hoa"]
)
async def test_what_denies_or_ends_something_presses_no_button(stage: Stage, said: str) -> None:
    await staffed(stage)
    code = await promise(stage)
    card = (await stage.say(f"/desk pledge {code}", LAN))[-1]
    told = (await stage.say(said, LAN))[0]
    assert not any(answer in told.text for answer in ("Anh/chị nhắn gì", "Đã nhận bao nhiêu", "cho ai?", "Vì sao"))
    again = (await stage.say(f"/desk pledge {code}", LAN))[-1]
    assert (again.text, values(again)) == (card.text, values(card))


async def test_a_decision_takes_the_very_words_of_its_button(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    for said, decided in (("duyệt luôn đi", False), ("không duyệt nhé", False), ("duyệt", True)):
        await stage.say(f"/desk deed {code}", LAN)
        await stage.say(said, LAN)
        states = {row["code"]: row["state"] for row in await stage.rows(deeds)}
        assert (states[code] == "approved") is decided, said


def test_what_a_sentence_presses_shows_something_or_asks_before_anything_is_done() -> None:
    shows = {"address", "appeal", "change", "deed", "notes", "photos", "pledge", "question", "volunteer"}
    known = Routes(ROUTERS).commands
    assert [verb for verb in PRESSED if verb not in shows and not known[f"desk {verb}"].opens] == []


async def test_no_sentence_verifies_pauses_or_shares_an_address(stage: Stage) -> None:
    await staffed(stage)
    code = (await surveyed(stage, 1))[0]
    before = await stage.rows(addresses)
    for said in ("xác minh luôn nhé", "xác minh giúp tôi", "đã xác minh", "thôi xác minh", "xac minh di"):
        await stage.say(f"/desk address {code}", LAN)
        await stage.say(said, LAN)
        assert await stage.rows(addresses) == before, said
    await stage.say("/desk address DC-0002", LAN)
    for said in ("tạm dừng luôn nhé", "chia sẻ, in giúp tôi"):
        await stage.say(said, LAN)
    assert await stage.rows(addresses) == before
    assert await stage.rows(shared_cards) == []


@BOTH
@pytest.mark.parametrize(
    "both_say", [("tôi nhận việc này", "tôi nhận việc này"), ("giao việc {} cho chị Hoa", "tôi nhận việc {}")]
)
async def test_of_two_who_take_or_give_it_by_a_sentence_at_the_same_instant_one_has_it(
    stage: Stage, both_say: tuple[str, str]
) -> None:
    ids = await staffed(stage)
    hoa = min(row["person_id"] for row in await stage.rows(staff) if row["role"] == "officer")
    assert hoa not in (ids[LAN], ids[MINH])
    await named(stage, hoa, "Lê Thị Hoa")
    code = await tell(stage, photos=0)
    for who in (LAN, MINH):
        await stage.say(f"/desk deed {code}", who)
    stage.clock.forward(seconds=5)
    before = len(stage.room.said)
    async with stage.program() as one, stage.program() as other:
        for who, said in zip((LAN, MINH), both_say, strict=True):
            await one.engine.receive([stage.room.arrival(who, text=said.format(code))])
        await asyncio.gather(one.settle(), other.settle())
        await one.settle()
    (held,) = await stage.rows(takings)
    answers = {who: [m.text for to, m in stage.room.said[before:] if to == who] for who in (LAN, MINH)}
    assert held["code"] == code and all(answers.values())
    done = [
        text for texts in answers.values() for text in texts if text.startswith(("Đã ghi: anh/chị", "Đã giao việc"))
    ]
    assert len(done) == 1, answers
    assert held["person_id"] in ((hoa,) if held["given_by"] else (ids[LAN], ids[MINH]))


async def test_what_a_colleague_has_in_hand_is_not_given_away_by_a_sentence(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"tôi nhận việc {code}", MINH)
    for said in ("giao việc {} cho Hoa", "giao việc {}"):
        assert "đang xem việc thiện" in (await stage.say(said.format(code), LAN))[0].text
        assert [row["person_id"] for row in await stage.rows(takings)] == [ids[MINH]]
