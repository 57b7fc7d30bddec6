"""The fake Bot API behaves as Telegram's server does, driven over plain HTTP and by python-telegram-bot."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image
from telegram import Bot as LibraryBot
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, KeyboardButton, ReplyKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, RetryAfter

from tests.fakes.bot_api import BotApi, Limits
from tests.fakes.bot_api.shapes import shapes
from tests.stage import Clock

FREE = ["message", "edited_message", "callback_query", "my_chat_member", "channel_post"]


class Client:
    """A bot that speaks raw JSON."""

    def __init__(self, api: BotApi, session: aiohttp.ClientSession) -> None:
        self.api, self.session = api, session

    async def __call__(self, method: str, token: str = "", **params: Any) -> Any:
        """The result, or the status and description of the error."""
        url = f"{self.api.url}/bot{token or self.api.token}/{method}"
        async with self.session.post(url, json=params) as response:
            body = await response.json()
        assert body["ok"] == (response.status == 200)
        return body["result"] if body["ok"] else (body["error_code"], body["description"])

    async def updates(self, offset: int = 0, **params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self("getUpdates", offset=offset, **params)
        return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def api(clock: Clock, tmp_path: Path) -> AsyncIterator[BotApi]:
    async with BotApi(seed=7, clock=clock, speed=1000, history=tmp_path / "history.jsonl") as api:
        yield api
        for call in api.requests:
            refused = isinstance(call.outcome, dict) and call.outcome.get("ok") is False
            if call.outcome is not None and not refused:
                assert not api.schema.check_result(call.method, call.outcome), call


@pytest_asyncio.fixture
async def client(api: BotApi) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(api, session)


@pytest_asyncio.fixture
async def library(api: BotApi) -> AsyncIterator[LibraryBot]:
    async with LibraryBot(api.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot") as bot:
        yield bot


def jpeg(*size: int) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (size[0], size[-1]), "red").save(kept, "JPEG")
    return kept.getvalue()


# -- receiving ----------------------------------------------------------------------------------------------------


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
    await asyncio.sleep(0.05)
    api.person(5).say("chào")
    assert [u["message"]["text"] for u in await asyncio.wait_for(polling, 1)] == ["chào"]


async def test_a_second_poller_ends_the_first(api: BotApi, client: Client) -> None:
    first = asyncio.create_task(client("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(client("getUpdates", timeout=1))
    code, said = await first
    assert code == 409
    assert said == "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    assert await second == []


async def test_messages_live_a_day_and_presses_150_seconds(api: BotApi, client: Client, clock: Clock) -> None:
    an = api.person(5)
    await client("sendMessage", chat_id=5, text="?", reply_markup=keyboard("Có"))
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


# -- webhook ------------------------------------------------------------------------------------------------------


class Receiver:
    """A bot's webhook that answers what the test says, 200 in the end."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.answer: dict[str, Any] | None = None
        self.url = ""

    async def __aenter__(self) -> Receiver:
        app = web.Application()
        app.router.add_post("/hook", self._hear)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _hear(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.heard.append((secret, await request.json()))
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response(self.answer, status=status, headers={"Retry-After": "1"} if status == 503 else {})

    async def until(self, count: int) -> None:
        async with asyncio.timeout(3):
            while len(self.heard) < count:
                await asyncio.sleep(0.005)


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
        async with asyncio.timeout(1):
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
    async with Receiver() as hook:
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


# -- people -------------------------------------------------------------------------------------------------------


def keyboard(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label.lower()}] for label in labels]}


async def test_a_conversation_through_the_library(api: BotApi, library: LibraryBot) -> None:
    an = api.person(5_000_000_000, first_name="An", last_name="Nguyễn")
    an.start("poster-7")
    [update] = await library.get_updates(allowed_updates=FREE)
    assert update.message
    assert update.message.text == "/start poster-7"
    assert [(e.type, e.offset, e.length) for e in update.message.entities] == [("bot_command", 0, 6)]
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Có", callback_data="yes")]])
    sent = await library.send_message(an.id, "Đồng ý?", reply_markup=buttons)
    assert (await an.answer()).labels == ["Có"]
    an.press("Có")
    [press] = await library.get_updates(update.update_id + 1)
    assert press.callback_query
    assert (press.callback_query.data, press.callback_query.message) == ("yes", sent)
    await library.answer_callback_query(press.callback_query.id, "Cảm ơn")
    assert an.toasts == [("Cảm ơn", False)]
    await library.edit_message_text("Đã ghi.", an.id, sent.message_id)
    edited = await an.answer()
    assert (edited.text, edited.labels, edited.edits) == ("Đã ghi.", [], 1)
    with pytest.raises(BadRequest, match="not modified"):
        await library.edit_message_text("Đã ghi.", an.id, sent.message_id)
    an.press("Có")
    await library.delete_message(an.id, sent.message_id)
    assert an.inbox == []


