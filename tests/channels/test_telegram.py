"""The program on Telegram, against a Bot API server that checks every request: by polling and by webhook."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.channels import SendFailed
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.settings import TelegramSettings
from bot.message import Button, Document, Link, Message, Span, changed
from locales import LANGUAGES, catalogue
from storage.campaign import staff
from storage.files import NoSuchFile
from storage.tables import inbox, units
from storage.talk import people
from storage.talk.inbox import Arrival
from tests.channels.telegram.line import Line, connected
from tests.desk import CUA_TUNG, staffed
from tests.fakes.alone import alone
from tests.fakes.bot_api import BotApi, Person, Sent
from tests.fakes.bot_api.shapes import shapes
from tests.figures import measured
from tests.play import HERE, Player, Told, Transcript, check, read
from tests.play import Line as Spoken
from tests.sheet import ROW, filled
from tests.stage import Clock, Stage, Template, photo

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SECRET = "a-secret-of-the-webhook-tests"


Connect = Callable[..., AbstractAsyncContextManager[Line]]
WEBHOOK = {"telegram_mode": "webhook", "webhook_secret": SECRET}


@pytest.fixture
def connect(template: Template, tmp_path: Path) -> Connect:
    """Connects to a copy of the demo's database."""
    template.copy(tmp_path)
    return lambda **settings: connected(tmp_path, **settings)


class OnTelegram(Player):
    """Plays a transcript in a Telegram chat."""

    channel, first = "telegram", 7

    def __init__(self, line: Line, transcript: Transcript, folder: Path, clock: Clock) -> None:
        super().__init__(transcript, folder, "buttons")
        self.line, self.stage.clock, self.album = line, clock, ""
        self.persons = {
            speaker: line.api.person(
                int(self.address(speaker)), first_name="Nguyễn Thị", last_name="Thử", language_code=self.language
            )
            for speaker in self.speakers
        }

    async def prepare(self) -> None:
        """Done before the program was started."""

    async def speak(self, said: dict[str, str], speaker: str) -> list[Message]:
        person = self.persons[speaker]
        if not said.get("album") or said["album"] != self.album:
            self.stage.clock.forward(seconds=5)  # the photos of an album come together
        self.album = said.get("album", "")
        await person.answers(len(person.unread))  # what came unasked was seen
        if "later" in said:
            await self._wait(float(said["later"]), said.get("work", ""))
        elif said.get("pressed", "").startswith(TYPES):
            person.say(said["pressed"].removeprefix(TYPES))
        elif said.get("pressed"):
            person.press(said["pressed"])
        elif "sound" in said:
            person.send_voice(Path(said["sound"]).read_bytes())
        elif "photo" in said:
            person.send_photo(Path(said["photo"]).read_bytes(), said["text"] or None, said["album"] or None)
        elif "file" in said:
            person.send_document(Path(said["file"]).read_bytes(), "bang.xlsx", XLSX)
        elif "contact" in said:
            person.send_contact(said["contact"].replace("0", "84", 1))
        elif "other" in said:
            OTHERS[said["other"]](person)
        else:
            person.say(said["text"])
        await self.line.quiet()
        heard = await person.answers(len(person.unread))
        over = {catalogue(language)["contact.over"] for language in LANGUAGES}  # the other channels have no keyboard
        return [shown(sent) for sent in heard if not sent.deleted and sent.text not in over]

    async def _wait(self, seconds: float, work: str) -> None:
        """Let time pass, and do this recurring work: what is due, and what that makes due."""
        for _ in range(2):
            self.stage.clock.forward(seconds=seconds / 2)
            if work:
                await self.line.bot.app.do(work)
            await self.line.quiet()

    def expected(self, line: Spoken) -> list[str]:
        return [text.replace("room", "Telegram") for text in line.expected]

    async def told(self) -> list[Told]:
        async with self.line.bot.app.database.read() as tx:
            return await self._told(tx)


OTHERS: dict[str, Callable[[Person], int]] = {
    "voice": Person.send_voice,
    "sticker": Person.send_sticker,
    "video": Person.send_video,
    "location": lambda person: person.send_location(17.0, 107.0),
    "document": lambda person: person.send_document(b"%PDF", "don.pdf", "application/pdf"),
}


TYPES = "types "
"""Before the label of a button beside one's phone number: it types its words."""
ORDERED = {catalogue(language)[order] for language in LANGUAGES for order in ("+skip", "+keep", "+back", "+cancel")}
WAY = re.compile(r"\w+\.([a-z]\w*=\+(back|cancel)|\+edit=\+back)")
"""What stands behind a way out of a question."""


OPENS = "|".join(re.escape(str(catalogue(language)["link.opens"]).partition("\n")[0]) for language in LANGUAGES)
INTO_THE_CHAT = re.compile(rf"(?m)\n(?:{OPENS})|^https://t\.me/\S+\n|\nhttps://t\.me/\S+\Z")
"""A link into the chat, and the words that offer it: the other channels have none."""


def shown(sent: Sent) -> Message:
    """What a person sees, in the words of the transcripts."""
    below = [button for row in sent.rows for button in row]
    buttons = [button for button in below if not WAY.fullmatch(button.data or "")]
    beside = any(b.asks == "contact" for b in buttons)
    typed = [b for b in buttons if beside and not b.asks and b.label not in ORDERED]
    document = sent.raw.get("document")
    return Message(
        INTO_THE_CHAT.sub("", sent.text),
        tuple(Button(b.data or TYPES + b.label, b.label) for b in buttons if b.data or b in typed),
        ways=tuple(Button(b.data, b.label) for b in below if WAY.fullmatch(b.data or "")),
        picture="shown" if sent.photo else "",
        voice="shown" if "voice" in sent.raw else "",
        contact=next((b.label for b in buttons if b.asks == "contact"), ""),
        document=Document(document["file_name"], sent.document) if document else None,
    )


