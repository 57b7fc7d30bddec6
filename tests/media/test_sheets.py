"""Whatever an officer sends as a spreadsheet becomes rows or one sentence, harms nobody, and is kept no longer than needed."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from msgspec import to_builtins

from bot.channels.console.channel import ADDRESS, Console
from bot.media.paper import Sheet
from bot.media.sheets import BadSheet, Sheets
from bot.media.workbook import workbook
from bot.message import SheetRow
from bot.vietnamese.fold import TONES
from storage.database import Tx
from storage.tables import addresses, audit, inbox
from storage.talk import inbox as kept
from tests.desk import FAR, LAN, RESIDENT, appoint, dismiss, staffed
from tests.sheet import RICE, ROW, filled
from tests.stage import BOTH, Stage

MEBIBYTE = 2**20


def book(*rows: list[str]) -> bytes:
    return workbook([Sheet("s", "t", ("a",), rows)])


def docx() -> bytes:
    """What a word processor saves, under whatever name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", "<document>Kính gửi</document>")
    return out.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """A spreadsheet whose first page is these bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return out.getvalue()


def page(body: bytes) -> bytes:
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return head + body + b"</sheetData></worksheet>"


def repeated() -> bytes:
    """One long text in many cells: little to send, much to hold."""
    text = b'<c t="inlineStr"><is><t>' + b"x" * 30_000 + b"</t></is></c>"
    return with_sheet(page((b"<row>" + text + b"</row>") * 900))


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
LAUGHTER = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b"]>"


async def refusal(raw: bytes, sheets: Sheets | None = None) -> str:
    with pytest.raises(BadSheet) as refused:
        await (sheets or Sheets()).read(raw)
    return refused.value.code


async def test_a_spreadsheet_is_read_as_people_see_it() -> None:
    found = await Sheets().read(book(["Bà Cúc"], ["=1+1"], [""], [""]))
    assert [(row.number, row.cells) for row in found] == [(1, ["t"]), (3, ["a"]), (4, ["Bà Cúc"]), (5, ["=1+1"])]


def changed(raw: bytes, **replaced: tuple[str, str]) -> bytes:
    """A spreadsheet in whose every part these patterns are replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            said = old.read(name).decode()
            for pattern, by in replaced.values():
                said = re.sub(pattern, by, said)
            new.writestr(name, said)
    return out.getvalue()


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(rows: Sequence[SheetRow]) -> list[tuple[int, list[str]]]:
    return [(row.number, list(row.cells)) for row in rows]


async def test_the_numbers_of_rows_are_those_of_the_spreadsheet_whatever_it_says_of_its_size() -> None:
    one = openpyxl.Workbook()
    one.active["A1"], one.active["B40"], one.active["A900"] = "đầu", "giữa", "cuối"
    raw = changed(saved(one), size=('<dimension ref="[^"]*"', '<dimension ref="A1:B2"'))
    assert told(await Sheets().read(raw)) == [(1, ["đầu"]), (40, ["", "giữa"]), (900, ["cuối"])]


async def test_a_lost_cell_at_the_end_of_the_earth_fills_no_memory() -> None:
    one = openpyxl.Workbook()
    one.active["A1"], one.active["ZZ1048576"] = "đầu", "lạc"
    assert await refusal(saved(one)) == "sheet_too_big"


async def test_the_strict_kind_is_read_as_the_usual_one() -> None:
    old, new = "http://schemas.openxmlformats.org", "http://purl.oclc.org/ooxml"
    raw = changed(
        book(["Bà Cúc"]),
        main=(f"{old}/spreadsheetml/2006/main", f"{new}/spreadsheetml/main"),
        links=(f"{old}/officeDocument/2006/relationships", f"{new}/officeDocument/relationships"),
    )
    assert told(await Sheets().read(raw))[-1] == (4, ["Bà Cúc"])


