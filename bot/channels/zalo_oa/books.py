"""What is written down of an Official Account: what goes wrong, what was found out, and what its messages cost."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date
from time import monotonic
from typing import Any

import structlog

from bot.channels import Trouble
from bot.channels.kind import Surroundings
from bot.outage import outlived
from storage.database import Tx
from storage.platform import notes, prices
from storage.talk import channel_errors

log = structlog.get_logger()

ALARMING = ("consent", "human", "signature", "quota")
"""The kinds of errors that do not pass by themselves."""
NEVER = "-"
"""The reason for which there are no tokens where nobody has let us in yet."""
AGAIN = 60.0
"""Seconds in which an error of the same kind is not written down again."""


class Books:
    """The books of one Official Account. ``link``: what an admin clicks to let us in."""

    def __init__(self, channel: str, surroundings: Surroundings, link: Callable[[], str]) -> None:
        self.channel, self.database, self.now, self.link = channel, surroundings.database, surroundings.now, link
        self.zone = surroundings.speech.zone
        self.noted: dict[str, str] = {}
        """What was found out of the platform, as far as this process knows."""
        self._wrong: dict[str, Trouble] = {}
        self._at: dict[str, float] = {}

    @property
    def month(self) -> date:
        """The first day of the month that counts now."""
        return self.now().astimezone(self.zone).date().replace(day=1)

    @property
    def troubles(self) -> list[Trouble]:
        """What somebody should mend, as far as this process knows."""
        return list(self._wrong.values())

    @property
    def stopped(self) -> bool:
        """Whether nothing is sent until a human has done something; it is tried again now and then."""
        return "human" in self._wrong and monotonic() - self._at.get("human", 0) < AGAIN

    async def count(self, kind: str) -> None:
        """One more message of this price."""
        await self._write(lambda tx: prices.count(tx, self.channel, self.month, kind))

    async def trouble(self, kind: str, reason: str) -> None:
        """Write down what goes wrong; of some of it the admins are told."""
        if kind in ALARMING:
            self._see(kind, reason)
        if monotonic() - self._at.get(kind, -AGAIN) < AGAIN:
            return
        self._at[kind] = monotonic()
        log.warning("trouble with a channel", channel=self.channel, kind=kind, reason=reason)
        await self._write(lambda tx: channel_errors.note(tx, self.channel, kind, reason, self.now()))

    async def mend(self, kind: str) -> None:
        """It goes well again; costs nothing where it was not known to go wrong."""
        self._at.pop(kind, None)
        if self._wrong.pop(kind, None) is not None:
            await self._write(lambda tx: channel_errors.mended(tx, self.channel, kind))

    async def find(self, name: str, said: str) -> None:
        """Keep what was found out of the platform."""
        if self.noted.get(name) != said:
            self.noted[name] = said
            await self._write(lambda tx: notes.note(tx, self.channel, name, said, self.now()))

    async def look(self) -> None:
        """Read what any process wrote down."""
        async with self.database.read() as tx:
            errors = [one for one in await channel_errors.seen(tx, self.channel) if one.kind in ALARMING]
            self.noted = {name: one.said for name, one in (await notes.noted(tx, self.channel)).items()}
        seen = {one.kind: one.reason for one in errors}
        if any(one.kind == "quota" and one.seen_at.astimezone(self.zone).date() < self.month for one in errors):
            await self._write(lambda tx: channel_errors.mended(tx, self.channel, "quota"))  # it was another month's
            del seen["quota"]
        self._wrong = {kind: trouble for kind, trouble in self._wrong.items() if kind in seen}
        for kind, reason in seen.items():
            self._see(kind, reason)

    def _see(self, kind: str, reason: str) -> None:
        if kind not in self._wrong or self._wrong[kind].params["reason"] != reason:
            said = {"reason": reason} | ({"link": self.link()} if kind == "consent" else {})
            sentence = "first" if (kind, reason) == ("consent", NEVER) else kind
            self._wrong[kind] = Trouble(kind, f"oa.trouble.{sentence}", said)

    async def _write(self, unit: Callable[[Tx], Coroutine[Any, Any, None]]) -> None:
        with outlived("the books of a channel"):
            await self.database.transact(unit)
