"""What every act on the calendar has in common: whose it is, which message is meant, and that it is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from bot.message import Option, Text, Words
from bot.turn.turn import Turn
from handlers.arguments import read_number
from handlers.broadcasts.access import reach, reaches
from handlers.calendar import whom
from handlers.calendar.list import problem, rule
from handlers.calendar.rules import BY
from handlers.names import channel_names
from locales import FIRST
from storage.broadcast import readers
from storage.broadcast.audience import Audience
from storage.broadcast.broadcasts import Draft
from storage.campaign import calendar, units
from storage.campaign.calendar import CampaignMessage

BACK = Option("/calendar", Text("command.calendar.title"))


ADD = Option("/calendar add", Text("command.calendar.add.title"))


async def may_change(turn: Turn, *audiences: Audience) -> bool:
    """Whether she may change the calendar for these people: an officer of the campaign's own unit for anybody, one of a part
    of it only what is for communes where she works. Says so if not."""
    if await works_for(turn, *audiences):
        return True
    await turn.refuse("campaign")
    some = await reach(turn)
    turn.reply("calendar.not_yours.all" if some else "calendar.not_yours", [ADD, BACK] if some else [BACK])
    return False


async def works_for(turn: Turn, *audiences: Audience) -> bool:
    """The same without a word; without ``audiences``, for everybody."""
    return all([await reaches(turn, Draft({}, audience)) for audience in audiences or (Audience(),)])


async def find_message(turn: Turn, *, change: bool = False) -> CampaignMessage | None:
    """The message whose number was given, locked for a ``change``; says so if there is none, or she may not."""
    number, _, turn.rest = turn.rest.partition(" ")
    id = read_number(number)
    message = None if id is None else await calendar.find(turn.tx, turn.campaign.id, id, lock=change)
    if message is None:
        turn.reply("calendar.no_such", [Option("/calendar messages", Text("command.calendar.messages.title")), BACK])
    elif change and not await may_change(turn, message.audience):
        return None
    return message


async def tell_others(turn: Turn, message: CampaignMessage) -> None:
    """One officer may change what is switched on; the others see it before it goes out."""
    shown = [Option(f"/calendar preview {message.id}", Text("command.calendar.preview.title")), BACK]
    unit_id, by = whom.unit_of(turn.campaign.unit_id, message.audience), turn.person.id
    title = await whom.name(turn.tx, message)
    turn.tell_officers("calendar.changed.notice", shown, unit_id=unit_id, sparing=by, title=title)


async def needs_another(turn: Turn, message: CampaignMessage) -> int:
    """To how many people it goes, if so many that an officer of a part of the campaign's unit lets nobody hear of it alone;
    0 if she may."""
    if await works_for(turn):
        return 0
    size = (await readers.preview(turn.tx, message.draft(FIRST), turn.now)).size
    return size if size > turn.rules.approval_over else 0


async def ask_another(turn: Turn, message: CampaignMessage, n: int) -> None:
    """Ask the officers of the campaign's own unit to look at it and to switch it on; of what is said instead of another
    message on one day, they hear that the other one goes out unless they do."""
    acts = [Option(f"/calendar {act} {message.id}", Text(f"command.calendar.{act}.title")) for act in ("preview", "on")]
    title, otherwise = await whom.name(turn.tx, message), await _otherwise(turn, message)
    to = turn.campaign.unit_id
    turn.tell_officers("calendar.asked.notice", [*acts, BACK], unit_id=to, title=title, n=n, otherwise=otherwise)


async def _otherwise(turn: Turn, message: CampaignMessage) -> Text | None:
    """What goes out if this stays off, where it is to be said instead of another message."""
    kept = await calendar.all_of(turn.tx, turn.campaign.id)
    for other in kept:
        for on, to in other.changes.items():
            if to.partition(BY)[2] == str(message.id):
                return Text("calendar.asked.otherwise", {"title": other.titles, "day": date.fromisoformat(on)})
    return None


async def show_kept(turn: Turn, id: int, *, on: bool) -> None:
    """Say that a message is kept; where it is ``on`` the others are told, or asked first."""
    kept = await calendar.find(turn.tx, turn.campaign.id, id)
    assert kept is not None
    turn.reply("calendar.kept")
    if on and (n := await needs_another(turn, kept)):
        await calendar.switch(turn.tx, [id], turn.now, on=False)
        await ask_another(turn, kept, n)
        turn.reply("calendar.asked", n=n, over=turn.rules.approval_over, otherwise=await _otherwise(turn, kept))
        kept = replace(kept, active=False)
    elif on:
        await tell_others(turn, kept)
    await describe(turn, kept)


async def describe(turn: Turn, message: CampaignMessage) -> None:
    """Say everything about a message but its text, with what may be done with it."""
    would = await readers.preview(turn.tx, message.draft(FIRST), turn.now)
    changes = ("edit", "line", "once", "skip", "move", "off" if message.active else "on")
    acts = ("preview", *(changes if await works_for(turn, message.audience) else ()))
    options = [Option(f"/calendar {act} {message.id}", Text(f"command.calendar.{act}.title")) for act in acts]
    turn.reply(
        "calendar.message",
        [*options, BACK],
        number=message.id,
        title=message.titles,
        rule=rule(message),
        people=would.size,
        on=Text("calendar.on" if message.active else "calendar.off"),
        lines=_extras(turn, message, await units.names(turn.tx, message.audience.communes)),
    )


def _extras(turn: Turn, message: CampaignMessage, places: Sequence[str]) -> list[Words]:
    """What else there is to know of a message."""
    found: list[Words] = [Text("calendar.message.communes", {"communes": places})] if places else []
    found.append(Text(f"calendar.content.{message.content or 'fixed'}"))
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
