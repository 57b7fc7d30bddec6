"""A campaign for any commune, area or province, set up on the command line in an empty folder."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cli import run, staff, upkeep
from bot.cli.setup import init
from bot.dialog.forms import Facts
from bot.settings import Settings
from bot.turn.operate import Mistake, Opened
from handlers.admins.setup import SetupForm
from locales import Speech
from storage.campaign.country import load
from tests.stage import KEY
from tests.started import CODE, nhandao, set_up

OPERATOR = {"CHANNELS": "web", "SECRET_KEY": KEY}


def rows(folder: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "data" / "nhandao.db")) as db:
        return db.execute(question).fetchall()


def campaign(folder: Path) -> tuple[Any, ...]:
    """The campaign's unit, its kind, the title and the organiser."""
    (found,) = rows(
        folder,
        "SELECT units.name, units.kind, campaigns.title, organiser FROM campaigns JOIN units ON units.id = unit_id",
    )
    return found


async def test_a_commune_is_set_up_by_questions_in_an_empty_folder(tmp_path: Path) -> None:
    said = "\n".join(["", "nghe an", "Quỳ Châu", "", "", "", "0912 345 678", "", "", "1"]) + "\n"
    status, out, err = await nhandao(tmp_path, "init", said=said)
    assert status == 0, out + err
    assert "Xã Quỳ Châu" in out
    code = CODE.search(out)
    assert code
    assert f"http://127.0.0.1:0/#start={code[0]}" in out
    assert campaign(tmp_path) == ("Xã Quỳ Châu", "commune", "Tháng Nhân đạo", "Hội Chữ thập đỏ xã Quỳ Châu")
    assert rows(tmp_path, "SELECT count(*) FROM units") == [(2,)]
    assert rows(tmp_path, "SELECT hotline, active FROM campaigns") == [("0912 345 678", 1)]
    written = (tmp_path / ".env").read_text()
    assert re.fullmatch(
        r"CHANNELS=web\nSECRET_KEY=[0-9a-f]{64}\nWEB_PUSH_KEY=[0-9a-f]{64}\nBACKUP_KEY=age1[0-9a-z]{58}\n", written
    )
    assert "AGE-SECRET-KEY-1" in out, "the private key is on the sheet"
    assert "AGE-SECRET-KEY-1" not in written, "and nowhere else"
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert (await nhandao(tmp_path, "staff", "list"))[0] == 0, "every other command finds these settings"


async def test_an_area_of_an_old_district_is_set_up_by_options(tmp_path: Path) -> None:
    await set_up(tmp_path)
    assert campaign(tmp_path) == ("Vĩnh Linh", "district", "Tháng Nhân đạo", "Hội Chữ thập đỏ Vĩnh Linh")
    tree = rows(tmp_path, "SELECT name, code, kind FROM units ORDER BY id")
    assert tree[:2] == [("Tỉnh Quảng Trị", "44", "province"), ("Vĩnh Linh", "", "district")]
    assert sorted(tree[2:]) == [
        ("Xã Bến Quan", "19366", "commune"),
        ("Xã Cửa Tùng", "19414", "commune"),
        ("Xã Vĩnh Hoàng", "19372", "commune"),
        ("Xã Vĩnh Linh", "19363", "commune"),
        ("Xã Vĩnh Thủy", "19405", "commune"),
    ]
    assert ("Thị trấn Hồ Xá", "19363") in rows(tmp_path, "SELECT name, code FROM unit_aliases")


async def test_three_communes_are_an_area_with_a_name_of_their_own(tmp_path: Path) -> None:
    where = ("--province", "Cà Mau", "--communes", "Đất Mũi, Phan Ngọc Hiển; Xã Năm Căn", "--area", "Mũi Cà Mau")
    days = ("--first", "20/4/2027", "--last", "19/5/2027")
    status, out, err = await nhandao(tmp_path, "init", *where, *days, "--theme", "Lan tỏa yêu thương", **OPERATOR)
    assert status == 0, err
    assert "từ 20/04/2027 đến 19/05/2027" in out
    assert campaign(tmp_path)[:2] == ("Mũi Cà Mau", "district")
    assert not (tmp_path / ".env").exists(), "who has settings keeps them"
    peak = rows(tmp_path, "SELECT theme, peak_first_on, peak_last_on FROM campaigns")
    assert peak == [("Lan tỏa yêu thương", "2027-05-08", "2027-05-19")]


