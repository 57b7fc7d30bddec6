"""What must hold with one language more; run by ``test_third_language.py`` in a process of its own."""

from __future__ import annotations

from bot.settings import read_settings
from locales import LANGUAGES, own_name
from storage.campaign import campaigns, staff
from storage.tables import broadcasts, campaign_messages
from storage.talk import people
from tests.fakes.third_language import LAO, MARK
from tests.stage import Stage


async def officer(stage: Stage) -> None:
    """An officer of the whole campaign who has chosen Lao."""
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", "1"): LAO}, stage.clock())
        campaign = await campaigns.active(tx)
        assert campaign is not None
        await staff.grant(tx, met["room", "1"][0].id, "officer", campaign.unit_id, "operator", stage.clock())
    await stage.say("/language")
    (thanks, *_) = await stage.say(pressed=f"language.language={LAO}")
    assert thanks.text.startswith(MARK)


def test_the_language_is_a_setting() -> None:
    assert read_settings(default_language=LAO).default_language == LAO


async def test_people_choose_it_by_the_name_that_its_speakers_give_it(stage: Stage) -> None:
    (asked, *_) = await stage.say("/language")
    assert [button.label for button in asked.buttons][: len(LANGUAGES)] == [own_name(code) for code in LANGUAGES]
    assert own_name(LAO) == "ລາວ"


async def test_an_announcement_is_written_in_every_language(stage: Stage) -> None:
    await officer(stage)
    await stage.say("/broadcast new")
    (who, *_) = await stage.say("Chào {name}, mời bà con dự lễ phát động.")
    assert who.text.startswith(MARK) and own_name(LAO) in who.text
    await stage.say(pressed="broadcast.others=write")
    await stage.say("Dear {name}, please come to the opening.")
    await stage.say("ສະບາຍດີ {name}, ເຊີນມາຮ່ວມ.")
    for answer in ("+skip", "+skip", "1", "1", "1", "1"):
        said = await stage.say(pressed=answer) if answer == "+skip" else await stage.say(answer)
    assert said
    (kept,) = await stage.rows(broadcasts)
    assert kept["texts"].keys() == set(LANGUAGES) and kept["texts"][LAO].startswith("ສະບາຍດີ")


async def test_a_message_of_the_calendar_has_a_title_and_a_text_in_every_language(stage: Stage) -> None:
    await officer(stage)
    (asked, *_) = await stage.say("/calendar add")
    assert "Ngày hội hiến máu" in asked.text
    (asked, *_) = await stage.say("Ngày nước sạch")
    assert "Blood donation day" in asked.text
    (asked, *_) = await stage.say("Clean water day")
    assert f"{MARK}Blood donation day" in asked.text
    for answer in ("ວັນນ້ຳສະອາດ", "3", "08:00", "1"):
        await stage.say(answer)
    await stage.say(pressed="+done")
    for answer in ("Giữ nguồn nước sạch.", "Keep the water clean.", "ຮັກສານ້ຳ."):
        await stage.say(answer)
    for answer in ("+skip", "+skip"):
        await stage.say(pressed=answer)
    await stage.say("2")
    await stage.say(pressed="+send")
    (kept,) = await stage.rows(campaign_messages)
    assert kept["titles"].keys() == kept["texts"].keys() == set(LANGUAGES)
