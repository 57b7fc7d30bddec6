"""A reply in several parts: what arrived is not said again, and what follows is not lost."""

from __future__ import annotations

import pytest

from bot.channels import Capabilities, SendFailed
from bot.message import Message
from storage.tables import outbox as messages
from storage.talk import outbox
from storage.talk.outbox import Outgoing
from tests.fakes.room import Room
from tests.stage import Stage

TEXT = "Phần một ở đây.\n\nPhần hai ở đây.\n\nPhần ba ở đây."


@pytest.mark.parametrize(
    ("failed", "arrived", "ids"),
    [(SendFailed("retry", "odd"), ["Phần một ở đây.", "Phần hai ở đây.", "Phần ba ở đây."], "1 2 3"),
     (SendFailed("unknown", "odd"), ["Phần một ở đây.", "Phần ba ở đây."], "1 - 2")],
)  # fmt: skip
async def test_a_part_that_failed_repeats_none_and_loses_none_where_each_counts(
    stage: Stage, failed: SendFailed, arrived: list[str], ids: str
) -> None:
    room = Room(Capabilities(text=20, resends=False))
    stage.rooms = (room,)
    async with stage.program() as app:
        async with app.database.write() as tx:
            await outbox.add(tx, [Outgoing("room", "1", None, "k", Message(TEXT).dump())], stage.clock())
        await app.delivery.deliver()
        room.fail = [failed]
        for _ in range(4):
            await app.delivery.deliver()
            stage.clock.forward(seconds=10)
    assert [message.text for _, message in room.said] == arrived
    [row] = await stage.rows(messages)
    assert (row["state"], row["message_id"]) == ("sent", ids)


@pytest.mark.parametrize("words", ["Cảm ơn anh/chị.", TEXT], ids=("under it", "after it"))
async def test_words_arrive_without_a_picture_that_the_platform_refuses(stage: Stage, words: str) -> None:
    room = Room(Capabilities(text=4096, caption=30))
    stage.rooms = (room,)
    async with stage.program() as app:
        async with app.database.write() as tx:
            shown = Message(words, picture="p").dump()
            await outbox.add(tx, [Outgoing("room", "1", None, "k", shown)], stage.clock())
        room.fail = [SendFailed("refused", "Bad Request: PHOTO_INVALID_DIMENSIONS")]
        for _ in range(2):
            await app.delivery.deliver()
            stage.clock.forward(seconds=10)
    assert [(message.text, message.picture) for _, message in room.said] == [(words, "")]
    [row] = await stage.rows(messages)
    assert row["state"] == "sent"
