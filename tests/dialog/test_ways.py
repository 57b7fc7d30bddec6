"""The ways out of every question: back and cancel, small buttons where there are buttons, and words elsewhere."""

from __future__ import annotations

from bot.channels import Capabilities
from bot.channels.telegram.markup import markup_of
from bot.dialog import lead
from bot.dialog.choose import understand
from bot.dialog.lead import Place
from bot.dialog.orders import BACK, CANCEL, CHANGE, SKIP
from bot.message import Button, Heard, Message, Reply, Text, changed
from bot.receive.conversation import orders
from bot.turn.render import render
from handlers.residents.deed import DeedForm
from handlers.residents.volunteer import VolunteerForm
from locales import LANGUAGES, Speech
from storage.aid.volunteers import ACTIVITIES
from storage.tables import accounts
from tests.questions import FACTS, SPEECH, questions
from tests.stage import Stage

BUTTONS = Capabilities(buttons=40)


def ways(reply: Reply) -> list[str]:
    return [option.value.partition("=")[2] for option in reply.ways]


def test_every_question_can_be_left_and_all_but_the_first_taken_back() -> None:
    for form, name, place in questions():
        asked = lead.repeat(form, changed(place, answers=dict(place.answers or {})), FACTS).replies[-1]
        assert ways(asked) in ([CANCEL], [BACK, CANCEL]), f"{form.name}.{name}"
        assert all(len(option.value.encode()) <= 64 for option in asked.ways), f"{form.name}.{name}"
        for option in asked.ways:
            here = changed(place, answers=dict(place.answers or {}))
            step = lead.resume(form, here, Heard(pressed=option.value), FACTS)
            assert step.place is None or step.place.asking != name, f"{form.name}.{name}: {option.value}"


def test_the_first_question_has_nothing_before_it() -> None:
    first = lead.begin(VolunteerForm, FACTS)
    assert ways(first.replies[-1]) == [CANCEL]
    assert first.place is not None
    second = lead.resume(VolunteerForm, first.place, Heard("Trần Thị Thử"), FACTS)
    assert ways(second.replies[-1]) == [BACK, CANCEL]


def test_from_the_list_of_what_can_be_changed_back_leads_to_the_review() -> None:
    known = {
        "full_name": "Trần Thị Thử", "birth_year": 1990, "phone": "+84912345678", "commune": 5, "hamlet": None,
        "activities": [ACTIVITIES[0]], "free_time": None, "organisation": None,
    }  # fmt: skip
    step = lead.begin(VolunteerForm, FACTS, known, "+edit")
    assert step.place is not None
    assert ways(step.replies[-1]) == [BACK]
    back = lead.resume(VolunteerForm, step.place, Heard(pressed=step.replies[-1].ways[0].value), FACTS)
    assert back.place is not None
    assert back.place.asking == "+review"


def test_who_asks_to_change_where_nothing_was_answered_is_asked_again_and_nothing_is_done() -> None:
    for form, name, place in questions():
        if any(place.answers is not None and place.answers.get(field) is not None for field in form.fields):
            continue
        step = lead.resume(form, changed(place, answers=dict(place.answers or {})), Heard(pressed=CHANGE), FACTS)
        assert step.place is not None
        assert (step.place.asking, step.done) == (name, None), f"{form.name}.{name}"


def test_no_way_through_the_list_of_what_can_be_changed_ends_a_form_with_an_open_question() -> None:
    for form, name, place in questions():
        listed = changed(place, answers=dict(place.answers or {}), asking="+edit")
        step = lead.resume(form, listed, Heard(pressed=f"{form.name}.+edit={BACK}"), FACTS)
        assert step.done is None, f"{form.name}.{name}"
        assert step.place is not None
        current = form(step.place.answers or {}, FACTS)
        unanswered = [field.name for field in current.asked() if field.name not in current.answers]
        assert step.place.asking == (unanswered[0] if unanswered else "+review"), f"{form.name}.{name}"


async def kept(stage: Stage) -> list[tuple[object, ...]]:
    return [(row["id"], row["person_id"], row["address"], row["state"]) for row in await stage.rows(accounts)]


async def test_nobody_is_erased_without_the_words_that_were_asked_for(stage: Stage) -> None:
    await stage.agree("take_part")
    before = await kept(stage)
    await stage.say("/forgetme")
    [asked] = await stage.say("sửa lại")
    assert "xóa hết" in asked.text
    for way in asked.ways:
        await stage.say(pressed=way.value)
        await stage.say("/forgetme")
        await stage.say("sửa lại")
    await stage.say("quay lại")
    assert await kept(stage) == before


def test_a_way_out_of_an_earlier_question_is_refused_like_any_other_old_button() -> None:
    first = lead.begin(VolunteerForm, FACTS)
    assert first.place is not None
    second = lead.resume(VolunteerForm, first.place, Heard("Trần Thị Thử"), FACTS)
    assert second.place is not None
    old = lead.resume(VolunteerForm, second.place, Heard(pressed=first.replies[-1].ways[0].value), FACTS)
    assert old.replies[0].text == Text("stale.question")
    assert old.place is not None
    assert old.place.asking == "birth_year"


