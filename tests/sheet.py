"""Spreadsheets: of households, as an officer fills it in, and what she gets."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl

from bot.message import Message
from tests.desk import LAN
from tests.stage import Stage

ROW = [
    "Cửa Tùng", "Hồ Thị Canary", "Thôn Mẫu", "0912 345 678", 1950, "", "người cao tuổi neo đơn", "Bà C.", 1,
    "Bà sống một mình, mái nhà dột.", "có", "Tiền", "Lợp lại mái nhà", "", "12 triệu",
]  # fmt: skip
RICE = [
    "vinh kim", "Hồ Văn Mẫu", "Thôn Thử", "", "", "", "Hộ nghèo", "Ông M.", 4,
    "Nhà bốn người, giáp hạt thiếu gạo.", "không", "hien vat", "Gạo", "kg", 50,
]  # fmt: skip


async def filled(stage: Stage, *rows: list[Any]) -> Path:
    """The template that an officer gets, with these rows instead of the example."""
    said = await stage.say("/desk template", LAN)
    book = opened(said)
    for n, row in enumerate(rows, 4):
        for column, value in enumerate(row, 1):
            book.worksheets[0].cell(n, column).value = value
    path = stage.folder / "households.xlsx"
    book.save(path)
    return path


def opened(messages: list[Message]) -> Any:
    """The spreadsheet that came with these messages."""
    document = next(message.document for message in messages if message.document)
    return openpyxl.load_workbook(io.BytesIO(document.content))


BY_UNIT = ("Địa chỉ theo đơn vị", "Vận động theo đơn vị", "Người giúp, việc thiện")


def by_unit(messages: list[Message]) -> dict[str, dict[str, Any]]:
    """The figures of a report that came with these messages: of each unit, and of all under «Tổng cộng»."""
    book, found = opened(messages), dict[str, dict[str, Any]]()
    for name in BY_UNIT:
        heads, *rows = table(book[name])
        for row in rows:
            found.setdefault(row[0], {}).update(zip(heads[1:], row[1:], strict=True))
    return found


def table(page: Any) -> list[list[Any]]:
    """The rows of a page of a report below its title, with the headings first."""
    return [list(row) for row in page.iter_rows(min_row=3, values_only=True)]
