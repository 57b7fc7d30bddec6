"""Tell the officer how far her broadcast is: one card, changed where it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.broadcast.card import about, card
from bot.context import Context
from bot.message import Option, Text
from bot.turn.notices import compose
from bot.turn.turn import Notice, Redraw
from storage.broadcast import broadcasts, counts
from storage.broadcast.broadcasts import Broadcast
from storage.database import Tx
from storage.talk import outbox

TELL_EVERY = timedelta(seconds=5)
COUNTED = 20_000
"""Copies that may be counted for each second between two cards."""


async def card_of(tx: Tx, one: Broadcast) -> tuple[Text, tuple[Option, ...]]:
    """The card as things stand in the ledger."""
    return card(one, await counts.outcomes(tx, one.id), await counts.count_unchanged(tx, one))


class Reports:
    """Writes the cards of one process."""

    def __init__(self, context: Context) -> None:
        self.context, self.database, self.now = context, context.database, context.now
        self._shown: dict[int, Mapping[str, int]] = {}

    async def how_far(self, ids: Collection[int]) -> bool:
        """Now and then, change the cards of those that run; returns whether anything is to be sent."""
        now = self.now()
        async with self.database.read() as tx:
            running = [one for id in ids if (one := await broadcasts.find(tx, id)) and one.state == "running"]
            counts = {one.id: await counts.outcomes(tx, one.id) for one in running if _due(one, now)}
        changed = {id: counted for id, counted in counts.items() if self._shown.get(id) != counted}
        if changed:
            self._shown |= changed
            async with self.database.write() as tx:
                for id in changed:
                    await self.tell(tx, id, f"{now.timestamp():.0f}", quiet=True)
        return bool(changed)

    async def tell(self, tx: Tx, id: int, moment: str, *, quiet: bool = False, anew: bool = False) -> None:
        """Show the card, once for each moment: where it stands, or as a new message."""
        one = await broadcasts.find(tx, id)
        if one is None or one.author_id is None:
            return
        text, options = await card_of(tx, one)
        said: Notice | Redraw = Redraw(about(id), text, options, quiet=quiet)
        if anew or not await outbox.showing(tx, about(id)):
            said = Notice(text, person_id=one.author_id, options=options, about=about(id))
        key = f"{about(id)}:{one.go_at}:{moment}"
        await outbox.add(tx, await compose(tx, [(key, said)], self.context), self.now())
        await broadcasts.note_told(tx, id, self.now())


def _due(one: Broadcast, now: datetime) -> bool:
    every = max(TELL_EVERY, timedelta(seconds=one.recipients / COUNTED))
    return one.author_id is not None and (one.told_at is None or now - one.told_at >= every)
