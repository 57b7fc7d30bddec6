"""What a platform that is ill, slow or surprising does to people who write, and to what they are told."""

from __future__ import annotations

import asyncio
import unicodedata
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.channels import SendFailed
from bot.channels.zalo_bot import updates
from bot.message import Message
from storage.tables import channel_errors, inbox, outbox
from tests.channels.zalo_bot.line import WEBHOOK, Line, connected
from tests.fakes.zalo_bot import ZaloBot
from tests.stage import Template

BY = pytest.mark.parametrize("by", [{}, WEBHOOK], ids=["polling", "webhook"])
BEYOND = [str((1 << bits) + more) for bits in (53, 70) for more in (1, 2)]
"""Ids that are the same to whoever takes them for a floating-point number, two by two."""


@pytest.fixture
def folder(template: Template, tmp_path: Path) -> Path:
    template.copy(tmp_path)
    return tmp_path


async def ready(line: Line) -> None:
    """Wait until events come to the program."""
    async with asyncio.timeout(60):
        while not (line.api.webhook or line.api.waiting):
            await asyncio.sleep(0.01)


def plain(id: str, **more: Any) -> dict[str, Any]:
    """A text whose ids are numbers."""
    message = {"message_id": int(id), "text": "/menu", "from": {"id": int(id)}}
    return {
        "event_name": "message.text.received",
        "message": message | {"chat": {"id": int(id), "chat_type": "PRIVATE"}} | more,
    }


@BY
async def test_numbers_for_ids_are_kept_to_the_last_digit(folder: Path, by: dict[str, Any]) -> None:
    async with connected(folder, **by) as line:
        await ready(line)
        for id in BEYOND:
            line.api.person(id).known = True
            line.api.bring(plain(id))
        for id in BEYOND:
            await line.api.person(id).answers()
        await line.quiet()
        assert {row["update_key"] for row in await line.rows(inbox)} == set(BEYOND)
    assert sorted(line.api.chats) == sorted(BEYOND)


@BY
async def test_what_says_nothing_is_kept_and_not_answered(folder: Path, by: dict[str, Any]) -> None:
    async with connected(folder, **by) as line:
        await ready(line)
        ann = line.api.person("a1")
        for text in (" ", "\n\t\r\n", "\u3000\u00a0"):
            ann.says(text)
        ann.says("", id="empty")
        ann.event("reaction", text="an event of next year")
        ann.event("text", text=["no", "text"])
        await asyncio.sleep(0.3)
        await line.quiet()
        rows = await line.rows(inbox)
        assert len(rows) == 6 and {row["state"] for row in rows} == {"done"}
        assert not ann.inbox


@BY
@pytest.mark.parametrize(
    "given", [{}, {"photo": ""}, {"photo_url": None}, {"photo": ["x"]}, {"photo_url": "no address"}]
)
async def test_a_photo_without_a_usable_address_is_answered(
    folder: Path, by: dict[str, Any], given: dict[str, Any]
) -> None:
    async with connected(folder, **by) as line:
        await ready(line)
        ann = line.api.person("a1")
        ann.event("image", **given)
        assert await ann.answers()
        await line.quiet()
        assert {row["state"] for row in await line.rows(inbox)} == {"done"}


@pytest.mark.parametrize("date", [{"date": 1777777777000}, {"date": 1777777777}, {"date": "soon"}, {}])
def test_the_date_of_an_event_in_whatever_unit_changes_nothing(date: dict[str, Any]) -> None:
    said = updates.hear(updates.event_in(plain("7", **date)), groups=False)
    assert (said.text, said.event) == ("/menu", updates.hear(plain("7"), groups=False).event)


def test_decomposed_letters_are_heard_composed() -> None:
    words = "Hiến máu ở Đakrông, bà Nguyễn Thị Thưởng"
    event = plain("7", text=unicodedata.normalize("NFD", words))
    event["message"]["from"]["display_name"] = unicodedata.normalize("NFD", "Hồ Thị Nữ")
    said = updates.hear(event, groups=False)
    assert (said.text, said.name) == (words, "Hồ Thị Nữ")


async def test_an_event_that_arrives_in_pieces_is_not_lost(folder: Path) -> None:
    async with connected(folder) as line:
        await ready(line)
        line.api.fail("getUpdates", answer="pieces", accepted=True)
        ann = line.api.person("a1")
        ann.says("/menu")
        await ann.answers()
        ann.says("Bà con cần giúp. " * 110, id="long")
        await line.quiet()
        assert "long" in {row["update_key"] for row in await line.rows(inbox)}
        assert not await line.rows(channel_errors)