async def test_hidden_rows_and_dates_are_marked_and_a_hidden_sheet_is_passed_over() -> None:
    one = openpyxl.Workbook()
    one.active["A1"] = "kín"
    one.active.sheet_state = "hidden"
    page = one.create_sheet("Hộ")
    page["A2"], page["B2"], page["C2"] = 12.5, date(2026, 5, 12), True
    page["A3"] = "ẩn"
    page.row_dimensions[3].hidden = True
    one.active = 1
    assert await Sheets().read(saved(one)) == [
        SheetRow(2, ["12,5", "12/05/2026", "TRUE"], [1]),
        SheetRow(3, ["ẩn"], [], hidden=True),
    ]


async def test_an_old_excel_file_is_read_with_what_is_hidden_in_it() -> None:
    found = await Sheets().read((Path(__file__).parent / "old.xls").read_bytes())
    assert found == [
        SheetRow(1, ["Xã"], []),
        SheetRow(3, ["", "912345678"], []),
        SheetRow(5, ["", "", "12/05/2026", "12,5"], [2], hidden=True),
        SheetRow(9, ["Nguyễn"], []),
    ]


LINES = 'Xã;Họ tên;Chỗ ở\r\n\r\nCửa Tùng;Nguyễn Thị Cúc;"Thôn Mẫu, ""xóm"" Đông\nnhà ngói"\r\n'
READ = [(1, ["Xã", "Họ tên", "Chỗ ở"]), (3, ["Cửa Tùng", "Nguyễn Thị Cúc", 'Thôn Mẫu, "xóm" Đông\nnhà ngói'])]


def as_windows(text: str) -> bytes:
    """As Vietnamese Windows writes it: the mark of the tone behind its vowel."""
    written = b""
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in apart if mark in TONES), "")
        bare = unicodedata.normalize("NFC", apart.replace(tone, "") if tone else apart)
        written += (bare + tone).encode("cp1258")
    return written


@pytest.mark.parametrize(
    "raw",
    [
        LINES.encode("utf-8-sig"),
        LINES.encode(),
        LINES.replace(";", "\t").encode("utf-16"),
        LINES.replace(";", ",").encode("utf-8-sig"),
        b"sep=;\r\n" + LINES.encode(),
        as_windows(LINES),
        LINES.replace("\r\n", "\r").encode(),
    ],
    ids=[
        "with a mark at its beginning",
        "without",
        "for Excel with tabs",
        "commas",
        "sep",
        "Windows-1258",
        "an old Macintosh",
    ],
)
async def test_a_text_file_is_read_whatever_splits_it_and_however_it_is_written(raw: bytes) -> None:
    assert told(await Sheets().read(raw)) == READ


