"""Groups and channels: people are talked to one by one, so the program leaves where no admin wanted it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.context import Context
from bot.message import Heard, Message
from storage.campaign import staff
from storage.database import Tx
from storage.talk import outbox
from storage.talk.inbox import WaitingMessage
from storage.talk.outbox import Outgoing

GRACE = timedelta(minutes=10)
"""In which an admin can join, or say something, so that it stays. So long it also says nothing again in one group."""
EVENTS = ("group", "joined", "joined_mute", "present", "moved", "left")


async def meet(tx: Tx, told: Sequence[tuple[WaitingMessage, Heard]], context: Context) -> None:
    """Note what happened in groups, and write down when each is to be left."""
    for one, heard in told:
        await _meet(tx, one, heard, context)


async def _meet(tx: Tx, one: WaitingMessage, heard: Heard, context: Context) -> None:
    now = context.now()
    match heard.event:
        case "group":
            await outbox.add(tx, [_farewell(one, context, f"{now.timestamp() // GRACE.total_seconds():.0f}")], now)
        case "joined" | "joined_mute" if not await _is_admin(tx, one.channel, heard.by):
            if not await outbox.any_waits(tx, _about(one.channel, one.address)):
                said = _farewell(one, context, str(one.id), mute=heard.event == "joined_mute", due_at=now + GRACE)
                await outbox.add(tx, [said], now)
        case "present" if await outbox.any_waits(tx, _about(one.channel, one.address)):
            if await _is_admin(tx, one.channel, heard.by):
                await outbox.withdraw(tx, _about(one.channel, one.address))
        case "moved" if await outbox.any_waits(tx, _about(one.channel, heard.by)):
            await outbox.withdraw(tx, _about(one.channel, heard.by))
            await outbox.add(tx, [_farewell(one, context, str(one.id), due_at=now + GRACE)], now)
        case "left":
            await outbox.withdraw(tx, _about(one.channel, one.address))


def _farewell(
    one: WaitingMessage, context: Context, key: str, *, mute: bool = False, due_at: datetime | None = None
) -> Outgoing:
    """The last words in a group, or none where they would be refused or read by a whole channel."""
    said = Message("" if mute else context.speech.say("group.leave"), leave=True)
    about = _about(one.channel, one.address)
    return Outgoing(one.channel, one.address, None, f"{about}:{key}", said.dump(), about=about, due_at=due_at)


def _about(channel: str, address: str) -> str:
    return f"leave:{channel}:{address}"


async def _is_admin(tx: Tx, channel: str, address: str) -> bool:
    return any(held.address == address and "admin" in held.roles for held in await staff.accounts_on(tx, channel))
