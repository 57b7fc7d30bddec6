"""Ask Telegram about a bot before it runs: whose token it is, where updates go, and what time it is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import orjson

from bot.channels.kind import NTP, Seen
from bot.channels.telegram.hook import host_of
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.webhook import PATH

WITHIN = aiohttp.ClientTimeout(total=5)
APART = 30.0
"""Seconds by which an answer on its way may make a clock seem wrong."""


async def look(settings: TelegramSettings) -> Sequence[Seen]:
    """What Telegram says, in at most ten seconds; nothing is changed there."""
    assert settings.telegram_token is not None
    base = f"{settings.telegram_api_url}/bot{settings.telegram_token.get_secret_value()}"
    # No error is passed on as it is: it names the address, and that holds the token.
    try:
        async with aiohttp.ClientSession(timeout=WITHIN) as session:
            me, date = await _ask(session, f"{base}/getMe")
            if not me.get("ok"):
                return [_refused(me)]
            hook, _ = await _ask(session, f"{base}/getWebhookInfo")
    except (aiohttp.ClientError, TimeoutError, ValueError) as failed:
        host = host_of(settings.telegram_api_url)
        return [Seen("TELEGRAM_TOKEN", "unknown", f"{host} does not answer ({type(failed).__name__}): offline?")]
    by = "by webhook" if settings.by_webhook else "by polling"
    name = me["result"].get("username", "?")
    return [
        Seen("TELEGRAM_TOKEN", "right", f"Telegram knows it as @{name}, {by}", f"https://t.me/{name}"),
        _webhook(hook.get("result") or {}, settings),
        *_clock(date),
    ]


async def _ask(session: aiohttp.ClientSession, url: str) -> tuple[dict[str, Any], str]:
    """The envelope, and the date of the answer. Raises what the library raises, and ValueError for what is no envelope."""
    async with session.get(url) as response:
        found = orjson.loads(await response.read())
        if not isinstance(found, dict) or (response.status >= 500 and not found.get("ok")):
            raise ValueError
        return found, response.headers.get("Date", "")


def _refused(me: dict[str, Any]) -> Seen:
    if me.get("error_code") in (401, 404):
        return Seen(
            "TELEGRAM_TOKEN", "wrong", "Telegram refuses it: copy it whole from @BotFather, or ask for a new one"
        )
    return Seen("TELEGRAM_TOKEN", "unknown", f"Telegram answers with {me.get('error_code')}; try again later")


def _webhook(info: dict[str, Any], settings: TelegramSettings) -> Seen:
    there = str(info.get("url") or "")
    if not settings.by_webhook:
        if not there:
            return Seen("webhook", "right", "none is set, as polling needs it")
        if settings.telegram_other_webhook == "keep":
            return Seen(
                "webhook", "wrong", f"updates go to {host_of(there)}, and TELEGRAM_OTHER_WEBHOOK=keep leaves it so"
            )
        return Seen("webhook", "unknown", f"updates go to {host_of(there)}; `run` removes that webhook and polls")
    if there != f"{settings.webhook_url}{PATH}":
        return Seen(
            "webhook", "unknown", f"it is at {host_of(there)}; `run` sets it to {host_of(settings.webhook_url)}"
        )
    if failed := info.get("last_error_message"):
        return Seen("webhook", "unknown", f"it is ours; Telegram last failed to bring updates: {failed}")
    return Seen("webhook", "right", f"it is at {host_of(there)}")


def _clock(date: str) -> list[Seen]:
    """This machine's clock beside Telegram's."""
    try:
        apart = (datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()
    except (TypeError, ValueError):
        return []
    if abs(apart) <= APART:
        return [Seen("clock", "right", "it agrees with Telegram's")]
    way = "ahead of" if apart > 0 else "behind"
    return [Seen("clock", "wrong", f"it is {abs(apart):.0f} seconds {way} Telegram's; set it by NTP", mend=NTP)]