PLAYED = [
    path
    for path in sorted(HERE.glob("*.txt"))
    if "buttons" in read(path).channels
    and not {"crowd", "alone"} & read(path).about.keys()  # those change cards that stand in the chat, or name the room
]


@pytest.mark.parametrize("path", PLAYED, ids=[path.stem for path in PLAYED])
async def test_conversations_read_the_same_on_telegram(path: Path, template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    transcript = read(path)
    player = Player(transcript, tmp_path, "buttons")
    player.channel, player.first = OnTelegram.channel, OnTelegram.first
    await player.prepare()
    mode = WEBHOOK if "pledge" in path.stem else {}
    async with connected(tmp_path, now=player.stage.clock, **mode) as line:
        await check(OnTelegram(line, transcript, tmp_path, player.stage.clock))


async def test_no_shape_of_update_stops_the_bot_or_is_set_aside(connect: Connect) -> None:
    async with connect() as line:
        for raw in shapes().values():
            line.api.enqueue(raw)
        await line.quiet()
        an = line.api.person(8)
        an.say("/help")
        assert (await an.answer()).text
        assert not [row for row in await line.rows(inbox) if row["state"] == "dead" or row["attempts"]]


async def test_an_officer_sends_a_spreadsheet_and_a_resident_s_is_not_fetched(connect: Connect, stage: Stage) -> None:
    await staffed(stage)
    table = (await filled(stage, ROW)).read_bytes()
    async with connect() as line:
        officer, resident = line.api.person(8), line.api.person(9)
        for person in (officer, resident):
            person.start()
        await line.quiet()
        async with line.bot.app.database.write() as tx:
            found = await people.find(tx, "telegram", "8")
            assert found is not None
            unit = await tx.value(sa.select(units.c.id).where(units.c.code == CUA_TUNG))
            await staff.grant(tx, found.person_id, "officer", unit, "operator", line.bot.app.now())
        said = []
        for data, size in (
            (table, None),
            (table, 6 << 20),
            (bytes(6 << 20), 1),
            (b"PK not at all", None),
            (table, None),
        ):
            seen = len(officer.inbox)
            officer.send_document(data, "Bảng.XLSX", XLSX, size=size)
            await line.quiet()
            said.append(officer.inbox[seen].text)
        wanted = ("Đã nhập 1 hộ", "lớn quá", "lớn quá", "không đọc được tệp", "đã có từ trước")
        assert [told in text for told, text in zip(wanted, said, strict=True)] == [True] * 5, said
        asked = line.api.calls("getFile")
        assert len(asked) == 4  # the one that says that it is too big is not asked for
        resident.send_document(table, "Bảng.xlsx", XLSX)
        await line.quiet()
        assert len(line.api.calls("getFile")) == len(asked)


async def test_the_channel_knows_when_the_platform_last_answered(connect: Connect) -> None:
    async with connect() as line:
        line.api.person(7).start()
        await line.quiet()
        assert line.bot.app.channels["telegram"].received_at is not None


async def test_a_kind_of_message_that_nobody_knows_yet_is_answered_and_a_notice_of_the_platform_is_not(
    connect: Connect,
) -> None:
    for name in ("future_content", "message_users_shared", "message_contact_of_another", "message_game"):
        async with connect() as line:
            raw = shapes()[name]
            an = line.api.person(raw["message"]["from"]["id"])
            an.say("/help")
            await an.answer()
            line.api.enqueue({**raw, "update_id": raw["update_id"] + 10**8})
            assert "Chỗ này tôi chỉ đọc được chữ" in (await an.answer()).text, name
            line.api.enqueue(shapes()["message_pinned"])
            await line.quiet()
            assert all("Chỗ này" not in sent.text for sent in an.unread)


async def test_a_picture_is_known_by_its_bytes_whatever_its_sender_called_it(
    connect: Connect, stage: Stage, tmp_path: Path
) -> None:
    await stage.agree("take_part", channel="telegram", address="7")
    picture = photo(tmp_path, "a").read_bytes()
    async with connect() as line:
        an = line.api.person(7)
        for name, kind in (("anh.jpg", "application/octet-stream"), ("tai_lieu", ""), ("anh.JPEG", "text/plain")):
            an.send_document(picture, name, kind)
            assert "Chỗ này" not in (await an.answer()).text, name
            await line.quiet()
            an.say("/cancel")
            await line.quiet()
            await an.answers(len(an.unread))
        an.send_document(b"GIF, it says", "anh.png", "image/png")
        assert "không mở được ảnh này" in (await an.answer()).text
        await line.quiet()
        await an.answers(len(an.unread))
        an.send_document(b"%PDF", "don.pdf", "application/pdf")
        assert "chưa mở được tệp này" in (await an.answer()).text


async def test_the_keyboard_that_shares_a_number_goes_when_the_question_is_answered() -> None:
    async with BotApi() as api, talking(api) as channel:
        an = api.person(7)
        await channel.send("7", Message("Số nào?", contact="Gửi số của tôi"), "k")
        await channel.send("7", Message("Đúng chưa?", (Button("/menu", "Đúng"),), contact_over="Tiếp nhé."), "k")
        await channel.send("7", Message("Tên gì?", contact_over="Tiếp nhé."), "k")
        assert [sent.text for sent in an.inbox] == ["Số nào?", "Tiếp nhé.", "Đúng chưa?", "Tên gì?"]
        gone = [sent.text for sent in an.inbox if "remove_keyboard" in (sent.markup or {})]
        assert gone == ["Tiếp nhé.", "Tên gì?"], "what has no buttons takes the keyboard away itself"


async def test_the_keyboard_is_taken_away_once_however_often_the_question_after_it_fails() -> None:
    async with BotApi() as api, talking(api) as channel:
        an = api.person(7)
        follows = Message("Đúng chưa?", (Button("/menu", "Đúng"),), contact_over="Tiếp nhé.")
        for _ in range(2):
            await channel.send("7", Message("Số nào?", contact="Gửi số của tôi"), "k")
            api.fail("sendMessage", skip=1, status=400, description="Bad Request: odd")
            with pytest.raises(SendFailed):
                await channel.send("7", follows, "k")
            await channel.send("7", follows, "k")
        assert [sent.text for sent in an.inbox] == ["Số nào?", "Tiếp nhé.", "Đúng chưa?"] * 2


async def test_a_private_photo_that_is_too_old_to_be_deleted_is_told_to_stay(tmp_path: Path) -> None:
    clock = Clock()
    async with BotApi(clock=clock) as api, talking(api, photo(tmp_path, "a").read_bytes()) as channel:
        an = api.person(7)
        photos, words = [
            await channel.send("7", Message("Bà Sáu", picture=shown, private=True, lasting=True), "k")
            for shown in ("p", "")
        ]
        clock.forward(hours=49)
        gone = Message("Đã gỡ.", private=True, amends="delete")
        assert await channel.send("7", changed(gone, replaces=words), "k") == words
        with pytest.raises(SendFailed) as failed:
            await channel.send("7", changed(gone, replaces=photos), "k")
        assert (failed.value.outcome, failed.value.reason) == ("refused", "not_changed")
        assert [sent.text for sent in an.inbox] == ["Đã gỡ."] * 2


async def test_who_shares_a_number_by_the_button_hears_the_next_question_alone(connect: Connect, stage: Stage) -> None:
    await stage.agree("take_part", channel="telegram", address="7")
    async with connect() as line:
        an = line.api.person(7)
        for text in ("/volunteer", "Trần Văn Số", "1990"):
            an.say(text)
            await line.quiet()
        seen = len(an.inbox)
        an.send_contact(an.phone)
        await line.quiet()
        assert ["xã nào" in sent.text for sent in an.inbox[seen:]] == [True], "the keyboard hid itself when it was used"


async def test_a_press_on_an_old_button_passes_by_and_its_buttons_go(connect: Connect, stage: Stage) -> None:
    await stage.agree("take_part", channel="telegram", address="7")
    async with connect() as line:
        an = line.api.person(7)
        for text in ("/volunteer", "Trần Văn Số", "1990", "0912 345 678"):
            an.say(text)
            await line.quiet()
        asked = an.inbox[-1]
        button = asked.labels[0]
        an.press(button)
        await line.quiet()
        seen = len(an.inbox)
        an.press(button, asked.id)
        await acknowledged(line)
        assert [text for text, _ in an.toasts] == ["Câu hỏi đó đã qua rồi. Mời anh/chị trả lời câu dưới đây."]
        assert [sent.text for sent in an.inbox[seen:]] == [an.inbox[seen - 1].text], "the open question, and no more"
        assert not asked.buttons
        await asyncio.sleep(3)  # nine at once would be a flood
        for text in ("/cancel", "có"):
            an.say(text)
            await line.quiet()
        an.press(button, asked.id)
        await acknowledged(line)
        assert "không dùng được nữa" in an.toasts[-1][0]
        assert [len(known.answers) for known in line.api.main.queries.values()] == [1, 1, 1]


async def test_a_press_that_takes_no_words_any_more_gets_them_as_a_message(connect: Connect) -> None:
    async with connect() as line:
        an = line.api.person(7)
        an.start()
        await line.quiet()
        line.api.fail("answerCallbackQuery", status=400, description="Bad Request: query is too old")
        an.press("deed.kind=x", inaccessible=True)
        await line.quiet()
        assert not an.toasts
        assert any("không dùng được nữa" in sent.text for sent in an.inbox), [sent.text for sent in an.inbox]


async def test_a_press_that_nothing_answers_does_not_wait_for_ever() -> None:
    async with BotApi() as api, talking(api) as channel:
        an = api.person(7)
        await channel.send("7", Message("Đúng chưa?", (Button("/menu", "Đúng"),)), "k")
        query = an.press("Đúng")
        channel.signs.expect(query)
        async with asyncio.timeout(20):
            while query not in an.presses_answered:
                await asyncio.sleep(0.01)
        assert not await channel.signs.say(query, "Muộn rồi."), "a press is answered once"
        assert len(api.main.queries[query].answers) == 1


@pytest.mark.parametrize("together", [True, False], ids=("at once", "after the question"))
async def test_photos_that_join_an_album_without_a_word_are_marked(
    connect: Connect, stage: Stage, tmp_path: Path, together: bool
) -> None:
    await stage.agree("take_part", channel="telegram", address="7")
    async with connect() as line:
        an = line.api.person(7)
        an.say("/deed")
        await line.quiet()
        seen = len(an.inbox)
        await an.answers(len(an.unread))
        sent = [an.send_photo(photo(tmp_path, "first").read_bytes(), album="a")]
        if not together:
            await an.answer()
        others = [photo(tmp_path, f"{n}", f"#{n}0{n}0{n}0").read_bytes() for n in range(3)]
        sent += [an.send_photo(data, album="a") for data in others]
        if together:
            await an.answer()
        await line.quiet()
        assert len(an.inbox) == seen + 1
        assert an.reactions == {key: ["👌"] for key in sent[1:]}


async def test_who_waits_longer_than_a_second_sees_that_an_answer_is_being_written(
    connect: Connect, stage: Stage, tmp_path: Path
) -> None:
    await stage.agree("take_part", channel="telegram", address="7")
    async with connect() as line:
        an = line.api.person(7)
        line.api.fail("getFile", delay=1.5)
        an.send_photo(photo(tmp_path, "slow").read_bytes())
        await an.answer()
        assert an.actions == ["typing"]


async def test_who_is_answered_at_once_sees_no_sign_that_an_answer_is_being_written() -> None:
    async with BotApi() as api, talking(api) as channel:
        channel.typing.after = 0.0
        an = api.person(7)
        an.say("xin chào")

        async def answer(_: Sequence[Arrival]) -> None:
            await channel.send("7", Message("Xin chào!"), "hello")

        await channel.take(api.updates, answer)
        for _ in range(3):  # a sign would be on its way before
            await channel.bot.get_me()
        assert not an.actions


async def test_a_press_that_is_answered_at_once_and_comes_again_is_answered_once() -> None:
    async with BotApi() as api, talking(api) as channel:
        an = api.person(7)
        await channel.send("7", Message("Đúng chưa?", (Button("/menu", "Đúng"),)), "asked")
        query = an.press("Đúng")

        async def answer(_: Sequence[Arrival]) -> None:
            await channel.signs.say(query, "Đúng rồi ạ.")

        for _ in range(2):
            await channel.take(api.updates, answer)
        assert not await channel.signs.say(query, "Muộn rồi."), "it does not wait for an answer any more"
        assert len(api.main.queries[query].answers) == 1


async def acknowledged(line: Line) -> None:
    """Wait until the bot has come to rest and every press was answered."""
    await line.quiet()
    async with asyncio.timeout(20):
        while not all(known.answers for known in line.api.main.queries.values()):
            await asyncio.sleep(0.01)


async def test_presses_are_acknowledged_and_lists_change_in_place(connect: Connect) -> None:
    async with connect() as line:
        an = line.api.person(7)
        an.say("/consent")
        await line.quiet()
        an.press("Thêm thông báo, nêu tên")
        await acknowledged(line)
        asked = an.inbox[-1]
        an.press("☐ Tham gia")
        await acknowledged(line)
        assert an.inbox[-1].id == asked.id
        assert an.inbox[-1].labels[0] == "☑ Tham gia"


async def test_a_press_on_last_year_s_button_gets_a_sentence(connect: Connect) -> None:
    async with connect() as line:
        an = line.api.person(7)
        an.start()
        await line.quiet()
        for data in ("volunteer.phone=+skip", "pledge.confirm=yes", "x" * 64, "/nothing", "deed.kind=\u202e"):
            before = len(an.inbox)
            an.press(data, inaccessible=True)
            await line.quiet()
            assert len(an.inbox) > before
            assert an.inbox[-1].text


async def test_ten_presses_in_a_second_are_kept_in_order_and_noticed_once(connect: Connect) -> None:
    async with connect() as line:
        an = line.api.person(7)
        an.start()
        await line.quiet()
        before = len(an.inbox)
        for _ in range(20):
            an.press("Trợ giúp")
        await acknowledged(line)
        said = [sent.text for sent in an.inbox[before:]]
        assert sum("gửi nhanh quá" in text for text in said) == 1, said


async def test_what_was_submitted_does_not_change_when_the_message_is_edited(connect: Connect, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.agree("take_part", channel="telegram", address="7")
    async with connect() as line:
        an = line.api.person(7)
        an.say("/volunteer")
        await line.quiet()
        name = an.say("Trần Văn Sửa")
        await line.quiet()
        an.edit(name, "Lê Thị Khác")
        await line.quiet()
        assert "sửa" in an.inbox[-1].text.lower()
        an.say("1990")
        await line.quiet()
        assert "Lê Thị Khác" not in "".join(sent.text for sent in an.inbox)


async def test_command_menus_are_set_for_each_language_and_for_staff(connect: Connect, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.agree(channel="telegram", address="7")
    async with stage.program() as app, app.database.write() as tx:
        account = await people.find(tx, "telegram", "7")
        assert account is not None
        await staff.grant(tx, account.person_id, "admin", None, "operator", stage.clock())
    async with connect() as line:
        while "chat" not in {call.params["scope"]["type"] for call in line.api.calls("setMyCommands")}:
            await asyncio.sleep(0.01)
        set_ = {
            (call.params["scope"]["type"], call.params.get("language_code", "")): [
                command["command"] for command in call.params["commands"]
            ]
            for call in line.api.calls("setMyCommands")
        }
        assert "pledge" in set_["all_private_chats", "en"]
        assert "camket" in set_["all_private_chats", "vi"] == set_["all_private_chats", ""]
        assert set(set_["chat", ""]) >= set(set_["all_private_chats", "vi"])


async def test_a_menu_follows_the_role_while_the_bot_runs(connect: Connect) -> None:
    async with connect() as line:
        an = line.api.person(7)
        an.start()
        await line.quiet()
        app, now = line.bot.app, line.bot.app.now()
        async with app.database.write() as tx:
            account = await people.find(tx, "telegram", "7")
            assert account is not None
            await staff.grant(tx, account.person_id, "admin", None, "operator", now)
        telegram = app.channels["telegram"]
        assert isinstance(telegram, Telegram)
        await telegram.menus.refresh()
        await telegram.menus.refresh()
        [shown] = [c for c in line.api.calls("setMyCommands") if c.params["scope"]["type"] == "chat"]
        assert {"nhansu", "thongke"} <= {command["command"] for command in shown.params["commands"]}
        async with app.database.write() as tx:
            await staff.revoke(tx, account.person_id, "admin", None, "operator", now)
        await telegram.menus.refresh()
        [gone] = [call for call in line.api.calls("deleteMyCommands") if call.params["scope"]["type"] == "chat"]
        assert int(gone.params["scope"]["chat_id"]) == 7


async def test_an_invitation_on_telegram_has_a_link_that_joins(connect: Connect) -> None:
    async with connect() as line:
        boss, an = line.api.person(7), line.api.person(8)
        boss.start()
        await line.quiet()
        async with line.bot.app.database.write() as tx:
            account = await people.find(tx, "telegram", "7")
            assert account is not None
            await staff.grant(tx, account.person_id, "admin", None, "operator", line.bot.app.now())
        for text in ("/staff invite", "1", "1", "đúng"):
            boss.say(text)
            await line.quiet()
        link = next(re.search(r"https://t\.me/\S+\?start=(\S+)", sent.text) for sent in reversed(boss.inbox))
        assert link is not None
        an.start(link[1])
        await line.quiet()
        assert any("cán bộ, toàn chiến dịch" in sent.text for sent in an.inbox)


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 500},
        {"status": 502, "garbage": True},
        {"status": 429, "parameters": {"retry_after": 1}},
        {"status": 409, "description": "Conflict: terminated by other getUpdates request"},
        {"close_before": True},
        {"close_after": True},
        {"truncated": True},
    ],
    ids=lambda trouble: next(iter(trouble.values())) if "status" in trouble else next(iter(trouble)),
)
async def test_receiving_goes_on_after_trouble_and_nothing_is_handled_twice(
    connect: Connect, trouble: dict[str, Any]
) -> None:
    async with connect() as line:
        an = line.api.person(7)
        line.api.fail("getUpdates", times=2, **trouble)
        an.start()
        assert (await an.answer()).text
        await line.quiet()
        assert len(an.inbox) == 1
        assert len(await line.rows(inbox)) == 1


