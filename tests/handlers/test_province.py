"""A whole province: nobody looks through a hundred communes, and what was chosen may be gone when it is saved."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.vietnamese.commune import read_commune
from bot.vietnamese.place import Known
from storage.campaign import country, setup, staff, units
from storage.campaign.setup import Area
from storage.tables import broadcasts, invitations, volunteers
from storage.tables import units as every_unit
from storage.talk import people
from tests.stage import Stage


@pytest.fixture
async def province(tmp_path: Path) -> Stage:
    """The campaign of the province that has most communes, its admin and an officer for all of it."""
    stage = Stage(tmp_path)
    found = max(country.load().provinces.values(), key=lambda one: len(one.communes))
    known = country.load().communes
    area = Area(found, tuple(known[code] for code in found.communes), "")
    campaign = {
        "prefix": "TND26", "year": 2026, "title": "Tháng Nhân đạo", "theme": "", "organiser": "Hội Chữ thập đỏ tỉnh",
        "hotline": "", "first_on": date(2026, 5, 1), "last_on": date(2026, 5, 31), "peak_first_on": None, "peak_last_on": None,
    }  # fmt: skip
    async with stage.program() as app, app.database.write() as tx:
        assert await setup.begin(tx, area, campaign, stage.clock())
        for address, role in (("boss", "admin"), ("officer", "officer")):
            met = await people.meet(tx, {("room", address): "vi"}, stage.clock())
            unit = None if role == "admin" else await tx.value(sa.select(sa.func.min(every_unit.c.id)))
            await staff.grant(tx, met["room", address][0].id, role, unit, "operator", stage.clock())
    return stage


async def communes(stage: Stage) -> list[dict[str, Any]]:
    """Those whose names are clear by themselves."""
    rows = [row for row in await stage.rows(every_unit) if row["kind"] == "commune"]
    known = [Known(row["id"], row["name"]) for row in rows]
    return [row for row in rows if read_commune(row["name"], known).value is not None]


async def test_an_officer_is_invited_for_a_commune_that_is_typed(province: Stage) -> None:
    there = await communes(province)
    assert len(there) > 50
    await province.say("/staff invite", "boss")
    asked = (await province.say("cán bộ", "boss"))[-1]
    assert len(asked.buttons) < 10
    assert "Gõ tên" in asked.text
    said = await province.say("xã không có thật", "boss")
    assert "Tôi chưa biết xã này" in said[0].text
    wanted = there[40]
    await province.say(str(wanted["name"]), "boss")
    await province.say("đúng", "boss")
    assert [row["unit_id"] for row in await province.rows(invitations)] == [wanted["id"]]


async def test_a_broadcast_goes_to_the_communes_that_are_typed(province: Stage) -> None:
    there = await communes(province)
    one, other = there[3], there[45]
    await province.say("/broadcast new", "officer")
    for text in ("Chào bà con, mời dự lễ phát động.", "1", "bỏ qua", "bỏ qua", "1", "2"):
        asked = await province.say(text, "officer")
    assert len(asked[-1].buttons) == 1
    assert "dấu phẩy" in asked[-1].text
    ticked = await province.say(f"{one['name']}, {other['name']}", "officer")
    assert [button.label for button in ticked[-1].buttons][:2] == [f"☑ {one['name']}", f"☑ {other['name']}"]
    for text in ("xong", "1", "1", "bỏ qua", "xong", "1", "1"):
        await province.say(text, "officer")
    kept = (await province.rows(broadcasts))[0]["audience"]
    assert sorted(kept["communes"]) == sorted([one["id"], other["id"]])


async def test_the_addresses_are_filtered_by_a_commune_s_name_and_empty_ones_are_not_listed(province: Stage) -> None:
    await province.agree("take_part", address="7")
    listed = (await province.say("/addresses filter", "7"))[-1]
    assert len(listed.buttons) < 10
    name = str((await communes(province))[5]["name"])
    assert (await province.say(f"/addresses {name}", "7"))[-1].text


async def test_hamlets_that_are_known_are_offered_and_others_can_be_typed(province: Stage) -> None:
    commune = (await communes(province))[8]
    async with province.program() as app, app.database.write() as tx:
        for name in ("Thôn Một", "Thôn Hai"):
            await units.add(tx, commune["id"], "hamlet", name, "", date(2026, 1, 1), "operator", province.clock())
    for who, hamlet, kept in (("7", "Thôn Hai", "Thôn Hai"), ("8", "Thôn Ba Mươi", "Thôn Ba Mươi")):
        await province.agree("take_part", address=who)
        for text in ("/volunteer", "Trần Thị Thử", "1995", "0912 345 678"):
            await province.say(text, who)
        for text in (str(commune["name"]), "1", "xong"):
            await province.say(text, who)
        asked = (await province.say("Thêm thôn, bản", who))[-1]
        assert {"Thôn Một", "Thôn Hai"} <= {button.label for button in asked.buttons}
        for text in (hamlet, "đúng"):
            await province.say(text, who)
        assert (await province.rows(volunteers))[-1]["hamlet"] == kept


async def test_whoever_proposes_or_surveys_a_household_is_offered_its_hamlets(province: Stage) -> None:
    commune = (await communes(province))[8]
    async with province.program() as app, app.database.write() as tx:
        await units.add(tx, commune["id"], "hamlet", "Thôn Một", "", date(2026, 1, 1), "operator", province.clock())
    await province.agree("take_part", address="7")
    for who, begin in (("7", ("/propose", "có")), ("officer", ("/desk add",))):
        for text in (*begin, "Hồ Thị Thử"):
            await province.say(text, who)
        asked = (await province.say(str(commune["name"]), who))[-1]
        assert "Thôn Một" in {button.label for button in asked.buttons}
        said = await province.say("thôn Hai, cạnh nhà văn hóa", who)
        assert "điện thoại" in said[-1].text


async def test_a_form_that_names_a_commune_which_was_removed_meanwhile_asks_for_it_again(province: Stage) -> None:
    there = await communes(province)
    gone, other = there[20], there[21]
    await province.agree("take_part", address="7")
    for text in (
        "/volunteer",
        "Trần Thị Thử",
        "1995",
        "0912 345 678",
        str(gone["name"]),
        "Thôn Một",
        "1",
        "xong",
        "bỏ qua",
    ):
        await province.say(text, "7")
    await province.say("bỏ qua", "7")
    await province.say(f"/units remove {gone['code']}", "boss")
    await province.say("đúng", "boss")
    for phrase in ("xóa", "xóa đơn vị", "XÓA"):
        await province.say(phrase, "boss")
    assert gone["id"] not in {row["id"] for row in await communes(province)}
    said = await province.say("đúng", "7")
    assert "không còn trong danh sách" in said[0].text
    assert await province.rows(volunteers) == []
    await province.say(str(other["name"]), "7")
    await province.say("đúng", "7")
    assert [row["unit_id"] for row in await province.rows(volunteers)] == [other["id"]]
