"""The program on Zalo, against a platform that checks every request: by polling and by webhook."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.message import Message
from storage.tables import channel_errors, inbox, outbox, pictures, threads
from storage.talk import quotas
from storage.talk.inbox import Arrival
from tests.channels.zalo_bot.line import SECRET, WEBHOOK, connected
from tests.fakes.watch import Watch
from tests.fakes.zalo_bot import ZaloBot
from tests.stage import Stage, Template, photo

BY = pytest.mark.parametrize("by", [{}, WEBHOOK], ids=["polling", "webhook"])


@pytest.fixture
def folder(template: Template, tmp_path: Path) -> Path:
    template.copy(tmp_path)
    return tmp_path


async def said(line: Any, id: str = "a1", least: int = 1) -> list[str]:
    """What somebody was answered since she last looked."""
    chat = line.api.person(id)
    await chat.answers(least)
    await line.quiet()
    chat.read = len(chat.inbox)
    return [sent.text for sent in chat.inbox]


@BY
async def test_a_stranger_is_greeted_and_answers_by_number(folder: Path, by: dict[str, Any]) -> None:
    async with connected(folder, **by) as line:
        ann = line.api.person("a1")
        await asyncio.sleep(0.3)
        ann.says("xin chào")
        greeted = await said(line)
        assert "1. " in greeted[-1] and "2. " in greeted[-1]
        ann.says("1")
        assert (await said(line))[len(greeted)].startswith("Anh/chị chọn: 1. ")


async def test_polling_takes_an_event_of_every_kind_and_stops_at_none(folder: Path) -> None:
    async with connected(folder) as line:
        ann = line.api.person("a1")
        odd: Any
        for odd in (
            [],
            {},
            {"event_name": "x"},
            {"message": []},
            "text",
            7,
            {"event_name": "message.text.received", "message": {}},
        ):
            line.api.bring(odd)
        ann.event("poll")
        ann.says("   ")
        ann.sticks()
        ann.speaks(seconds=True)
        line.api.bring([ann.says("/menu", id="m1")])
        ann.says("/menu", id=str((1 << 63) + 1))
        await asyncio.sleep(0.5)
        await line.quiet()
        assert ann.inbox
        assert len([row for row in await line.rows(inbox) if row["update_key"] == "m1"]) == 1
        assert all(row["state"] == "done" for row in await line.rows(inbox))


async def test_the_webhook_wants_the_secret_and_takes_what_comes_after_it(folder: Path) -> None:
    async with connected(folder, **WEBHOOK) as line, httpx.AsyncClient(base_url=line.bot.url) as client:
        ann = line.api.person("a1")
        await asyncio.sleep(0.3)
        assert line.api.webhook and len(line.api.calls("setWebhook")) == 1
        good = {"X-Bot-Api-Secret-Token": SECRET}
        for headers in ({}, {"X-Bot-Api-Secret-Token": "wrong"}, {b"X-Bot-Api-Secret-Token": "bí mật".encode()}):
            assert (await client.post("/zalo_bot", headers=headers, json={})).status_code == 401
        for body in (
            b"",
            b" ",
            b"[]",
            b"{}",
            b"nothing",
            b"\xff\xfe",
            b"[" * 5000,
            b'{"ok":true,"result":null}',
            b"x" * 70_000,
        ):
            assert (await client.post("/zalo_bot", headers=good, content=body)).status_code == 200
        line.api.webhook.copies = 2
        ann.says("/menu")
        line.api.webhook.enveloped = False
        ann.says("/menu")
        await said(line)
        assert len(await line.rows(inbox)) == 2


async def test_a_webhook_that_is_ours_already_is_not_set_again(folder: Path) -> None:
    async with connected(folder, **WEBHOOK) as line:
        await asyncio.sleep(0.3)
        again = asyncio.create_task(line.channel.run(line.bot.app.engine.receive))
        await asyncio.sleep(0.3)
        again.cancel()
        assert len(line.api.calls("getWebhookInfo")) == 2 and len(line.api.calls("setWebhook")) == 1


async def test_somebody_elses_webhook_is_taken_over_only_when_told(folder: Path) -> None:
    async with ZaloBot() as api:
        await _hook(api, "http://127.0.0.1:9/elsewhere")
        async with connected(folder, api) as line:
            await asyncio.sleep(0.3)
            assert not api.calls("getUpdates") and not api.calls("deleteWebhook")
            (trouble,) = await line.rows(channel_errors)
            assert trouble["kind"] == "taken" and trouble["reason"] == "127.0.0.1"
            await line.channel.take_over()
            assert api.webhook is None


async def _hook(api: ZaloBot, url: str) -> None:
    async with httpx.AsyncClient() as client:
        params = {"url": url, "secret_token": "12345678"}
        await client.post(f"{api.url}/bot{api.token}/setWebhook", json=params)


@pytest.mark.parametrize("name", ["photo", "photo_url"])
async def test_a_photo_is_fetched_by_either_name_and_only_from_allowed_hosts(folder: Path, name: str) -> None:
    await Stage(folder).agree("take_part", channel="zalo_bot", address="a1")
    async with connected(folder) as line:
        ann = line.api.person("a1")
        demo = len(await line.rows(pictures))
        ann.shows(photo(folder, "deed").read_bytes(), "Giúp bà Hoa sửa mái nhà", name=name)
        await said(line)
        before = len(await line.rows(pictures))
        assert before == demo + 1
        given: dict[str, Any] = {name: "https://example.org/x.jpg"}
        ann.event("image", **given)
        assert "chưa tải được ảnh" in (await said(line))[-1]
        assert len(await line.rows(pictures)) == before


async def test_a_strangers_photo_is_fetched_only_once_she_agrees(folder: Path) -> None:
    async with connected(folder) as line:
        ann = line.api.person("a1")
        demo = len(await line.rows(pictures))
        ann.shows(photo(folder, "deed").read_bytes(), "Giúp bà Hoa sửa mái nhà")
        assert "chưa lưu" in (await said(line))[-1]
        assert len(await line.rows(pictures)) == demo
        ann.says("1")
        await ann.answers(2)
        await line.quiet()
        assert len(await line.rows(pictures)) == demo + 1


async def test_words_in_decomposed_letters_are_understood(folder: Path) -> None:
    async with connected(folder) as line:
        ann = line.api.person("a1")
        ann.says("xin chào")
        before = len(await said(line))
        ann.says(unicodedata.normalize("NFD", "／trợ giúp").replace("／", "/"))
        assert len(await said(line)) > before


async def test_somebody_whose_messages_are_withheld_is_told_whom_to_call_once_a_day(folder: Path) -> None:
    async with connected(folder) as line:
        ann = line.api.person("a1")
        ann.withheld()
        (told,) = await said(line)
        assert "không chuyển cho tôi nội dung" in told
        ann.withheld()
        line.api.group("g1").withheld()
        await asyncio.sleep(0.3)
        await line.quiet()
        assert len(ann.inbox) == 1 and not line.api.group("g1").inbox
        (task,) = [row for row in await line.rows(threads) if row["dedupe_key"].startswith("withheld")]
        assert task["state"] == "closed" and task["asked_at"] is not None


@pytest.mark.parametrize("groups", [False, True])
async def test_groups_are_left_alone_unless_the_operator_wants_them_answered(folder: Path, groups: bool) -> None:
    async with connected(folder, zalo_bot_groups=groups) as line:
        group = line.api.group("g1")
        group.says("@Bot Nhân đạo chào bot")
        await asyncio.sleep(0.3)
        await line.quiet()
        assert len(group.inbox) == groups


@pytest.mark.parametrize("says_status", [True, False])
async def test_refusals_count_by_the_body_whatever_the_status(folder: Path, says_status: bool) -> None:
    async with connected(folder, ZaloBot(says_status=says_status)) as line:
        ann = line.api.person("a1")
        line.api.fail("sendMessage", code=429, camel=True)
        ann.says("/menu")
        await asyncio.sleep(0.5)
        await line.quiet()
        async with line.bot.app.database.read() as tx:
            used = await quotas.usage(tx, "zalo_bot", line.channel.ledger.month)
        assert used.refused_at is not None
        assert {row["kind"] for row in await line.rows(channel_errors)} == {"quota"}


async def test_a_token_that_is_refused_stops_the_channel_and_nothing_else(folder: Path) -> None:
    async with connected(
        folder, ZaloBot("1:another-token-of-the-tests"), zalo_bot_token="1:refused-token-of-the-tests"
    ) as line:
        await asyncio.sleep(0.5)
        asked = len(line.api.requests)
        await asyncio.sleep(0.5)
        assert len(line.api.requests) == asked == 0  # refused before they count as requests
        assert line.channel.ledger.stopped
        assert (await line.rows(channel_errors))[0]["kind"] == "token"
        async with httpx.AsyncClient(base_url=line.bot.url) as client:
            assert (await client.get("/healthz")).json()["ok"]


async def test_one_403_is_tried_again(folder: Path) -> None:
    async with connected(folder) as line:
        ann = line.api.person("a1")
        line.api.fail("sendMessage", code=403)
        ann.says("/menu")
        assert await said(line)
        assert not line.channel.ledger.stopped


async def test_a_reply_that_may_have_been_taken_is_not_sent_again(folder: Path) -> None:
    async with connected(folder) as line:
        ann = line.api.person("a1")
        ann.says("xin chào")
        before = len(await said(line))
        line.api.fail("sendMessage", answer="cut", accepted=True)
        ann.says("/help")
        await said(line)
        await asyncio.sleep(1.5)
        await line.quiet()
        assert [row["state"] for row in await line.rows(outbox)].count("unknown") == 1
        texts = [sent.text for sent in ann.inbox[before:]]
        assert len(texts) == len(set(texts))


async def test_a_gateway_without_anybody_behind_it_is_waited_out(folder: Path) -> None:
    async with connected(folder) as line:
        ann = line.api.person("a1")
        line.api.fail("getUpdates", answer="page", times=1)
        line.api.fail("sendMessage", answer="page", status=502, times=1)
        ann.says("/menu")
        assert await said(line)


async def test_no_log_line_names_the_token(folder: Path, watch: Watch) -> None:
    api = ZaloBot("987654321:zalo-token-that-no-log-may-show")
    async with connected(folder, api) as line:
        api.fail("getUpdates", answer="cut")
        api.fail("sendMessage", answer="hang", delay=0.1)
        line.api.person("a1").says("/menu")
        await asyncio.sleep(0.5)
        await api.down()
        await asyncio.sleep(0.5)
    assert not [logged for logged in watch.lines if "zalo-token-that" in logged]


async def test_both_directions_count(folder: Path) -> None:
    async with connected(folder) as line:
        ann = line.api.person("a1")
        ann.says("xin chào")
        await said(line)
        async with line.bot.app.database.read() as tx:
            used = await quotas.usage(tx, "zalo_bot", line.channel.ledger.month)
        assert (used.received, used.sent, used.people) == (1, len(ann.inbox), 1)


async def test_a_sign_of_typing_is_shown_while_an_answer_takes_longer(folder: Path) -> None:
    async with connected(folder) as line:
        line.channel.typing.after = 0.0
        ann = line.api.person("a1")
        ann.known = True
        line.channel.typing.expect("a1")
        async with asyncio.timeout(60):
            while not ann.typing:
                await asyncio.sleep(0.01)
        assert [call.params for call in line.api.calls("sendChatAction")] == [{"chat_id": "a1", "action": "typing"}]


async def test_who_is_answered_at_once_sees_no_sign_of_typing(folder: Path) -> None:
    async with connected(folder) as line:
        event = line.api.person("a1").says("xin chào")
        await line.quiet()
        line.channel.typing.after = 0.0

        async def answer(_: Sequence[Arrival]) -> None:
            await line.channel.send("a1", Message("Xin chào!"), "hello")

        await line.channel.take(event, answer)
        for _ in range(3):  # a sign would be on its way before
            await line.channel.client.get_me()
        assert not line.api.calls("sendChatAction")