async def test_a_restart_of_telegram_loses_nothing(connect: Connect) -> None:
    async with connect() as line:
        an = line.api.person(7)
        an.start()
        await line.quiet()
        await line.api.down()
        await asyncio.sleep(0.3)
        an.say("/help")
        await line.api.up()
        back = time.monotonic()
        assert (await an.answers(2))[-1].text
    measured(
        "F6: Telegram away", f"what was said meanwhile is answered {time.monotonic() - back:.1f} s after its return"
    )


SENDING = [
    ({"status": 429, "parameters": {"retry_after": 7}}, "retry", 7.0),
    ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, "gone", 0.0),
    ({"status": 403, "description": "Forbidden: user is deactivated"}, "gone", 0.0),
    ({"status": 400, "description": "Bad Request: chat not found"}, "gone", 0.0),
    ({"status": 400, "description": "Bad Request: can't parse entities"}, "refused", 0.0),
    ({"status": 400, "description": "Bad Request: group chat was upgraded", "parameters": {"migrate_to_chat_id": -1005}},
     "moved", 0.0),
    ({"status": 401, "description": "Unauthorized"}, "retry", 5.0),
    ({"status": 500}, "unknown", 0.0),
    ({"status": 502, "garbage": True}, "unknown", 0.0),
    ({"close_after": True}, "unknown", 0.0),
    ({"close_before": True}, "unknown", 0.0),
    ({"truncated": True}, "unknown", 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("trouble", "outcome", "after"), SENDING, ids=[str(n) for n in range(len(SENDING))])
