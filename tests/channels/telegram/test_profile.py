"""What people see of the bot before they write: kept true, and set only where it differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from telegram import Bot as LibraryBot

from bot.channels.kind import Menus
from bot.channels.telegram.menus import MenuKeeper
from bot.channels.telegram.profile import DESCRIPTION, SHORT, Profile
from bot.channels.telegram.settings import TelegramSettings
from locales import LANGUAGES, Speech
from tests.fakes.bot_api import BotApi
from tests.stage import photo

SPEECHES = {language: Speech(language, ZoneInfo("Asia/Ho_Chi_Minh")) for language in LANGUAGES}


def profile(api: BotApi, library: LibraryBot, **given: Any) -> Profile:
    return Profile(library, TelegramSettings.of({"telegram_token": api.token, **given}), SPEECHES)


def changes(api: BotApi) -> list[str]:
    """The requests that changed something."""
    return [call.method for call in api.requests if call.method.startswith("set")]


async def test_the_profile_is_set_once_and_read_ever_after(api: BotApi, library: LibraryBot, tmp_path: Path) -> None:
    picture = photo(tmp_path, "logo")
    given = {"telegram_name": "Tháng Nhân đạo Vĩnh Linh", "telegram_photo": picture}
    await profile(api, library, **given).refresh()
    kept = dict(api.main.profile)
    assert kept["ShortDescription", "vi"] == kept["ShortDescription", ""] != kept["ShortDescription", "en"]
    assert "không nhận tiền, không hỏi mã otp" in kept["ShortDescription", ""].lower()
    assert kept["Name", ""] == given["telegram_name"]
    assert kept["menu_button",] == {"type": "commands"}
    assert kept["photo",] == picture.read_bytes()
    done = len(changes(api))
    await profile(api, library, **given).refresh()  # as another process, or the next day
    assert len(changes(api)) == done
    api.main.profile["Description", "vi"] = "Changed by hand"
    await profile(api, library).refresh()
    assert changes(api)[done:] == ["setMyDescription"]


async def test_the_name_and_the_photo_stay_where_the_operator_says_nothing(api: BotApi, library: LibraryBot) -> None:
    await profile(api, library).refresh()
    assert not {"setMyName", "setMyProfilePhoto"} & set(changes(api))


async def test_what_telegram_refuses_for_good_stops_nothing(api: BotApi, library: LibraryBot, tmp_path: Path) -> None:
    api.fail("setMyDescription", times=None, status=400, description="Bad Request: DESCRIPTION_INVALID")
    await profile(api, library, telegram_photo=tmp_path / "is-not-there.jpg").refresh()
    assert api.main.profile["ShortDescription", ""]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_descriptions_are_no_longer_than_telegram_takes(language: str) -> None:
    assert len(SPEECHES[language].say("telegram.description")) <= DESCRIPTION
    assert len(SPEECHES[language].say("telegram.short_description")) <= SHORT


async def test_an_officer_who_stopped_the_bot_keeps_nobody_else_from_a_menu(api: BotApi, library: LibraryBot) -> None:
    async def wanted() -> Menus:
        return Menus(chats={"7": [("duty", "Trực")], "8": [("duty", "Trực")]})

    api.person(8)
    for method in ("getMyCommands", "setMyCommands"):
        api.fail(method, times=1, status=403, description="Forbidden: bot was blocked by the user")
    await MenuKeeper(library, wanted).refresh()
    assert [call.params["scope"]["chat_id"] for call in api.calls("setMyCommands")] == [7, 8]


async def test_a_menu_that_stands_there_already_is_not_set_again(api: BotApi, library: LibraryBot) -> None:
    async def wanted() -> Menus:
        return Menus({"vi": [("menu", "Về trang chính")], "en": [("menu", "The main page")]})

    await MenuKeeper(library, wanted).refresh()
    assert len(api.calls("setMyCommands")) == 3
    await MenuKeeper(library, wanted).refresh()
    assert len(api.calls("setMyCommands")) == 3
