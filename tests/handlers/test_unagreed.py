"""What people say who have not agreed to take part is gone within a day, and /privacy says so."""

from __future__ import annotations

import sqlalchemy as sa

from storage.rights import unagreed
from storage.tables import consents, inbox, outbox, places, staff, web_messages, web_sessions
from storage.tables import people as persons
from storage.tables.talk import accounts
from storage.talk import inbox as keep
from storage.talk import people, sessions
from storage.talk.inbox import Arrival
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


async def known(stage: Stage) -> set[str]:
    return {row["address"] for row in await stage.rows(accounts) if not row["address"].startswith("demo")}


async def test_the_account_of_who_only_looked_goes_as_well(stage: Stage) -> None:
    stays = {"neighbour", "once", "blocked", "officer"}
    await stage.agree("take_part", address="neighbour")
    await stage.say("/start", "stranger")
    for who in sorted(stays):
        await stage.say("/start", who)
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", who): "vi" for who in stays}, stage.clock())
        ids = {address: person.id for (_, address), (person, _) in met.items()}
        now = stage.clock()
        once = {"person_id": ids["once"], "purpose": "take_part", "text_version": "t", "text_hash": "t",
                "language": "vi", "channel": "room", "given_at": now, "withdrawn_at": now}  # fmt: skip
        await tx.run(sa.insert(consents).values(**once))
        await tx.run(sa.update(persons).where(persons.c.id == ids["blocked"]).values(blocked_at=now))
        await tx.run(sa.insert(staff).values(person_id=ids["officer"], role="officer", granted_at=now))
    stage.clock.forward(hours=20)
    async with stage.program() as app:
        await app.sweep()
    assert await known(stage) == {"stranger", *stays}
    stage.clock.forward(hours=4)
    async with stage.program() as app:
        await app.sweep()
    assert await known(stage) == stays
    assert [row["address"] for row in await stage.rows(outbox) if row["address"] == "stranger"] == []
    assert sum(row["language"] == "" for row in await stage.rows(persons)) == 1  # nobody is given that number again
    said = await stage.say("/privacy", "stranger")
    assert "tài khoản cũng vậy, nếu Hội không giữ gì khác" in said[-1].text


async def test_who_writes_now_and_then_stays_and_so_does_who_is_still_to_be_answered(stage: Stage) -> None:
    await stage.say("/start", "often")
    await stage.say("/start", "waits")
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(outbox).where(outbox.c.address == "waits").values(state="waiting"))
    for left in ({"often", "waits"}, {"often"}):
        stage.clock.forward(hours=26)
        async with stage.program() as app:
            await app.engine.receive([stage.room.arrival("often", text="/menu")])
            await app.sweep()
        assert await known(stage) == left
        await stage.later(60)  # what waits is sent


async def test_a_browser_that_was_not_used_since_is_forgotten_with_it(stage: Stage) -> None:
    async with stage.program() as app, app.database.write() as tx:
        for who in ("page-of-stranger", "page-of-neighbour", "page-that-waits"):
            await sessions.begin(tx, f"token of {who}", who, stage.clock())
        await keep.keep(tx, [Arrival("web", "w:1", "page-that-waits", b"{}")], stage.clock())
    await stage.agree("take_part", channel="web", address="page-of-neighbour")
    stage.clock.forward(hours=24)
    async with stage.program() as app:
        await app.sweep()
    assert {row["address"] for row in await stage.rows(web_sessions)} == {"page-of-neighbour", "page-that-waits"}
