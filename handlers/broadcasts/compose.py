"""An officer tells many people something: compose, look, test, send after a second pair of eyes, and stay in command."""

from __future__ import annotations

from datetime import timedelta

from bot.broadcast.card import about, card
from bot.broadcast.text import announcement
from bot.message import Reply, Text, Words, changed
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Notice, Redraw, Turn
from handlers.broadcasts.access import find, option, reach, reaches, show_state
from handlers.broadcasts.check import leads_to, preview, reach_of, voices, wrong
from handlers.broadcasts.correct import edit as edit_correction
from handlers.broadcasts.form import Compose, answers
from handlers.reader import as_reader
from storage.aid import addresses
from storage.broadcast import broadcasts
from storage.broadcast.broadcasts import Broadcast
from storage.campaign import staff
from storage.files import pictures

router = Router("broadcast", role="officer")

UNDO = timedelta(seconds=60)
"""How long a broadcast can be taken back after «send»."""
SHOWN = 6
SEEN = 12
"""Digits of a version that a button carries: enough to tell that nothing has changed since."""


@router.command("broadcast")
async def overview(turn: Turn) -> None:
    """The newest broadcasts, and the way to a new one."""
    newest = [broadcast for broadcast in await broadcasts.newest(turn.tx, SHOWN) if await reaches(turn, broadcast)]
    options = [option("new"), *(option("show", broadcast) for broadcast in newest)]
    options += [option("history"), option("search"), option("templates")] if newest else []
    turn.reply("broadcast.list", options, lines=[_line(broadcast) for broadcast in newest] or Text("broadcast.none"))


@router.command("broadcast new", after=NOTHING, opens=True)
async def new(turn: Turn) -> None:
    """Compose."""
    turn.begin(Compose, known=await load_known(turn))


@router.command("broadcast edit", opens=True)
async def edit(turn: Turn) -> None:
    """Change a draft."""
    if broadcast := await _draft(turn):
        if broadcast.corrects_id is not None:
            return await edit_correction(turn, broadcast)
        known = await load_known(turn) | {"id": broadcast.id, "missed_by": broadcast.audience.missed_by}
        turn.begin(Compose, **answers(broadcast, turn.speech.zone), when="", known=known)


@router.done(Compose)
async def save(turn: Turn, form: Compose) -> None:
    address_id = 0
    if form.address:
        if (address := await addresses.find(turn.tx, form.address)) is None:
            turn.reply("address.unknown")
            return turn.reopen(form, "address")
        address_id = address.id
    draft = form.draft(address_id)
    id = (form.known or {}).get("id", 0)
    changes = await broadcasts.find(turn.tx, id) if id else None
    if not await reaches(turn, draft) or (changes and not await reaches(turn, changes)):  # it was taken away meanwhile
        await turn.note("broadcast.refused", about(id))
        return turn.reply("broadcast.unknown", [option("")])
    if draft.picture:
        await pictures.keep(turn.tx, [draft.picture])
    if changes is None:
        id = await broadcasts.add(turn.tx, turn.campaign.id, turn.person.id, draft, turn.now)
    elif not await broadcasts.change(turn.tx, id, draft, turn.person.id):
        return turn.reply("broadcast.too_late")
    await turn.note("broadcast.compose", about(id))
    broadcast = await broadcasts.find(turn.tx, id)
    assert broadcast is not None
    await preview(turn, broadcast)


@router.command("broadcast show")
async def show(turn: Turn) -> None:
    """Where one stands, and what can be done with it."""
    if broadcast := await find(turn):
        await show_state(turn, broadcast)


@router.command("broadcast test")
async def test(turn: Turn) -> None:
    """A copy for the officer herself, as others would get it."""
    if broadcast := await find(turn):
        await _show_copies(turn, broadcast)
        if broadcast.state == "draft" and await broadcasts.mark_tested(turn.tx, broadcast.id, turn.now):
            right, edit = option("right", broadcast), option("edit", broadcast)
            turn.reply("broadcast.tested", [changed(right, yes=True), changed(edit, yes=False)])
        elif broadcast.state == "waiting":
            await _ask_decision(turn, broadcast)


