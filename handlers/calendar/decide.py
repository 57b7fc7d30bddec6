"""What officers decide about an occurrence: late, perhaps sent already, or not for those who had a message that day."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.arguments import read_number
from handlers.calendar.access import BACK, whole
from handlers.calendar.rules import instant
from storage.broadcast import broadcasts, ledger
from storage.broadcast.audience import Audience
from storage.broadcast.broadcasts import HELD, Broadcast, Draft, Occasion
from storage.campaign import calendar

router = Router("calendar_decide", role="officer")


@router.command("calendar now")
async def now(turn: Turn) -> None:
    """Send at once what was late; in the quiet hours it goes out when they are over."""
    one = await _asked(turn)
    if one and await broadcasts.resume(turn.tx, one.id, turn.now):
        await _decided(turn, one, "now", turn.now)


@router.command("calendar tomorrow")
async def tomorrow(turn: Turn) -> None:
    """Send tomorrow morning what was late."""
    one = await _asked(turn)
    if one is None or one.go_at is None:
        return
    at = await _tomorrow(turn, one)
    expires_at = at + (one.expires_at - one.go_at) if one.expires_at else None
    if await broadcasts.postpone(turn.tx, one.id, at, expires_at):
        await _decided(turn, one, "tomorrow", at)


@router.command("calendar drop")
async def drop(turn: Turn) -> None:
    """Leave out what was late; whoever has it keeps it."""
    one = await _asked(turn)
    if one and await broadcasts.cancel(turn.tx, one.id):
        await _decided(turn, one, "drop", turn.now)


@router.command("calendar again")
async def again(turn: Turn) -> None:
    """Send tomorrow morning to those who were left out because they had a message that day."""
    one = await _found(turn)
    if one is None:
        return
    n = await ledger.left_out(turn.tx, one.id, "cap")
    if one.state != "done" or not n or one.go_at is None or one.occurrence_key is None:
        return turn.reply("calendar.decided_already", [BACK])
    at = await _tomorrow(turn, one)
    grace = (one.expires_at or at) - one.go_at
    occasion = Occasion(one.message_id or 0, f"{one.occurrence_key}:again", at, at + grace, one.subject)
    audience = Audience(missed_by=one.id, missed_why="cap")
    draft = Draft(one.texts, audience, one.fallback, one.picture, one.links, pictures=one.pictures)
    await broadcasts.occur(turn.tx, one.campaign_id, occasion, draft, turn.now)
    await _decided(turn, one, "again", at)


async def _found(turn: Turn) -> Broadcast | None:
    """The occurrence whose number was given, locked; says so if it is none of this campaign's."""
    if not await whole(turn):
        return None
    id = read_number(turn.rest)
    one = None if id is None else await broadcasts.find(turn.tx, id, lock=True)
    if one is None or one.message_id is None or one.campaign_id != turn.campaign.id:
        turn.reply("calendar.no_such", [BACK])
        return None
    return one


async def _asked(turn: Turn) -> Broadcast | None:
    """The same if an officer's word is waited for; says so if somebody was quicker."""
    one = await _found(turn)
    if one is not None and (one.state != "paused" or one.problem not in HELD):
        turn.reply("calendar.decided_already", [BACK])
        return None
    return one


async def _tomorrow(turn: Turn, one: Broadcast) -> datetime:
    """The next morning, at the message's own time."""
    message = await calendar.find(turn.tx, one.campaign_id, one.message_id or 0)
    assert message is not None
    return instant(turn.today + timedelta(days=1), message.at, turn.speech.zone)


async def _decided(turn: Turn, one: Broadcast, act: str, at: datetime) -> None:
    await turn.note(f"calendar.{act}", f"broadcast:{one.id}")
    turn.reply(f"calendar.decided.{act}", [BACK], at=at)
