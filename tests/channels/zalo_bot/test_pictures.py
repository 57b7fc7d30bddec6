"""Pictures go out under addresses of their own: for one picture and one recipient, for a while, and not to be made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.message import Message
from storage.tables import channel_errors, pictures
from tests.channels.zalo_bot.line import WEBHOOK, Line, connected
from tests.stage import Clock, Template


@pytest.fixture
def folder(template: Template, tmp_path: Path) -> Path:
    template.copy(tmp_path)
    return tmp_path


async def a_picture(line: Line) -> str:
    async with line.bot.app.database.read() as tx:
        return str(await tx.value(sa.select(pictures.c.name)))


async def test_an_address_is_good_for_a_while_and_a_changed_one_never(folder: Path) -> None:
    clock = Clock()
    async with connected(folder, now=clock, **WEBHOOK) as line, httpx.AsyncClient() as client:
        name = await a_picture(line)
        first, second = (line.channel.files.picture(name, chat) for chat in ("a1", "a2"))
        assert first != second
        served = await client.get(first)
        assert served.headers["content-type"] == "image/jpeg" and served.headers["cache-control"] == "private, no-store"
        for wrong in (
            first[:-3] + "AAA",
            first.rpartition("/")[0] + "/",
            first + "%00",
            first.rpartition("/")[0] + "/é",
        ):
            assert (await client.get(wrong)).status_code == 404
        clock.forward(minutes=61)
        assert (await client.get(first)).status_code == 404


async def test_the_platform_fetches_the_picture_and_shows_it_with_its_words(folder: Path) -> None:
    async with connected(folder, **WEBHOOK) as line:
        chat = line.api.person("a1")
        chat.known = True
        said = Message("Áp phích hiến máu", picture=await a_picture(line), picture_hint="(có ảnh)")
        await line.channel.send("a1", said, "1")
        long = Message("Một câu dài. " * 300, picture=said.picture)
        await line.channel.send("a1", long, "2")
        assert chat.inbox[0].photo.startswith(b"\xff\xd8") and chat.inbox[0].text == "Áp phích hiến máu"
        assert chat.inbox[1].photo and not chat.inbox[1].text  # the words follow in parts
        assert [sent.text[:6] for sent in chat.inbox[2:]] == ["(1/3) ", "(2/3) ", "(3/3) "]


@pytest.mark.parametrize("given", [{}, WEBHOOK], ids=["without an address", "not fetched"])
async def test_a_picture_that_cannot_be_shown_is_told_of(folder: Path, given: dict[str, Any]) -> None:
    async with connected(folder, **given) as line:
        chat = line.api.person("a1")
        chat.known = True
        line.api.fail("sendPhoto", code=400)
        said = Message("Áp phích", picture=await a_picture(line), picture_hint="(có ảnh)")
        await line.channel.send("a1", said, "1")
        assert [(sent.text, sent.photo) for sent in chat.inbox] == [("Áp phích\n(có ảnh)", b"")]
        assert [row["kind"] for row in await line.rows(channel_errors)] == (["picture"] if given else [])
