"""What the audit log holds, and that it can be read by who was never told what its rows are called."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from handlers.admins.acts import acts
from storage.campaign import staff
from storage.tables import audit as log
from storage.tables import volunteers
from tests import ROOT
from tests.announcing import appoint
from tests.stage import Stage

NOTING = {("turn", "note"): 0, ("self", "note"): 0, ("audit", "add"): 3}
"""Which argument of a call is the act."""


def noted() -> Iterator[str]:
    """Every act that handlers and storage write by its name."""
    for path in (*(ROOT / "handlers").rglob("*.py"), *(ROOT / "storage").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                at = NOTING.get((ast.unparse(call.func.value), call.func.attr))
                if at is not None:
                    act = call.args[at]
                    ways = (act.body, act.orelse) if isinstance(act, ast.IfExp) else (act,)
                    yield from (str(way.value) for way in ways if isinstance(way, ast.Constant))


def test_every_act_has_words() -> None:
    every = set(noted())
    assert len(every) > 70
    assert every <= set(acts().values())


async def objects(stage: Stage, act: str) -> list[str]:
    return [row["object"] for row in await stage.rows(log) if row["act"] == act]


async def test_looks_at_lists_of_people_reports_and_searches_are_written_down_without_what_was_looked_for(
    stage: Stage,
) -> None:
    await appoint(stage, "boss", "admin")
    for text in ("/volunteers mẫu", "/desk volunteers", "/staff", "/find thu", "/report"):
        await stage.say(text, "boss")
    assert await objects(stage, "list") == ["volunteers", "volunteers", "staff"]
    assert await objects(stage, "find") == ["words"]
    assert await objects(stage, "report") == ["campaign"]
    assert not [row for row in await stage.rows(log) if {"mẫu", "thu"} & set(map(str, row["details"].values()))]


async def test_wrong_invitation_codes_are_written_down_of_a_resident_one_a_day(stage: Stage) -> None:
    for code in ("ABCDE-23456", "ABCDE-23457", "ABCDE-23458"):
        await stage.say(code, "1")
    assert await objects(stage, "refused") == ["invitation"]
    stage.clock.forward(days=1)
    await stage.say("ABCDE-23459", "1")
    assert await objects(stage, "refused") == ["invitation"] * 2


async def test_staff_stand_in_it_by_name_are_found_by_it_and_residents_by_number_alone(stage: Stage) -> None:
    boss = await appoint(stage, "boss", "admin")
    rows = [row["person_id"] for row in await stage.rows(volunteers)]
    async with stage.program() as app, app.database.write() as tx:
        await staff.grant(tx, rows[0], "officer", None, f"person:{boss}", stage.clock())
        (named,) = (name for id, name in (await staff.names(tx)).items() if id == rows[0])
    given = named.split()[-1]
    said = (await stage.say(f"/nhatky {given} hôm nay", "boss"))[0].text
    assert f"cấp quyền · {named} (#{rows[0]}) (cán bộ)" in said
    await stage.say(f"/block #{rows[1]}", "boss")
    await stage.say("chặn người này", "boss")
    said = (await stage.say("/nhatky chặn", "boss"))[0].text
    assert f"chặn · người #{rows[1]}" in said


async def test_a_code_shows_what_was_done_to_it(stage: Stage) -> None:
    await appoint(stage, "boss", "admin")
    await stage.say("/desk pause DC-0001", "boss")
    for text in ("Gia đình đi vắng", "đúng"):
        await stage.say(text, "boss")
    said = (await stage.say("/nhatky dc-0001", "boss"))[0].text
    assert "tạm dừng · địa chỉ DC-0001" in said
