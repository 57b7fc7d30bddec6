"""Polling: updates come until they are confirmed, to one poller at a time, and not for ever."""

from __future__ import annotations

import asyncio

import aiohttp

from tests.channels.telegram.client import Client
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api.shapes import shapes
from tests.stage import Clock


async def test_an_update_comes_back_until_a_higher_offset_confirms_it(api: BotApi, client: Client) -> None:
    an = api.person(5)
    an.say("một")
    an.say("hai")
    first = await client.updates()
    assert [u["message"]["text"] for u in first] == ["một", "hai"]
    assert await client.updates() == first
    assert first[1]["update_id"] == first[0]["update_id"] + 1
    assert await client.updates(first[0]["update_id"] + 1, limit=1) == first[1:]
    assert await client.updates(first[1]["update_id"] + 1) == []
    assert api.pending == 0


async def test_an_offset_that_is_too_far_away_starts_at_the_head(api: BotApi, client: Client) -> None:
    api.person(5).say("một")
    [update] = await client.updates(offset=5)
    assert await client.updates(update["update_id"] + 1000) == [update]
    api.person(5).say("hai")
    assert [u["message"]["text"] for u in await client.updates(offset=-1)] == ["hai"]
    assert api.pending == 1


async def test_a_long_poll_ends_as_soon_as_something_comes(api: BotApi, client: Client) -> None:
    polling = asyncio.create_task(client.updates(timeout=30))
    await client.asked("getUpdates")
    api.person(5).say("chào")
    assert [u["message"]["text"] for u in await asyncio.wait_for(polling, 20)] == ["chào"]


async def test_a_second_poller_ends_the_first(api: BotApi, client: Client) -> None:
    first = asyncio.create_task(client("getUpdates", timeout=30))
    await client.asked("getUpdates")
    second = asyncio.create_task(client.updates(timeout=30))
    code, said = await first
    assert code == 409
    assert said == "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    api.person(5).say("một")
    assert len(await second) == 1


async def test_messages_live_a_day_and_presses_150_seconds(api: BotApi, client: Client, clock: Clock) -> None:
    an = api.person(5)
    await client(
        "sendMessage", chat_id=5, text="?", reply_markup={"inline_keyboard": [[{"text": "Có", "callback_data": "có"}]]}
    )
    an.say("chào")
    query = an.press("Có")
    clock.forward(seconds=151)
    assert [list(u)[1] for u in await client.updates()] == ["message"]
    assert await client("answerCallbackQuery", callback_query_id=query) == (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )
    clock.forward(days=1)
    assert await client.updates() == []
    assert len(api.main.queue.expired) == 2


async def test_after_a_week_of_silence_the_ids_begin_anywhere(api: BotApi, client: Client, clock: Clock) -> None:
    api.person(5).say("một")
    before = (await client.updates())[0]["update_id"]
    await client.updates(before + 1)
    clock.forward(days=8)
    api.person(5).say("hai")
    [update] = await client.updates(before + 1)
    assert update["update_id"] != before + 1


async def test_only_kinds_that_were_asked_for_come_and_the_choice_is_remembered(api: BotApi, client: Client) -> None:
    an = api.person(5)
    await client.updates(allowed_updates=["callback_query"])
    an.say("ai nghe không")
    await client.updates()
    an.say("vẫn không")
    api.enqueue(shapes()["chat_member"], filtered=True)
    assert await client.updates(allowed_updates=[]) == []
    an.say("nghe")
    api.enqueue(shapes()["chat_member"])
    assert [list(u)[1] for u in await client.updates()] == ["message", "chat_member"]


async def test_an_impatient_poller_is_slowed_down_when_paced() -> None:
    async with BotApi(paced=True) as api, aiohttp.ClientSession() as session:
        client = Client(api, session)
        for text in ("một", "hai"):
            api.person(5).say(text)
        assert [len(await client.updates()), len(await client.updates())] == [2, 1]