async def test_each_way_of_failing_is_told_apart(trouble: dict[str, Any], outcome: str, after: float) -> None:
    async with BotApi() as api, talking(api) as channel:
        api.person(7)
        api.fail("sendMessage", **trouble)
        with pytest.raises(SendFailed) as failed:
            await channel.send("7", Message("Chào"), "k")
        assert (failed.value.outcome, failed.value.after) == (outcome, after)


async def test_a_server_that_cannot_be_reached_certainly_sent_nothing() -> None:
    async with BotApi() as api, talking(api) as channel:
        await api.down()
        await asyncio.sleep(0.1)  # the closed connection is noticed
        with pytest.raises(SendFailed) as failed:
            await channel.send("7", Message("Chào"), "k")
        assert failed.value.outcome == "retry"


async def test_a_token_that_stays_refused_is_broken() -> None:
    async with BotApi() as api, talking(api) as channel:
        api.fail("sendMessage", times=4, status=401)
        outcomes = []
        for pause in (2, 0, 2, 0):
            with pytest.raises(SendFailed) as failed:
                await channel.send("7", Message("Chào"), "k")
            outcomes.append(failed.value.outcome)
            await asyncio.sleep(pause)
        # What is refused in one moment counts once: a proxy's mistake hits all that is on its way.
        assert outcomes == ["retry", "retry", "retry", "broken"]


