"""Officers note on cards what their colleagues should know; nobody else sees it but whom it is about."""

from __future__ import annotations

import asyncio

import pytest

from storage.rights import erase
from storage.tables import notes
from tests.desk import FAR, LAN, MINH, RESIDENT, copied, heard, last, promise, staffed, tell, values
from tests.stage import BOTH, Stage

SAID = "Đã gọi hai lần, hẹn sáng thứ Bảy"


async def note(stage: Stage, code: str, said: str = SAID, officer: str = LAN) -> str:
    """An officer notes something on the card with this code; returns what she is told."""
    await stage.say(f"/desk note {code}", officer)
    return (await stage.say(said, officer))[-1].text


@pytest.mark.parametrize("kind", ["address", "pledge", "deed"])
async def test_what_one_officer_notes_her_colleagues_see_above_the_card(stage: Stage, kind: str) -> None:
    await staffed(stage)
    made = {"pledge": promise, "deed": lambda stage: tell(stage, photos=0)}
    code = await made[kind](stage) if kind in made else "DC-0002"
    before = len(heard(stage, RESIDENT))
    assert "Đã ghi chú" in await note(stage, code)
    shown = "\n".join(message.text for message in await stage.say(f"/desk {kind} {code}", MINH))
    assert SAID in shown and "xã Cửa Tùng" in shown
    assert len(heard(stage, RESIDENT)) == before
    assert all(SAID.encode() not in bytes(row["sealed"]) for row in await stage.rows(notes))


async def test_an_officer_elsewhere_neither_reads_nor_writes_nor_removes(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await note(stage, code)
    unknown = (await stage.say("/desk notes TND26-22222", FAR))[-1].text
    for line in (f"/desk notes {code}", f"/desk note {code}", f"/desk unnote {code} 1"):
        assert (await stage.say(line, FAR))[-1].text == unknown
    assert len(await stage.rows(notes)) == 1


async def test_a_note_is_taken_back_by_who_wrote_it_and_by_nobody_else(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await note(stage, code)
    (row,) = await stage.rows(notes)
    card = (await stage.say(f"/desk pledge {code}", LAN))[-1]
    assert f"/desk notes {code}" in values(card), "the way to take it back"
    assert f"/desk unnote {code} {row['id']}" in values((await stage.say(f"/desk notes {code}", LAN))[0])
    assert "không phải của anh/chị" in (await stage.say(f"/desk unnote {code} {row['id']}", MINH))[-1].text
    assert "không phải của anh/chị" in (await stage.say(f"/desk unnote DC-0002 {row['id']}", LAN))[-1].text
    await stage.say(f"/desk unnote {code} {row['id']}", LAN)
    assert await stage.rows(notes) == []


async def test_a_person_finds_the_notes_about_her_in_her_copy_without_the_officer_s_name(stage: Stage) -> None:
    ids = await staffed(stage)
    await note(stage, await promise(stage))
    copy = (await copied(stage)).decode()
    assert SAID in copy
    assert "written_by" not in copy and f'"officer": {ids[LAN]}' not in copy


async def test_notes_go_with_the_person_and_those_on_a_household_stay(stage: Stage) -> None:
    await staffed(stage)
    await note(stage, await promise(stage))
    await note(stage, "DC-0002")
    person = next(row["person_id"] for row in await stage.rows(notes) if row["person_id"])
    async with stage.program() as app, app.database.write() as tx:
        await erase.forget(tx, person, stage.clock())
    assert [row["kind"] for row in await stage.rows(notes)] == ["address"]


@BOTH
async def test_two_officers_who_note_at_the_same_instant_lose_no_word(stage: Stage) -> None:
    await staffed(stage)
    said = {LAN: "Gọi buổi sáng", MINH: "Gọi buổi chiều"}
    for officer in said:
        await stage.say("/desk note DC-0002", officer)
    async with stage.program() as app:
        await asyncio.gather(
            *(app.engine.receive([stage.room.arrival(who, text=words)]) for who, words in said.items())
        )
        await app.settle()
    await stage.say("/desk notes DC-0002", LAN)
    assert all(words in last(stage, LAN) for words in said.values())
