"""The campaign's units: added below any level, mended, taken out, written into a table and brought in again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.message import SheetRow
from bot.turn.operate import Mistake, Opened
from handlers.admins import cli, table
from storage.campaign import campaigns, staff, units
from storage.campaign.outside import outside
from storage.tables import audit as log
from storage.tables import campaigns as every_campaign
from storage.tables import unit_aliases
from storage.tables import units as every_unit
from storage.talk import people
from tests.stage import BOTH, Stage

pytestmark = BOTH
BEN_QUAN, VINH_LINH = "19366", "19363"
HEAD = "Mã,Cấp,Tên,Thuộc,Từ ngày,Tên cũ\n"


async def unit(stage: Stage, code: str) -> int:
    return int(next(row["id"] for row in await stage.rows(every_unit) if row["code"] == code))


async def add(stage: Stage, inside: int, kind: str, name: str, code: str = "") -> int:
    async with stage.program() as app, app.database.write() as tx:
        made = await units.add(tx, inside, kind, name, code, date(2026, 5, 1), "operator", stage.clock())
    assert made is not None
    return made


async def bring(stage: Stage, file: Path) -> None:
    async with stage.program() as app:
        await cli._import(Opened(app.context, app.facts), file)


async def test_two_hamlets_without_a_code_may_begin_on_one_day(stage: Stage) -> None:
    inside = await unit(stage, BEN_QUAN)
    assert await add(stage, inside, "hamlet", "Bản Khe Lương") != await add(stage, inside, "hamlet", "Bản Xà Lời")


async def test_the_communes_of_an_area_within_the_province_belong_to_its_campaign(stage: Stage) -> None:
    province = await unit(stage, "44")
    area = await add(stage, province, "district", "Gio Linh")
    commune = await add(stage, area, "commune", "Xã Gio Linh", "19495")
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        await campaigns.change(tx, campaign.id, {"unit_id": province}, "operator", stage.clock())
        campaign = await campaigns.active(tx)
        assert campaign is not None
        found = {one.id for one in await campaigns.communes(tx, campaign, date(2026, 5, 12))}
    assert commune in found
    assert len(found) == 6


async def test_a_unit_on_which_nothing_hangs_is_taken_out_with_its_old_names(stage: Stage) -> None:
    hamlet = await add(stage, await unit(stage, BEN_QUAN), "hamlet", "Thôn Nhầm", "77")
    async with stage.program() as app, app.database.write() as tx:
        await units.rename(tx, hamlet, "Thôn Lỗi", "operator", stage.clock())
        assert await units.remove(tx, hamlet, "operator", stage.clock()) == 0
    assert hamlet not in [row["id"] for row in await stage.rows(every_unit)]
    assert hamlet not in [row["unit_id"] for row in await stage.rows(unit_aliases)]


async def test_a_unit_on_which_something_hangs_stays(stage: Stage) -> None:
    before = await stage.rows(every_unit)
    for code in (BEN_QUAN, VINH_LINH, "464", "44"):
        unit_id = await unit(stage, code)
        async with stage.program() as app, app.database.write() as tx:
            assert await units.remove(tx, unit_id, "operator", stage.clock()) > 0, code
    assert await stage.rows(every_unit) == before


async def test_a_wrong_code_is_corrected_unless_it_is_another_unit_s(stage: Stage) -> None:
    hamlet = await add(stage, await unit(stage, BEN_QUAN), "hamlet", "Thôn Sáu", "66")
    async with stage.program() as app, app.database.write() as tx:
        now, today = stage.clock(), date(2026, 5, 12)
        assert not await units.recode(tx, hamlet, VINH_LINH, today, "operator", now)
        assert await units.recode(tx, hamlet, "67", today, "operator", now)
    assert await unit(stage, "67") == hamlet


async def test_what_is_exported_is_known_when_it_is_imported_again(stage: Stage, tmp_path: Path) -> None:
    await add(stage, await unit(stage, BEN_QUAN), "hamlet", "Bản Khe Lương")
    before = await stage.rows(every_unit)
    for name in ("units.csv", "units.xlsx"):
        async with stage.program() as app:
            await cli._export(Opened(app.context, app.facts), tmp_path / name)
        await bring(stage, tmp_path / name)
    assert await stage.rows(every_unit) == before


async def test_hamlets_and_a_commune_by_its_code_come_from_a_table(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "hamlets.csv"
    rows = [
        ",thôn,Thôn Thủy Ba,19405,1/7/2025,Thủy Ba Tây",
        "19624,,,44,,",
        ",hamlet,Thôn Một,19624,,",
        ",chi hội,Chi hội Thôn Một,Thôn Một,,",
    ]
    file.write_text(HEAD + "\n".join(rows).replace(",thôn,", ',"thôn, bản, khu phố",') + "\n", encoding="utf-8")
    await bring(stage, file)
    by_name = {row["name"]: row for row in await stage.rows(every_unit)}
    assert by_name["Thôn Thủy Ba"]["parent_id"] == await unit(stage, "19405")
    assert by_name["Thôn Thủy Ba"]["valid_from_on"] == date(2025, 7, 1)
    commune = next(row for row in by_name.values() if row["code"] == "19624")
    assert commune["kind"] == "commune"
    assert by_name["Thôn Một"]["parent_id"] == commune["id"]
    assert by_name["Chi hội Thôn Một"]["parent_id"] == by_name["Thôn Một"]["id"]
    old = {row["name"] for row in await stage.rows(unit_aliases) if row["unit_id"] == commune["id"]}
    assert old, "its old names come along"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",hamlet,Thôn A,99999,,", "“99999”"),
        (",province,Tỉnh A,19366,,", "Xã Bến Quan"),
        (",hamlet,,19366,,", "dòng 2: tên phải dài"),
        (",hamlet,Thôn A,19366,hôm qua kia,", "hôm qua kia"),
        ("12x,hamlet,Thôn A,19366,,", "chỉ gồm chữ số"),
        ("", "không có đơn vị nào"),
    ],
)
async def test_a_table_with_a_mistake_changes_nothing(stage: Stage, tmp_path: Path, row: str, told: str) -> None:
    before = await stage.rows(every_unit)
    file = tmp_path / "wrong.csv"
    good = ",hamlet,Thôn Đúng,19366,,\n" if row else ""
    file.write_text(HEAD + row + "\n" + good, encoding="utf-8")
    with pytest.raises(Mistake, match=told):
        await bring(stage, file)
    assert await stage.rows(every_unit) == before


async def test_what_is_no_table_is_told(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "picture.csv").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "words.csv").write_text("xin chào\n", encoding="utf-8")
    for name, told in (
        ("picture.csv", "is not a table"),
        ("words.csv", "is not a table"),
        ("none.csv", "cannot be read"),
    ):
        with pytest.raises(Mistake, match=told):
            await bring(stage, tmp_path / name)


async def test_the_heads_are_read_in_both_languages(stage: Stage) -> None:
    async with stage.program() as app, app.database.read() as tx:
        tree = list((await units.tree(tx, date(2026, 5, 12))).values())
    for speech in app.context.speeches.values():
        rows = [SheetRow(n, row) for n, row in enumerate(table.write_rows(tree, speech), 1)]
        plan = table.read_rows(rows, tree, date(2026, 5, 12))
        assert (len(plan.new), plan.known, list(plan.wrong)) == (0, len(tree), [])


async def appointed(stage: Stage, role: str, unit_id: int | None) -> None:
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", role): "vi"}, stage.clock())
        await staff.grant(tx, met["room", role][0].id, role, unit_id, "operator", stage.clock())


async def moved_to(stage: Stage, name: str) -> str:
    """What an admin hears who gives the campaign to this unit."""
    said = []
    for text in ("/campaign edit", "nơi diễn ra", name, "đúng"):
        said = await stage.say(text, "admin")
    return said[0].text


async def test_a_campaign_goes_to_a_unit_around_it_and_back(stage: Stage) -> None:
    await appointed(stage, "admin", None)
    area = next(row for row in await stage.rows(every_campaign) if row["active"])["unit_id"]
    assert "Đã lưu" in await moved_to(stage, "Quảng Trị")
    assert [row["unit_id"] for row in await stage.rows(every_campaign)] == [await unit(stage, "44")]
    assert "Đã lưu" in await moved_to(stage, "Vĩnh Linh")
    assert [row["unit_id"] for row in await stage.rows(every_campaign)] == [area]
    changes = [row for row in await stage.rows(log) if row["act"] == "change_campaign"]
    assert [row["details"] for row in changes] == [{"changed": ["unit_id"]}] * 2


async def test_a_campaign_stays_where_its_addresses_and_officers_are(stage: Stage) -> None:
    await appointed(stage, "admin", None)
    await appointed(stage, "officer", await unit(stage, BEN_QUAN))
    before = await stage.rows(every_campaign)
    said = await moved_to(stage, "Xã Vĩnh Linh")
    assert "Chưa đổi gì" in said
    assert "địa chỉ nhân đạo" in said
    assert "1 cán bộ" in said
    assert "xã Bến Quan" in said
    assert await stage.rows(every_campaign) == before


async def test_an_officer_of_a_wider_unit_is_not_left_outside(stage: Stage) -> None:
    await appointed(stage, "officer", await unit(stage, "44"))
    async with stage.program() as app, app.database.read() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        tree = await units.tree(tx, date(2026, 5, 12))
        found = await outside(tx, campaign, await unit(stage, BEN_QUAN), tree, stage.clock())
    assert "officers" not in found.counts


async def test_a_table_may_use_people_s_own_words_for_kinds_and_says_which_row_lacks_its_place(
    stage: Stage, tmp_path: Path
) -> None:
    before = len(await stage.rows(every_unit))
    rows = f",thôn,Thôn Một,{BEN_QUAN},,\n,Khu phố,Khu phố 2,{BEN_QUAN},,\n"
    file = tmp_path / "units.csv"
    file.write_text(HEAD + rows + ",thôn,Thôn Ba,,,\n")
    with pytest.raises(Mistake, match="dòng 4: cột Thuộc còn trống"):
        await bring(stage, file)
    assert len(await stage.rows(every_unit)) == before
    file.write_text(HEAD + rows)
    await bring(stage, file)
    assert [row["kind"] for row in (await stage.rows(every_unit))[before:]] == ["hamlet", "hamlet"]


async def test_who_switches_a_campaign_on_hears_which_one_that_switches_off(stage: Stage) -> None:
    await appointed(stage, "admin", None)
    for text in (
        "/campaign new",
        "2027",
        "Vĩnh Linh",
        "1",
        "bỏ qua",
        "1",
        "bỏ qua",
        "1/5",
        "31/5",
        *["bỏ qua"] * 5,
        "đúng",
    ):
        await stage.say(text, "admin")
    said = (await stage.say("/campaign on TND27", "admin"))[0].text
    assert "nên Tháng Nhân đạo 2026 đã tắt" in said
    assert sorted(row["active"] for row in await stage.rows(every_campaign)) == [False, True]
    assert "đã tắt" not in (await stage.say("/campaign on TND27", "admin"))[0].text


async def test_a_campaign_is_not_given_to_a_unit_that_was_removed_meanwhile(stage: Stage) -> None:
    await appointed(stage, "admin", None)
    area = await add(stage, await unit(stage, "44"), "district", "Gio Linh")
    before = await stage.rows(every_campaign)
    for text in ("/campaign edit", "nơi diễn ra", "Gio Linh"):
        await stage.say(text, "admin")
    async with stage.program() as app, app.database.write() as tx:
        assert await units.remove(tx, area, "operator", stage.clock()) == 0
    [asked] = await stage.say("đúng", "admin")
    assert "không còn trong danh sách" in asked.text
    assert "Gio Linh" not in {button.label for button in asked.buttons}
    assert await stage.rows(every_campaign) == before
