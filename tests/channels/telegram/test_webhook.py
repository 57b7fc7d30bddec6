"""Webhooks: in order per chat, again and again until they answer 2xx."""

from __future__ import annotations

import asyncio

from tests.channels.telegram.client import Client, Receiver
from tests.fakes.bot_api import BotApi

FREE = ["message", "edited_message", "callback_query", "my_chat_member", "channel_post"]


async def test_a_webhook_gets_each_update_until_it_answers_2xx(api: BotApi, client: Client) -> None:
    async with Receiver(500, 404, 503) as hook:
        await client("setWebhook", url=hook.url, secret_token="s3cret", allowed_updates=FREE)
        assert (await client("getUpdates"))[0] == 409
        an = api.person(5)
        an.say("một")
        an.say("hai")
        await hook.until(5)
        assert [u["message"]["text"] for _, u in hook.heard] == ["một"] * 4 + ["hai"]
        assert {secret for secret, _ in hook.heard} == {"s3cret"}
        async with asyncio.timeout(60):
            while api.pending:
                await asyncio.sleep(0.005)
        info = await client("getWebhookInfo")
        assert (info["url"], info["last_error_message"]) == (
            hook.url,
            "Wrong response from the webhook: 503 Service Unavailable",
        )
        assert [d["status"] for d in api.deliveries] == [500, 404, 503, 200, 200]
        await client("deleteWebhook")
        assert await client.updates() == []


async def test_a_lost_200_brings_the_update_again_and_chats_do_not_wait_for_each_other(
    api: BotApi, client: Client
) -> None:
    async with Receiver(only=5) as hook:
        api.person(5).say("trước khi có webhook")
        api.fail("webhook", close_after=True)
        await client("setWebhook", url=hook.url)
        await hook.until(2)
        assert [u["message"]["text"] for _, u in hook.heard] == ["trước khi có webhook"] * 2
        hook.statuses = [500] * 3
        api.person(5).say("chậm")
        api.person(6).say("nhanh")
        await hook.until(7)
        assert sorted(u["message"]["text"] for _, u in hook.heard[2:]) == ["chậm"] * 4 + ["nhanh"]


async def test_a_webhook_may_answer_with_a_method(api: BotApi, client: Client) -> None:
    async with Receiver() as hook:
        hook.answer = {"method": "sendMessage", "chat_id": 5, "text": "từ webhook"}
        await client("setWebhook", url=hook.url)
        api.person(5).say("chào")
        assert (await api.person(5).answer()).text == "từ webhook"
