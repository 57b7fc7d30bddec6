"""What people and groups do reaches the bot, and what the bot says reaches them."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from telegram import Bot as LibraryBot
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, KeyboardButton, ReplyKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.channels.telegram.client import Client
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api.shapes import shapes
from tests.stage import Clock

FREE = ["message", "edited_message", "callback_query", "my_chat_member", "channel_post"]


def jpeg(*size: int) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (size[0], size[-1]), "red").save(kept, "JPEG")
    return kept.getvalue()


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
    with pytest.raises(BadRequest, match="Photo_invalid_dimensions"):
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
    with pytest.raises(BadRequest, match="Chat not found"):
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


async def test_whoever_is_in_a_raw_update_can_be_answered(api: BotApi, client: Client) -> None:
    found = shapes()
    for name in ("message_text", "callback_query", "message_group_command", "broken_two_kinds", "broken_nothing"):
        assert api.enqueue(found[name])
    assert [set(u) for u in await client.updates()][2:] == [
        {"update_id", "message"},
        {"update_id", "message", "callback_query"},
        {"update_id"},
    ]
    an = api.person(found["message_text"]["message"]["from"]["id"])
    await client("sendMessage", chat_id=an.id, text="chào")
    assert await client("answerCallbackQuery", callback_query_id=found["callback_query"]["callback_query"]["id"])
    assert await client("leaveChat", chat_id=found["message_group_command"]["message"]["chat"]["id"])
    assert [(await an.answer()).text, an.presses_answered] == ["chào", {"4382bfdwdsb323b2d9"}]
