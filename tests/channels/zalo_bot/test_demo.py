"""The demo shows on request a resident's chat as it looks on Zalo."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from bot.channels import table
from tests.fakes.served import served
from tests.stage import Template
from tests.started import nhandao


async def test_the_fourth_pane_has_numbers_and_no_buttons(template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    zalo = table.imitated("zalo")
    async with (
        served(tmp_path, demo=True, imitated=zalo) as bot,
        httpx.AsyncClient(base_url=bot.url, headers={"origin": bot.url}) as client,
    ):
        page = (await client.get("/")).text
        assert page.count("<nhandao-chat") == 4 and 'base="/zalo_bot" title="Zalo"' in page
        await client.get("/zalo_bot/messages")
        await client.post("/zalo_bot/say", json={"id": "message-1", "text": "/start"})
        for _ in range(500):
            said = [one for one in (await client.get("/zalo_bot/messages")).json()["messages"] if one["from"] == "bot"]
            if any("\n1. " in one["text"] for one in said):
                break
            await asyncio.sleep(0.02)
        assert "\n1. " in said[-1]["text"] and not any(one.get("options") for one in said)


async def test_without_it_there_are_three(template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    async with served(tmp_path, demo=True) as bot, httpx.AsyncClient(base_url=bot.url) as client:
        assert (await client.get("/")).text.count("<nhandao-chat") == 3


@pytest.mark.parametrize("channel", ["telegram", "post"])
async def test_what_cannot_be_shown_is_said(tmp_path: Path, channel: str) -> None:
    status, _, err = await nhandao(tmp_path, "demo", "--channel", channel)
    assert status == 2 and "zalo_bot" in err
