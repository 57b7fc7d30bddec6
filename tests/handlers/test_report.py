"""The report counts what is hers, names givers as they chose, and no cell of it can run."""

from __future__ import annotations

import asyncio
import io
from datetime import date

import openpyxl
import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.media.child.paper import answer
from bot.media.paper import WIDE, Chart, Paper, Sheet
from bot.media.workbook import workbook
from bot.message import Message
from handlers.officers.reports.paper import ADDRESSES, BY_UNIT, DEEDS, GIVERS, GOODS, RECEIPTS, VOLUNTEERS, WAYS
from handlers.officers.reports.weeks import WEEKS
from storage.campaign import campaigns, staff
from storage.files import papers
from storage.tables import pledges
from tests.desk import FAR, LAN, arrive, heard, pressing, promise, staffed, tell, values
from tests.fakes.room import NUMBERS, Room
from tests.sheet import by_unit, opened, table
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
    row = by_unit(said)["Xã Cửa Tùng"]
    assert (row["Vận động: tiền (đ)"], row["Tổng đã nhận (đ)"]) == (1_500_000, 1_500_000)
    assert by_unit(said)["Tổng cộng"]["ĐCNĐ khảo sát (đến nay)"] == 3
    assert "1.500.000" not in (await stage.say("/report", FAR))[0].text


async def test_goods_without_an_agreed_value_are_no_bare_zero(stage: Stage) -> None:
    ids = await staffed(stage)
    assert "hiện vật và ngày công quy tiền 0 đ" in (await stage.say("/report", LAN))[0].text.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    for text in ("/desk brought DC-0006", "Gạo", "40", "bỏ qua", "ẩn danh"):
        said = await stage.say(text, LAN)
    while "Ghi nhận" not in [button.label for button in said[-1].buttons]:
        said = await stage.say("bỏ qua", LAN)
    await stage.say("Ghi nhận", LAN)
    told = await stage.say("/report", LAN)
    assert "hiện vật và ngày công chưa quy tiền)" in told[0].text and "• Gạo: 40" in told[0].text
    summary = {row[0].value: row[-1].value for row in opened(told).worksheets[0].iter_rows() if row[0].value}
    assert summary["Vận động: hiện vật, ngày công quy tiền (đ)"] == "chưa quy tiền"
    assert (
        summary["Tổng đã nhận (đ)"] == "chưa quy tiền" and "Đã nhận: hiện vật, ngày công chưa quy tiền" in told[0].text
    )
    assert summary["Biên nhận hiện vật, ngày công chưa quy tiền"] == 1
    for of in by_unit(told).values():
        if of["ĐCNĐ được trợ giúp"]:
            assert of["Vận động: hiện vật, ngày công quy tiền (đ)"] == of["Tổng đã nhận (đ)"] == "chưa quy tiền"
    came = [row for row in table(opened(told)["Từng tuần"])[1:] if row[1]]
    assert len(came) == 2 and all(row[3:] == ["chưa quy tiền", "chưa quy tiền"] for row in came)
    assert table(opened(told)["Cách nhận, người ghi"])[-1][-1] == "chưa quy tiền"
    async with stage.program() as app, app.database.write() as tx:
        await staff.grant(tx, ids[LAN], "admin", None, "operator", stage.clock())
    assert "hiện vật và ngày công chưa quy tiền" in (await stage.say("/stats", LAN))[0].text


