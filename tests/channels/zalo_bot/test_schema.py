"""A request that is not documented is refused, and noted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.zalo_bot.conftest import Client
from tests.fakes.zalo_bot import ZaloBot
from tests.fakes.zalo_bot.schema import Violation


@pytest.mark.parametrize(
    "method, params",
    [
        ("sendMessage", {"chat_id": "a1"}),
        ("sendMessage", {"chat_id": "a1", "text": ""}),
        ("sendMessage", {"chat_id": "a1", "text": "a" * 2001}),
        ("sendMessage", {"chat_id": "a1", "text": "😀" * 1001}),
        ("sendMessage", {"chat_id": 1, "text": "a number for an id"}),
        ("sendMessage", {"chat_id": "a1", "text": "a", "reply_markup": {"inline_keyboard": []}}),
        ("sendMessage", {"chat_id": "a1", "text": "a", "reply_to_message_id": "1"}),
        ("sendMessage", {"chat_id": "a1", "text": "a", "parse_mode": "HTML"}),
        ("sendPhoto", {"chat_id": "a1", "photo": "a1b2"}),
        ("sendPhoto", {"chat_id": "a1", "photo": "http://example.org/x.jpg"}),
        ("sendChatAction", {"chat_id": "a1", "action": "upload_photo"}),
        ("setWebhook", {"url": "https://example.org/x", "secret_token": "short"}),
        ("setWebhook", {"url": "https://example.org/x"}),
        ("getUpdates", {"timeout": 30, "offset": 1}),
        ("getUpdates", {"timeout": 60}),
    ],
)
async def test_what_is_not_documented_is_refused(
    api: ZaloBot, client: Client, method: str, params: dict[str, Any]
) -> None:
    status, body = await client.call(method, **params)
    assert status == 400 and body["ok"] is False and body["error_code"] == 400
    assert [violation.method for violation in api.violations] == [method]
    api.violations.clear()


@pytest.mark.parametrize("method", ["sendTemplate", "editMessageText", "deleteMessage", "sendmessage", "getFile"])
async def test_a_method_that_is_not_documented_is_not_found(api: ZaloBot, client: Client, method: str) -> None:
    assert (await client.call(method))[0] == 404
    assert [violation.method for violation in api.violations] == [method]
    api.violations.clear()


async def test_leaving_the_fake_raises_for_a_violation() -> None:
    with pytest.raises(AssertionError, match="does not document"):
        async with ZaloBot() as api:
            api.violations.append(Violation("sendFile", {}, ("no such method",)))