async def test_long_texts_and_captions_arrive_whole(tmp_path: Path) -> None:
    async with BotApi() as api, talking(api, photo(tmp_path, "a").read_bytes()) as channel:
        an = api.person(7)
        story = "Bà con 🌾 giúp nhau. " * 600
        for part in channel.parts(Message(story, (Button("/menu", "Về"),))):
            await channel.send("7", part, "k")
        assert "".join(sent.text for sent in an.inbox).replace(" ", "") == story.replace(" ", "")
        assert [bool(sent.labels) for sent in an.inbox] == [False] * (len(an.inbox) - 1) + [True]
        for part in channel.parts(Message(story[:3000], picture="p")):
            await channel.send("7", part, "k")
        assert an.inbox[-2].photo
        assert an.inbox[-1].text.strip() == story[:3000].strip()


async def test_what_a_photo_s_caption_holds_is_one_message_and_what_it_does_not_hold_is_taken_back_whole(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with BotApi(clock=clock) as api, talking(api, photo(tmp_path, "a").read_bytes()) as channel:
        an, binh = api.person(7), api.person(8)
        story = "Bà con giúp nhau. " * 50
        (whole,) = channel.parts(Message(story.strip(), picture="p"))
        await channel.send("7", whole, "k")
        assert an.inbox[0].raw["show_caption_above_media"] and an.inbox[0].photo
        parts = channel.parts(Message(story * 2, picture="p", lasting=True))
        sent_as = {to: " ".join([await channel.send(to, part, "k") for part in parts]) for to in ("7", "8")}
        for to, ids in sent_as.items():
            better = Message("Đã đổi giờ.", picture="p", replaces=ids, amends="edit")
            assert await channel.send(to, better, "k") == ids
        assert [(bool(sent.photo), sent.text) for sent in binh.inbox] == [(True, ""), (False, "Đã đổi giờ.")]
        gone = Message("(Đã thu hồi.)", picture="p", replaces=sent_as["8"], amends="delete")
        assert await channel.send("8", gone, "k") == gone.replaces == await channel.send("8", gone, "k")
        assert binh.inbox == []
        clock.forward(hours=49)
        await channel.send("7", changed(gone, replaces=sent_as["7"]), "k")  # too old to be deleted: both parts say it
        assert [sent.text for sent in an.inbox][1:] == ["(Đã thu hồi.)"] * 2


async def test_what_is_private_cannot_be_passed_on_in_any_part(tmp_path: Path) -> None:
    async with BotApi() as api, talking(api, photo(tmp_path, "a").read_bytes()) as channel:
        api.person(7)
        said = Message("Bà Sáu, 0912 345 678. " * 60, picture="p", private=True)
        for part in [*channel.parts(said), Message("0912 345 678", private=True), Message("Chào")]:
            await channel.send("7", part, "k")
        asked = [call.params.get("protect_content") for call in api.requests if call.method.startswith("send")]
        assert asked == [True, True, True, None]


async def test_a_photo_that_the_platform_has_forgotten_is_uploaded_anew(tmp_path: Path) -> None:
    async with BotApi() as api, talking(api, photo(tmp_path, "a").read_bytes()) as channel:
        an = api.person(7)
        await channel.send("7", Message("một", picture="p"), "k")
        api.fail("sendPhoto", status=400, description="Bad Request: wrong file identifier/HTTP URL specified")
        await channel.send("7", Message("hai", picture="p"), "k")
        await channel.send("7", Message("ba", picture="p"), "k")
        assert [(sent.text, bool(sent.photo)) for sent in an.inbox] == [("một", True), ("hai", True), ("ba", True)]
        assert [len(call.files) for call in api.requests if call.method == "sendPhoto"] == [1, 0, 1, 0]
        api.fail("sendPhoto", status=400, description="Bad Request: chat not found")
        with pytest.raises(SendFailed):
            await channel.send("7", Message("bốn", picture="p"), "k")


async def test_words_arrive_without_a_picture_that_is_lost() -> None:
    async with BotApi() as api, talking(api, None) as channel:
        an = api.person(7)
        await channel.send("7", Message("Chào", (Button("/menu", "Về"),), picture="p"), "k")
        assert [(sent.text, sent.labels) for sent in an.inbox] == [("Chào", ["Về"])]


async def test_a_picture_that_is_out_of_reach_is_sent_later_since_nothing_was_sent_yet() -> None:
    async with BotApi() as api, talking(api, OSError("the store is away")) as channel:
        with pytest.raises(SendFailed) as failed:
            await channel.send("7", Message("Chào", picture="p"), "k")
        assert (failed.value.outcome, api.person(7).inbox) == ("retry", [])


async def test_a_message_that_can_no_longer_be_edited_is_sent_anew() -> None:
    async with BotApi() as api, talking(api) as channel:
        an = api.person(7)
        first = await channel.send("7", Message("một", (Button("/menu", "Về"),)), "k")
        assert await channel.send("7", Message("hai", (Button("/menu", "Về"),), replaces=first), "k") == first
        assert await channel.send("7", Message("hai", (Button("/menu", "Về"),), replaces=first), "k") == first
        api.fail("editMessageText", status=400, description="Bad Request: message can't be edited")
        assert await channel.send("7", Message("ba", replaces=first), "k") != first
        assert [sent.text for sent in an.inbox] == ["hai", "ba"]


async def test_an_announcement_is_marked_by_entities_and_can_be_changed_and_taken_back(tmp_path: Path) -> None:
    async with BotApi() as api, talking(api, photo(tmp_path, "a").read_bytes()) as channel:
        an = api.person(7)
        spans = (Span("bold", 0, 4), Span("link", 5, 3, "https://vi-du.vn"))
        said = Message("*<b> xem", spans=spans, links=(Link("Xem", "https://vi-du.vn/a"),), lasting=True)
        first = await channel.send("7", said, "k")
        sent = an.inbox[0]
        assert sent.raw["entities"] == [
            {"type": "bold", "offset": 0, "length": 4},
            {"type": "text_link", "offset": 5, "length": 3, "url": "https://vi-du.vn"},
        ]
        assert [button.url for button in sent.buttons] == ["https://vi-du.vn/a"]
        better = Message("mới hẳn", spans=(Span("italic", 0, 3),), replaces=first, amends="edit")
        assert await channel.send("7", better, "k") == first
        assert (sent.text, sent.raw["entities"][0]["type"]) == ("mới hẳn", "italic")
        gone = Message("đã thu hồi", replaces=first, amends="delete")
        assert await channel.send("7", gone, "k") == first == await channel.send("7", gone, "k")
        assert sent.deleted
        with pytest.raises(SendFailed) as failed:
            await channel.send("7", better, "k")
        assert (failed.value.outcome, an.inbox) == ("refused", [])


async def test_an_announcement_with_a_photo_is_changed_in_its_caption_and_an_old_one_is_overwritten(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with BotApi(clock=clock) as api, talking(api, photo(tmp_path, "a").read_bytes()) as channel:
        an = api.person(7)
        first = await channel.send("7", Message("một", picture="p", lasting=True), "k")
        await channel.send("7", Message("hai", picture="p", replaces=first, amends="edit"), "k")
        assert an.inbox[0].text == "hai"
        again = api.person(8)
        await channel.send("8", Message("một", picture="p", lasting=True), "k")
        uploads = [len(call.files) for call in api.requests if call.method == "sendPhoto"]
        assert (uploads, again.inbox[0].photo) == ([1, 0], an.inbox[0].photo)  # uploaded once
        clock.forward(hours=49)  # Telegram deletes nothing older than 48
        await channel.send("7", Message("đã thu hồi", picture="p", replaces=first, amends="delete"), "k")
        assert (an.inbox[0].text, an.inbox[0].deleted) == ("đã thu hồi", False)


async def test_a_card_with_a_photo_keeps_its_photo_and_changes_its_caption(tmp_path: Path) -> None:
    async with BotApi() as api, talking(api, photo(tmp_path, "card").read_bytes()) as channel:
        an = api.person(7)
        card = await channel.send("7", Message("thẻ", (Button("/desk", "Duyệt"),), picture="p"), "k")
        plain = await channel.send("7", Message("chữ", (Button("/desk", "Duyệt"),)), "k")
        for picture in ("p", ""):
            text = f"đã duyệt{picture}"
            assert await channel.send("7", Message(text, picture=picture, replaces=card), "k") == card
            assert await channel.send("7", Message(text, picture=picture, replaces=plain), "k") == plain
            assert [(sent.text, sent.labels, bool(sent.photo)) for sent in an.inbox] == [
                (text, [], True),
                (text, [], False),
            ]


@asynccontextmanager
async def talking(api: BotApi, picture: bytes | Exception | None = b"") -> AsyncIterator[Telegram]:
    """The channel alone, with one picture for every name, or none, or what is raised instead."""

    async def pictures(name: str) -> bytes:
        if isinstance(picture, Exception):
            raise picture
        if picture is None:
            raise NoSuchFile(name)
        return picture

    given = {"telegram_token": api.token, "telegram_api_url": api.url, "telegram_per_second": 0}
    channel = Telegram(alone(pictures), TelegramSettings.of(given))
    await channel.bot.initialize()
    yield channel
    await channel.close()


def call(line: Line, content: bytes, secret: str = SECRET) -> Awaitable[httpx.Response]:
    headers = {"x-telegram-bot-api-secret-token": secret} if secret else {}
    return asyncio.to_thread(httpx.post, f"{line.bot.url}/telegram", content=content, headers=headers, timeout=10)


async def test_the_webhook_listens_only_to_who_knows_the_secret(connect: Connect) -> None:
    async with connect(**WEBHOOK) as line:
        update = json.dumps(shapes()["message_text"]).encode()
        for secret in ("", "wrong", SECRET[:-1], SECRET + "x"):
            assert (await call(line, update, secret)).status_code == 401
        head = "POST /telegram HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n"
        request = head + "x-telegram-bot-api-secret-token: \xff\xe9\r\n\r\n"
        host, port = line.bot.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request.encode("latin-1"))
        assert b" 401 " in await asyncio.wait_for(reader.readline(), 5), "the body is not waited for"
        writer.close()
        assert await line.rows(inbox) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"5", 400),
        (b"{}", 400),
        (b'{"update_id": "5"}', 400),
        (b"[" * 60_000, 400),
        (b"x" * (512 * 1024 + 1), 413),
        (b'{"update_id": 5}', 200),
        (b'{"update_id": 5, "callback_query": [], "message": "odd"}', 200),
        (b'{"update_id": 5, "callback_query": ["odd"]}', 200),
        (b'{"update_id": 5, "message": {"text": "half a sign: \\ud83d"}}', 200),
        (b'{"update_id": 5, "message": {"text": "%s"}}' % (b"x" * 500_000), 200),
    ],
)
async def test_the_webhook_refuses_what_is_no_update(connect: Connect, body: bytes, status: int) -> None:
    async with connect(**WEBHOOK) as line:
        assert (await call(line, body)).status_code == status
        assert len(await line.rows(inbox)) == (1 if status == 200 else 0)