async def test_where_only_some_goods_have_a_value_it_is_said_that_the_sum_is_not_all(stage: Stage) -> None:
    await staffed(stage)
    await arrive(stage, await promise(stage), "1tr5")
    for amount, value in (("40", "300k"), ("20", "bỏ qua")):
        for text in ("/desk brought DC-0006", "Gạo", amount, value, "ẩn danh"):
            said = await stage.say(text, LAN)
        while "Ghi nhận" not in [button.label for button in said[-1].buttons]:
            said = await stage.say("bỏ qua", LAN)
        await stage.say("Ghi nhận", LAN)
    told = await stage.say("/report", LAN)
    text = told[0].text.replace("\N{NO-BREAK SPACE}", " ")
    assert "hiện vật và ngày công quy tiền 300.000 đ, chưa kể phần chưa quy tiền)" in text
    assert "• Gạo: 60 kg, trị giá 300.000 đ, chưa kể phần chưa quy tiền" in text
    assert "1.800.000 đ, chưa kể hiện vật, ngày công chưa quy tiền; " in text
    summary = {row[0].value: row[-1].value for row in opened(told).worksheets[0].iter_rows() if row[0].value}
    assert summary["Biên nhận hiện vật, ngày công chưa quy tiền"] == 1


async def test_an_organisation_that_is_spelled_in_two_ways_is_pointed_out(stage: Stage) -> None:
    await staffed(stage)
    said: list[Message] = []
    for name in ("Công ty Minh Phát", "Hội Phụ nữ", "Cty Minh Phát"):
        assert not any("gần giống nhau" in message.text for message in said)
        code = await promise(stage, "500k")
        async with stage.program() as app, app.database.write() as tx:
            await tx.run(sa.update(pledges).where(pledges.c.code == code).values(organisation=name))
        await arrive(stage, code, "500k")
        said = await stage.say("/report", LAN)
    assert "Người giúp: 3 tổ chức" in said[0].text
    assert "gần giống nhau, đang đếm riêng: “Cty Minh Phát” = “Công ty Minh Phát”" in said[0].text
    sheet = opened(said)
    cells = [str(cell.value) for row in sheet[sheet.sheetnames[0]].iter_rows() for cell in row]
    assert "“Cty Minh Phát” = “Công ty Minh Phát”" in cells


@BOTH
async def test_the_sum_is_the_sum_of_the_units_but_for_givers_who_gave_in_several(stage: Stage) -> None:
    ids = await staffed(stage)
    await arrive(stage, await promise(stage), "1tr5")
    async with stage.program() as app, app.database.write() as tx:
        await staff.grant(tx, ids[LAN], "admin", None, "operator", stage.clock())
    figures = by_unit(await stage.say("/report", LAN))
    total = figures.pop("Tổng cộng")
    assert len(figures) == 5
    for column in total.keys() - {"Tổ chức nhận giúp", "Cá nhân nhận giúp"}:
        assert total[column] == sum(row[column] for row in figures.values()), column


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
    page = opened(await stage.say("/report", LAN))["Người ủng hộ"]
    assert table(page)[1][0] == "TND26/00001"
    assert table(page)[1][-1].startswith(shown)
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


async def test_the_workbook_is_a_document_that_is_printed_upright_and_signed(stage: Stage) -> None:
    await staffed(stage)
    await arrive(stage, await promise(stage), "1tr5")
    book = opened(await stage.say("/report", LAN))
    front = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    assert front[0] == "Hội Chữ thập đỏ Vĩnh Linh"
    for part in ("BÁO CÁO THÁNG NHÂN ĐẠO 2026", "Vĩnh Linh, ngày 12 tháng 5 năm 2026", "(Ký, ghi rõ họ tên)"):
        assert part in front
    for page in book.worksheets:
        assert (page.page_setup.orientation, page.page_setup.paperSize) == ("portrait", 9)
        assert "Trang &P/&N" in page.oddFooter.right.text
        assert page.parent._named_styles["Normal"].font.name == "Times New Roman"  # in its figures columns are measured
        assert all(cell.font.size >= 12 for row in page.iter_rows() for cell in row if cell.value is not None)
    arrived = next(cell for cell in book["Biên nhận"][4] if cell.value == 1_500_000)
    assert arrived.number_format == '0"."000"."000'
    ways = table(book["Cách nhận, người ghi"])
    assert ways[1][0] == "Tiền mặt" and "Xã Cửa Tùng" in ways[1][1] and ways[-1][2:] == [1, 1_500_000]


