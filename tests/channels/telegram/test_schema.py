"""Requests that the Bot API does not document are refused and remembered; recorded updates are as it documents them."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api.shapes import shapes
from tests.fakes.bot_api_schema import Upload, schema

BUTTON = {"text": "Có", "callback_data": "yes"}
STILL_WRITTEN = ("thumb", "all_members_are_administrators", "new_chat_member", "new_chat_participant",
                 "left_chat_participant")  # fmt: skip
"""Fields that Telegram no longer documents but still writes for old bots."""


def inline(**button: Any) -> dict[str, Any]:
    return {"chat_id": 1, "text": "?", "reply_markup": {"inline_keyboard": [[button]]}}


def check(method: str, given: dict[str, Any], **files: Upload) -> list[str]:
    return schema().check(method, schema().decode(method, given, files), files)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sendMessage", {"chat_id": 1, "text": "x" * 4096}),
        ("sendMessage", {"chat_id": "-1", "text": "5", "entities": '[{"type": "bold", "offset": 0, "length": 1}]'}),
        ("sendMessage", inline(**BUTTON)),
        ("sendMessage", inline(text="Web", url="https://t.me/nhandao_test_bot?start=poster-7")),
        ("sendMessage", {"chat_id": 1, "text": "?", "reply_markup": {"remove_keyboard": True}}),
        ("getUpdates", {"offset": "-1", "timeout": "50", "allowed_updates": '["message", "callback_query"]'}),
        ("setMyCommands", {"commands": [{"command": "start", "description": "Bắt đầu"}], "scope": {"type": "default"}}),
        ("editMessageReplyMarkup", {"chat_id": 1, "message_id": 1}),
        ("setWebhook", {"url": "", "secret_token": "a-B_9"}),
    ],
)
def test_a_request_as_documented_is_let_through(method: str, params: dict[str, Any]) -> None:
    assert check(method, params) == []


@pytest.mark.parametrize(
    ("method", "params", "said"),
    [
        ("sendMessage", {"chat_id": 1}, "text: Field required"),
        ("sendMessage", {"chat_id": 1, "text": 5}, "text: Input should be a valid string"),
        ("sendMessage", {"chat_id": 1, "text": "?", "colour": "red"}, "colour: no such parameter"),
        ("sendMessage", {"chat_id": 1, "text": "?", "disable_web_page_preview": True}, "disable_web_page_preview: deprecated"),
        ("sendMessage", {"chat_id": 1, "text": " \u200b\n"}, "message text is empty"),
        ("sendMessage", {"chat_id": 1, "text": "😀" * 2049}, "message is too long"),
        ("sendMessage", {"chat_id": 1, "text": "a\ud800"}, "strings must be encoded in UTF-8 (text)"),
        ("sendMessage", {"chat_id": "an", "text": "?"}, "chat not found"),
        ("sendMessage", inline(**BUTTON, weight=1), "reply_markup.inline_keyboard.0.0.weight: no such parameter"),
        ("sendMessage", inline(**BUTTON, url="https://x.vn"), "inline keyboard button 'Có' must do exactly one thing"),
        ("sendMessage", inline(text="Có", callback_data="ạ" * 22), "BUTTON_DATA_INVALID"),
        ("sendMessage", inline(text="Có", callback_data=""), "BUTTON_DATA_INVALID"),
        ("sendMessage", inline(text=" ", callback_data="x"), "reply_markup: a button without a label"),
        ("sendMessage", {"chat_id": 1, "text": "?", "reply_markup": {"keyboards": []}}, "reply_markup: needs exactly one of"),
        ("sendMessage", inline(text="x", url="https://t.me/a_bot?start=địa"), "reply_markup.inline_keyboard.0.0.url: a deep"),
        ("sendMessage", {"chat_id": 1, "text": "à", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "entities: 0+2"),
        ("sendPhoto", {"chat_id": 1, "photo": "x", "caption": "x" * 1025}, "message caption is too long"),
        ("sendPhoto", {"chat_id": 1, "photo": "attach://x"}, "attach://x: no such file in the request"),
        ("sendMediaGroup", {"chat_id": 1, "media": [{"type": "photo", "media": "x"}]}, "media: an album has 2 to 10 items"),
        ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "start", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [], "language_code": "vie"}, "language_code: two letters"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "text: at most 200 characters"),
        ("getUpdates", {"limit": 101}, "limit: 1 to 100"),
        ("getUpdates", {"allowed_updates": ["messages"]}, "allowed_updates: no such kind as 'messages'"),
        ("setWebhook", {"url": "https://x.vn", "secret_token": "à"}, "secret token contains unallowed characters"),
    ],
)  # fmt: skip
def test_a_request_that_is_not_as_documented_is_told_why(method: str, params: dict[str, Any], said: str) -> None:
    assert any(complaint.startswith(said) for complaint in check(method, params)), check(method, params)


def test_every_file_has_a_parameter() -> None:
    photo = Upload("a.jpg", b"x")
    assert check("sendPhoto", {"chat_id": "1"}, photo=photo) == []
    assert check("sendPhoto", {"chat_id": "1", "photo": "attach://a"}, a=photo) == []
    assert check("setWebhook", {"url": ""}, certificate=photo) == []
    assert check("sendPhoto", {"chat_id": "1", "photo": "attach://a"}, a=photo, b=photo) == [
        "b: a file that no parameter names"
    ]


async def test_a_violation_is_refused_and_fails_the_test_that_made_it() -> None:
    api = BotApi()

    async def misuse() -> None:
        async with api, aiohttp.ClientSession() as session:
            api.person(1)
            for name, params in (("sendMessage", {"chat_id": 1, "text": "?", "colour": 1}), ("banChatMember", {})):
                async with session.post(f"{api.url}/bot{api.token}/{name}", json=params) as response:
                    assert response.status == 400

    with pytest.raises(AssertionError, match="does not allow"):
        await misuse()
    assert [v.method for v in api.violations] == ["sendMessage", "banChatMember"]
    assert api.person(1).inbox == []


def test_the_recorded_updates_are_as_telegram_documents_them() -> None:
    for name, update in shapes().items():
        if not name.startswith(("broken_", "future_")):
            complaints = [
                c for c in schema().check_update(update) if c.split(":")[0].split(".")[-1] not in STILL_WRITTEN
            ]
            assert complaints == [], name


def test_there_is_a_recorded_update_of_every_kind() -> None:
    newest = {"managed_bot", "subscription", "stopped_message_generation"}
    assert {kind for update in shapes().values() for kind in update} >= schema().kinds - newest
