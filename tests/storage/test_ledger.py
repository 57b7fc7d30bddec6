"""The ledger adds up whatever happens, nobody gets a broadcast twice, and nobody who left gets it at all."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from bot.channels import SendFailed
from bot.message import Message
from bot.process.app import App
from storage.broadcast import broadcasts, leases, ledger
from storage.broadcast.audience import Audience
from storage.rights import erase, links
from storage.tables import accounts, deliveries, outbox
from storage.talk import consents, people
from tests.fakes.crowd import announce, crowd
from tests.fakes.room import Room
from tests.figures import measured
from tests.ledger import drain, outcomes, rows, state
from tests.stage import BOTH, Stage

pytestmark = BOTH

FAILURES = {
    "gone": lambda: SendFailed("gone", "bot was blocked by the user"),
    "refused": lambda: SendFailed("refused", f"message is odd {random.random()}"),
    "unknown": lambda: SendFailed("unknown", "timed out"),
    "retry": lambda: SendFailed("retry", "not connected"),
    "flood": lambda: SendFailed("retry", "flood", after=2),
}


class MoodyRoom(Room):
    """A room in which sending fails as a script says; ``arrived`` counts what people got."""

    def __init__(self) -> None:
        super().__init__()
        self.script: dict[str, list[str]] = {}
        self.arrived: Counter[str] = Counter()

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        script = self.script.get(address, [])
        failure = script.pop(0) if script else ""
        if failure in ("", "unknown"):
            self.arrived[address] += not message.replaces
        if failure:
            raise FAILURES[failure]()
        return await super().send(address, message, dedupe_key)


async def test_everybody_gets_it_once_and_it_is_done(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 250)
        id = await announce(app)
        await drain(app)
        assert await outcomes(app, id) == {"sent": 250}
        assert await state(app, id) == "done"
    assert len({to for to, _ in stage.room.said}) == len(stage.room.said) == 250
    assert stage.room.said[0][1].text.startswith("Chào anh/chị\n\n— ")
    assert "TẮT TIN" in stage.room.said[0][1].text


async def test_the_copies_of_one_channel_are_found_without_reading_those_of_the_others(stage: Stage) -> None:
    """With a million copies on one channel, a look for those of another read all of them, for every hundred sent."""
    async with stage.program() as app, app.database.read() as tx:
        if tx.dialect == "postgresql":
            (indexes,) = await tx.all(
                sa.text("SELECT string_agg(indexdef, ' ') AS all FROM pg_indexes WHERE tablename = 'deliveries'")
            )
            assert "(broadcast_id, state, channel, revision, id)" in indexes["all"]
        else:
            next_ = str(leases.PLANNED.statement.compile(dialect=sqlite.dialect())).replace("?", "1")
            steps = [step["detail"] for step in await tx.all(sa.text(f"EXPLAIN QUERY PLAN {next_}"))]
            assert "channel=?" in steps[0]
            assert not any("ORDER BY" in step for step in steps), "they are sorted"


async def test_two_joined_accounts_get_it_once_where_announcements_are_wanted(stage: Stage) -> None:
    stage.rooms = (Room(), Room(name="other"))
    async with stage.program() as app:
        (one,) = await crowd(app, 1)
        (two,) = await crowd(app, 1, channel="other")
        async with app.database.write() as tx:
            await links.join(tx, one, two, keep_other_volunteer=False, now=app.now())
            there = await people.find(tx, "other", "1000")
            assert there is not None
            await people.announce_at(tx, one, there.id)
        id = await announce(app)
        await drain(app)
        assert await outcomes(app, id) == {"sent": 1}
    assert [len(room.said) for room in stage.rooms if isinstance(room, Room)] == [0, 1]


async def test_people_who_join_while_it_runs_are_one_recipient(stage: Stage) -> None:
    async with stage.program() as app:
        one, two, three = await crowd(app, 3)
        id = await announce(app)
        await app.broadcasting._round()  # it starts
        async with app.database.write() as tx:
            found = await broadcasts.find(tx, id)
            assert found is not None
            while await ledger.expand(tx, found, ledger.expansion(tx, found), app.now(), 100):
                found = await broadcasts.find(tx, id)
                assert found is not None
            await links.join(tx, one, two, keep_other_volunteer=False, now=app.now())
        await drain(app)
        assert await outcomes(app, id) == {"sent": 2}
        assert three


async def test_an_opt_out_counts_until_the_moment_of_sending(stage: Stage) -> None:
    async with stage.program() as app:
        ids = await crowd(app, 120)
        id = await announce(app)
        await app.broadcasting._round()
        app.broadcasting._recipients._long.rows = 200  # all are written down at once, and more than are leased at once
        await app.broadcasting.deliver()
        reached = {to for to, _ in stage.room.said}
        late = next(n for n in range(120) if str(1000 + n) not in reached)
        async with app.database.write() as tx:
            await consents.withdraw(tx, ids[late], ["announcements"], app.now())
        await drain(app)
        assert await outcomes(app, id) == {"sent": 119, "opted_out": 1}
    assert str(1000 + late) not in {to for to, _ in stage.room.said}


async def test_a_copy_in_doubt_is_held_and_never_sent_again(stage: Stage) -> None:
    room = MoodyRoom()
    stage.rooms = (room,)
    room.script = {"1000": ["unknown"], "1001": ["gone"], "1002": ["retry"], "1003": ["refused"]}
    async with stage.program() as app:
        await crowd(app, 5)
        id = await announce(app)
        await drain(app)
        stage.clock.forward(minutes=2)
        await drain(app)
        assert await outcomes(app, id) == {"sent": 2, "unknown": 1, "gone": 1, "failed": 1}
    assert room.arrived == Counter({"1000": 1, "1002": 1, "1004": 1})


async def test_a_process_that_dies_between_lease_and_outcome_leaves_doubt_and_no_second_copy(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 150)
        id = await announce(app)
        await app.broadcasting._round()
        jobs, _ = await app.broadcasting._round()
        for job in jobs[:7]:
            await app.broadcasting.copies.send(job)  # and then it dies
    stage.clock.forward(minutes=5)  # other processes wait for its leases to end
    async with stage.program() as app:
        await app.broadcasting.begin()
        await drain(app)
        assert await outcomes(app, id) == {"sent": 150 - len(jobs), "unknown": len(jobs)}
    assert max(Counter(to for to, _ in stage.room.said).values()) == 1


async def test_a_pause_holds_and_a_cancel_ends_with_every_recipient_accounted_for(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage.program() as app:
        await crowd(app, 3000)
        id = await announce(app)
        await app.broadcasting._round()
        await app.broadcasting.deliver()
        async with app.database.write() as tx:
            assert await broadcasts.pause(tx, id)
        assert await app.broadcasting.deliver() == 0
        async with app.database.write() as tx:
            assert await broadcasts.cancel(tx, id)
        sent = len(stage.room.said)
        assert 0 < sent <= 100
        await drain(app)
        assert await outcomes(app, id) == {"sent": sent, "skipped": 3000 - sent}
        assert await state(app, id) == "cancelled"
    assert "a broadcast does not add up" not in caplog.text


async def test_three_refusals_for_the_same_reason_pause_it(stage: Stage) -> None:
    room = MoodyRoom()
    stage.rooms = (room,)
    room.script = {str(1000 + n): ["refused"] for n in range(300)}
    async with stage.program() as app:
        await crowd(app, 300)
        id = await announce(app)
        await drain(app)
        assert await state(app, id) == "paused"
        counts = await outcomes(app, id)
        assert counts["failed"] <= 100
        room.script.clear()
        async with app.database.write() as tx:
            await broadcasts.resume(tx, id, app.now())
        await drain(app)
        assert await outcomes(app, id) == {"failed": counts["failed"], "sent": 300 - counts["failed"]}


async def test_a_chat_that_moved_is_followed_and_gets_it_once(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 2)
        id = await announce(app)
        stage.room.fail = [SendFailed("moved", "migrated", moved_to="-100777")]
        await drain(app)
        assert await outcomes(app, id) == {"sent": 2}
    assert sorted(to for to, _ in stage.room.said) == ["-100777", "1001"]


async def test_whoever_blocked_us_is_left_alone_until_she_comes_back(stage: Stage) -> None:
    room = MoodyRoom()
    stage.rooms = (room,)
    room.script = {"1000": ["gone"]}
    async with stage.program() as app:
        await crowd(app, 1)
        first = await announce(app)
        await drain(app)
        second = await announce(app)
        await drain(app)
        assert [await outcomes(app, id) for id in (first, second)] == [{"gone": 1}, {}]
    await stage.send([room.arrival("1000", event="unblocked")], "1000")
    async with stage.program() as app:
        third = await announce(app)
        await drain(app)
        assert await outcomes(app, third) == {"sent": 1}


async def test_what_was_not_reached_can_be_sent_again_to_just_those(stage: Stage) -> None:
    room = MoodyRoom()
    stage.rooms = (room,)
    room.script = {"1000": ["unknown"], "1001": ["refused"]}
    async with stage.program() as app:
        await crowd(app, 10)
        first = await announce(app)
        await drain(app)
        again = await announce(app, audience=Audience(missed_by=first))
        await drain(app)
        assert await outcomes(app, again) == {"sent": 2}


async def test_a_correction_changes_what_stands_there_and_a_recall_takes_it_away(stage: Stage) -> None:
    stage.rooms = (Room(), Room(name="plain"))
    plain = stage.rooms[1]
    assert isinstance(plain, Room)
    plain.capabilities = type(plain.capabilities)(edits=False)
    async with stage.program() as app:
        await crowd(app, 3)
        await crowd(app, 1, channel="plain")
        id = await announce(app, "Mai tập trung lúc 7h")
        await drain(app)
        async with app.database.write() as tx:
            assert await broadcasts.correct(tx, id, {"vi": "Mai tập trung lúc 8h"})
        await drain(app)
        changed = [message for _, message in stage.room.said[3:]]
        assert {(m.replaces, m.amends) for m in changed} == {("1", "edit"), ("2", "edit"), ("3", "edit")}
        assert all("8h" in m.text for m in changed)
        async with app.database.write() as tx:
            assert await broadcasts.recall(tx, id)
        await drain(app)
        assert await state(app, id) == "recalled"
        assert await outcomes(app, id) == {"sent": 4}
        assert {m.amends for _, m in stage.room.said[6:]} == {"delete"}
    assert len(plain.said) == 1


async def test_a_copy_in_two_parts_is_one_in_the_ledger_and_is_changed_and_taken_back_whole(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 2)
        id = await announce(app, "Bà con giúp nhau. " * 100, picture="p")
        await drain(app)
        assert await outcomes(app, id) == {"sent": 2}
        assert sorted(message.picture for _, message in stage.room.said) == ["", "", "p", "p"]
        for address in {address for address, _ in stage.room.said}:
            assert [bool(message.picture) for to, message in stage.room.said if to == address] == [True, False]
        async with app.database.write() as tx:
            assert await broadcasts.recall(tx, id)
        await drain(app)
        taken = [message for _, message in stage.room.said[4:]]
        assert {message.amends for message in taken} == {"delete"}
        assert sorted(n for message in taken for n in message.replaces.split()) == ["1", "2", "3", "4"]


async def test_a_copy_in_doubt_keeps_the_part_that_is_known_as_sent(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 1)
        id = await announce(app, "Bà con giúp nhau. " * 100, picture="p")
        while not stage.room.said:
            await app.broadcasting.deliver()
        stage.room.fail = [SendFailed("unknown", "timed out")]
        await drain(app)
        assert await outcomes(app, id) == {"unknown": 1}
        assert [(row["state"], row["message_id"]) for row in await rows(app, deliveries)] == [("unknown", "1")]
    assert len(stage.room.said) == 1


async def test_a_part_that_stands_alone_when_a_broadcast_is_cancelled_is_taken_back(stage: Stage) -> None:
    plain = Room(type(stage.room.capabilities)(edits=False), name="plain")
    stage.rooms = (stage.room, plain)
    async with stage.program() as app:
        await crowd(app, 3)
        await crowd(app, 1, channel="plain", first=2000)
        id = await announce(app, "Bà con giúp nhau. " * 300, picture="p")
        while len(stage.room.said) < 3 or not plain.said:
            await app.broadcasting.deliver()
        begun = len(stage.room.said)
        async with app.database.write() as tx:
            assert await broadcasts.cancel(tx, id)
        stage.room.fail = [SendFailed("retry", "not connected"), SendFailed("refused", "not_changed")]
        await drain(app)
        assert await state(app, id) == "cancelling", "one waits for its next attempt"
        stage.clock.forward(seconds=10)
        await drain(app)
        assert await state(app, id) == "cancelled"
        assert await outcomes(app, id) == {"skipped": 4}
        taken = [message.replaces for _, message in stage.room.said[begun:]]
        assert len(taken) == 2 and {message.amends for _, message in stage.room.said[begun:]} == {"delete"}
        assert len(plain.said) == 1, "what cannot be taken back is not gone on with"
        reasons = Counter(row["reason"] for row in await rows(app, deliveries))
        assert reasons == {"cancelled": 3, "not_changed": 1}


async def test_a_recall_takes_away_what_is_known_to_stand_of_a_copy_in_doubt(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 2)
        id = await announce(app, "Bà con giúp nhau. " * 100, picture="p")
        while len(stage.room.said) < 2:
            await app.broadcasting.deliver()
        stage.room.fail = [SendFailed("unknown", "timed out"), SendFailed("refused", "message is odd")]
        await drain(app)
        assert await outcomes(app, id) == {"unknown": 1, "failed": 1}
        async with app.database.write() as tx:
            assert await broadcasts.recall(tx, id)
        await drain(app)
        assert await state(app, id) == "recalled"
        assert sorted(message.replaces for _, message in stage.room.said[2:]) == ["1", "2"]
        assert await outcomes(app, id) == {"unknown": 1, "failed": 1}


async def test_quiet_hours_hold_what_is_not_urgent(stage: Stage) -> None:
    stage.clock.at = stage.clock.at.replace(hour=15)  # ten in the evening
    async with stage.program() as app:
        await crowd(app, 2)
        waits = await announce(app)
        await drain(app)
        assert await outcomes(app, waits) == {}
        goes = await announce(app, urgent=True)
        await drain(app)
        assert await outcomes(app, goes) == {"sent": 2}
        stage.clock.forward(hours=9)
        await drain(app)
        assert await outcomes(app, waits) == {"sent": 2}


async def test_a_crash_is_not_taken_for_a_restored_backup(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 150)
        id = await announce(app)
        await app.broadcasting.deliver()
        await app.broadcasting.deliver()
    async with stage.program() as app:
        await app.broadcasting.begin()
        await drain(app)
        assert await state(app, id) == "done"


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_the_ledger_adds_up(stage: Stage, seed: int) -> None:
    """Random acts and crashes: every step keeps the sums, and in the end nobody was missed or told twice."""
    chance = random.Random(seed)
    room = MoodyRoom()
    stage.rooms = (room,)
    count = 400
    room.script = {
        str(1000 + n): [chance.choice([*FAILURES, ""]) for _ in range(chance.randrange(3))]
        for n in range(count)
        if chance.random() < 0.2
    }
    left: set[str] = set()
    before: dict[str, int] = {}
    async with stage.program() as app:
        await crowd(app, count)
        id = await announce(app)

    async def leave(app: App, n: int) -> None:
        async with app.database.write() as tx:
            account = await people.find(tx, "room", str(1000 + n))
            if account is None:
                return
            match chance.randrange(3):
                case 0:
                    await erase.forget(tx, account.person_id, app.now())
                case 1:
                    await people.set_state(tx, account.id, "blocked")
                case _:
                    await consents.withdraw(tx, account.person_id, ["announcements"], app.now())
            left.add(str(1000 + n))
            before[str(1000 + n)] = room.arrived[str(1000 + n)]

    for _ in range(12):
        async with stage.program() as app:
            await app.broadcasting.begin()
            for _ in range(chance.randrange(1, 6)):
                stage.clock.forward(seconds=chance.uniform(0, 40))
                match chance.randrange(6):
                    case 0:
                        async with app.database.write() as tx:
                            await broadcasts.pause(tx, id)
                    case 1:
                        await leave(app, chance.randrange(count))
                    case 2:
                        jobs, _ = await app.broadcasting._round()
                        for job in jobs[: chance.randrange(len(jobs) + 1)]:
                            await app.broadcasting.copies.send(job)
                        break  # the plug is pulled
                    case _:
                        async with app.database.write() as tx:
                            await broadcasts.resume(tx, id, app.now())
                        await app.broadcasting.deliver()
                await outcomes(app, id)
    async with stage.program() as app:
        await app.broadcasting.begin()
        for _ in range(40):
            stage.clock.forward(minutes=6)
            async with app.database.write() as tx:
                await broadcasts.resume(tx, id, app.now())
            await drain(app)
        assert await state(app, id) == "done"
        counts = await outcomes(app, id)
        assert counts.keys() & {"planned", "leased"} == set()
        assert await rows(app, outbox) == [] or all(row["kind"] != "broadcast" for row in await rows(app, outbox))
        sent = [row for row in await rows(app, deliveries) if row["state"] == "sent"]
    assert max(room.arrived.values()) == 1
    assert all(room.arrived[address] == before[address] for address in left)
    assert len(sent) == counts["sent"] <= sum(room.arrived.values())
    measured(
        f"F4, F9: random acts, failures and crashes, seed {seed}, {stage.settings.database_url.partition('+')[0]}",
        f"{sum(counts.values())} recipients: {', '.join(f'{outcome} {n}' for outcome, n in sorted(counts.items()))}",
        "sent twice 0",
        f"{len(left)} left meanwhile and were told nothing more",
    )  # fmt: skip


async def test_replies_go_out_while_a_broadcast_runs(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 1500)
        await announce(app)
        await app.broadcasting._round()
        running = asyncio.create_task(app.broadcasting.run())
        await app.engine.receive([stage.room.arrival("7", text="/start")])
        await app.engine.settle()
        await app.delivery.deliver()
        for _ in range(1500):
            if len(stage.room.said) >= 1501:
                break
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert "7" in {to for to, _ in stage.room.said[:1200]}
        async with app.database.read() as tx:
            assert await tx.value(sa.select(sa.func.count()).where(accounts.c.state == "open")) >= 1501
