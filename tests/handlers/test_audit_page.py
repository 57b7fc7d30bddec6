"""What the audit log holds, and that it can be read by who was never told what its rows are called."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from handlers.admins.acts import acts
from handlers.admins.acts.details import HIDDEN
from locales import FIRST, catalogue
from storage import audit as log_acts
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
    for text in ("Gia đình đi vắng hết tháng này", "đúng"):
        await stage.say(text, "boss")
    said = (await stage.say("/nhatky dc-0001", "boss"))[0].text
    assert "tạm dừng · địa chỉ DC-0001" in said


def test_every_detail_has_words() -> None:
    """Those that are written by their names; what a detail says of a state, a reason or a field is in words, too."""
    said = {
        keyword.arg
        for path in (*(ROOT / "handlers").rglob("*.py"), *(ROOT / "storage").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "turn.note"
        for keyword in call.keywords
        if keyword.arg
    }
    known = {key.split(".")[2] for key in catalogue(FIRST) if key.startswith("audit.detail.")}
    assert len(said) > 15 and said - {*HIDDEN} <= known


async def test_what_was_done_is_told_in_words_down_to_the_reason_and_the_state(stage: Stage) -> None:
    boss = f"person:{await appoint(stage, 'boss', 'admin')}"
    async with stage.program() as app, app.database.write() as tx:
        for act, object, details in (
            ("reveal", "address:DC-0001", {"why": "task"}),
            ("reveal", "volunteer:1", {"why": "task"}),
            ("reopen", "deed:TND26-AAAAA", {"was": "declined"}),
            ("approved", "deed:TND26-AAAAA", {"version": "f" * 64, "together": True}),
            ("change.accepted", "address:DC-0001", {"what": "need_what", "change": 7}),
            ("calendar.edit", "message:1", {"changed": ["at", "texts"]}),
            ("calendar.move", "message:1", {"to": "2026-05-12T10:00:00+07:00"}),
            ("write_answer", "answer:hours", {"languages": ["en", "vi"]}),
        ):
            await log_acts.add(tx, app.now(), boss, act, object, details)
    said = (await stage.say("/audit", "boss"))[0].text
    for words in (
        "địa chỉ DC-0001 (Đến thăm, trao hỗ trợ)", "(Mời tham gia hoạt động)", "(làm nhiều việc một lần)",
        "(tên việc cần giúp)", "giờ gửi và nội dung", "10:00 12/05/2026", "tiếng Anh và tiếng Việt",
    ):  # fmt: skip
        assert words.casefold() in said.casefold(), said
    assert "=" not in said and "declined" not in said


async def test_a_word_that_names_nobody_and_nothing_is_said_so_and_a_person_who_did_nothing_is_not(
    stage: Stage,
) -> None:
    await appoint(stage, "boss", "admin")
    assert "“xyzzy”" in (await stage.say("/nhatky xyzzy", "boss"))[0].text
    assert (await stage.say("/nhatky #999", "boss"))[0].text.startswith("Không có dòng nào")


async def test_who_is_not_blocked_is_not_heard_again_and_nothing_is_written_of_it(stage: Stage) -> None:
    await appoint(stage, "boss", "admin")
    person = next(row["person_id"] for row in await stage.rows(volunteers))
    assert "không bị chặn" in (await stage.say(f"/unblock #{person}", "boss"))[0].text
    assert await objects(stage, "unblock") == []
    for text in (f"/block #{person}", "chặn người này", f"/unblock #{person}"):
        said = await stage.say(text, "boss")
    assert "lại tiếp nhận" in said[0].text
    assert await objects(stage, "unblock") == [f"person:{person}"]