@pytest.mark.parametrize(
    "raw",
    [b"", b"x", b"PK\x03\x04", book()[:200], docx(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
    ids=["nothing", "a letter", "a head", "half", "a docx", "the head of an .xls"],
)
async def test_what_is_no_spreadsheet_is_refused(raw: bytes) -> None:
    assert await refusal(raw) == "not_a_sheet"


async def test_a_bomb_is_refused_by_what_it_would_unpack_to() -> None:
    bomb = with_sheet(page(b" " * (200 * MEBIBYTE)))
    assert len(bomb) < MEBIBYTE
    assert await refusal(bomb) == "sheet_too_big"


async def test_more_rows_or_words_than_anybody_fills_in_are_refused() -> None:
    assert await refusal(book(*[["x"]] * 20_001)) == "sheet_too_big"
    assert await refusal(repeated()) == "sheet_too_big"


async def test_entities_that_multiply_end_in_a_refusal() -> None:
    assert await refusal(with_sheet(LAUGHTER + page(b"<row><c t='str'><v>&l9;</v></c></row>"))) in (
        "not_a_sheet",
        "sheet_too_big",
    )


async def test_six_megabytes_are_refused_without_starting_anything() -> None:
    assert await refusal(bytes(6 * MEBIBYTE), Sheets(child=("/nowhere/no-such-program",))) == "sheet_too_big"


async def test_a_child_that_takes_too_long_is_ended() -> None:
    assert await refusal(book(), Sheets(seconds=0.2, child=("/bin/sleep", "60"))) == "not_a_sheet"


@BOTH
async def test_an_officer_s_file_comes_in_and_the_same_again_changes_nothing(stage: Stage) -> None:
    await staffed(stage)
    path = await filled(stage, ROW, RICE)
    before = len(await stage.rows(addresses))
    assert "Đã nhập 2 hộ; 0 hộ đã có" in (await stage.say("", LAN, file=str(path)))[0].text
    assert len(await stage.rows(addresses)) == before + 2
    noted = [row for row in await stage.rows(audit) if row["act"] == "import"]
    assert len(noted) == 2
    assert all(row["actor"].startswith("person:") for row in noted)
    assert "Cả 2 hộ trong bảng đã có" in (await stage.say("", LAN, file=str(path)))[0].text
    assert len(await stage.rows(addresses)) == before + 2


async def test_of_a_file_with_mistakes_nothing_comes_in_and_each_mistake_is_told(stage: Stage) -> None:
    await staffed(stage)
    path = await filled(stage, ROW, [*RICE[:3], "12", *RICE[4:]])
    before = len(await stage.rows(addresses))
    said = (await stage.say("", LAN, file=str(path)))[0].text
    assert "Chưa nhập hộ nào" in said
    assert "Dòng 5, cột “Điện thoại”: Số điện thoại chưa đúng" in said
    assert len(await stage.rows(addresses)) == before


async def test_so_many_mistakes_as_fit_are_told(stage: Stage) -> None:
    await staffed(stage)
    said = (await stage.say("", LAN, file=str(await filled(stage, *[[*RICE[:3], "12", *RICE[4:]]] * 30))))[0].text
    assert said.count("Dòng") == 20
    assert "… và 10 chỗ nữa." in said


async def test_households_of_other_units_are_refused_and_the_try_is_written_down(stage: Stage) -> None:
    await staffed(stage)
    path = await filled(stage, ["Bến Quan", *ROW[1:]], RICE)
    before = len(await stage.rows(addresses))
    said = (await stage.say("", LAN, file=str(path)))[0].text
    assert "Dòng 4, cột “Xã”: Xã này không thuộc đơn vị của anh/chị." in said
    assert len(await stage.rows(addresses)) == before
    assert ("refused", "/desk import") in [(row["act"], row["object"]) for row in await stage.rows(audit)]
    assert "Dòng 5, cột “Xã”" in (await stage.say("", FAR, file=str(path)))[0].text


async def test_a_resident_s_file_is_not_looked_at(stage: Stage) -> None:
    await staffed(stage)
    path = await filled(stage, ROW)
    before = len(await stage.rows(addresses))
    said = await stage.say("", RESIDENT, file=str(path))
    assert said[0].text == (await stage.say("", RESIDENT, other="document"))[0].text
    assert len(await stage.rows(addresses)) == before


async def test_who_is_no_officer_any_more_when_it_is_handled_is_refused(stage: Stage) -> None:
    ids = await staffed(stage)
    path = await filled(stage, ROW)
    before = len(await stage.rows(addresses))
    async with stage.program() as app:
        rows = await app.fetcher.sheets.read(path.read_bytes())
        arrival = stage.room.arrival(LAN, file=str(path))
        async with app.database.write() as tx:
            await kept.keep(tx, [arrival], stage.clock())
            await kept.note_media(tx, await newest(tx), {"sheet": to_builtins(rows)}, stage.clock())
    assert b"Canary" not in str(await stage.rows(inbox)).encode()
    await dismiss(stage, ids[LAN])
    said = await stage.later(2, LAN)
    assert "chưa có mục này" in said[0].text
    assert len(await stage.rows(addresses)) == before


async def test_a_spreadsheet_that_waited_while_the_program_was_renewed_is_handled(stage: Stage) -> None:
    await staffed(stage)
    async with stage.program() as app, app.database.write() as tx:
        await kept.keep(tx, [stage.room.arrival(LAN, file="x.xlsx")], stage.clock())
        await kept.note_media(tx, await newest(tx), {"sheet": [["Xã", "x"]]}, stage.clock())
    assert "Không thấy dòng tên cột" in (await stage.later(2, LAN))[0].text


async def newest(tx: Tx) -> int:
    """The id of what was stored last."""
    return int(await tx.value(sa.select(sa.func.max(inbox.c.id))))


async def test_what_was_read_is_sealed_while_it_waits_and_gone_when_it_is_handled(stage: Stage) -> None:
    await staffed(stage)
    path = await filled(stage, ROW)
    await stage.say("", LAN, file=str(path))
    assert [row["media"] for row in await stage.rows(inbox) if row["media"]] == []


async def test_what_failed_keeps_its_rows_for_a_day(stage: Stage) -> None:
    await staffed(stage)
    async with stage.program() as app:
        async with app.database.write() as tx:
            arrival = stage.room.arrival(LAN, file="x.xlsx")
            await kept.keep(tx, [arrival], stage.clock())
            await kept.note_media(tx, await newest(tx), {"sheet": [{"number": 1, "cells": ["Canary"]}]}, stage.clock())
            await tx.run(sa.update(inbox).values(state="dead"))
        await app.sweep()
        assert (await stage.rows(inbox))[-1]["media"]
        stage.clock.at += timedelta(days=1, hours=1)
        await app.sweep()
    last = (await stage.rows(inbox))[-1]
    assert (last["media"], last["payload"] is None) == (None, False)


async def test_in_the_middle_of_a_form_the_file_comes_in_and_the_question_is_put_again(stage: Stage) -> None:
    await staffed(stage)
    path = await filled(stage, ROW)
    asked = (await stage.say("/desk add", LAN))[-1].text
    said = await stage.say("", LAN, file=str(path))
    assert "Đã nhập 1 hộ" in said[0].text
    assert said[-1].text.endswith(asked)


async def test_the_command_alone_says_what_to_send(stage: Stage) -> None:
    await staffed(stage)
    assert "gửi bảng mẫu đã điền" in (await stage.say("/desk import", LAN))[0].text


async def test_a_file_that_is_too_big_or_none_gets_a_sentence(stage: Stage, tmp_path: Path) -> None:
    await staffed(stage)
    (tmp_path / "note.xlsx").write_bytes(docx())
    assert "không đọc được tệp" in (await stage.say("", LAN, file=str(tmp_path / "note.xlsx")))[0].text
    (tmp_path / "large.xlsx").write_bytes(bytes(6 * MEBIBYTE))
    assert "lớn quá" in (await stage.say("", LAN, file=str(tmp_path / "large.xlsx")))[0].text
    assert "chưa tải được tệp" in (await stage.say("", LAN, file=str(tmp_path / "none.xlsx")))[0].text


async def test_in_the_terminal_a_file_is_sent_by_its_path(stage: Stage) -> None:
    await staffed(stage)
    path = await filled(stage, ROW)
    said: list[str] = []
    console = Console(said.append, language="vi", run="test")
    stage.rooms = (*stage.rooms, console)
    await appoint(stage, ADDRESS, channel="console")
    (stage.folder / "large.xlsx").write_bytes(bytes(6 * MEBIBYTE))
    (stage.folder / "list.pdf").write_bytes(b"%PDF")
    for name, told in ((path.name, "Đã nhập 1 hộ"), ("large.xlsx", "lớn quá"), ("list.pdf", "chưa mở được tệp này")):
        async with stage.program() as app:
            await console.say(f"/file {stage.folder / name}", app.engine.receive)
            await app.settle()
        assert any(told in text for text in said), (name, said)
        said.clear()
        stage.clock.forward(seconds=30)
