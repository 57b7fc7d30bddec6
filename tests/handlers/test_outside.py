"""A place outside the area is kept as it was written, and only if it is meant."""

from __future__ import annotations

from storage.tables import addresses, deeds, volunteers
from tests.stage import Stage


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
