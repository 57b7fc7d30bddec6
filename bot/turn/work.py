"""What recurring work of the campaign gets: like a turn, but nobody spoke."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from msgspec import Struct

from bot.context import Context
from bot.schedule import Schedule
from bot.turn.notices import compose
from bot.turn.turn import Notice, Redraw
from locales import Speech
from storage.database import Database, Tx
from storage.talk import outbox

Told = Sequence[tuple[str, Notice | Redraw]]


class Work:
    """The database, the time, and ways to tell people something. Doing it twice, or late, must make no difference."""

    def __init__(
        self,
        context: Context,
        schedule: Schedule,
        *,
        wake: Callable[[], None],
        forgotten: Callable[[Tx], Awaitable[datetime | None]],
    ) -> None:
        self._context, self.schedule, self.wake, self.forgotten = context, schedule, wake, forgotten
        """``schedule`` is what the operator has set, and its ``holding`` tells what holds now; ``wake`` has what was told
        sent at once; ``forgotten`` tells what a restored backup does not know it sent."""
        self.database: Database = context.database
        self.speeches: Mapping[str, Speech] = context.speeches
        self.language, self.zone = context.language, context.zone

    zone: tzinfo

    def now(self) -> datetime:
        return self._context.now()

    @property
    def here(self) -> datetime:
        """The time where the program is at home."""
        return self.now().astimezone(self.zone)

    async def is_quiet(self) -> bool:
        """Whether these are the quiet hours, as admins have set them by now, in which nobody is written to."""
        async with self.database.read() as tx:
            return self.here in (await self.schedule.holding(tx)).quiet.everywhere

    async def tell(self, tx: Tx, told: Iterable[tuple[str, Notice | Redraw]]) -> None:
        """Tell people something, each under a key that makes telling it twice impossible."""
        await outbox.add(tx, await compose(tx, told, self._context), self.now())

    async def tell_due(self, find_due: Callable[[Tx, datetime, tzinfo], Awaitable[Told]]) -> None:
        """Tell people what is due now, if anything is: only then does it wait for its turn to write."""
        async with self.database.read() as tx:
            told = await find_due(tx, self.now(), self.zone)
        if told:
            async with self.database.write() as tx:
                await self.tell(tx, told)
            self.wake()


Chore = Callable[[Work], Awaitable[object]]


class Recurring(Struct, frozen=True):
    """Work of the campaign that comes round every so many seconds."""

    name: str
    every: int
    """Seconds."""
    work: Chore