async def _show_copies(turn: Turn, broadcast: Broadcast) -> None:
    """Every language's copy, in one message each."""
    reader = await as_reader(turn)
    for speech in voices(turn.speech):
        message = announcement(broadcast, speech, turn.campaign.organiser, **reader)
        if message is not None and (speech.language in broadcast.texts or speech is turn.speech):
            turn.reply(
                Reply(message.text, picture=message.picture, spans=message.spans, links=message.links, apart=True)
            )


async def _ask_decision(turn: Turn, broadcast: Broadcast) -> None:
    """Below the copies: whom they go to, and where they lead. The button names exactly what was shown."""
    seen = await reach_of(turn, broadcast)
    at = Text("broadcast.when.at", {"at": broadcast.send_at}) if broadcast.send_at else Text("broadcast.when.now")
    said: dict[str, object] = {"number": broadcast.id, "n": seen.size, "at": at, "leads": leads_to(broadcast)}
    options = [option("undo", broadcast)]
    if broadcast.author_id != turn.person.id:
        yes = option("approve", broadcast)
        options.insert(0, changed(yes, value=f"{yes.value} {broadcast.version[:SEEN]}", sense="goes"))
    if broadcast.corrects_id is None:
        return turn.reply(Reply(Text("broadcast.look", said), tuple(options)))
    sent = await broadcasts.find(turn.tx, broadcast.corrects_id)
    was = next(iter(sent.texts.values()), "") if sent else ""
    said |= {"of": broadcast.corrects_id, "was": was}
    turn.reply(Reply(Text("broadcast.look.correction", said), tuple(options)))


@router.command("broadcast right")
async def right(turn: Turn) -> None:
    """The test copy looked right."""
    if broadcast := await _draft(turn):
        if not await broadcasts.mark_right(turn.tx, broadcast.id, turn.now):
            return turn.reply("broadcast.wrong.untested", [option("test", broadcast)])
        await turn.note("broadcast.right", about(broadcast.id))
        await show(turn)


@router.command("broadcast send")
async def send(turn: Turn) -> None:
    """Let it go, or ask a second person where it is large; pressing twice sends once."""
    broadcast = await _draft(turn)
    if broadcast is None:
        return
    seen = await reach_of(turn, broadcast)
    if problems := await wrong(turn, broadcast, seen):
        acts = ["edit", "test"] if broadcast.looked_right_at is None else ["edit"]
        return turn.reply("broadcast.not_yet", [option(act, broadcast) for act in acts], wrong=problems)
    if seen.size > turn.rules.approval_over or await _was_approved(turn, broadcast):
        return await _ask_approval(turn, broadcast, seen.size)
    await _plan(turn, broadcast, "draft", seen.size)


async def _was_approved(turn: Turn, broadcast: Broadcast) -> bool:
    """Whether it puts right what a second person approved: then a second person looks at this, too."""
    sent = await broadcasts.find(turn.tx, broadcast.corrects_id) if broadcast.corrects_id is not None else None
    return sent is not None and sent.approved_by_id is not None


@router.command("broadcast approve", dangerous=True)
async def approve(turn: Turn) -> None:
    """A second person says yes to exactly what was shown to her; whoever has not seen it is shown it first."""
    turn.rest, _, seen_as = turn.rest.partition(" ")
    broadcast = await find(turn, lock=True)  # what is approved is what she is asked about
    if broadcast is None:
        return
    if broadcast.author_id == turn.person.id:
        return turn.reply("broadcast.not_your_own")
    if not await staff.served_before(turn.tx, turn.person.id, broadcast.created_at):
        return turn.reply("broadcast.approver_too_new")
    if broadcast.state != "waiting":
        return await show_state(turn, broadcast)
    if seen_as != broadcast.version[:SEEN]:
        await _show_copies(turn, broadcast)
        return await _ask_decision(turn, broadcast)
    seen = await reach_of(turn, broadcast)
    if problems := await wrong(turn, broadcast, seen):
        return turn.reply("broadcast.not_yet", [option("undo", broadcast)], wrong=problems)
    await _plan(turn, broadcast, "waiting", seen.size, approved_by=turn.person.id)


