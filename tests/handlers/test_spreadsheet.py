"""A spreadsheet of households: each bad cell is named, all rows come in or none, a repeat changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from storage.tables import addresses, audit, needs
from tests import ROOT
from tests.desk import LAN, staffed
from tests.fakes.room import NUMBERS, Room
from tests.sheet import RICE, ROW, filled
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
