"""The gate in front of storage: what strangers bring is counted before it is kept, and refused kindly where it is too much.

On channels where an account costs nothing everything is counted in the transaction that keeps it, for the account, for the
source of the network and for the channel. On the others an account costs a phone number, and this process's memory will do.
Officers and admins are always heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.channels import Refused, is_group
from bot.context import Context
from bot.message import Message
from bot.receive.disk import Disk
from bot.shares import Shares
from storage.campaign import staff
from storage.database import Tx
from storage.talk import admissions, outbox
from storage.talk.admissions import ACCOUNT, Use, Want, counts_of
from storage.talk.inbox import Arrival
from storage.talk.outbox import Outgoing
from storage.talk.people import Account

STAFF_KEEPS = timedelta(seconds=5)
REMEMBERED = 50_000
"""Accounts of which this process remembers what they sent, or where they were heard."""


class Admission:
    """Decides what is kept."""

    def __init__(self, context: Context, shares: Shares, disk: Disk) -> None:
        self.context, self.most, self.disk = context, shares.most, disk
        self._staff: frozenset[tuple[str, str]] = frozenset()
        self._staff_at: datetime | None = None
        self._sent: dict[tuple[str, str], tuple[float, int, int]] = {}
        """What accounts that cost something sent lately, the latest last: in which hour, how many messages and bytes."""
        self._sources: dict[tuple[str, str], str] = {}
        """Where accounts that cost nothing were last heard, in this process."""

    async def check(self, tx: Tx, arrivals: Sequence[Arrival], now: datetime) -> dict[int, str]:
        """Which of these are refused, by their place among them, each with the name of the sentence that says why.

        What is admitted is counted in this transaction; who is refused elsewhere than on a page of ours is told in it, once
        an hour.
        """
        known = await self._officers(tx, now)
        strangers = [n for n, one in enumerate(arrivals) if (one.channel, one.address) not in known]
        if self.disk.is_full():
            refused = dict.fromkeys(strangers, "full")
        else:
            costs = {n: self.context.channels[arrivals[n].channel].capabilities.vouches for n in strangers}
            free = [n for n in strangers if not costs[n]]
            given = await admissions.take(tx, [_want(arrivals[n]) for n in free], self.most, now)
            refused = {n: "much" for n, enough in zip(free, given, strict=True) if not enough}
            self._note_sources([arrivals[n] for n in free if n not in refused])
            refused |= {n: "much" for n in strangers if costs[n] and not self._remembers(arrivals[n], now)}
        await self._tell(tx, [(arrivals[n], why) for n, why in refused.items()], now)
        return refused

    async def _officers(self, tx: Tx, now: datetime) -> frozenset[tuple[str, str]]:
        """The accounts of officers and admins, as they were a few seconds ago."""
        if self._staff_at is None or not timedelta(0) <= now - self._staff_at < STAFF_KEEPS:
            self._staff, self._staff_at = await staff.addresses(tx), now
        return self._staff

    async def take(self, tx: Tx, account: Account, use: Use, now: datetime) -> bool:
        """Take something else that strangers may use up, for the channel and for where this account was last heard."""
        source = self._sources.get((account.channel, account.address), "")
        return (await admissions.take(tx, [Want(use, counts_of(account.channel, source))], self.most, now))[0]

    def _note_sources(self, admitted: Sequence[Arrival]) -> None:
        for one in admitted:
            self._sources.pop((one.channel, one.address), None)
            self._sources[one.channel, one.address] = one.source
        while len(self._sources) > REMEMBERED:
            del self._sources[next(iter(self._sources))]

    def _remembers(self, one: Arrival, now: datetime) -> bool:
        """Whether an account that cost something may send this too; then it is counted."""
        hour = now.timestamp() // 3600
        begun, messages, bytes_ = self._sent.pop((one.channel, one.address), (hour, 0, 0))
        if begun != hour:
            messages, bytes_ = 0, 0
        may = self.most[ACCOUNT]
        admitted = messages < may.messages and bytes_ < may.bytes  # so that one that is big by itself is taken
        if admitted:
            messages, bytes_ = messages + 1, bytes_ + len(one.payload)
        if len(self._sent) >= REMEMBERED:
            del self._sent[next(iter(self._sent))]
        self._sent[one.channel, one.address] = hour, messages, bytes_
        return admitted

    async def _tell(self, tx: Tx, refused: Sequence[tuple[Arrival, str]], now: datetime) -> None:
        hour = int(now.timestamp() // 3600)
        told = [
            Outgoing(
                one.channel, one.address, None, f"refused:{one.channel}:{one.address}:{hour}",
                Message(self.context.speech.say(f"refused.{why}")).dump(),
            )
            for one, why in refused
            if self.context.channels[one.channel].capabilities.vouches and one.address and not is_group(one.address)
        ]  # fmt: skip
        if told:
            await outbox.add(tx, told, now)


def refusal(why: str) -> Refused:
    """What a page is told instead of a tick."""
    return Refused(f"refused.{why}")


def _want(one: Arrival) -> Want:
    use = Use(people=1 if one.begins else 0, messages=1, bytes=len(one.payload))
    return Want(use, counts_of(one.channel, one.source, one.address))