async def test_a_whole_province_is_set_up(tmp_path: Path) -> None:
    where = ("--province", "TP. Huế", "--communes", "all")
    status, out, err = await nhandao(tmp_path, "init", *where, "--language", "en", **OPERATOR)
    assert status == 0, err
    assert "the whole province, 40 communes" in out
    assert campaign(tmp_path) == (
        "Thành phố Huế", "province", "Humanitarian Month", "Red Cross of thành phố Huế"
    )  # fmt: skip
    (hue,) = [one for one in load().provinces.values() if one.name == "Thành phố Huế"]
    assert rows(tmp_path, "SELECT count(*) FROM units") == [(len(hue.communes) + 1,)]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"province": "Vĩnh Phú", "communes": "all"}, "--province Vĩnh Phú"),
        ({"province": "Quảng Trị", "communes": "Vĩnh Phú"}, "“Vĩnh Phú”"),
        ({"province": "Quảng Trị", "communes": "99999"}, "“99999”"),
        ({"province": "Cần Thơ", "communes": "Tân Long, Phụng Hiệp"}, "(31741)"),
        ({"province": "Hải Phòng", "communes": "Hòa Bình (Kim Thành)"}, "Xã Kim Thành (10804)"),
        ({"province": "Quảng Trị", "communes": "Vĩnh Linh, Cửa Việt"}, "--area"),
        ({"first_on": "31/5/2027", "last_on": "1/5/2027"}, "31/05/2027"),
        ({"first_on": "1/5/2020", "last_on": "31/5/2020"}, "quá hai năm"),
        ({"first_on": "hôm nào"}, "--first hôm nào"),
        ({"hotline": "gọi tôi"}, "--hotline gọi tôi"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_cannot_be_is_told_in_one_line_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in OPERATOR.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Mistake, match=re.escape(told)) as wrong:
        await init({"province": "Huế", "communes": "all"} | given, "vi")
    assert "\n" not in str(wrong.value)
    assert list(tmp_path.iterdir()) == []


def test_a_campaign_of_another_season_lasts_to_the_end_of_its_month() -> None:
    facts = Facts(date(2026, 10, 1), Speech("vi", ZoneInfo("Asia/Ho_Chi_Minh")))
    assert SetupForm({"first_on": "2026-11-20"}, facts).usual_last() == date(2026, 11, 30)
    assert SetupForm({"first_on": "2027-05-01"}, facts).usual_last() == date(2027, 5, 31)


async def test_a_wrong_place_ends_with_exit_status_2(tmp_path: Path) -> None:
    status, out, err = await nhandao(tmp_path, "init", "--province", "Vĩnh Phú", "--communes", "all", **OPERATOR)
    assert (status, out) == (2, "")
    assert err.startswith("nhandao: --province Vĩnh Phú: ")
    assert err.count("\n") == 1


async def test_a_second_campaign_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    settings = await set_up(tmp_path)
    for arguments in ((), ("--province", "Huế", "--communes", "all")):
        status, out, err = await nhandao(tmp_path, "init", *arguments, **settings)
        assert (status, out) == (2, "")
        assert "đã có chiến dịch" in err
    assert rows(tmp_path, "SELECT count(*) FROM campaigns") == [(1,)]


async def test_who_stops_answering_has_changed_nothing(tmp_path: Path) -> None:
    for said in ("", "\nQuảng Trị\n", "\nQuảng Trị\nVĩnh Linh\nhủy bỏ\n"):
        status, out, err = await nhandao(tmp_path, "init", said=said)
        assert status == 2, out
        assert err == "nhandao: chưa lập gì cả\n"
        assert list(tmp_path.iterdir()) == []


