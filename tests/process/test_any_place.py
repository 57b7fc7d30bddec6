"""The handbook's first day, as it is written, for places that are not the demo's: on Telegram, from an empty folder."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import defaultdict
from contextlib import closing
from pathlib import Path

from tests.fakes.bot_api import BotApi, Person
from tests.figures import measured
from tests.killed import Program
from tests.stage import KEY
from tests.started import CODE, nhandao

PLACES = {
    "a commune": ("Nghệ An", "Quỳ Châu", (), "xã Châu Hội", "Xã Quỳ Châu"),
    "an area of three": (
        "Cà Mau", "Đất Mũi, Phan Ngọc Hiển, Xã Năm Căn", ("--area", "Mũi Cà Mau"), "Rạch Gốc", "Xã Phan Ngọc Hiển",
    ),
    "a province": ("Thừa Thiên Huế", "all", (), "phường Phú Hội", "Phường Thuận Hóa"),
}  # fmt: skip
"""The province and communes as they are given, more options, where the resident says she lives, and what that is today."""
TICKED = ""
QUICK, PACE = 7, 1.05
"""So many messages somebody may send at once, then one in so many seconds: faster, and the program would ask her to wait."""


class Pace:
    """How fast one person may go on."""

    def __init__(self) -> None:
        self.until = 0.0

    async def wait(self) -> None:
        now = time.monotonic()
        self.until = max(self.until, now) + PACE
        await asyncio.sleep(max(0, self.until - now - QUICK * PACE))


PACES: defaultdict[Person, Pace] = defaultdict(Pace)


async def say(person: Person, *talk: tuple[str, str]) -> None:
    """Say each of these, and wait for what must be answered; what is ticked only changes the question."""
    for said, wanted in talk:
        await PACES[person].wait()
        person.say(said)
        heard: list[str] = []
        while wanted != TICKED and (not heard or wanted.casefold() not in heard[-1].casefold()):
            try:
                heard.append((await person.answer(timeout=60)).text)
            except AssertionError as silent:
                raise AssertionError(f"{said!r} was not answered with {wanted!r}, but {heard}") from silent


async def agree(person: Person) -> None:
    """Take part, and get announcements."""
    await say(person, ("/consent", "xin phép"), ("2", TICKED), ("1", TICKED), ("2", TICKED), ("xong", "anh/chị"))


async def register(resident: Person, lives: str, now: str) -> None:
    await say(
        resident,
        ("tình nguyện", "Họ và tên"), ("Trần Thị Thử", "sinh năm nào"), ("1995", "số điện thoại"),
        ("0912 345 678", "xã nào"), (f"thôn Một, {lives}", f"nay thuộc {now}"), ("1", TICKED), ("xong", "xem lại"),
        ("đúng", "đăng ký"),
    )  # fmt: skip


async def invite(admin: Person, officer: Person) -> None:
    """As the handbook says: /nhansu mời, an officer for everywhere, and the code that she sends."""
    await say(
        admin, ("/nhansu mời", "cán bộ hay quản trị viên"), ("cán bộ", "đơn vị"), ("1", "xem lại"), ("đúng", TICKED)
    )
    while (code := CODE.search((await admin.answer(timeout=60)).text)) is None:
        pass
    await say(officer, (code[0], "cán bộ"))


async def write(officer: Person, text: str, only: str) -> None:
    """Write to those in one commune."""
    await say(
        officer,
        ("/thongbao soạn tin", "báo gì cho bà con"), (text, "nhận gì"), ("1", "ảnh"), ("bỏ qua", "liên kết"),
        ("bỏ qua", "Gửi cho ai"),
        ("1", "thu hẹp"), ("2", "những xã nào"), (only, TICKED), ("xong", "một ngôn ngữ"),
        ("1", "một kênh"), ("1", "từ một ngày"),
        ("bỏ qua", "trừ ai ra"), ("xong", "Gửi lúc nào"), ("1", "xem lại"),
    )  # fmt: skip


async def announce(officer: Person) -> None:
    """Look at what was written, and send it."""
    await say(
        officer, ("đúng", "Sẽ nhận: 1 người"),
        ("/broadcast test 1", "bản thử"), ("/broadcast right 1", "Sẽ nhận: 1 người"), ("/broadcast send 1", "Tin số 1"),
    )  # fmt: skip


async def first_day(folder: Path, province: str, communes: str, more: tuple[str, ...], lives: str, now: str) -> float:
    """Set up, appoint, register and announce; returns the seconds from the empty folder to the first resident's message."""
    began = time.monotonic()
    async with BotApi() as api:
        settings = {
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}", "CHANNELS": "telegram", "SECRET_KEY": KEY,
            "TELEGRAM_TOKEN": api.token, "TELEGRAM_API_URL": api.url, "QUIET_HOURS": "00:00-00:00",
        }  # fmt: skip
        where = ("--province", province, "--communes", communes, *more)
        status, out, err = await nhandao(folder, "init", *where, **settings)
        assert status == 0, err
        code = CODE.search(out)
        assert code is not None
        running = Program(folder, api, QUIET_HOURS=settings["QUIET_HOURS"])
        await running.start()
        try:
            admin, resident, officer, elsewhere = (api.person(n) for n in (1, 2, 3, 4))
            await say(admin, (code[0], "quản trị viên"), ("/donvi", now if communes != "all" else "Thành phố Huế"))
            took = time.monotonic() - began
            await say(admin, ("/chiendich", "Tháng Nhân đạo"))
            await asyncio.gather(agree(resident), agree(elsewhere), invite(admin, officer))
            await asyncio.gather(register(resident, lives, now), write(officer, "Mời bà con dự lễ phát động.", now))
            await announce(officer)
            with closing(sqlite3.connect(folder / "bot.db", timeout=30)) as db:  # the minute for taking it back is over
                db.execute("UPDATE broadcasts SET go_at = go_at - 60000000")
                db.commit()
            while "Mời bà con dự lễ" not in (await resident.answer(timeout=60)).text:
                pass
            told = {
                call.params["chat_id"] for call in api.calls("sendMessage") if "Mời bà con dự lễ" in str(call.params)
            }
            assert {int(chat) for chat in told} == {resident.id, officer.id}, (
                "the one who lives there, and the test copy"
            )
        finally:
            await running.stop()
    return took


async def test_the_first_day_goes_as_the_handbook_says(tmp_path: Path) -> None:
    """All three at the same time: people take their time to type."""
    for name in PLACES:
        (tmp_path / name).mkdir()
    took = await asyncio.gather(*(first_day(tmp_path / name, *place) for name, place in PLACES.items()))
    for name, seconds in zip(PLACES, took, strict=True):
        measured(f"F23: from an empty folder to the first admin, {name}", f"{seconds:.0f} s, without the reading")
