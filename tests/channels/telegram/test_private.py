"""In a private chat nobody speaks but the person whose chat it is."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.telegram import updates

SENDER = {"id": 7, "is_bot": False, "first_name": "An"}
SAID: dict[str, Any] = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": SENDER}
MEMBER = {"status": "kicked", "user": {"id": 1}}
UPDATES: dict[str, dict[str, Any]] = {
    "message": {**SAID, "text": "/desk"},
    "edited_message": {**SAID, "text": "/desk"},
    "callback_query": {"id": "5", "from": SENDER, "message": SAID, "data": "/desk"},
    "my_chat_member": {"chat": SAID["chat"], "from": SENDER, "old_chat_member": MEMBER, "new_chat_member": MEMBER},
}


@pytest.mark.parametrize("kind", UPDATES)
def test_what_another_account_says_in_somebody_s_private_chat_is_nothing(kind: str) -> None:
    assert updates.hear({kind: UPDATES[kind]}).event != "nothing"
    forged = {**UPDATES[kind], "from": {**SENDER, "id": 8}}
    assert updates.hear({kind: forged}).event == "nothing"


def test_no_file_of_another_account_is_fetched() -> None:
    photo = {**SAID, "photo": [{"file_id": "x", "file_size": 1}]}
    assert updates.file({"message": photo}) is not None
    assert updates.file({"message": {**photo, "from": {**SENDER, "id": 8}}}) is None
