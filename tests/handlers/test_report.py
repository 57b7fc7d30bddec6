"""The report counts what is hers, names givers as they chose, and no cell of it can run."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.media.paper import Sheet
from bot.media.workbook import workbook
from storage.campaign import campaigns, staff
from storage.tables import pledges
from tests.desk import FAR, LAN, arrive, promise, staffed
from tests.fakes.room import NUMBERS, Room
from tests.sheet import opened, table
from tests.stage import BOTH, Stage


@BOTH
async def test_a_report_counts_what_arrived_in_her_units_and_keeps_promises_apart(stage: Stage) -> None:
    await staffed(stage)
    await arrive(stage, await promise(stage), "1tr5")
    said = await stage.say("/report", LAN)
    text = said[0].text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Đã nhận: 1.500.000 đ (tiền 1.500.000 đ" in text
    assert "được giúp 1 (3 người, 3 lượt)" in text
    assert "Người giúp: 0 tổ chức, 1 cá nhân" in text
    figures = table(opened(said)["Số liệu"])
    assert figures[0][:3] == ["STT", "Đơn vị", "ĐCNĐ khảo sát (đến nay)"]
    row = dict(zip(figures[0], figures[1], strict=True))
    assert (row["Đơn vị"], row["Vận động: tiền (đ)"], row["Tổng đã nhận (đ)"]) == ("Xã Cửa Tùng", 1_500_000, 1_500_000)
    assert figures[-1][1:3] == ["Tổng cộng", 3]
    assert "1.500.000" not in (await stage.say("/report", FAR))[0].text


@BOTH
async def test_the_sum_is_the_sum_of_the_units_but_for_givers_who_gave_in_several(stage: Stage) -> None:
    ids = await staffed(stage)
    await arrive(stage, await promise(stage), "1tr5")
    async with stage.program() as app, app.database.write() as tx:
        await staff.grant(tx, ids[LAN], "admin", None, "operator", stage.clock())
    figures = table(opened(await stage.say("/report", LAN))["Số liệu"])
    assert len(figures) == 7
    for column in range(2, len(figures[0])):
        if figures[0][column] in ("Tổ chức nhận giúp", "Cá nhân nhận giúp"):
            continue
        assert figures[-1][column] == sum(row[column] for row in figures[1:-1])


async def test_a_report_keeps_to_its_days(stage: Stage) -> None:
    await staffed(stage)
    await arrive(stage, await promise(stage), "1tr5")
    assert "1.500.000" in (await stage.say("/report week", LAN))[0].text
    assert "1.500.000" not in (await stage.say("/report 1/5 10/5", LAN))[0].text
    for wrong in ("/report 31/2 1/5", "/report x", "/report 10/5 1/5", "/report 1 2 3"):
        assert "chưa đọc được" in (await stage.say(wrong, LAN))[0].text


@pytest.mark.parametrize(("shown_as", "shown"), [("1", "=Lan"), ("2", "=."), ("3", "Ẩn danh")])
async def test_givers_are_named_as_they_chose(stage: Stage, shown_as: str, shown: str) -> None:
    """A name that was kept before names were read more strictly may look like a formula; in a cell it stays a name."""
    await staffed(stage)
    code = await promise(stage, "2tr", "sửa", "Cách nêu tên", shown_as, *(["Lan"] if shown_as != "3" else []))
    if shown_as != "3":
        async with stage.program() as app, app.database.write() as tx:
            await tx.run(sa.update(pledges).where(pledges.c.code == code).values(shown_name="=Lan"))
    await arrive(stage, code, "1tr5")
    page = opened(await stage.say("/report", LAN))["Biên nhận"]
    assert table(page)[1][0] == "TND26/00001"
    assert table(page)[1][-1].startswith(shown)
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


async def test_a_channel_without_files_gets_the_figures(stage: Stage) -> None:
    stage.rooms = (Room(NUMBERS),)
    await staffed(stage)
    said = await stage.say("/report", LAN)
    assert [message.document for message in said] == [None]
    assert "Đã nhận" in said[0].text


@given(st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=2), max_size=6))
def test_whatever_people_write_is_text_in_a_cell(rows: list[list[str]]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([Sheet("s", "t", ("a", "b"), rows)])))
    cells = [cell for row in book.worksheets[0].iter_rows(min_row=4) for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)


@pytest.mark.parametrize(
    "evil", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "http://x.vn", "=cmd|' /C'!A0"]
)
def test_what_looks_like_a_formula_stays_text(evil: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([Sheet("s", "t", ("a",), [[evil]])])))
    cell = book.worksheets[0]["A4"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (evil, "s", None)


async def test_years_past_stay_readable_beside_this_one(stage: Stage) -> None:
    await staffed(stage)
    await arrive(stage, await promise(stage), "1tr5")
    async with stage.program() as app, app.database.write() as tx:
        now = await campaigns.active(tx)
        assert now is not None
        given = {
            "prefix": "TND25", "year": 2025, "title": now.title, "theme": "Hành trình nhân đạo", "organiser": now.organiser,
            "hotline": "", "unit_id": now.unit_id, "first_on": date(2025, 3, 1), "last_on": date(2025, 5, 31), "goals": {},
        }  # fmt: skip
        assert await campaigns.add(tx, given, "test", app.now())
    (said,) = await stage.say("/cacnam", LAN)
    this, past = said.text.replace("\N{NO-BREAK SPACE}", " ").split("2025")
    assert "đã nhận 1.500.000 đ" in this
    assert "(1/3 – 31/5)\nChủ đề: Hành trình nhân đạo\n• 0 lượt cam kết" in past
