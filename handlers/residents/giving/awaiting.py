"""Pledges that nobody vouches for yet: whose they are, what makes them count, and how they lapse.

An account in the web chat costs nothing, so what is promised from it alone would cover every household in a minute. It
counts once its owner can be reached: she links an account that costs something, or an officer confirms the pledge.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Notice, Redraw, Turn
from bot.turn.work import Work
from handlers.buttons import ADDRESSES, MENU, MY
from handlers.names import channel_names
from storage.aid import pledges
from storage.aid.pledges import FullPledge
from storage.campaign import settings
from storage.campaign.settings import AWAITING_DAYS, AWAITING_EACH, PLEDGES_EACH
from storage.database import Tx
from storage.rights import spoken
from storage.talk import people
from storage.talk.people import Account

router = Router("awaiting")


async def is_vouched(turn: Turn) -> bool:
    """Whether what this person pledges counts at once: she can be reached, or is an officer."""
    if turn.person.roles or _reaches(turn, [turn.account]):
        return True
    return _reaches(turn, await people.accounts_of(turn.tx, turn.person.id))


async def may_pledge(turn: Turn, *, vouched: bool) -> bool:
    """Whether this person may have one more open pledge, those of whom she wrote it for included; she is told if not.
    Officers keep as many as they need."""
    if turn.person.roles:
        return True
    theirs = [one.person_id for one in await spoken.of_noter(turn.tx, turn.person.id)]
    open_ = await pledges.count_open(turn.tx, [turn.person.id, *theirs], vouched=vouched)
    if open_ < await settings.read(turn.tx, PLEDGES_EACH if vouched else AWAITING_EACH):
        return True
    turn.reply("pledge.too_many" if vouched else "pledge.too_many_awaiting", [MY, MENU], n=open_)
    return False


async def ways(turn: Turn) -> tuple[list[Words] | None, list[Option], int]:
    """How to make a pledge count: the channels to link, the button that begins it, and in how many days it lapses."""
    names = [name for name, channel in turn.rules.channels.items() if channel.capabilities.vouches]
    link = [Option("/link code", Text("pledge.link"))] if names else []
    return channel_names(names) or None, link, await settings.read(turn.tx, AWAITING_DAYS)


async def settle(turn: Turn, person_id: int) -> None:
    """A person's accounts changed: her new pledges, and those of whom she wrote them for, count if she can be reached now,
    as many as one person may have."""
    person = (await people.load(turn.tx, [person_id]))[person_id]
    reached = _reaches(turn, await people.accounts_of(turn.tx, person_id))
    most = None if person.roles else await settings.read(turn.tx, PLEDGES_EACH)
    for one in (person_id, *(noted.person_id for noted in await spoken.of_noter(turn.tx, person_id))):
        await pledges.vouch(turn.tx, one, bool(person.roles) or reached, most=most)


def _reaches(turn: Turn, accounts: Iterable[Account]) -> bool:
    """Whether one of these accounts is where accounts cost something, and may be written to."""
    found = [turn.rules.channels.get(account.channel) for account in accounts if account.state == "open"]
    return any(channel is not None and channel.capabilities.vouches for channel in found)


@router.every(600, "awaiting")
async def lapse(work: Work) -> int:
    """End what nobody has vouched for in time, and tell whoever pledged it, never in the quiet hours.

    Harmless twice, and on several machines.
    """
    if await work.is_quiet():
        return 0
    told = await work.database.transact(lambda tx: _lapse(work, tx))
    if told:
        work.wake()
    return told


async def _lapse(work: Work, tx: Tx) -> int:
    await tx.exclusive("awaiting")
    days = await settings.read(tx, AWAITING_DAYS)
    over = await pledges.lapse(tx, work.now(), timedelta(days=days))
    told: list[tuple[str, Notice | Redraw]] = [(f"lapsed:{pledge.id}", _tell(pledge)) for pledge in over]
    told += [(f"lapsed:{pledge.id}:card", _redraw(pledge)) for pledge in over]
    await work.tell(tx, told)
    return len(over)


def _tell(pledge: FullPledge) -> Notice:
    text = Text("pledge.told.lapsed", {"code": pledge.code, "name": pledge.household})
    return Notice(text, person_id=pledge.person_id, options=(ADDRESSES, MENU))


def _redraw(pledge: FullPledge) -> Redraw:
    text = Text("pledge.redraw", {"code": pledge.code, "state": Text("desk.state.lapsed")})
    return Redraw(f"pledge:{pledge.code}", text, quiet=True)
