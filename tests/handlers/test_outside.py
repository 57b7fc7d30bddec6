"""A place outside the area is kept as it was written, and only if it is meant."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from storage.campaign import country, setup
from storage.campaign.setup import Area
from storage.tables import addresses, deeds, units, volunteers
from tests.stage import Stage


@pytest.fixture
async def alone(tmp_path: Path) -> Stage:
    """A campaign of one commune, so that no wider unit stands for places outside of it."""
    stage, known = Stage(tmp_path), country.load()
    commune = next(one for one in known.communes.values() if one.name == "Xã Cửa Tùng")
    province = next(one for one in known.provinces.values() if commune.code in one.communes)
    campaign = {
        "prefix": "TND26", "year": 2026, "title": "Tháng Nhân đạo", "theme": "", "organiser": "Hội Chữ thập đỏ xã",
        "hotline": "", "first_on": date(2026, 5, 1), "last_on": date(2026, 5, 31), "peak_first_on": None, "peak_last_on": None,
    }  # fmt: skip
    async with stage.program() as app, app.database.write() as tx:
        assert await setup.begin(tx, Area(province, (commune,), ""), campaign, stage.clock())
    return stage


async def registered(stage: Stage, *answers: str) -> None:
    """A volunteer up to the review, where she lives being answered so."""
    await stage.agree("take_part")
    for said in ("/volunteer", "Trần Thị Thử", "1990", "0912 345 678", *answers):
        await stage.say(said)


async def test_a_place_that_was_typed_and_not_meant_leaves_nothing_behind(stage: Stage) -> None:
    await registered(stage, "Vĩnh Kim", "3", "xong")
    for said in ("sửa lại", "nơi ở", "Hải Lăng", "giữ nguyên"):
        await stage.say(said)
    await stage.say("đúng")
    [kept] = [row for row in await stage.rows(volunteers) if row["full_name"] == "Trần Thị Thử"]
    assert kept["hamlet"] == ""


async def test_a_place_that_is_meant_is_kept_as_it_was_written(stage: Stage) -> None:
    await registered(stage, "xã Hải Lăng", "đúng rồi", "3", "xong", "đúng")
    [kept] = [row for row in await stage.rows(volunteers) if row["full_name"] == "Trần Thị Thử"]
    assert kept["hamlet"] == "xã Hải Lăng"
    before = len(await stage.rows(addresses))
    for said in (
        "/propose",
        "có",
        "Hồ Thị Ví Dụ",
        "Hải Lăng",
        "đúng rồi",
        "gần chợ",
        "không có",
        "Bà sống một mình, dột.",
        "đúng",
    ):
        await stage.say(said)
    assert len(await stage.rows(addresses)) == before + 1
    told = len(await stage.rows(deeds))
    for said in (
        "/deed",
        "không có ảnh",
        "Giúp cụ già dọn nhà sau bão",
        "Anh Hồ Văn Thử",
        "Hải Lăng",
        "đúng rồi",
        "đúng",
    ):
        await stage.say(said)
    assert len(await stage.rows(deeds)) == told + 1


async def test_who_lives_outside_the_only_commune_of_a_campaign_is_not_said_to_live_in_it(alone: Stage) -> None:
    await registered(alone, "xã Hải Lăng", "đúng rồi", "3", "xong", "đúng")
    [kept] = await alone.rows(volunteers)
    [commune] = [row["id"] for row in await alone.rows(units) if row["kind"] == "commune"]
    assert (kept["outside"], kept["hamlet"], kept["unit_id"]) == (True, "xã Hải Lăng", commune)
    assert "xã Hải Lăng (ngoài vùng)" in (await alone.say("/volunteer"))[0].text
    for said in ("/volunteer change", "nơi ở", "thôn 4, Cửa Tùng", "đúng"):
        await alone.say(said)
    [moved] = await alone.rows(volunteers)
    assert (moved["outside"], moved["hamlet"]) == (False, "thôn 4")


async def test_a_household_outside_the_only_commune_of_a_campaign_is_proposed_with_its_place(alone: Stage) -> None:
    await alone.agree("take_part")
    asked = ("/propose", "có", "Hồ Thị Ví Dụ", "Hải Lăng", "đúng rồi", "gần chợ", "không có", "Bà sống một mình, dột.")
    review = [await alone.say(said) for said in asked][-1][0].text
    assert "Hải Lăng" in review
    assert "Cửa Tùng" not in review
    await alone.say("đúng")
    assert len(await alone.rows(addresses)) == 1
