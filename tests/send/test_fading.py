"""What shows somebody's particulars does not stay in a chat for longer than it is needed."""

from __future__ import annotations

import pytest

from bot.channels import Capabilities, SendFailed
from bot.channels.fit import fit
from bot.message import Message, Reply, Text
from bot.turn.render import render
from storage.campaign import staff
from storage.rights import erase
from storage.tables import outbox as kept
from storage.talk import outbox, people
from storage.talk.outbox import Outgoing
from tests.fakes.room import Room
from tests.questions import SPEECH
from tests.stage import BOTH, Stage


async def told(stage: Stage, channel: str = "room") -> None:
    """Somebody's number was shown to an officer, and something else that is not private."""
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {(channel, "1"): "vi"}, stage.clock())
        person, its = met[channel, "1"]
        account = its.id
        await staff.grant(tx, person.id, "officer", None, "operator", stage.clock())
        shown = Message("0912 345 678", private=True).dump()
        private = Outgoing(channel, "1", account, "p", shown, about=outbox.PRIVATE)
        await outbox.add(tx, [private, Outgoing(channel, "1", account, "q", {"text": "Chào"})], stage.clock())
    async with stage.program() as app:
        await app.settle()


async def fade(stage: Stage, hours: float) -> list[str]:
    """Let hours pass; returns the troubles that are seen then."""
    stage.clock.forward(hours=hours)
    async with stage.program() as app:
        await app.fades.fade()
        await app.fades.fade()
        await app.settle()
        return [f"{alarm.name} {alarm.params['n']}" for alarm in await app.fades.look()]


@BOTH
async def test_it_is_taken_away_after_a_day_and_only_it(stage: Stage) -> None:
    await told(stage)
    assert [(message.text, message.private) for _, message in stage.room.said] == [
        ("0912 345 678", True),
        ("Chào", False),
    ]
    assert await fade(stage, 23) == []
    assert len(stage.room.said) == 2
    assert await fade(stage, 2) == []
    assert [(message.amends, message.replaces) for _, message in stage.room.said[2:]] == [("delete", "1")]
    assert await fade(stage, 2) == []
    assert len(stage.room.said) == 3


@BOTH
async def test_what_cannot_be_taken_away_is_counted(stage: Stage) -> None:
    plain = Room(name="plain")
    plain.capabilities = type(plain.capabilities)(edits=False)
    stage.rooms = (stage.room, plain)
    await told(stage, "plain")
    assert await fade(stage, 25) == ["plain:private 1"]
    assert len(plain.said) == 2


@BOTH
async def test_of_what_was_sent_only_in_part_that_part_is_taken_away(stage: Stage) -> None:
    async with stage.program() as app:
        async with app.database.write() as tx:
            met = await people.meet(tx, {("room", "1"): "vi"}, stage.clock())
            await staff.grant(tx, met["room", "1"][0].id, "officer", None, "operator", stage.clock())
            shown = Message("Bà Sáu, 0912 345 678. " * 60, picture="p", private=True).dump()
            private = Outgoing("room", "1", met["room", "1"][1].id, "p", shown, about=outbox.PRIVATE)
            await outbox.add(tx, [private], stage.clock())
        await app.delivery.deliver()
        stage.room.fail.append(SendFailed("refused", "odd"))
        stage.clock.forward(seconds=5)
        await app.settle()
    assert [message.picture for _, message in stage.room.said] == ["p"]
    assert await fade(stage, 25) == []
    assert [(message.amends, message.replaces) for _, message in stage.room.said[1:]] == [("delete", "1")]


@BOTH
@pytest.mark.parametrize("hours", [0, 23])
async def test_from_whoever_is_no_officer_any_more_it_is_taken_away_at_once(stage: Stage, hours: int) -> None:
    await told(stage)
    assert await fade(stage, hours) == []
    async with stage.program() as app, app.database.write() as tx:
        account = await people.find(tx, "room", "1")
        assert account is not None
        await staff.revoke(tx, account.person_id, "officer", None, "operator", stage.clock())
    async with stage.program() as app:  # what people who agreed to nothing were told goes before, but not this
        await app.sweep()
    assert await fade(stage, 0) == []
    assert [(message.amends, message.replaces) for _, message in stage.room.said[2:]] == [("delete", "1")]


@BOTH
async def test_from_an_officer_who_has_herself_erased_it_is_taken_away_and_then_nothing_is_left(stage: Stage) -> None:
    plain = Room(name="plain")
    plain.capabilities = type(plain.capabilities)(edits=False)
    stage.rooms = (stage.room, plain)
    for channel in ("room", "plain"):
        await told(stage, channel)
    async with stage.program() as app, app.database.write() as tx:
        for channel in ("room", "plain"):
            account = await people.find(tx, channel, "1")
            assert account is not None
            await erase.forget(tx, account.person_id, stage.clock())
    assert {row["body"] for row in await stage.rows(kept)} == {None}
    assert await fade(stage, 0) == []
    assert [(message.amends, message.replaces) for _, message in stage.room.said[2:]] == [("delete", "1")]
    assert await fade(stage, 0) == []
    assert await stage.rows(kept) == []
    assert len(stage.room.said) == 3


def test_where_it_cannot_be_taken_away_its_reader_is_asked_to_do_it() -> None:
    reply = Reply(Text("volunteers.contact", {"name": "Bà Mẫu", "phone": "0912 345 678"}), private=True)
    for can, told in ((Capabilities(edits=True), False), (Capabilities(edits=False), True)):
        shown = fit(render(reply, SPEECH, can=can, staff=True), can)
        assert ("tự xóa tin này" in shown.text) == told
        assert shown.private