async def test_the_chart_carries_the_organisations_name_and_keeps_one_scale_for_the_whole_month(stage: Stage) -> None:
    await staffed(stage)
    await arrive(stage, await promise(stage), "1tr5")
    for days, weeks in (("", ["1/5 – 7/5", "8/5 – 14/5"]), ("1/5 7/5", ["1/5 – 7/5"])):
        page = opened(await stage.say(f"/report {days}", LAN))["Từng tuần"]
        assert [row[0] for row in table(page)[1:]] == [*weeks, "Tổng cộng"]
        if days:  # nothing arrived in that week, and its chart has the month's scale all the same
            assert table(page)[-1][1:] == [0, 0, 0, 0]
        (chart,) = page._charts
        assert chart.y_axis.scaling.max == 2_000_000
        assert "Hội Chữ thập đỏ Vĩnh Linh" in "".join(run.t for run in chart.title.tx.rich.p[0].r)


def test_every_table_of_the_report_fits_on_a_sheet_of_a4() -> None:
    tables = (*BY_UNIT.values(), WEEKS, GOODS, WAYS, RECEIPTS, GIVERS, ADDRESSES, DEEDS, VOLUNTEERS)
    assert {sum(widths.values()) for widths in tables} == {WIDE}


async def test_the_pdf_follows_within_seconds_with_the_operators_heading(stage: Stage) -> None:
    stage.settings = stage.settings.but(report_heading="DÒNG MỘT | Dòng hai")
    await staffed(stage)
    await arrive(stage, await promise(stage), "1tr5")
    file = next(message for message in await stage.say("/report", LAN) if message.document)
    assert "/report pdf" in values(file)
    assert "vài giây" in (await stage.say("/report pdf", LAN))[0].text
    async with stage.program() as app:
        async with app.database.read() as tx:
            (waiting,) = await papers.find_waiting(tx)
        await asyncio.gather(app.do("papers"), app.do("papers"))
        await app.settle()
    assert waiting.paper["heading"] == ["DÒNG MỘT", "Dòng hai"]
    files = [message.document for message in heard(stage, LAN) if message.document]
    assert [file.name for file in files][1:] == ["bao-cao-2026-05-01-2026-05-12.pdf"]
    assert files[-1].content.startswith(b"%PDF-") and b"BeVietnamPro" in files[-1].content


async def test_what_no_officer_approved_is_not_printed_in_its_words(stage: Stage) -> None:
    await staffed(stage)
    codes = [await tell(stage, photos=0) for _ in range(2)]
    await stage.say(f"/desk deed {codes[0]}", LAN)
    await stage.say("", LAN, pressed=pressing(heard(stage, LAN), f"/desk approve {codes[0]}"))
    rows = {row[0]: row for row in table(opened(await stage.say("/report", LAN))["Việc thiện"])[1:]}
    assert rows[codes[0]][3] == "Tổ thuyền Thử" and rows[codes[0]][4].startswith("Vá lưới giúp một nhà bị bão (")
    assert rows[codes[1]][3] in ("", None) and rows[codes[1]][4].startswith("(")


def test_whatever_people_write_can_be_set() -> None:
    written = [
        "",
        "x" * 300,
        "một\ndòng\r\nnữa",
        "{page} {pages} {n}",
        "🌾 gạo",
        "\x00\x07",
        "**đậm**",
        "Ế" * 90,
        " " * 200,
        "שלום",
    ]
    rows: list[list[str | int | date | None]] = [[text, text] for text in written]
    rows.append(["tổng", 10**12])
    sheet = Sheet(
        "Bảng",
        "Bảng",
        ("a", "b" * 60),
        rows,
        summed=True,
        struck={0, 2},
        widths=(93, 93),
        chart=Chart("x" * 200, (1,), 10, 1),
    )
    paper = Paper("Hội", (), "BÁO CÁO", "", "", ("Một", "Hai"), "", "", "Trang {page}/{pages}", ".", (sheet, sheet))
    assert answer(orjson.dumps(paper.dump())).startswith(b"%PDF-")


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
