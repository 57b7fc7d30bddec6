"""Documents go out as links: for one document and one recipient, for a while, and not to be made up."""

from __future__ import annotations

import io
import re
from pathlib import Path

import httpx
import openpyxl
import pytest

from bot.message import Document, Message
from storage.campaign import staff
from storage.rights import erase
from storage.tables import outbox
from storage.talk import people
from tests.channels.zalo_bot.line import WEBHOOK, Line, connected
from tests.fakes.zalo_bot.people import Chat
from tests.stage import Clock, Stage, Template

LINK = re.compile(r"^http\S+/zalo_bot/document/\S+$", re.MULTILINE)


@pytest.fixture
async def folder(template: Template, tmp_path: Path) -> Path:
    template.copy(tmp_path)
    await Stage(tmp_path).agree("take_part", channel="zalo_bot", address="a1")
    return tmp_path


async def officer(line: Line) -> Chat:
    """An officer who writes from Zalo."""
    async with line.bot.app.database.write() as tx:
        person = await people.find(tx, "zalo_bot", "a1")
        assert person is not None
        await staff.grant(tx, person.person_id, "officer", None, "operator", line.bot.app.now())
    return line.api.person("a1")


async def the_link(line: Line) -> str:
    """The link in the answer to an officer who wants the report."""
    chat = await officer(line)
    chat.says("/report")
    texts = [sent.text for sent in await chat.answers(2)]
    assert "chỉ dành riêng cho anh/chị" in texts[1] and "60 phút" in texts[1]
    (link,) = LINK.findall(texts[1])
    assert texts[1].index(link) < texts[1].index("\n1. ")
    return str(link)


async def test_an_officer_gets_the_report_by_a_link_that_expires(folder: Path) -> None:
    clock = Clock()
    async with connected(folder, now=clock, **WEBHOOK) as line, httpx.AsyncClient() as client:
        link = await the_link(line)
        served = await client.get(link)
        sheets = openpyxl.load_workbook(io.BytesIO(served.content)).sheetnames
        assert {"Số liệu", "Hiện vật", "Biên nhận"} <= set(sheets)
        assert re.search(r"attachment; filename\*=UTF-8''bao-cao-.*\.xlsx", served.headers["content-disposition"])
        assert served.headers["cache-control"] == "private, no-store"
        clock.forward(minutes=61)
        assert (await client.get(link)).status_code == 404


async def test_a_link_opens_one_document_of_one_recipient_and_none_can_be_made_up(folder: Path) -> None:
    async with connected(folder, **WEBHOOK) as line, httpx.AsyncClient() as client:
        link = await the_link(line)
        id = int((await line.rows(outbox))[-1]["id"])
        path, _, signed = link.rpartition("/")
        others = [line.channel.files.document(f"out:{which}", chat) for which, chat in ((id, "a2"), (id - 1, "a1"))]
        others += [line.channel.files.document(key, "a1") for key in ("out:", "out:x", "copy:1", f"out:{10**30}")]
        others += [f"{path}/{signed[:-3]}AAA", f"{path}/", link.replace("/document/", "/picture/")]
        for other in others:
            assert (await client.get(other)).status_code == 404, other
        assert (await client.get(line.channel.files.document(f"out:{id}", "a1"))).status_code == 200


async def test_a_link_leads_nowhere_once_its_reader_is_forgotten(folder: Path) -> None:
    async with connected(folder, **WEBHOOK) as line, httpx.AsyncClient() as client:
        link = await the_link(line)
        async with line.bot.app.database.write() as tx:
            person = await people.find(tx, "zalo_bot", "a1")
            assert person is not None
            await erase.forget(tx, person.person_id, line.bot.app.now())
        assert (await client.get(link)).status_code == 404


async def test_without_a_public_address_it_is_said_where_the_spreadsheet_is(folder: Path) -> None:
    async with connected(folder) as line:
        chat = await officer(line)
        chat.says("/report")
        (told,) = await chat.answers()
        assert "Kênh này không gửi được tệp" in told.text and "zalo_bot/document" not in told.text
        await line.channel.send("a1", Message("Bảng tính", document=Document("a.xlsx", b"PK")), "out:1")
        assert chat.inbox[-1].text == "Bảng tính"