async def test_a_divided_unit_is_asked_back_and_chosen_by_number(tmp_path: Path) -> None:
    said = "\n".join(["", "Hải Phòng", "Hòa Bình (Kim Thành)", "1", "", "", "", "", "", "", "1"]) + "\n"
    status, out, err = await nhandao(tmp_path, "init", said=said)
    assert status == 0, out + err
    assert "đã được chia về" in out
    assert campaign(tmp_path)[0] in ("Xã Kim Thành", "Xã Hà Nam")


async def nothing(opened: Opened) -> None:
    """What is done with the program once it is open."""
    raise AssertionError("it must not be opened")


LOOKS: dict[str, Callable[[Settings], Coroutine[Any, Any, int]]] = {
    "run": run.run,
    "chat": lambda settings: run.chat(settings, "vi"),
    "staff list": staff.staff_list,
    "staff invite": lambda settings: staff.staff_invite(settings, "admin", ""),
    "staff add": lambda settings: staff.staff_add(settings, "telegram:1", "admin", ""),
    "staff remove": lambda settings: staff.staff_remove(settings, "1"),
    "audit verify": upkeep.audit_verify,
    "files copy": lambda settings: upkeep.files_copy(settings, "elsewhere"),
    "db copy": lambda settings: upkeep.db_copy(settings, "sqlite+aiosqlite:///other.db"),
    "the campaign's commands": lambda settings: run.work_once(settings, nothing, channels=False),
}


@pytest.mark.parametrize("command", LOOKS)
async def test_without_a_campaign_every_command_says_what_to_do_and_creates_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.of({"channels": "web", "secret_key": KEY, "http_port": 0})
    with pytest.raises(Mistake, match="run `nhandao init` first"):
        await LOOKS[command](settings)
    assert list(tmp_path.iterdir()) == []


async def test_checking_the_settings_creates_nothing(tmp_path: Path) -> None:
    assert (await nhandao(tmp_path, "config", "check", **OPERATOR))[0] == 0
    assert list(tmp_path.iterdir()) == []


async def test_the_operator_lists_invites_and_removes_staff(tmp_path: Path) -> None:
    settings = await set_up(tmp_path)
    assert "Nobody yet" in (await nhandao(tmp_path, "staff", "list", **settings))[1]
    for account in ("telegram:1", "telegram:2"):
        await nhandao(tmp_path, "staff", "add", account, "--role", "admin", **settings)
    listed = (await nhandao(tmp_path, "staff", "list", **settings))[1]
    assert listed.count("quản trị viên") == 2
    status, out, _ = await nhandao(tmp_path, "staff", "remove", "1", **settings)
    assert (status, "Taken away" in out) == (0, True)
    status, _, err = await nhandao(tmp_path, "staff", "remove", "2", **settings)
    assert status == 2
    assert "last admin" in err
    status, _, err = await nhandao(tmp_path, "staff", "remove", "9", **settings)
    assert status == 2
    assert "there is no role 9" in err
    invite = ("staff", "invite", "--role", "officer", "--unit", "19414")
    status, out, _ = await nhandao(tmp_path, *invite, WEBHOOK_URL="https://tnd.example.vn", **settings)
    assert status == 0
    code = CODE.search(out)
    assert code
    assert f"https://tnd.example.vn/#start={code[0]}" in out
    assert "xã Cửa Tùng" in out


async def test_the_demo_keeps_to_the_folder_of_the_database(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'there' / 'bot.db'}"
    status, _, err = await nhandao(tmp_path, "chat", said="", DATABASE_URL=url)
    assert status == 0, err
    assert (tmp_path / "there" / "demo.db").exists()
    assert not (tmp_path / "data").exists()
    assert f"database sqlite+aiosqlite:///{tmp_path / 'there' / 'demo.db'}" in err
