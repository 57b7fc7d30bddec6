"""What the platform's methods do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.fakes.zalo_bot.people import Chat, Sent
from tests.fakes.zalo_bot.refusal import Refusal
from tests.fakes.zalo_bot.webhook import Webhook

if TYPE_CHECKING:
    from tests.fakes.zalo_bot.server import ZaloBot

Params = Mapping[str, Any]
SENDING = frozenset({"sendMessage", "sendPhoto", "sendSticker", "sendVoice"})
POLL = 30


async def get_me(api: ZaloBot, params: Params) -> Any:
    return {"id": "4242", "account_name": "bot.nhandao", "account_type": "BASIC", "can_join_groups": False}


async def get_updates(api: ZaloBot, params: Params) -> Any:
    """One event, which is gone with this answer, or 408 if none came in time."""
    if api.webhook:
        raise Refusal(400, "a webhook is set")
    api.waiting += 1
    try:
        async with asyncio.timeout(params.get("timeout", POLL) / api.speed):
            api.given.append(event := await api.queue.get())
            return event
    except TimeoutError:
        raise Refusal(408) from None
    finally:
        api.waiting -= 1


async def set_webhook(api: ZaloBot, params: Params) -> Any:
    """The address is kept also where the look at it fails."""
    if api.webhook:
        await api.webhook.close()
    api.webhook = Webhook(params["url"], params["secret_token"])
    outcome, status = await api.webhook.probe()
    seen = {"ok": outcome == "webhook.ok", "url": params["url"], "outcome": outcome, "status_code": status, "hint": ""}
    return {"url": params["url"], "updated_at": api.milliseconds(), "verification": seen}


async def test_webhook(api: ZaloBot, params: Params) -> Any:
    if not api.webhook:
        raise Refusal(400, "no webhook is set")
    outcome, _ = await api.webhook.probe()
    return {"ok": outcome == "webhook.ok", "url": api.webhook.url, "outcome": outcome, "hint": ""}


async def delete_webhook(api: ZaloBot, params: Params) -> Any:
    if not api.webhook:
        raise Refusal(400, "no webhook was ever set")
    await api.webhook.close()
    api.webhook = None
    return {"url": "", "updated_at": api.milliseconds()}


async def get_webhook_info(api: ZaloBot, params: Params) -> Any:
    return {"url": api.webhook.url if api.webhook else "", "updated_at": api.milliseconds()}


async def send_message(api: ZaloBot, params: Params) -> Any:
    return _show(api, params, "sendMessage", text=params["text"])


async def send_photo(api: ZaloBot, params: Params) -> Any:
    """The platform fetches the picture itself."""
    _chat(api, params)
    timeout = aiohttp.ClientTimeout(total=10)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(params["photo"]) as found:
            if found.status != 200 or not found.content_type.startswith("image/"):
                raise Refusal(400, "the photo cannot be fetched")
            photo = await found.read()
    except (aiohttp.ClientError, OSError):
        raise Refusal(400, "the photo cannot be fetched") from None
    return _show(api, params, "sendPhoto", text=params.get("caption", ""), photo=photo)


async def send_sticker(api: ZaloBot, params: Params) -> Any:
    return _show(api, params, "sendSticker", text=params["sticker"])


async def send_voice(api: ZaloBot, params: Params) -> Any:
    """To a group this "succeeds", and nothing arrives."""
    if _chat(api, params).kind == "GROUP":
        return {"message_id": api.message_id(), "date": api.milliseconds()}
    return _show(api, params, "sendVoice", text=params["voice_url"])


async def send_chat_action(api: ZaloBot, params: Params) -> Any:
    _chat(api, params).typing += 1


METHODS: dict[str, Callable[[ZaloBot, Params], Awaitable[Any]]] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "testWebhook": test_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendSticker": send_sticker,
    "sendVoice": send_voice,
    "sendChatAction": send_chat_action,
}


def _chat(api: ZaloBot, params: Params) -> Chat:
    """A chat that has written to the bot; others cannot be written to."""
    chat = api.chats.get(params["chat_id"])
    if chat is None or not chat.known:
        raise Refusal(404, "chat not found")
    return chat


def _show(api: ZaloBot, params: Params, method: str, **what: Any) -> Any:
    chat = _chat(api, params)
    sent = Sent(api.message_id(), method, **what)
    chat.inbox.append(sent)
    return {"message_id": sent.id, "date": api.milliseconds()}
