"""A resident at the emulator: she writes, presses and sends photos, and reads what it recorded of the bot's answers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx

from tests.emulator.servers import CONTROL_KEY
from tests.play import plain

PATIENCE = 30.0
"""Seconds to wait for an answer."""
PACE = 1.0
"""Seconds between what she says: who is faster for long is asked to wait (bot/receive/flood.py)."""
SPOKEN = ("sendMessage", "sendPhoto", "editMessageText", "editMessageCaption", "editMessageReplyMarkup")
Json = dict[str, Any]


class Resident:
    """One chat. A session of the emulator belongs to it alone."""

    def __init__(self, emulator: str, token: str, chat: int = 900_001) -> None:
        self.token, self.chat = token, chat
        who = {"Authorization": f"Bearer {CONTROL_KEY}", "X-Test-Session": str(chat)}
        self._client = httpx.AsyncClient(base_url=f"{emulator}/api/v1/test", headers=who, timeout=PATIENCE)
        self.heard: list[Json] = []
        """What the bot said so far, edits among it."""
        self.pressed: list[str] = []
        """The ids of her presses."""
        self._seen = 0

    async def __aenter__(self) -> Resident:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def say(self, text: str) -> None:
        await self._bring(text=text)

    async def press(self, label: str) -> None:
        """The latest button with this label."""
        there = ((message, button) for message in reversed(self.heard) for button in buttons(message))
        for message, button in there:
            if plain(button["text"]).lstrip("☐☑ ") == label:
                pressed = {"callback_data": button["callback_data"], "callback_message_id": message["message_id"]}
                update = await self._bring(**pressed)
                return self.pressed.append(update["callback_query"]["id"])
        raise AssertionError(f"there is no button {label!r}")

    async def show(self, photo: Path, caption: str) -> None:
        sent = await self._client.post("/upload_media", files={"file": (photo.name, photo.read_bytes(), "image/jpeg")})
        await self._bring(photo_file_id=sent.raise_for_status().json()["file_id"], photo_caption=caption)

    async def _bring(self, **content: Any) -> Json:
        """Have an update brought to the bot, once; returns it. Raises AssertionError where the webhook does not take it."""
        await asyncio.sleep(PACE)
        given = {"chat_id": self.chat, "from_user": {"id": self.chat, "first_name": "Nguyễn Thị Thử"}, **content}
        answer = await self._client.post("/send_update", params={"bot_token": self.token}, json=given)
        told = answer.raise_for_status().json()
        assert told["delivery"]["status_code"] == 200, f"the webhook answered {told['delivery']}"
        update: Json = told["update"]
        return update

    async def answers(self, wanted: str) -> list[Json]:
        """What the bot says next, up to what holds these words. Raises AssertionError if it never says them."""
        begun = len(self.heard)
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while loop.time() < until:
            recorded = await self.recorded()
            while self._seen < len(recorded):
                one, self._seen = recorded[self._seen], self._seen + 1
                if one["method"] in SPOKEN:
                    self.heard.append(one)
                    if wanted in shown(one):
                        return self.heard[begun:]
            await asyncio.sleep(0.05)
        raise AssertionError(f"nobody said {wanted!r}, but {[shown(one) for one in self.heard[begun:]]}")

    async def recorded(self) -> list[Json]:
        """Every call of the bot that concerns this chat, as the emulator recorded it."""
        found: list[Json] = (await self._client.get("/responses")).raise_for_status().json()["responses"]
        return found

    async def photo(self, message: Json) -> bytes:
        """The photo in a message of the bot, as the emulator keeps it."""
        return (await self._client.get(f"/media/{message['file_id']}")).raise_for_status().content


def words(message: Json) -> str:
    return plain(message.get("text") or message.get("caption") or "")


def buttons(message: Json) -> list[Json]:
    """Those that can be pressed."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button for row in rows for button in row if "callback_data" in button]


def shown(message: Json) -> str:
    """A message with its picture and its buttons, as text."""
    labels = " ".join(f"[{plain(button['text'])}]" for button in buttons(message))
    picture = "(photo)" if message["method"] == "sendPhoto" else ""
    return "\n".join(part for part in (picture, words(message), labels) if part)