async def test_while_the_database_is_away_telegram_keeps_the_update(connect: Connect, tmp_path: Path) -> None:
    async with connect(**WEBHOOK) as line:
        update = json.dumps(shapes()["message_text"]).encode()
        async with line.bot.app.database.write() as tx:
            await tx.run(sa.text("PRAGMA busy_timeout=50"))
        with closing(sqlite3.connect(line.bot.app.database.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = await call(line, update)
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
        assert (await call(line, update)).status_code == 200
        assert (await call(line, update)).status_code == 200
        kept = len(await line.rows(inbox))
        assert kept == 1
    measured("F10: another process holds SQLite's lock", "503 with Retry-After, then 200 twice", f"kept {kept} time")


@pytest.mark.parametrize("mode", [{}, WEBHOOK], ids=("polling", "webhook"))
async def test_what_is_not_kept_of_one_who_writes_too_much_is_confirmed_and_holds_nobody_up(
    connect: Connect, mode: dict[str, Any]
) -> None:
    async with connect(share_messages_per_person=10, **mode) as line:
        an = line.api.person(7)
        for n in range(12):
            an.say(f"tin {n}")
            await line.quiet()
        assert len(await line.rows(inbox)) == 10
        assert sum("nhiều" in sent.text for sent in an.inbox) >= 1, [sent.text for sent in an.inbox]


async def test_what_was_said_in_parts_is_deleted_by_one_request_and_part_after_part_where_it_is_too_old() -> None:
    async with BotApi() as api, talking(api) as channel:
        an = api.person(7)
        for old in (False, True):
            ids = [await channel.send("7", Message(text, lasting=True), "k") for text in ("một", "hai")]
            if old:
                for id in ids:
                    an.messages[int(id)]["date"] -= 49 * 3600
            said = Message("Tin này đã được thu hồi.", replaces=" ".join(ids), amends="delete")
            assert await channel.send("7", said, "k") == said.replaces
        assert [sent.text for sent in an.inbox] == ["Tin này đã được thu hồi."] * 2
        assert len(api.calls("deleteMessages")) == 2


async def test_what_a_thing_is_decides_how_it_looks() -> None:
    async with BotApi() as api, talking(api) as channel:
        an = api.person(7)
        buttons = (Button("/yes", "Duyệt", "goes"), Button("/no", "Từ chối", "danger"), Button("/menu", "Về"))
        quote = Span("quote", 6, 399)
        said = Message("Mã A.\n" + "a" * 399, buttons, spans=(quote,), code="TND26-AAAAA", code_label="Chép mã")
        await channel.send("7", said, "k")
        [sent] = an.inbox
        rows = sent.raw["reply_markup"]["inline_keyboard"]
        assert rows[0] == [{"text": "Chép mã", "copy_text": {"text": "TND26-AAAAA"}}]
        assert [one.get("style") for row in rows[1:] for one in row] == ["success", "danger", None]
        assert [one["type"] for one in sent.raw["entities"]] == ["expandable_blockquote"]
        assert Message.load(said.dump()) == said


async def test_photos_that_belong_together_are_one_album(tmp_path: Path) -> None:
    picture = photo(tmp_path, "a").read_bytes()
    said = Message("", album=(("a", "Ảnh 2/3"), ("b", "Ảnh 3/3")), private=True)
    assert Message.load(said.dump()) == said
    async with BotApi() as api, talking(api, picture) as channel:
        an = api.person(7)
        ids = await channel.send("7", said, "k")
        assert ids == " ".join(str(sent.id) for sent in an.inbox)
        assert [sent.text for sent in an.inbox] == ["Ảnh 2/3", "Ảnh 3/3"]
        assert len({sent.raw["media_group_id"] for sent in an.inbox}) == 1
        api.fail("sendMediaGroup", status=400, description="Bad Request: wrong file identifier/HTTP URL specified")
        await channel.send("7", said, "k")
        assert [bool(call.files) for call in api.calls("sendMediaGroup")] == [True, False, True], "known, refused, anew"
        await channel.send("7", Message("", album=(("a", "Ảnh 2/2"),)), "k")
        assert (an.inbox[-1].text, bool(an.inbox[-1].photo)) == ("Ảnh 2/2", True)
        assert len(api.calls("sendMediaGroup")) == 3, "one alone is no album"
        bad = 'Bad Request: failed to send message #1 with the error message "PHOTO_INVALID_DIMENSIONS"'
        three = changed(said, album=(("x", "Ảnh 1/3"), ("y", "Ảnh 2/3"), ("z", "Ảnh 3/3")))
        api.fail("sendMediaGroup", status=400, description=bad)
        assert len((await channel.send("7", three, "k")).split()) == 2
        assert [sent.text for sent in an.inbox[-2:]] == ["Ảnh 2/3", "Ảnh 3/3"], "the refused one costs only itself"
        api.fail("sendMediaGroup", status=400, description="Bad Request: not enough rights")
        with pytest.raises(SendFailed):
            await channel.send("7", changed(said, album=(("u", ""), ("v", ""))), "k")
    async with BotApi() as api, talking(api, None) as channel:
        api.person(7)
        assert await channel.send("7", said, "k") == "-", "all of them are lost"
