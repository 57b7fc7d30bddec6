"""The calendar of the month: see all of it in advance, change it, skip or move a day, switch it on and off."""

from __future__ import annotations

from datetime import date

from bot.message import Document, Option, Reply, Text
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.arguments import A_NUMBER, read_number
from handlers.broadcasts.access import reach
from handlers.buttons import DESK
from handlers.calendar.access import ADD, BACK, describe, find_message, may_change, show_kept, works_for
from handlers.calendar.form import MessageForm, MoveForm, open_form, schedule, values
from handlers.calendar.list import Entry, describe_numbered, entries, line, schedule_of, sendings, span
from handlers.calendar.made.ics import ics
from handlers.calendar.made.picture import month_picture
from handlers.calendar.preview import show_preview
from handlers.calendar.rules import BY, SKIPPED, Occurrence, WrongRule, check, check_time, instant, month
from storage.broadcast.audience import Audience
from storage.campaign import calendar
from storage.campaign.calendar import CampaignMessage
from storage.files import charts

router = Router("calendar", role="officer")

PAGE = 14
"""Lines of the month in one message."""
OFFERED = 6
"""Days that are offered at once to be skipped or moved."""
AFTER = "after "


@router.command("calendar")
async def show_month(turn: Turn) -> None:
    """The month as a list, from today on if it runs."""
    found = await _goes_out(turn)
    if not found:
        return await _say_empty(turn)
    past = sum(entry.occurrence.at < turn.now for entry in found)
    _page(turn, found, past // PAGE if past < len(found) else 0)


async def _say_empty(turn: Turn) -> None:
    """There is nothing yet: the ready calendar is for whoever may change it all, the others add what is for their people."""
    if await works_for(turn):
        return turn.reply("calendar.empty", [Option("/calendar load", Text("command.calendar.load.title"))])
    turn.reply("calendar.empty.part", [ADD, DESK])


@router.command("calendar page", after=A_NUMBER)
async def page(turn: Turn) -> None:
    """Another page of the list."""
    found = await _goes_out(turn)
    wanted = (read_number(turn.rest, digits=3) or 1) - 1
    _page(turn, found, wanted if 0 <= wanted * PAGE < len(found) else 0)


@router.command("calendar load", after=NOTHING)
async def load(turn: Turn) -> None:
    """Put the ready calendar into the campaign, switched off."""
    if not await may_change(turn):
        return
    new = await calendar.load(turn.tx, turn.campaign.id)
    await turn.note("calendar.load", "campaign", messages=new)
    turn.reply("calendar.loaded", [BACK, *_on_and_list()], n=new)


@router.command("calendar messages", after=NOTHING)
async def show_messages(turn: Turn) -> None:
    """Every message by its number."""
    found = await calendar.all_of(turn.tx, turn.campaign.id)
    if not found:
        return await _say_empty(turn)
    options = [Option(f"/calendar show {message.id}", Text("calendar.number", {"n": message.id})) for message in found]
    add = Option("/calendar add", Text("command.calendar.add.title"))
    turn.reply(
        "calendar.messages",
        [*options, add, BACK],
        lines=await describe_numbered(turn.tx, found, turn.campaign, turn.rules.quiet),
    )


@router.command("calendar show")
async def show(turn: Turn) -> None:
    """One message: when, to whom, whether it is switched on, and what may be done with it."""
    if message := await find_message(turn):
        await describe(turn, message)


@router.command("calendar preview")
async def preview(turn: Turn) -> None:
    """What a message says, in every language, as each channel shows it."""
    if message := await find_message(turn):
        await show_preview(turn, message)


@router.command("calendar skip")
async def skip(turn: Turn) -> None:
    """Leave a message out on one day; without a day, choose one."""
    if (message := await find_message(turn, change=True)) is None:
        return
    day = (await _coming(turn, message)).get(turn.rest)
    if day is None:
        return await _ask_day(turn, message, "skip", turn.rest)
    await calendar.change_day(turn.tx, message, day.on.isoformat(), SKIPPED)
    await turn.note("calendar.skip", day.key)
    turn.reply("calendar.skipped", [BACK], title=message.titles, at=day.at, waits=_waits(message, day.on.isoformat()))


@router.command("calendar move", opens=True)
async def move(turn: Turn) -> None:
    """Send a message on another day or at another time, this once; without a day, choose one."""
    if (message := await find_message(turn, change=True)) is None:
        return
    day = (await _coming(turn, message)).get(turn.rest)
    if day is None:
        return await _ask_day(turn, message, "move", turn.rest)
    turn.begin(MoveForm, id=str(message.id), on=day.on.isoformat())


@router.done(MoveForm)
async def save_move(turn: Turn, form: MoveForm) -> None:
    turn.rest = form.id
    message = await find_message(turn, change=True)
    day = (await _coming(turn, message)).get(form.on) if message else None
    if message is None or day is None:
        return turn.reply("calendar.too_late", [BACK])
    at = instant(form.day, form.at, turn.speech.zone)
    try:
        check_time(form.at, turn.rules.quiet, urgent=message.urgent)
        if not turn.campaign.first_on <= form.day <= turn.campaign.last_on:
            raise WrongRule("message_outside", day=form.day, first=turn.campaign.first_on, last=turn.campaign.last_on)
        if at <= turn.now:
            raise WrongRule("time_over", at=at)
    except WrongRule as wrong:
        turn.reply(Reply(Text(f"wrong.{wrong.code}", wrong.params)))
        return turn.reopen(form, "at" if wrong.code in ("time_quiet", "time_over") else "day")
    await calendar.change_day(turn.tx, message, form.on, f"{form.day.isoformat()}T{form.at:%H:%M}")
    await turn.note("calendar.move", day.key, to=at.isoformat())
    turn.reply("calendar.moved", [BACK], title=message.titles, was=day.at, at=at, waits=_waits(message, form.on))


@router.command("calendar once", opens=True)
async def once(turn: Turn) -> None:
    """Say something else on one day, or to other people; without a day, choose one."""
    if (message := await find_message(turn, change=True)) is None:
        return
    day = (await _coming(turn, message)).get(turn.rest)
    if day is None:
        return await _ask_day(turn, message, "once", turn.rest)
    if not await _waits_already(turn, message, day.on.isoformat()):
        open_form(turn, message, day, within=await reach(turn))


@router.command("calendar add", after=NOTHING, opens=True)
async def add(turn: Turn) -> None:
    """Write a message of one's own."""
    hers = await reach(turn)
    if hers or await may_change(turn):
        open_form(turn, None, within=hers)


@router.command("calendar edit", opens=True)
async def edit(turn: Turn) -> None:
    """Change a message: its texts, its day, its people."""
    if message := await find_message(turn, change=True):
        open_form(turn, message, within=await reach(turn))


@router.done(MessageForm)
async def save(turn: Turn, form: MessageForm) -> None:
    turn.rest = form.id
    was = await find_message(turn, change=True) if form.id else None
    if form.id and was is None:
        return
    try:
        check(schedule(form), span(turn.campaign), turn.rules.quiet)
    except WrongRule as wrong:
        turn.reply(Reply(Text(f"wrong.{wrong.code}", wrong.params)))
        return turn.reopen(form, "at" if wrong.code == "time_quiet" else "when")
    if form.instead is not None:
        return await _save_once(turn, form, *form.instead)
    new = values(form, was)
    if not await may_change(turn, new.get("audience", was.audience if was else Audience())):
        return
    if was is None:
        id = await calendar.add(turn.tx, turn.campaign.id, CampaignMessage(name=turn.key, **new))
    else:
        id = was.id
        if new:
            await calendar.change(turn.tx, was, turn.now, **new)
    await turn.note("calendar.edit" if was else "calendar.add", f"message:{id}", changed=sorted(new))
    await show_kept(turn, id, on=bool(was and new and was.active))


async def _save_once(turn: Turn, form: MessageForm, number: str, on: str) -> None:
    """Keep a message of its own for the day, on which the other one is left out as soon as this one is on."""
    turn.rest = number
    message = await find_message(turn, change=True)
    if message is None or on not in await _coming(turn, message):
        return turn.reply("calendar.too_late", [BACK])
    if await _waits_already(turn, message, on):
        return
    new = CampaignMessage(name=turn.key, content=message.content, **values(form, None, like=message))
    if not await may_change(turn, message.audience, new.audience):
        return
    id = await calendar.add(turn.tx, turn.campaign.id, new)
    moved, _, _ = message.changes.get(on, "").partition(BY)
    await calendar.change_day(turn.tx, message, on, f"{moved}{BY}{id}")
    if message.active:
        await calendar.switch(turn.tx, [id], turn.now, on=True)
    await turn.note("calendar.once", f"message:{message.id}:{on}", by=id)
    await show_kept(turn, id, on=message.active)


def _waits(message: CampaignMessage, on: str) -> Text | None:
    """What was kept for this day, and goes out if somebody switches it on, whatever became of the message itself."""
    _, _, number = message.changes.get(on, "").partition(BY)
    return Text("calendar.still_waits", {"number": int(number)}) if number else None


async def _waits_already(turn: Turn, message: CampaignMessage, on: str) -> bool:
    """Whether something else is kept for this day already and waits to be switched on, which says so: with a second one beside
    it, both could be switched on."""
    _, _, number = message.changes.get(on, "").partition(BY)
    waiting = await calendar.find(turn.tx, turn.campaign.id, int(number)) if number else None
    if waiting is None:
        return False
    acts = [Option(f"/calendar {act} {number}", Text(f"command.calendar.{act}.title")) for act in ("preview", "edit")]
    turn.reply(
        "calendar.once.waits", [*acts, BACK], title=message.titles, day=date.fromisoformat(on), number=waiting.id
    )
    return True


@router.command("calendar picture", after=NOTHING)
async def picture(turn: Turn) -> None:
    """The month at a glance, as a picture."""
    found = await entries(turn.tx, turn.campaign, turn.speech.zone, turn.now)
    if not found:
        return await _say_empty(turn)
    drawn = await charts.ask(turn.tx, month_picture(found, turn.campaign, turn.speech), turn.now)
    turn.reply("calendar.picture", [BACK], picture=drawn, title=turn.campaign.title, year=str(turn.campaign.year))


@router.command("calendar ics", after=NOTHING)
async def export(turn: Turn) -> None:
    """The month as a file for a phone's own calendar."""
    found = await entries(turn.tx, turn.campaign, turn.speech.zone, turn.now)
    content = ics(found, turn.campaign, turn.speech, turn.now)
    if not turn.facts.documents:
        return turn.reply("calendar.no_documents", [BACK])
    turn.reply(
        "calendar.ics", [BACK], document=Document(f"{turn.campaign.prefix}.ics", content), n=len(sendings(found))
    )


async def _goes_out(turn: Turn) -> list[Entry]:
    """The month without what gives way to another message of its day."""
    found = await entries(turn.tx, turn.campaign, turn.speech.zone, turn.now)
    return [entry for entry in found if entry.fate != "gives_way"]


def _page(turn: Turn, found: list[Entry], at: int) -> None:
    shown = found[at * PAGE : (at + 1) * PAGE]
    options = [Option(f"/calendar page {at}", Text("calendar.previous"))] if at else []
    if (at + 1) * PAGE < len(found):
        options.append(Option(f"/calendar page {at + 2}", Text("calendar.next")))
    options.append(Option("/calendar picture", Text("command.calendar.picture.title")))
    options += _on_and_list() if any(not entry.message.active for entry in found) else _on_and_list()[:1]
    options.append(Option("/calendar ics", Text("command.calendar.ics.title")))
    state = (
        "sleeps" if not any(entry.message.active for entry in found) else "runs" if turn.campaign.active else "waits"
    )
    turn.reply(
        "calendar.month",
        options,
        title=turn.campaign.title,
        year=str(turn.campaign.year),
        total=len(sendings(found)),
        state=Text(f"calendar.{state}"),
        lines=[line(entry) for entry in shown],
    )


def _on_and_list() -> list[Option]:
    return [
        Option("/calendar messages", Text("command.calendar.messages.title")),
        Option("/calendar on", Text("command.calendar.on.title")),
    ]


async def _coming(turn: Turn, message: CampaignMessage) -> dict[str, Occurrence]:
    """The days on which it is still to be said, by the day of its rule."""
    kept = await calendar.all_of(turn.tx, turn.campaign.id)
    beside = [schedule_of(one) for one in kept if one.id == message.id or one.active or not message.active]
    return {
        o.on.isoformat(): o
        for o in month(beside, span(turn.campaign), turn.speech.zone)
        if o.message_id == message.id and o.at > turn.now and o.state != "skipped"
    }


async def _ask_day(turn: Turn, message: CampaignMessage, act: str, after: str) -> None:
    """Let a day be chosen; ``after``: «after 2026-05-09» for those behind that day."""
    coming = await _coming(turn, message)
    if not coming:
        return turn.reply("calendar.no_day_left", [BACK])
    behind = (
        [o for day, o in sorted(coming.items()) if day > after.removeprefix(AFTER)] if after.startswith(AFTER) else []
    )
    offered = behind or [o for _, o in sorted(coming.items())]
    options = [
        Option(f"/calendar {act} {message.id} {o.on.isoformat()}", Text("calendar.day", {"at": o.at}))
        for o in offered[:OFFERED]
    ]
    if len(offered) > OFFERED:
        last = offered[OFFERED - 1].on.isoformat()
        options.append(Option(f"/calendar {act} {message.id} {AFTER}{last}", Text("calendar.next")))
    turn.reply(f"calendar.which_day.{act}", [*options, BACK], title=message.titles)
