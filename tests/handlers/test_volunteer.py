"""A volunteer is told truly how officers will reach her."""

from __future__ import annotations

from storage.aid import volunteers
from tests.stage import Stage


async def test_who_leaves_no_phone_is_told_that_nobody_can_call_and_can_add_one_from_there(stage: Stage) -> None:
    await stage.agree("take_part")
    for said in ("/volunteer", "Trần Thị Thử", "1990", "tôi không có điện thoại", "Vĩnh Kim", "3", "xong"):
        await stage.say(said)
    (thanks,) = await stage.say("đúng")
    assert "chưa gọi được" in thanks.text
    assert "sẽ liên hệ" not in thanks.text
    assert thanks.buttons[0].value == "/volunteer change"
    for said in ("/volunteer change", "điện thoại", "0912 345 678", "đúng"):
        await stage.say(said)
    async with stage.program() as app, app.database.read() as tx:
        listed, _ = await volunteers.search(tx, None, "tran thi thu", 0, 9)
    assert [one.phone for one in listed] == ["+84912345678"]


async def test_who_leaves_a_phone_is_told_that_an_officer_will_be_in_touch(stage: Stage) -> None:
    await stage.agree("take_part")
    for said in ("/volunteer", "Trần Thị Thử", "1990", "0912 345 678", "Vĩnh Kim", "3", "xong"):
        await stage.say(said)
    (thanks,) = await stage.say("đúng")
    assert "sẽ liên hệ" in thanks.text
    assert [button.value for button in thanks.buttons] == ["/addresses", "/menu"]
