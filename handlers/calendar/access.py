"""What every act on the calendar has in common: whose it is, which message is meant, and that it is on record."""

from __future__ import annotations

from collections.abc import Mapping

from bot.message import Option, Text, Words
from bot.turn.turn import Turn
from handlers.arguments import read_number
from handlers.calendar.list import problem, rule
from handlers.names import channel_names
from locales import FIRST
from storage.broadcast import readers
from storage.campaign import calendar, staff
from storage.campaign.calendar import CampaignMessage

BACK = Option("/calendar", Text("command.calendar.title"))


async def may_change(turn: Turn) -> bool:
    """Whether she may change the calendar: an officer of the campaign's own unit, not only of a part of it. Says so if not."""
    reach = await staff.reach(turn.tx, turn.person.roles, "officer")
    if reach is None or turn.campaign.unit_id in reach:
        return True
    turn.reply("calendar.not_yours", [BACK])
    return False


async def find_message(turn: Turn, *, change: bool = False) -> CampaignMessage | None:
    """The message whose number was given, locked for a ``change``; says so if there is none, or she may not."""
    number, _, turn.rest = turn.rest.partition(" ")
    if change and not await may_change(turn):
        return None
    id = read_number(number)
    message = None if id is None else await calendar.find(turn.tx, turn.campaign.id, id, lock=change)
    if message is None:
        turn.reply("calendar.no_such", [Option("/calendar messages", Text("command.calendar.messages.title")), BACK])
    return message


def tell_others(turn: Turn, id: int, titles: Words | Mapping[str, str]) -> None:
    """One officer may change what is switched on; the others see it before it goes out."""
    shown = [Option(f"/calendar preview {id}", Text("command.calendar.preview.title")), BACK]
    unit_id, by = turn.campaign.unit_id, turn.person.id
    turn.tell_officers("calendar.changed.notice", shown, unit_id=unit_id, sparing=by, title=titles)


async def describe(turn: Turn, message: CampaignMessage) -> None:
    """Say everything about a message but its text, with what may be done with it."""
    reach = await readers.preview(turn.tx, message.draft(FIRST), turn.now)
    acts = ("preview", "edit", "line", "once", "skip", "move", "off" if message.active else "on")
    options = [Option(f"/calendar {act} {message.id}", Text(f"command.calendar.{act}.title")) for act in acts]
    turn.reply(
        "calendar.message",
        [*options, BACK],
        number=message.id,
        title=message.titles,
        rule=rule(message),
        people=reach.size,
        on=Text("calendar.on" if message.active else "calendar.off"),
        lines=_extras(turn, message),
    )


def _extras(turn: Turn, message: CampaignMessage) -> list[Words]:
    """What else there is to know of a message."""
    found: list[Words] = [Text(f"calendar.content.{message.content or 'fixed'}")]
    if message.active and (why := problem(message, turn.campaign, turn.rules.quiet)):
        found.append(Text("calendar.message.stuck", {"why": why}))
    if message.picture:
        found.append(Text("calendar.message.photo"))
    if message.links:
        found.append(
            Text("calendar.message.links", {"links": ", ".join(f"{label} ({url})" for label, url in message.links)})
        )
    if names := channel_names(name for name in message.audience.not_on if name in turn.rules.channels):
        found.append(Text("calendar.message.not_on", {"channels": Text("list", {"items": names})}))
    return found
