"""Tell admins what is wrong with the program, once, on a channel that works, and again when it is over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from msgspec import Struct

from bot.context import Context
from bot.message import Text
from bot.turn.notices import compose
from bot.turn.turn import Notice
from storage.database import Tx
from storage.talk import outbox
from storage.upkeep import troubles

log = structlog.get_logger()


class Alarm(Struct, frozen=True):
    """Something that is wrong now. Its sentence says what, and what to do; ``params`` can be kept as JSON."""

    name: str
    """The same as long as it is the same trouble, such as «telegram:webhook»."""
    sentence: str
    params: Mapping[str, str | int] = {}
    channel: str = ""
    """The channel that is broken, on which nobody could be told."""


Check = Callable[[], Awaitable[Sequence[Alarm]]]
"""Says what is wrong at the moment, of all that it looks at; nothing if all is well."""


class Alarms:
    """Looks for troubles with one process's eyes, and keeps the list of them that /status shows."""

    def __init__(self, context: Context, wake: Callable[[], None]) -> None:
        self.context, self.wake = context, wake
        self.checks: list[Check] = []
        self._seen: dict[str, Alarm] = {}

    async def look(self) -> None:
        """Note and tell what is wrong now, and what is over. Harmless twice, and on several machines."""
        found = {alarm.name: alarm for check in self.checks for alarm in await check()}
        over = [alarm for name, alarm in self._seen.items() if name not in found]
        told = await self.context.database.transact(lambda tx: self._note(tx, list(found.values()), over))
        self._seen = found
        if told:
            self.wake()

    async def _note(self, tx: Tx, found: Sequence[Alarm], over: Sequence[Alarm]) -> int:
        now = self.context.now()
        notices: list[tuple[str, Notice]] = []
        for alarm in found:
            if await troubles.begin(tx, alarm.name, alarm.sentence, alarm.params, now):
                log.error("trouble", trouble=alarm.name, **alarm.params)
                notices.append((f"trouble:{alarm.name}:{now.timestamp():.0f}", _notice("begun", alarm)))
        stale = [t for t in await troubles.present(tx) if now - t.seen_at > troubles.STALE]
        gone = [*over, *(Alarm(trouble.name, trouble.sentence, trouble.params) for trouble in stale)]
        for alarm in gone:
            if await troubles.end(tx, alarm.name):
                log.info("trouble over", trouble=alarm.name)
                notices.append((f"trouble:{alarm.name}:{now.timestamp():.0f}:over", _notice("over", alarm)))
        await outbox.add(tx, await compose(tx, notices, self.context), now)
        return len(notices)


def _notice(what: str, alarm: Alarm) -> Notice:
    return Notice(Text(f"trouble.{what}", {"what": Text(alarm.sentence, alarm.params)}), "admin", avoid=alarm.channel)
