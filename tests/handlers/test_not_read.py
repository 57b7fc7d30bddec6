"""Words behind a command that acts, and that are not understood, are said again, and nothing is done."""

from __future__ import annotations

import pytest

from handlers import ROUTERS
from storage.tables import audit, takings, threads
from tests.desk import LAN, MINH, arrive, promise, staffed, tell
from tests.stage import Stage

OF_DEED = (
    "take",
    "take deed",
    "release",
    "release deed",
    "assign",
    "assign deed",
    "approve",
    "decline",
    "ask",
    "reopen",
)
OF_PLEDGE = ("confirm", "arrived", "fulfilled", "cancel", "write", "call", "note", "take pledge")
OF_ADDRESS = (
    "survey", "need", "verify", "accept", "refuse", "pause", "close", "duplicate", "apart", "revive", "picture", "dossier",
    "share", "unshare", "correct", "promise", "brought", "note",
)  # fmt: skip
OF_NOTHING = ("void 1", "handover c3", "many verify")


@pytest.mark.parametrize("behind", ["abc", "không phải", "5 không"])
async def test_more_than_a_code_is_no_code_for_any_act_of_officers(stage: Stage, behind: str) -> None:
    await staffed(stage)
    deed, pledge = await tell(stage, photos=0), await promise(stage)
    await arrive(stage, pledge, "1tr")
    await stage.say(f"/desk take deed {deed}", MINH)
    before = len(await stage.rows(audit))
    lines = [
        f"{act} {code}"
        for acts, code in ((OF_DEED, deed), (OF_PLEDGE, pledge), (OF_ADDRESS, "DC-0002"))
        for act in acts
    ]
    for line in (*lines, *OF_NOTHING):
        said = (await stage.say(f"/desk {line} {behind}", LAN))[-1].text
        assert f"chưa hiểu “{behind}” nên chưa làm gì" in said, line
    assert len(await stage.rows(audit)) == before
    assert [row["code"] for row in await stage.rows(takings)] == [deed]


async def test_a_talk_is_not_ended_by_what_may_say_the_contrary(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    for text in (f"/desk ask {code}", "Nhà đó ở thôn nào?"):
        await stage.say(text, LAN)
    assert "chưa làm gì" in (await stage.say(f"/end {code} chưa nhé"))[0].text
    assert [row["state"] for row in await stage.rows(threads) if row["code"] == code] != ["closed"]


def test_every_act_of_officers_on_one_thing_is_tried() -> None:
    tried = {line.split()[0] for line in (*OF_DEED, *OF_PLEDGE, *OF_ADDRESS, *OF_NOTHING)}
    known = {
        c.name.removeprefix("desk ") for r in ROUTERS for c in r.commands if c.name.startswith("desk ") and not c.after
    }
    looks = {"deed", "photos", "pledge", "address", "question", "appeal", "change", "compare", "volunteer", "notes"}
    others = {
        "consent", "apply", "teach",  # something more is read behind the code, and anything else asked about
        "answer", "settle", "uphold", "reverse", "reject", "withdraw", "contact", "unnote",  # found as all these are
        "import",
    }  # fmt: skip
    assert known == tried | looks | others