async def test_pictures_go_both_ways(api: BotApi, library: LibraryBot) -> None:
    an = api.person(5)
    an.send_photo(jpeg(60, 40), "việc thiện", album="7")
    an.send_document(jpeg(30), "gốc.jpg")
    photo, document = await library.get_updates()
    assert photo.message
    assert document.message
    assert (photo.message.caption, photo.message.media_group_id) == ("việc thiện", "7")
    assert (photo.message.photo[-1].width, photo.message.photo[-1].height) == (60, 40)
    file = await library.get_file(photo.message.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == jpeg(60, 40)
    await library.send_photo(5, jpeg(50), "ảnh mới")
    assert (await an.answer()).photo == jpeg(50)
    await library.send_photo(5, photo.message.photo[-1].file_id)
    await library.send_media_group(5, [InputMediaPhoto(jpeg(10), caption="một"), InputMediaPhoto(jpeg(11))])
    await library.send_document(5, b"{}", filename="du-lieu.json", caption="đây")
    *_, album, second, told = await an.answers(4)
    assert album.raw["media_group_id"] == second.raw["media_group_id"]
    assert (told.document, told.raw["document"]["file_name"]) == (b"{}", "du-lieu.json")
    with pytest.raises(BadRequest, match="PHOTO_INVALID_DIMENSIONS"):
        await library.send_photo(5, jpeg(300, 10))


async def test_a_file_over_20_mib_cannot_be_fetched(api: BotApi, client: Client, clock: Clock) -> None:
    an = api.person(5)
    an.send_photo(jpeg(9), size=21 << 20)
    an.send_photo(jpeg(9))
    big, small = [u["message"]["photo"][-1] for u in await client.updates()]
    assert await client("getFile", file_id=big["file_id"]) == (400, "Bad Request: file is too big")
    assert await client("getFile", file_id="xyz") == (400, "Bad Request: invalid file_id")
    path = (await client("getFile", file_id=small["file_id"]))["file_path"]
    url = f"{api.url}/file/bot{api.token}/{path}"
    async with client.session.get(url) as response:
        assert await response.read() == jpeg(9)
    clock.forward(hours=2)
    async with client.session.get(url) as response:
        assert response.status == 404


async def test_the_contact_button_shares_the_own_number(api: BotApi, library: LibraryBot) -> None:
    an = api.person(5, phone="84912345678")
    share = ReplyKeyboardMarkup([[KeyboardButton("Gửi số", request_contact=True)], [KeyboardButton("Thôi")]])
    asked = await library.send_message(5, "Số điện thoại?", reply_markup=share)
    an.press("Gửi số")
    an.press("Thôi")
    contact, text = await library.get_updates()
    assert contact.message
    assert contact.message.contact
    assert (contact.message.contact.phone_number, contact.message.contact.user_id) == ("84912345678", 5)
    assert text.message
    assert text.message.text == "Thôi"
    with pytest.raises(BadRequest, match="can't be edited"):
        await library.edit_message_text("khác", 5, asked.message_id)


async def test_who_blocked_the_bot_is_not_reached(api: BotApi, library: LibraryBot) -> None:
    an = api.person(5)
    an.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await library.send_message(5, "?")
    an.unblock()
    await library.send_message(5, "?")
    blocked, unblocked = await library.get_updates()
    assert blocked.my_chat_member
    assert unblocked.my_chat_member
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member.new_chat_member.status == "member"
    an.deactivate()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await library.send_message(5, "?")
    with pytest.raises(BadRequest, match="chat not found"):
        await library.send_message(404, "?")


async def test_groups_speak_leave_and_migrate(api: BotApi, library: LibraryBot) -> None:
    an, group, channel = api.person(5), api.group(-77), api.group(-1001, kind="channel")
    group.say(an, "chào cả nhóm")
    group.say(None, "ẩn danh")
    channel.post("tin mới")
    new = group.migrate(-100_77)
    updates = await library.get_updates(allowed_updates=FREE)
    assert [u.effective_chat.id for u in updates if u.effective_chat] == [-77, -77, -1001, -77, -100_77]
    with pytest.raises(ChatMigrated) as moved:
        await library.send_message(-77, "?")
    assert moved.value.new_chat_id == new.id
    await library.send_message(new.id, "chào")
    await library.leave_chat(new.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await library.send_message(new.id, "?")


async def test_menus_names_and_who_the_bot_is(api: BotApi, library: LibraryBot) -> None:
    await library.set_my_commands([("start", "Bắt đầu")], language_code="vi")
    assert [c.command for c in await library.get_my_commands(language_code="vi")] == ["start"]
    assert await library.get_my_commands() == ()
    await library.delete_my_commands(language_code="vi")
    await library.set_my_name("Tháng Nhân đạo")
    assert (await library.get_me()).id == api.main.id
    assert (await library.get_chat(api.person(5).id)).first_name == "An"
    assert await library.send_chat_action(5, "typing")


# -- trouble ------------------------------------------------------------------------------------------------------


async def test_errors_have_the_shape_of_the_real_ones(api: BotApi, client: Client, library: LibraryBot) -> None:
    assert await client("getMe", token="1:no") == (401, "Unauthorized")
    assert await client("getYou") == (404, "Not Found: method not found")
    api.person(5)
    api.fail("sendMessage", status=429, parameters={"retry_after": 7})
    with pytest.raises(RetryAfter):
        await library.send_message(5, "?")
    api.fail("*", status=502)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await library.get_me()
    api.fail("getUpdates", status=409, description="terminated by setWebhook request")
    with pytest.raises(Conflict):
        await library.get_updates()


@pytest.mark.parametrize(
    ("how", "arrived"),
    [
        ({"close_before": True}, 0),
        ({"close_after": True}, 1),
        ({"truncated": True}, 1),
        ({"garbage": True}, 1),
        ({"timeout": True}, 0),
        ({"timeout": True, "deliver": True}, 1),
        ({"status": 502, "deliver": True}, 1),
        ({"status": 500, "garbage": True, "deliver": False}, 0),
    ],
    ids=str,
)
async def test_trouble_before_and_after_the_message_arrived(
    api: BotApi, client: Client, how: dict[str, Any], arrived: int
) -> None:
    an = api.person(5)
    api.fail("sendMessage", **how)
    url = f"{api.url}/bot{api.token}/sendMessage"
    timeout = aiohttp.ClientTimeout(total=0.3)
    with pytest.raises((aiohttp.ClientError, TimeoutError, AssertionError)):
        async with client.session.post(url, json={"chat_id": 5, "text": "?"}, timeout=timeout) as response:
            assert (await response.json())["ok"]
    assert len(an.inbox) == arrived
    await client("sendMessage", chat_id=5, text="lần hai")
    assert len(an.inbox) == arrived + 1


async def test_a_server_that_was_down_has_forgotten_nothing(api: BotApi, client: Client) -> None:
    polling = asyncio.create_task(client("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    await api.down()
    assert await polling == (500, "Internal Server Error: restart")
    with pytest.raises(aiohttp.ClientConnectorError):
        await client("getMe")
    api.person(5).say("trong lúc mất mạng")
    await api.up()
    assert len(await client.updates()) == 1


async def test_limits_refuse_and_count_who_does_not_wait(api: BotApi, client: Client) -> None:
    api.person(5)
    api.limits = Limits(per_chat=2)
    told = [await client("sendMessage", chat_id=5, text=str(n)) for n in range(4)]
    assert [isinstance(one, dict) for one in told] == [True, True, False, False]
    assert told[2][0] == told[3][0] == 429
    assert (api.limits.during_pause, api.limits.most_in_a_second) == (1, 2)


async def test_a_process_of_its_own_is_driven_over_http(tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    command = (sys.executable, "-m", "tests.fakes.bot_api", "--port", "0", "--history", str(history), "--seed", "3")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    url = f"http://127.0.0.1:{int(await process.stdout.readline())}"
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{url}/control/person/5/say", json={"text": "/start"}) as said:
            assert await said.json() == 1
        async with session.get(f"{url}/control/history") as read:
            told = await read.json()
            assert [u["message"]["text"] for u in told["updates"]] == ["/start"]
        async with session.post(f"{url}/control/person/5/kill", json={}) as refused:
            assert refused.status == 400
    process.terminate()
    assert await process.wait() == 0
    assert [json.loads(line)["what"] for line in history.read_text().splitlines()] == ["update"]
    process._transport.close()  # type: ignore[attr-defined]
