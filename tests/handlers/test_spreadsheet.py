"""A spreadsheet of households: each bad cell is named, all rows come in or none, a repeat changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from bot.dialog.forms import Facts
from bot.message import SheetRow
from bot.vietnamese.place import Known
from handlers.officers.addresses import table
from locales import Speech
from storage.tables import addresses, audit, needs
from tests import ROOT
from tests.desk import LAN, staffed
from tests.fakes.room import NUMBERS, Room
from tests.sheet import RICE, ROW, filled, opened
from tests.stage import KEY, Stage


def bring(stage: Stage, path: Path) -> tuple[int, str, str]:
    """Import a file on the command line; returns the exit status, and what is printed."""
    database = f"sqlite+aiosqlite:///{stage.folder / 'bot.db'}"
    setting = {"DATABASE_URL": database, "SECRET_KEY": KEY, "CHANNELS": "web", "PATH": os.environ["PATH"]}
    line = [sys.executable, "-m", "bot", "addresses", "import", str(path)]
    done = subprocess.run(line, capture_output=True, text=True, env=setting, cwd=ROOT)
    return (
        done.returncode,
        done.stdout,
        done.stderr.removeprefix(f"nhandao: database {database}, settings from the environment\n"),
    )


async def test_every_row_comes_in_as_surveyed_and_a_repeat_changes_nothing(stage: Stage) -> None:
    await staffed(stage)
    path = await filled(stage, ROW, RICE)
    before = len(await stage.rows(addresses))
    status, said, wrong = bring(stage, path)
    assert (status, wrong) == (0, "")
    assert said.startswith("2 addresses were imported, 0 were already here.")
    new = (await stage.rows(addresses))[before:]
    assert [(row["shown_name"], row["category"], row["state"], row["consented"]) for row in new] == [
        ("Bà C.", "elderly_alone", "surveyed", True),
        ("Ông M.", "poor", "surveyed", False),
    ]
    assert [(row["kind"], row["measure"], row["amount"]) for row in (await stage.rows(needs))[-2:]] == [
        ("money", "", 12_000_000),
        ("goods", "kg", 50),
    ]
    assert b"Canary" not in new[0]["dossier"]
    assert "2 were already here" in bring(stage, path)[1]
    assert len(await stage.rows(addresses)) == before + 2
    assert [row["actor"] for row in await stage.rows(audit) if row["act"] == "import"] == ["operator"] * 2


async def test_households_are_the_same_only_by_more_than_a_folded_name(stage: Stage) -> None:
    """Minh and Mịnh are two people, and so are two Lans who were born in other years."""
    await staffed(stage)
    before = len(await stage.rows(addresses))
    names = [
        ("Hồ Văn Minh", 1950),
        ("Hồ Văn Mịnh", 1950),
        ("Hồ Vân Minh", 1950),
        ("Hồ Thị Lan", 1960),
        ("Hồ Thị Lan", 1985),
    ]
    path = await filled(stage, *([*ROW[:1], name, *ROW[2:4], born, *ROW[5:]] for name, born in names))
    assert bring(stage, path)[1].startswith("5 addresses were imported, 0 were already here.")
    assert "5 were already here" in bring(stage, path)[1]
    assert len(await stage.rows(addresses)) == before + 5


async def test_each_bad_cell_is_named_with_row_column_and_reason_and_nothing_comes_in(stage: Stage) -> None:
    await staffed(stage)
    bad = [*RICE[:3], "12", *RICE[4:7], "Hồ Văn Mẫu", "nhiều", "xem http://x.vn nhé, gấp lắm", *RICE[10:14], "năm mươi"]
    path = await filled(stage, ROW, bad)
    before = len(await stage.rows(addresses))
    status, said, wrong = bring(stage, path)
    assert (status, said) == (2, "")
    for told in ("“Điện thoại”: Số điện thoại", "“Tên công khai”", "“Số người”", "“Hoàn cảnh”"):
        assert f"Dòng 5, cột {told}" in wrong
    assert "Dòng 4" not in wrong
    assert "nothing was imported" in wrong
    assert len(await stage.rows(addresses)) == before


@pytest.mark.parametrize(
    ("rows", "told"), [([["Xã"], ["x"]], "Không thấy dòng tên cột"), ([], "Không thấy dòng tên cột")]
)
async def test_what_is_not_the_template_is_refused(stage: Stage, rows: list[list[Any]], told: str) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(stage.folder / "other.xlsx")
    assert told in bring(stage, stage.folder / "other.xlsx")[2]


async def test_an_empty_template_a_file_that_is_none_and_one_that_is_not_there_are_told_apart(stage: Stage) -> None:
    await staffed(stage)
    path = await filled(stage, [""] * len(ROW))
    assert "chưa có hộ nào" in bring(stage, path)[2]
    (stage.folder / "note.xlsx").write_text("hello")
    assert "is not a spreadsheet" in bring(stage, stage.folder / "note.xlsx")[2]
    assert "cannot be read" in bring(stage, stage.folder / "none.xlsx")[2]


async def test_a_channel_without_files_says_so(stage: Stage) -> None:
    stage.rooms = (Room(NUMBERS),)
    await staffed(stage)
    assert "không gửi được tệp" in (await stage.say("/desk template", LAN))[0].text


WIDTH = len(ROW)
BLANK = [""] * 11


def person(name: str, *, house: str = "Thôn Mẫu", phone: str = "", born: Any = "", story: str = "") -> list[Any]:
    """A row of a household, with a need of its own."""
    return [ROW[0], name, house, phone, born, "", *ROW[6:9], story or ROW[9], *ROW[10:]]


def wanting(row: list[Any], *need: Any) -> list[Any]:
    """The row of the same household with another need."""
    return [*row[:11], *need]


async def test_several_rows_of_a_household_bring_several_needs(stage: Stage) -> None:
    await staffed(stage)
    before, wanted = len(await stage.rows(addresses)), len(await stage.rows(needs))
    cuc = person("Hồ Thị Cúc", born=1950)
    path = await filled(
        stage,
        cuc,
        wanting(cuc, "Hiện vật", "Gạo", "kg", 50),
        [*BLANK, "Công", "Lợp mái", "buổi", 4],
        person("Hồ Văn Mẫu", born=1960),
        wanting(person("hồ thị cúc", phone="0912 345 678", born=1950), "Tiền", "Học bổng", "", "1 triệu"),
    )
    said = (await stage.say("", LAN, file=str(path)))[0].text
    assert "Đã nhập 2 hộ; 0 hộ đã có" in said
    assert "Dòng 4–8: mới nhập (DC-" in said
    here = (await stage.rows(addresses))[before:]
    whose = [row["address_id"] for row in (await stage.rows(needs))[wanted:]]
    assert [whose.count(row["id"]) for row in here] == [4, 1]


async def test_namesakes_are_two_people_unless_the_year_of_birth_or_the_telephone_agrees(stage: Stage) -> None:
    await staffed(stage)
    before = len(await stage.rows(addresses))
    first = await filled(
        stage, person("Hồ Thị Lan", born=1950), person("Hồ Thị Lan", born=1951), person("Hồ Văn An", phone="0912345678")
    )
    assert "Đã nhập 3 hộ" in (await stage.say("", LAN, file=str(first)))[0].text
    again = await filled(
        stage,
        person("Hồ Thị Lan", born=1951, house="Thôn Khác", story="Mái nhà bay mất trong bão, chưa lợp lại được."),
        person("Hồ Văn An", phone="0987654321"),
        person("Hồ Văn An", phone="912345678", house="Thôn Khác"),
    )
    said = (await stage.say("", LAN, file=str(again)))[0].text
    assert "Đã nhập 1 hộ; 2 hộ đã có" in said
    lan, an = [row["code"] for row in (await stage.rows(addresses))[before + 1 : before + 3]]
    assert f"Dòng 4, 6: đã có từ trước ({lan}, {an})" in said
    assert "Dòng 5: mới nhập" in said
    assert "trùng họ tên" not in said
    assert len(await stage.rows(addresses)) == before + 4


async def test_namesakes_of_whom_nothing_is_known_come_in_and_are_proposed_to_the_officer(stage: Stage) -> None:
    await staffed(stage)
    before = len(await stage.rows(addresses))
    two = person("Hồ Thị Lan"), person("Hồ Thị Lan", house="Thôn Khác")
    said = await stage.say("", LAN, file=str(await filled(stage, *two)))
    one, other = [row["code"] for row in (await stage.rows(addresses))[before:]]
    assert f"Dòng 5 ({other}) trùng họ tên với {one}" in said[0].text
    assert any(other in button.value for button in said[0].buttons)
    assert "Cả 2 hộ trong bảng đã có" in (await stage.say("", LAN, file=str(await filled(stage, *two))))[0].text
    third = person("Hồ Thị Lan", house="Thôn Nữa", born=1950)
    said = await stage.say("", LAN, file=str(await filled(stage, third)))
    assert said[0].text.count("trùng họ tên") == 2
    assert len(await stage.rows(addresses)) == before + 3


async def test_rows_of_one_person_that_disagree_are_named_and_so_is_a_need_that_stands_twice(stage: Stage) -> None:
    await staffed(stage)
    cuc = person("Hồ Thị Cúc", born=1950)
    other = [*cuc[:10], "không", *cuc[11:]]
    said = (await stage.say("", LAN, file=str(await filled(stage, cuc, cuc, other))))[0].text
    assert "Chưa nhập hộ nào" in said
    assert "Dòng 5 có cùng hộ, cùng nhu cầu với dòng 4." in said
    assert "Dòng 6 cùng một người với dòng 4 mà ghi khác ở: Đồng ý công khai." in said


async def test_rows_that_are_no_household_are_left_out_by_name_and_hidden_ones_stop_everything(stage: Stage) -> None:
    await staffed(stage)
    before = len(await stage.rows(addresses))
    example = [cell.value for cell in opened(await stage.say("/desk template", LAN)).worksheets[0][4]]
    heads = [cell.value for cell in opened(await stage.say("/desk template", LAN)).worksheets[0][3]]
    sums = ["Tổng cộng: 1 hộ", *[""] * 13, "12.000.000"]
    path = await filled(stage, example, ROW, [""] * WIDTH, heads, sums)
    said = (await stage.say("", LAN, file=str(path)))[0].text
    assert "Đã nhập 1 hộ" in said
    for told in ("Dòng 5: mới nhập", "Dòng 4: bỏ qua, đây là dòng ví dụ", "Dòng 7: bỏ qua, đây là dòng tên cột lặp lại",
                 "Dòng 8: bỏ qua, đây là dòng cộng"):  # fmt: skip
        assert told in said
    book = openpyxl.load_workbook(await filled(stage, ROW, RICE, RICE))
    book.worksheets[0].row_dimensions[5].hidden = book.worksheets[0].row_dimensions[6].hidden = True
    book.save(path)
    assert "Dòng 5–6 đang bị ẩn" in (await stage.say("", LAN, file=str(path)))[0].text
    assert len(await stage.rows(addresses)) == before + 1


async def test_cells_that_a_spreadsheet_or_an_old_font_spoiled_are_named(stage: Stage) -> None:
    await staffed(stage)
    spoiled = [
        [*ROW[:2], date(2026, 5, 12), *ROW[3:]],
        [ROW[0], "NguyÔn V¨n Hïng", *ROW[2:]],
        [ROW[0], "Nguy?n V?n Hùng", *ROW[2:]],
        [*ROW[:12], 50, *ROW[13:]],
    ]
    said = (await stage.say("", LAN, file=str(await filled(stage, *spoiled))))[0].text
    for told in (
        "Dòng 4, cột “Chỗ ở”: Excel đã đổi ô này thành ngày (12/05/2026).",
        "Dòng 5, cột “Họ tên chủ hộ”: Chữ trong ô này theo phông cũ",
        "Dòng 6, cột “Họ tên chủ hộ”: Chữ trong ô này bị lỗi dấu.",
        "Dòng 7, cột “Nhu cầu”: Ô này cần chữ, không chỉ con số “50”.",
    ):
        assert told in said
    assert said.count("Dòng") == 4


async def test_a_formula_without_a_result_and_households_on_another_sheet_are_named(stage: Stage) -> None:
    await staffed(stage)
    book = openpyxl.load_workbook(await filled(stage, ROW, RICE))
    first = book.worksheets[0]
    first["D5"], first["E5"] = "=VLOOKUP(1,A:B,2)", "#N/A"
    first["E5"].data_type = "e"
    other = book.create_sheet("Thôn Hai")
    other.append([cell.value for cell in first[3]])
    other.append(ROW)
    book.save(stage.folder / "two.xlsx")
    said = (await stage.say("", LAN, file=str(stage.folder / "two.xlsx")))[0].text
    for told in (
        "Trang tính thứ 3 cũng có dữ liệu (dòng 1–2)",
        "Dòng 5, cột “Điện thoại”: Công thức ở ô này không ra kết quả (#VALUE!).",
        "Dòng 5, cột “Năm sinh”: Công thức ở ô này không ra kết quả (#N/A).",
    ):
        assert told in said
    assert said.count("Dòng") == 2


async def test_a_telephone_that_lost_its_zero_gets_it_back_and_the_template_keeps_it(stage: Stage) -> None:
    await staffed(stage)
    first = await filled(stage, person("Hồ Thị Lan", phone="0912 345 678", house="Thôn Một"))
    await stage.say("", LAN, file=str(first))
    figure = await filled(stage, [*ROW[:1], "Hồ Thị Lan", "Thôn Hai", 912345678, "", *ROW[5:]])
    assert "Cả 1 hộ trong bảng đã có" in (await stage.say("", LAN, file=str(figure)))[0].text
    page = opened(await stage.say("/desk template", LAN)).worksheets[0]
    heads = [cell.value for cell in page[3]]
    assert [head for head in heads if page.cell(4, heads.index(head) + 1).number_format == "@"] == [
        "Chỗ ở",
        "Điện thoại",
    ]
    assert page.column_dimensions["D"].number_format == "@"


def test_as_many_rows_come_in_as_the_handbook_says_and_not_one_more() -> None:
    speech = Speech("vi", ZoneInfo("Asia/Ho_Chi_Minh"))
    facts = Facts(date(2026, 5, 12), speech, [Known(1, "Cửa Tùng", ())])
    heads = SheetRow(3, [speech.say(f"import.column.{name}") for name in table.COLUMNS])
    given = ["Cúc", "Đào", "Hồng", "Huệ", "Lan", "Liên", "Mai", "Sen", "Thảo", "Trúc", "Hoa"]
    names = [f"Hồ {one} {other} {third}" for one in given for other in given for third in given][:1001]
    rows = [SheetRow(n, [str(cell) for cell in person(name, born=1950)]) for n, name in enumerate(names, 4)]
    plan = table.read([heads, *rows[:1000]], facts)
    assert (len(plan.households), plan.wrong) == (1000, [])
    assert [wrong.key for wrong in table.read([heads, *rows], facts).wrong] == ["wrong.sheet_too_big"]


async def test_an_old_excel_file_and_a_text_file_come_in_as_an_xlsx_does(stage: Stage) -> None:
    await staffed(stage)
    page = openpyxl.load_workbook(await filled(stage, ROW)).worksheets[0]
    rows = [[str(cell or "") for cell in row] for row in page.iter_rows(values_only=True)]
    path = stage.folder / "households.csv"
    path.write_text("\r\n".join(";".join(row) for row in rows), encoding="utf-8-sig", newline="")
    assert "Đã nhập 1 hộ" in (await stage.say("", LAN, file=str(path)))[0].text
    assert "1 were already here" in bring(stage, path)[1]
