"""What a search shows is taken along as a spreadsheet: of her units alone, masked as on the cards, and written down."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from bot.message import Message
from handlers.arguments import fitting
from handlers.search.query import read_query
from storage.aid import volunteers
from storage.aid.volunteers import Registration
from storage.tables import addresses, audit, deeds, needs, units
from storage.talk import people
from tests.desk import CUA_TUNG, FAR, LAN, MINH, RESIDENT, dismiss, heard, pressing, promise, staffed, tell
from tests.fakes.room import NUMBERS, Room
from tests.sheet import opened, table
from tests.stage import BOTH, Stage


@BOTH
async def test_an_officer_takes_along_what_she_finds_in_her_units_and_it_is_written_down(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    said = await stage.say("/find cam kết", LAN)
    rows = table(opened(await stage.say("", LAN, pressed=pressing(said, "/export pledge"))).worksheets[0])
    row = dict(zip(rows[0], next(row for row in rows[1:] if row[0] == code), strict=True))
    assert (row["Xã"], row["Mã địa chỉ"]) == ("Xã Cửa Tùng", "DC-0002")
    assert {row[1] for row in rows[1:]} == {"Xã Cửa Tùng"}, "another commune's are another officer's"
    assert not any(code in str(row) for row in table_of(await stage.say("/export pledge", FAR)))
    noted = [(row["act"], row["object"]) for row in await stage.rows(audit) if row["act"] == "export"]
    assert noted == [("export", "pledge"), ("export", "pledge")]


@BOTH
async def test_phone_numbers_are_masked_and_no_cell_runs(stage: Stage) -> None:
    await staffed(stage)
    evil = '=HYPERLINK("http://x.vn")'
    code = await tell(stage, photos=0)
    async with stage.program() as app, app.database.write() as tx:
        who = await people.find(tx, "room", RESIDENT)
        unit = await tx.value(sa.select(units.c.id).where(units.c.code == CUA_TUNG))
        assert who is not None
        given = Registration("Lê Thị Thử", 1990, "+84912345678", unit, "Thôn 4", ["relief"], "", "")
        await volunteers.register(tx, who.person_id, given, stage.clock())
        await tx.run(sa.update(addresses).where(addresses.c.code == "DC-0002").values(shown_name=evil))
        await tx.run(sa.update(deeds).where(deeds.c.code == code).values(doer_name="+84912345678|cmd"))
    for kind, text in (("address", evil), ("deed", "+84912345678|cmd")):
        page = opened(await stage.say(f"/export {kind}", LAN)).worksheets[0]
        cells = [cell for row in page.iter_rows() for cell in row]
        assert text in [cell.value for cell in cells]
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    rows = table(opened(await stage.say("/export volunteer", LAN)).worksheets[0])
    assert [row[-1] for row in rows[1:] if row[0] == "Lê Thị Thử"] == ["0912 ••• 678"]


async def test_a_volunteer_from_elsewhere_is_not_listed_as_living_in_the_commune_that_sees_to_her(stage: Stage) -> None:
    await staffed(stage)
    async with stage.program() as app, app.database.write() as tx:
        who = await people.find(tx, "room", RESIDENT)
        unit = await tx.value(sa.select(units.c.id).where(units.c.code == CUA_TUNG))
        assert who is not None
        given = Registration("Lê Thị Thử", 1990, "", unit, "xã Hải Lăng", ["relief"], "", "", outside=True)
        await volunteers.register(tx, who.person_id, given, stage.clock())
    rows = table_of(await stage.say("/export volunteer", LAN))
    assert [row[1:3] for row in rows if row[0] == "Lê Thị Thử"] == [["ngoài vùng", "xã Hải Lăng"]]


async def test_who_is_no_officer_any_more_takes_nothing_along(stage: Stage) -> None:
    ids = await staffed(stage)
    button = pressing(await stage.say("/find cam kết", MINH), "/export pledge")
    await dismiss(stage, ids[MINH])
    await stage.say("", MINH, pressed=button)
    assert not any(message.document for message in heard(stage, MINH))


async def test_what_a_household_needs_no_more_is_not_in_the_list_and_pledges_say_what_is_given(stage: Stage) -> None:
    await staffed(stage)
    await promise(stage)
    async with stage.program() as app, app.database.write() as tx:
        id = await tx.value(sa.select(addresses.c.id).where(addresses.c.code == "DC-0002"))
        first = await tx.value(sa.select(sa.func.min(needs.c.id)).where(needs.c.address_id == id))
        await tx.run(sa.update(needs).where(needs.c.id == first).values(what="Mái tôn", ended_at=stage.clock()))
    heads, *rows = table_of(await stage.say("/export address", LAN))
    wanted = [row[heads.index("Cần giúp")] for row in rows if row[0] == "DC-0002"]
    assert len(wanted) == 1 and "Mái tôn" not in str(wanted)
    heads, *_ = table_of(await stage.say("/export pledge", LAN))
    assert "Ủng hộ gì" in heads and "Việc" not in heads


async def test_a_list_that_is_cut_says_by_what_it_is_narrowed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await staffed(stage)
    monkeypatch.setattr("handlers.search.export.MOST", 1)
    async with stage.program() as app, app.database.write() as tx:
        unit = await tx.value(sa.select(units.c.id).where(units.c.code == CUA_TUNG))
        for name in (RESIDENT, LAN):
            who = await people.find(tx, "room", name)
            assert who is not None
            given = Registration("Lê Thị Thử", 1990, "", unit, "Thôn 4", ["relief"], "", "")
            await volunteers.register(tx, who.person_id, given, stage.clock())
    assert "theo xã hoặc tên" in (await stage.say("/export volunteer", LAN))[0].text, "they have no states"


async def test_a_narrower_search_makes_a_shorter_list(stage: Stage) -> None:
    await staffed(stage)
    await promise(stage)
    every = table_of(await stage.say("/export pledge", LAN))
    some = table_of(await stage.say("/export cam kết đã xong", LAN))
    assert len(some) < len(every)
    said = await stage.say("/export", LAN)
    assert [button.value for button in said[0].buttons][:2] == ["/export address", "/export pledge"]


async def test_where_no_files_are_sent_it_is_said_where_they_are(stage: Stage) -> None:
    stage.rooms = (Room(NUMBERS),)
    await staffed(stage)
    said = await stage.say("/export address", LAN)
    assert said[0].document is None and "trang trò chuyện" in said[0].text


def table_of(said: list[Message]) -> list[list[Any]]:
    """The rows of a list, if there is one."""
    return table(opened(said).worksheets[0]) if any(message.document for message in said) else []


def test_the_button_under_a_name_takes_along_whoever_has_it_whatever_else_its_words_mean() -> None:
    query = read_query('volunteer "vinh linh nhap"', ())
    assert (query.kind, query.words, query.state, query.commune) == ("volunteer", ("vinh", "linh", "nhap"), "", None)
    assert read_query("volunteer nháp", ()).state == "draft"
    assert fitting(["nguyen"] * 9) == ("nguyen",) * 5