async def test_a_confirmation_that_arrives_in_pieces_is_one(folder: Path) -> None:
    async with connected(folder) as line:
        line.api.person("a1").known = True
        line.api.fail("sendMessage", answer="pieces", accepted=True)
        assert await line.channel.send("a1", Message("chào"), "1")


@pytest.mark.parametrize("answer", ["hang", "bare", "null", "page"])
async def test_a_poll_without_an_event_is_asked_again(folder: Path, answer: str) -> None:
    async with connected(folder) as line:
        await ready(line)
        line.channel.client.polls_within = 0.3
        ann = line.api.person("a1")
        fault = line.api.fail("getUpdates", answer=answer)
        ann.says("/menu")
        await ann.answers()
        async with asyncio.timeout(60):
            while not fault.hits:
                await asyncio.sleep(0.01)
        line.channel.client.polls_within = 45
        ann.says("/help")
        assert await ann.answers()


async def test_a_platform_that_says_nothing_at_once_is_not_asked_in_a_rush(folder: Path) -> None:
    async with connected(folder) as line:
        await ready(line)
        ann = line.api.person("a1")
        for how in ({"answer": "bare"}, {"code": 408}):
            line.api.fail("getUpdates", times=None, **how)
            ann.says("/menu")
            await ann.answers()
            asked = len(line.api.calls("getUpdates"))
            async with asyncio.timeout(60):
                while len(line.api.calls("getUpdates")) < asked + 3:
                    await asyncio.sleep(0.01)
            times = [call.at for call in line.api.calls("getUpdates")[asked:]]
            assert min(later - sooner for sooner, later in pairwise(times)) > timedelta(seconds=0.3)
            line.api.heal()
            async with asyncio.timeout(60):
                while not line.api.waiting:
                    await asyncio.sleep(0.01)


@pytest.mark.parametrize("says_status", [True, False], ids=["by status", "with status 200"])
@pytest.mark.parametrize(
    "how, outcome",
    [
        ({"code": 400}, "refused"),
        ({"code": 403}, "retry"),
        ({"code": 404}, "refused"),
        ({"code": 408}, "unknown"),
        ({"code": 429}, "refused"),
        ({"code": 500}, "unknown"),
        ({"answer": "page", "status": 502}, "retry"),
        ({"answer": "page", "status": 504, "accepted": True}, "unknown"),
        ({"answer": "page", "status": 200, "accepted": True}, "unknown"),
        ({"answer": "hang", "accepted": True}, "unknown"),
        ({"answer": "cut", "accepted": True}, "unknown"),
    ],
    ids=str,
)
async def test_only_what_was_certainly_not_sent_may_be_sent_again(
    folder: Path, how: dict[str, Any], outcome: str, says_status: bool
) -> None:
    async with connected(folder, ZaloBot(says_status=says_status)) as line:
        line.channel.client.within = 0.5
        chat = line.api.person("a1")
        chat.known = True
        line.api.fail("sendMessage", **how)
        with pytest.raises(SendFailed) as failed:
            await line.channel.send("a1", Message("chào"), "1")
        assert failed.value.outcome == outcome
        assert len(line.api.calls("sendMessage")) == 1 and len(chat.inbox) == how.get("accepted", False)


async def test_a_reply_whose_confirmation_hangs_is_in_doubt_and_not_repeated(folder: Path) -> None:
    async with connected(folder) as line:
        await ready(line)
        line.channel.client.within = 0.3
        line.api.fail("sendMessage", answer="hang", accepted=True)
        ann = line.api.person("a1")
        ann.says("/menu")
        await ann.answers()
        await line.quiet()
        await asyncio.sleep(1.5)
        texts = [sent.text for sent in ann.inbox]
        assert len(texts) == len(set(texts))
        assert "unknown" in {row["state"] for row in await line.rows(outbox)}


async def test_a_webhook_that_the_platform_cannot_reach_is_a_trouble_until_it_can(folder: Path) -> None:
    async with connected(folder, **WEBHOOK) as line:
        await ready(line)
        ours = line.channel.webhook_url
        line.channel.webhook_url = f"{line.bot.url}/nowhere"
        await line.channel.set_webhook()
        (row,) = await line.rows(channel_errors)
        assert (row["kind"], row["reason"]) == ("webhook", "webhook.http.404")
        line.channel.webhook_url = ours
        await line.channel.set_webhook()
        assert not await line.rows(channel_errors)


def test_nobody_speaks_in_the_private_chat_of_another() -> None:
    event = plain("7")
    event["message"]["from"]["id"] = "8"
    assert updates.hear(event, groups=True).event == "nothing"
    event["event_name"], event["message"]["photo_url"] = "message.image.received", "https://x"
    assert updates.file_in(event) is None
    event["message"]["from"]["id"] = "7"
    assert updates.file_in(event) is not None