def test_where_there_are_no_buttons_they_are_words_as_before() -> None:
    asked = lead.begin(VolunteerForm, FACTS).replies[-1]
    assert render(asked, SPEECH, can=Capabilities()).ways == ()
    assert [button.label for button in render(asked, SPEECH, can=BUTTONS).ways] == ["Hủy"]


def test_on_telegram_they_share_the_last_row_and_beside_the_keyboard_for_a_number_they_type_their_words() -> None:
    out = (Button("f.q=+back", "Quay lại"), Button("f.q=+cancel", "Hủy"))
    said = Message("Gì?", (Button("f.q=1", "Một câu trả lời dài"),), ways=out)
    rows = markup_of(said)["reply_markup"]["inline_keyboard"]
    assert [[one["callback_data"] for one in row] for row in rows] == [["f.q=1"], ["f.q=+back", "f.q=+cancel"]]
    assert Message.load(said.dump()) == said
    asked = changed(said, buttons=(), contact="Gửi số", skip=Button("f.q=+skip", "Bỏ qua"))
    keys = markup_of(asked)["reply_markup"]["keyboard"]
    assert [[one["text"] for one in row] for row in keys] == [["Gửi số"], ["Bỏ qua"], ["Quay lại", "Hủy"]]


def test_what_stands_on_them_is_understood_when_it_is_typed() -> None:
    for language in LANGUAGES:
        speech = Speech(language, FACTS.speech.zone)
        for order in (BACK, CANCEL, SKIP):
            assert understand(Heard(speech.say(order)), None, orders()).pressed == order


async def test_after_the_end_of_a_form_there_is_a_next_step(stage: Stage) -> None:
    await stage.agree("take_part")
    for line in ("/volunteer", "/deed", "/propose", "/ask"):
        await stage.say(line)
        [ended] = await stage.say("hủy")
        assert ended.buttons, line
    await stage.say("/volunteer")
    [asked] = await stage.say("Trần Thị Thử")
    [ended] = await stage.say(pressed=asked.ways[-1].value)
    assert [button.value for button in ended.buttons] == ["/menu"]


async def test_a_household_that_does_not_agree_is_respected_with_what_to_do_next(stage: Stage) -> None:
    await stage.agree("take_part")
    await stage.say("/propose")
    [said] = await stage.say("không")
    assert "tôn trọng ý gia đình" in said.text
    assert [button.value for button in said.buttons] == ["/ask", "/addresses", "/menu"]
    [begun] = await stage.say("/propose")
    assert "đồng ý" in begun.text


def test_a_photo_that_joins_an_album_leaves_the_open_question_as_it_was_offered() -> None:
    answers = {"known": {}, "photos": {"pictures": ["1"], "album": "a"}, "what": "Vá lưới giúp một nhà"}
    place = Place("deed", answers, "helped_count", offered=(("deed.helped_count=+skip", "Bỏ qua"),), lettered=True)
    step = lead.resume(DeedForm, place, Heard(picture="2", album="a"), FACTS)
    assert step.joined and step.place is not None
    assert (step.place.offered, step.place.lettered) == (place.offered, True)
    assert understand(Heard(text="1"), step.place, orders(), choices=7).pressed == "", (
        "one person, and not the first choice"
    )


def test_who_stays_in_a_form_after_all_finds_her_ticks_as_they_were() -> None:
    place = next(place for form, name, place in questions() if (form.name, name) == ("volunteer", "activities"))
    place = changed(place, answers={name: kept for name, kept in (place.answers or {}).items() if name != "+picked"})
    step = lead.resume(VolunteerForm, place, Heard(pressed=f"volunteer.activities={ACTIVITIES[0]}"), FACTS)
    assert step.place is not None
    asked = lead.leave(VolunteerForm, step.place, FACTS, "/menu")
    assert asked.place is not None
    unread = lead.resume(VolunteerForm, asked.place, Heard(text="hả"), FACTS)
    for left in (asked, unread):
        assert left.place is not None
        back = lead.resume(VolunteerForm, left.place, Heard(pressed="volunteer.+leave=+back"), FACTS)
        assert back.place is not None
        assert (back.place.asking, (back.place.answers or {})["+picked"]) == ("activities", [ACTIVITIES[0]])


def test_what_stands_aside_shares_rows_that_can_be_read_and_that_telegram_takes() -> None:
    aside = [Button(f"/{n}", "Ghi phần mang đến", sense="aside") for n in range(9)] + [
        Button(f"/{n}", "Tìm", sense="aside") for n in range(9, 15)
    ]
    rows = markup_of(Message("?", buttons=tuple(aside)))["reply_markup"]["inline_keyboard"]
    assert [button["callback_data"] for row in rows for button in row] == [button.value for button in aside]
    assert [len(row) for row in rows] == [2, 2, 2, 2, 3, 3, 1]
