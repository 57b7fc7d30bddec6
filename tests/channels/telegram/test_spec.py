"""The second reading of the Bot API knows what the first knows, and says what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.bot_api.methods import METHODS
from tests.fakes.bot_api_spec import spec

BUTTON = {"text": "Có", "callback_data": "x", "style": "danger"}


def test_it_knows_every_method_that_the_fake_offers() -> None:
    assert METHODS.keys() <= spec().methods.keys()
    assert spec().version == "Bot API v10.3"


@pytest.mark.parametrize(
    ("method", "params", "wrong"),
    [
        ("sendMessage", {"chat_id": 7, "text": "?", "reply_markup": {"inline_keyboard": [[BUTTON]]}}, []),
        ("sendMessage", {"chat_id": 7, "text": "?", "reply_markup": {"remove_keyboard": True}}, []),
        ("getMe", {}, []),
        ("sendPhoto", {"chat_id": "@a", "photo": "attach://photo"}, []),
        ("sendMediaGroup", {"chat_id": 7, "media": [{"type": "photo", "media": "x", "caption": "y"}] * 2}, []),
        ("setMessageReaction", {"chat_id": 7, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "👌"}]}, []),
        ("sendMessage", {"chat_id": 7}, ["text: missing"]),
        ("sendMessage", {"chat_id": True, "text": "?"}, ["chat_id: no number"]),
        ("sendMessage", {"chat_id": 7, "text": "?", "colour": 1}, ["colour: no such field"]),
        ("sendMessages", {}, ["no method sendMessages"]),
        ("deleteMessages", {"chat_id": 7, "message_ids": 1}, ["message_ids: no list"]),
        ("sendMessage", {"chat_id": 7, "text": "?", "reply_markup": {"inline_keyboard": [[BUTTON | {"style": "green"}]]}},
         ["reply_markup.inline_keyboard.0.0.style: not danger"]),
        ("setMessageReaction", {"chat_id": 7, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "✅"}]},
         ["reaction.0.emoji: not ❤"]),
        ("setChatMenuButton", {"menu_button": {"type": "commands", "text": "x"}}, ["menu_button.text: no such field"]),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong_with_a_request(method: str, params: dict[str, Any], wrong: list[str]) -> None:
    assert spec().check(method, params) == wrong
