"""The handbook's first day, as it is written, for places that are not the demo's: on Telegram, from an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.bot_api import BotApi
from tests.killed import Program, told
from tests.stage import KEY
from tests.started import CODE, nhandao


@pytest.mark.parametrize(
    ("province", "communes", "more", "lives", "now"),
    [
        ("Nghệ An", "Quỳ Châu", (), "xã Châu Hội", "Xã Quỳ Châu"),
        ("Cà Mau", "Đất Mũi, Phan Ngọc Hiển, Xã Năm Căn", ("--area", "Mũi Cà Mau"), "Rạch Gốc", "Xã Phan Ngọc Hiển"),
        ("Thừa Thiên Huế", "all", (), "phường Phú Hội", "Phường Thuận Hóa"),
    ],
    ids=["a commune", "an area of three", "a province"],
)
async def test_the_first_day_goes_as_the_handbook_says(
    tmp_path: Path, province: str, communes: str, more: tuple[str, ...], lives: str, now: str
) -> None:
    async with BotApi() as api:
        settings = {
            "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", "CHANNELS": "telegram", "SECRET_KEY": KEY,
            "TELEGRAM_TOKEN": api.token, "TELEGRAM_API_URL": api.url,
        }  # fmt: skip
        where = ("--province", province, "--communes", communes, *more)
        status, out, err = await nhandao(tmp_path, "init", *where, **settings)
        assert status == 0, err
        code = CODE.search(out)
        assert code is not None
        running = Program(tmp_path, api)
        await running.start()
        try:
            admin, resident = api.person(1), api.person(2)
            admin.say(code[0])
            await told(admin, "quản trị viên")
            admin.say("/donvi")
            await told(admin, now if communes != "all" else "Thành phố Huế")
            resident.say("/consent")
            await told(resident, "xin phép")
            resident.say("1")
            resident.say("xong")
            for said, answer in (
                ("tình nguyện", "Họ và tên"),
                ("Trần Thị Thử", "sinh năm nào"),
                ("1995", "số điện thoại"),
                ("0912 345 678", "ở xã nào"),
                (lives, f"nay thuộc {now}"),
            ):
                resident.say(said)
                await told(resident, answer)
        finally:
            await running.stop()
