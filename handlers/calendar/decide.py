"""What officers are asked and decide about an occurrence: late, perhaps sent already, or not for those who had a message
that day. The buttons are commands, and the role is checked at the act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Notice, Turn
from handlers.arguments import read_number
from handlers.calendar import whom
from handlers.calendar.access import BACK, may_change
from handlers.calendar.rules import instant
from storage.broadcast import broadcasts, counts
from storage.broadcast.audience import Audience
from storage.broadcast.broadcasts import HELD, Broadcast, Draft, Occasion
from storage.campaign import calendar, campaigns
from storage.database import Tx

router = Router("calendar_decide", role="officer")

DECIDE = {"late": ("now", "tomorrow", "drop"), "restored": ("now", "tomorrow", "drop"), "capped": ("again",)}
"""What an officer may do about an occurrence, as subcommands of /calendar."""


async def question(tx: Tx, broadcast: Broadcast, what: str, params: Mapping[str, object]) -> Notice:
    """Ask the campaign's officers what is to become of an occurrence: late, perhaps sent already, or left people out."""
    message = await calendar.find(tx, broadcast.campaign_id, broadcast.message_id or 0)
    options = tuple(
        Option(
            f"/calendar {act} {broadcast.id}",
            Text(f"command.calendar.{act}.title"),
            sense="danger" if act == "drop" else "",
        )
        for act in DECIDE[what]
    )
    said: dict[str, object] = {
        "title": await whom.name(tx, message) if message else "",
        "at": broadcast.go_at,
        **params,
    }
    unit_id = whom.unit_of(await campaigns.unit_of(tx, broadcast.campaign_id), broadcast.audience)
    return Notice(Text(f"calendar.{what}", said), "officer", unit_id, options=options)


@router.command("calendar now")
async def now(turn: Turn) -> None:
    """Send at once what was late; in the quiet hours it goes out when they are over."""
    broadcast = await _find_asked(turn)
    if broadcast and await broadcasts.resume(turn.tx, broadcast.id, turn.now):
        await _report(turn, broadcast, "now", turn.now)


@router.command("calendar tomorrow")
async def tomorrow(turn: Turn) -> None:
    """Send tomorrow morning what was late."""
    broadcast = await _find_asked(turn)
    if broadcast is None or broadcast.go_at is None:
        return
    at = await _tomorrow(turn, broadcast)
    expires_at = at + (broadcast.expires_at - broadcast.go_at) if broadcast.expires_at else None
    if await broadcasts.postpone(turn.tx, broadcast.id, at, expires_at):
        await _report(turn, broadcast, "tomorrow", at)


@router.command("calendar drop")
async def drop(turn: Turn) -> None:
    """Leave out what was late; whoever has it keeps it."""
    broadcast = await _find_asked(turn)
    if broadcast and await broadcasts.cancel(turn.tx, broadcast.id):
        await _report(turn, broadcast, "drop", turn.now)


@router.command("calendar again")
async def again(turn: Turn) -> None:
    """Send tomorrow morning to those who were left out because they had a message that day."""
    broadcast = await _find(turn)
    if broadcast is None:
        return
    n = await counts.count_left_out(turn.tx, broadcast.id, "cap")
    if broadcast.state != "done" or not n or broadcast.go_at is None or broadcast.occurrence_key is None:
        return turn.reply("calendar.decided_already", [BACK])
    at = await _tomorrow(turn, broadcast)
    grace = (broadcast.expires_at or at) - broadcast.go_at
    occasion = Occasion(
        broadcast.message_id or 0, f"{broadcast.occurrence_key}:again", at, at + grace, broadcast.subject
    )
    audience = Audience(communes=broadcast.audience.communes, missed_by=broadcast.id, missed_why="cap")
    draft = Draft(
        broadcast.texts, audience, broadcast.fallback, broadcast.picture, broadcast.links, pictures=broadcast.pictures
    )
    await broadcasts.occur(turn.tx, broadcast.campaign_id, occasion, draft, turn.now)
    await _report(turn, broadcast, "again", at)


async def _find(turn: Turn) -> Broadcast | None:
    """The occurrence whose number was given, locked; says so if it is none of this campaign's."""
    id = read_number(turn.rest)
    broadcast = None if id is None else await broadcasts.find(turn.tx, id, lock=True)
    if broadcast is None or broadcast.message_id is None or broadcast.campaign_id != turn.campaign.id:
        turn.reply("calendar.no_such", [BACK])
        return None
    return broadcast if await may_change(turn, broadcast.audience) else None


async def _find_asked(turn: Turn) -> Broadcast | None:
    """The same if an officer's word is waited for; says so if somebody was quicker."""
    broadcast = await _find(turn)
    if broadcast is not None and (broadcast.state != "paused" or broadcast.problem not in HELD):
        turn.reply("calendar.decided_already", [BACK])
        return None
    return broadcast


async def _tomorrow(turn: Turn, broadcast: Broadcast) -> datetime:
    """The next morning, at the message's own time."""
    message = await calendar.find(turn.tx, broadcast.campaign_id, broadcast.message_id or 0)
    assert message is not None
    return instant(turn.today + timedelta(days=1), message.at, turn.speech.zone)


async def _report(turn: Turn, broadcast: Broadcast, act: str, at: datetime) -> None:
    await turn.note(f"calendar.{act}", f"broadcast:{broadcast.id}")
    turn.reply(f"calendar.decided.{act}", [BACK], at=at)
