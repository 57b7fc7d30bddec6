"""What people say who have not agreed to take part is gone within a day, and /privacy says so."""

from __future__ import annotations

import sqlalchemy as sa

from storage.rights import unagreed
from storage.tables import inbox, outbox, places, web_messages
from storage.tables.talk import accounts
from storage.talk import people
from tests.figures import measured
from tests.stage import BOTH, Stage

pytestmark = BOTH


async def kept(stage: Stage) -> dict[str, set[str]]:
    """Whose words are kept, by where."""
    said = {
        "heard": {row["address"] for row in await stage.rows(inbox) if row["payload"]},
        "said": {row["address"] for row in await stage.rows(outbox) if row["body"]},
        "shown": {row["address"] for row in await stage.rows(web_messages)},
    }
    whose = {row["person_id"]: row["address"] for row in await stage.rows(accounts)}
    open_forms = {whose[row["person_id"]] for row in await stage.rows(places) if row["form"]}
    return {**said, "begun": open_forms & {"stranger", "neighbour"}}


async def test_the_words_of_whoever_agreed_to_nothing_go_within_a_day(stage: Stage) -> None:
    await stage.agree("take_part", address="neighbour")
    await stage.agree("take_part", channel="web", address="page-of-neighbour")
    async with stage.program() as app, app.database.write() as tx:
        await people.meet(tx, {("web", "page-of-stranger"): "vi"}, stage.clock())
        rows = [{"address": f"page-of-{who}", "dedupe_key": who, "mine": True, "body": b"x", "created_at": stage.clock()}
                for who in ("stranger", "neighbour")]  # fmt: skip
        await tx.run(sa.insert(web_messages), rows)
    both = {"stranger", "neighbour"}
    for who in sorted(both):
        await stage.say("Tôi là Canary, muốn làm tình nguyện viên", who)
    assert await kept(stage) == {
        "heard": both,
        "said": both,
        "begun": both,
        "shown": {f"page-of-{who}" for who in both},
    }
    async with stage.program() as app:
        for hour in range(1, 25):
            stage.clock.forward(hours=1)
            if hour in (12, 23, 24):
                await app.sweep()
    assert await kept(stage) == {
        "heard": {"neighbour"}, "said": {"neighbour"}, "begun": {"neighbour"}, "shown": {"page-of-neighbour"}
    }  # fmt: skip
    measured(
        "words of people who agreed to nothing: messages, answers, the page, open forms", "gone after 24 h, others stay"
    )


async def test_a_program_that_was_away_makes_up_for_it(stage: Stage) -> None:
    await stage.say("Tôi là Canary", "stranger")
    stage.clock.forward(days=5)
    async with stage.program() as app:
        await app.sweep()
    assert (await kept(stage))["heard"] == set()
    said = await stage.say("/privacy", "stranger")
    assert f"chưa đồng ý tham gia: tin nhắn và câu trả lời làm dở chỉ {unagreed.KEPT_FOR.days} ngày" in said[-1].text