@router.command("broadcast undo")
async def undo(turn: Turn) -> None:
    """Take it back before anything was sent."""
    if broadcast := await find(turn):
        if not await broadcasts.undo(turn.tx, broadcast.id):
            return turn.reply("broadcast.too_late", [option("show", broadcast)])
        await turn.note("broadcast.undo", about(broadcast.id))
        turn.notices.append(Redraw(_approval(broadcast.id), Text("broadcast.approval.over", {"number": broadcast.id})))
        if broadcast.author_id is not None and broadcast.author_id != turn.person.id:
            turn.tell(broadcast.author_id, "broadcast.sent_back", [option("edit", broadcast)], number=broadcast.id)
        turn.reply(
            "broadcast.undone", [option(act, broadcast) for act in ("send", "edit", "cancel")], number=broadcast.id
        )


async def _draft(turn: Turn) -> Broadcast | None:
    """The same, if it is still a draft, and as nobody changes it meanwhile."""
    broadcast = await find(turn, lock=True)
    if broadcast is not None and broadcast.state != "draft":
        await show_state(turn, broadcast)
        return None
    return broadcast


async def load_known(turn: Turn) -> dict[str, object]:
    """What composing must know: where she may reach people, when they sleep, which channels there are."""
    where = await reach(turn)
    quiet = turn.rules.quiet
    return {
        "reach": None if where is None else sorted(where),
        "quiet": f"{quiet.first:%H:%M}-{quiet.last:%H:%M}",
        "channels": sorted(turn.rules.channels),
    }


async def _plan(turn: Turn, broadcast: Broadcast, was: str, size: int, approved_by: int | None = None) -> None:
    go_at = max(broadcast.send_at or turn.now, turn.now + UNDO)
    expires_at = go_at + turn.rules.schedule.grace if broadcast.send_at and not broadcast.urgent else None
    if not await broadcasts.plan(turn.tx, broadcast.id, was, go_at, turn.now, approved_by, expires_at):
        return turn.reply("broadcast.too_late", [option("show", broadcast)])
    await turn.note(f"broadcast.{'approve' if approved_by else 'send'}", about(broadcast.id), size=size)
    planned = await broadcasts.find(turn.tx, broadcast.id)
    assert planned is not None
    if approved_by is not None:
        turn.notices.append(Redraw(_approval(broadcast.id), Text("broadcast.approval.given", {"number": broadcast.id})))
        if broadcast.author_id is not None:
            text, options = card(planned, {})
            turn.notices.append(Notice(text, person_id=broadcast.author_id, options=options))
    await show_state(turn, planned)


async def _ask_approval(turn: Turn, broadcast: Broadcast, size: int) -> None:
    """Ask every other officer who works there, and the admins."""
    unit_id = broadcast.audience.communes[0] if len(broadcast.audience.communes) == 1 else turn.campaign.unit_id
    asked = {**await staff.holders(turn.tx, "officer", unit_id), **await staff.holders(turn.tx, "admin", None)}
    asked.pop(turn.person.id, None)
    asked = {who: asked[who] for who in asked if await staff.served_before(turn.tx, who, broadcast.created_at)}
    if not asked:
        return turn.reply("broadcast.nobody_to_approve", over=turn.rules.approval_over)
    if not await broadcasts.ask_approval(turn.tx, broadcast.id):
        return turn.reply("broadcast.too_late", [option("show", broadcast)])
    await turn.note("broadcast.ask", about(broadcast.id), size=size)
    asked_about = "broadcast.approval.ask" if broadcast.corrects_id is None else "broadcast.approval.ask_correction"
    text = Text(asked_about, {"number": broadcast.id, "n": size, "of": broadcast.corrects_id})
    options = (changed(option("test", broadcast), label=Text("broadcast.open_whole")), option("undo", broadcast))
    for person_id in asked:
        turn.notices.append(Notice(text, person_id=person_id, options=options, about=_approval(broadcast.id)))
    why = "broadcast.waits" if size > turn.rules.approval_over else "broadcast.waits.approved_before"
    turn.reply(why, [option("undo", broadcast)], number=broadcast.id, n=size, over=turn.rules.approval_over)


def _line(broadcast: Broadcast) -> Words:
    text = next(iter(broadcast.texts.values()), "").replace("\n", " ")
    short = text if len(text) <= 40 else f"{text[:37].rstrip()}…"
    return Text(
        "broadcast.line", {"number": broadcast.id, "text": short, "state": Text(f"broadcast.now.{broadcast.state}")}
    )


def _approval(id: int) -> str:
    return f"{about(id)}:approval"
