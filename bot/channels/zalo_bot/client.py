"""Call the Zalo Bot Platform: its documented methods and no others, each with what is known of how it fails.

The body's ``ok`` decides, whatever the HTTP status. The token stands in the address, so no error names one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.channels.zalo.http import Connection, Unavailable, named, whole

CALL, FETCHING, POLL = 20.0, 60.0, 30
"""Seconds: for one call; for one in which the platform fetches a photo first; how long a poll waits."""
NOTHING = 408
"""Nothing came while a poll waited."""
NOT_FOUND = 404
"""No such method, or no such bot: the token is nobody's."""


class Refused(Exception):
    """``ok: false``, with the platform's code."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code


class ZaloBotClient:
    """One bot's connection."""

    def __init__(self, token: str, api_url: str) -> None:
        self._base = f"{api_url}/bot{token}"
        self.within, self.polls_within = CALL, POLL + 15.0
        self._connection = Connection()

    async def get_me(self) -> Mapping[str, Any]:
        """The bot itself: id, account_name, account_type, can_join_groups. A token that is nobody's may get a page with 404."""
        try:
            return _mapping(await self._call("getMe"))
        except Unavailable as failed:
            if failed.status == NOT_FOUND:
                raise Refused(NOT_FOUND, "no such bot") from None
            raise

    async def get_update(self) -> list[Any]:
        """The next events, at most one as it is documented; none if nothing came while the call waited."""
        try:
            found = await self._call("getUpdates", {"timeout": POLL}, within=self.polls_within)
        except Refused as refused:
            if refused.code == NOTHING:
                return []
            raise
        return found if isinstance(found, list) else [found] if found else []

    async def set_webhook(self, url: str, secret: str) -> Mapping[str, Any]:
        """Have events brought to an address; returns what the platform saw there. It keeps the address in any case."""
        found = _mapping(await self._call("setWebhook", {"url": url, "secret_token": secret}, within=FETCHING))
        return _mapping(found.get("verification"))

    async def delete_webhook(self) -> None:
        """Have events kept for polling; harmless where no webhook was set."""
        try:
            await self._call("deleteWebhook")
        except Refused as refused:
            if refused.code != 400:
                raise

    async def webhook_url(self) -> str:
        """Where events are brought to; empty where they are polled for."""
        try:
            return str(_mapping(await self._call("getWebhookInfo")).get("url") or "")
        except Refused as refused:
            if refused.code == 404:
                return ""
            raise

    async def send_message(self, chat_id: str, text: str) -> str:
        """Say 1 to 2000 characters, as they are; returns the message's id."""
        return _id(await self._call("sendMessage", {"chat_id": chat_id, "text": text}))

    async def send_photo(self, chat_id: str, url: str, caption: str) -> str:
        """Show a picture that the platform fetches from a public address; returns the message's id."""
        asked = {"chat_id": chat_id, "photo": url} | ({"caption": caption} if caption else {})
        return _id(await self._call("sendPhoto", asked, within=FETCHING))

    async def send_voice(self, chat_id: str, url: str) -> str:
        """Let an AAC voice message be heard that the platform fetches from a public address; returns the message's id."""
        return _id(await self._call("sendVoice", {"chat_id": chat_id, "voice_url": url}, within=FETCHING))

    async def show_typing(self, chat_id: str) -> None:
        """Show for a moment that an answer is being written."""
        await self._call("sendChatAction", {"chat_id": chat_id, "action": "typing"})

    async def download(self, url: str, most: int) -> bytes:
        """A file that somebody sent."""
        return await self._connection.download(url, most)

    async def close(self) -> None:
        """Give the connections back."""
        await self._connection.close()

    async def _call(self, method: str, params: Mapping[str, Any] | None = None, *, within: float = 0) -> Any:
        """The result of a method. Raises Refused, NotSent, InDoubt, Unavailable."""
        timeout = aiohttp.ClientTimeout(total=within or self.within, sock_connect=10)
        with named():
            async with self._connection.open().post(
                f"{self._base}/{method}", json=params or {}, timeout=timeout, allow_redirects=False
            ) as response:
                return _result(response.status, await whole(response.content))


def _result(status: int, body: bytes) -> Any:
    try:
        said = json.loads(body)  # numbers of any length stay exact: they may be ids
    except (ValueError, RecursionError):
        raise Unavailable(status) from None
    if not isinstance(said, dict) or "ok" not in said:
        raise Unavailable(status)
    if said["ok"] is True:
        return said.get("result")
    code = said.get("error_code", said.get("errorCode", status))
    raise Refused(code if isinstance(code, int) else status, str(said.get("description") or "")[:200])


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _id(found: Any) -> str:
    """The platform's id of what was sent; sent it is even where the answer names none."""
    return str(_mapping(found).get("message_id") or "")
