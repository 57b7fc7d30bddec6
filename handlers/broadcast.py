"""An officer tells many people something: compose, look, test, send after a second pair of eyes, and stay in command."""

from __future__ import annotations

from datetime import timedelta

from bot.announce import announcement
from bot.message import Option, Reply, Text, Words
from bot.progress import about, card
from bot.router import Router
from bot.turn import Notice, Redraw, Turn
from handlers.broadcast_check import preview, voices, wrong
from handlers.broadcast_form import Compose, Correct, Recall, answers
from storage import addresses, audit, broadcasts, ledger, pictures, staff
from storage.audience import Audience
from storage.broadcasts import Broadcast, Draft

router = Router("broadcast", role="officer")

UNDO = timedelta(seconds=60)
"""So long after «send» it can be taken back."""
SHOWN = 6
REASONS = ("blocked", "erased", "barred", "interrupted", "cancelled", "language", "opted_out", "bug")


@router.command("broadcast")
async def overview(turn: Turn) -> None:
    """The newest broadcasts, and the way to a new one."""
    found = [one for one in await broadcasts.newest(turn.tx, SHOWN) if await _reaches(turn, one)]
    options = [_option("new"), *(_option("show", one) for one in found)]
    turn.reply("broadcast.list", options, lines=[await _line(turn, one) for one in found] or Text("broadcast.none"))


@router.command("broadcast new", opens=True)
async def new(turn: Turn) -> None:
    """Compose."""
    turn.begin(Compose, known=await _known(turn))


@router.command("broadcast edit", opens=True)
async def edit(turn: Turn) -> None:
    """Change a draft."""
    if one := await _draft(turn):
        known = await _known(turn) | {"id": one.id, "missed_by": one.audience.missed_by}
        found = {name: answer for name, answer in answers(one, turn.speech.zone).items() if name != "when"}
        turn.begin(Compose, "vi", **found, when="", known=known)


@router.done(Compose)
async def composed(turn: Turn, form: Compose) -> None:
    address_id = 0
    if form.address:
        if (address := await addresses.find(turn.tx, form.address)) is None:
            turn.reply("address.unknown")
            return turn.reopen(form, "address")
        address_id = address.id
    draft = form.draft(address_id)
    if draft.picture:
        await pictures.keep(turn.tx, [draft.picture])
    known = form.known or {}
    id = known.get("id", 0)
    if not id:
        id = await broadcasts.add(turn.tx, turn.campaign.id, turn.person.id, draft, turn.now)
    elif not await broadcasts.change(turn.tx, id, draft):
        return turn.reply("broadcast.too_late")
    await _audit(turn, "compose", id)
    one = await broadcasts.find(turn.tx, id)
    assert one is not None
    await preview(turn, one)


@router.command("broadcast show")
async def show(turn: Turn) -> None:
    """Where one stands, and what can be done with it."""
    if one := await _found(turn):
        await _shown(turn, one)


@router.command("broadcast test")
async def test(turn: Turn) -> None:
    """A copy for the officer herself, as others would get it."""
    if one := await _found(turn):
        for speech in voices(turn.speech):
            message = announcement(one, speech, turn.campaign.organiser)
            if message is not None and (speech.language in one.texts or speech is turn.speech):
                turn.reply(Reply(message.text, picture=message.picture, spans=message.spans, links=message.links))
        if one.state == "draft" and await broadcasts.tested(turn.tx, one.id, turn.now):
            turn.reply("broadcast.tested", [_option("right", one), _option("edit", one)])
        elif one.state == "waiting":
            turn.reply("broadcast.look", [_option("approve", one), _option("undo", one)])


@router.command("broadcast right")
async def right(turn: Turn) -> None:
    """The test copy looked right."""
    if one := await _draft(turn):
        if not await broadcasts.looked_right(turn.tx, one.id, turn.now):
            return turn.reply("broadcast.wrong.untested", [_option("test", one)])
        await _audit(turn, "right", one.id)
        await show(turn)


@router.command("broadcast send")
async def send(turn: Turn) -> None:
    """Let it go, or ask a second person where it is large; pressing twice sends once."""
    one = await _draft(turn)
    if one is None:
        return
    seen = await broadcasts.preview(turn.tx, one, turn.now)
    if problems := await wrong(turn, one, seen):
        acts = ["edit", "test"] if one.looked_right_at is None else ["edit"]
        return turn.reply("broadcast.not_yet", [_option(act, one) for act in acts], wrong=problems)
    if seen.size > turn.rules.approval_over:
        return await _ask_approval(turn, one, seen.size)
    await _plan(turn, one, "draft", seen.size)


@router.command("broadcast approve")
async def approve(turn: Turn) -> None:
    """A second person says yes."""
    one = await _found(turn)
    if one is None:
        return
    if one.author_id == turn.person.id:
        return turn.reply("broadcast.not_your_own")
    if one.state != "waiting":
        return await _shown(turn, one)
    seen = await broadcasts.preview(turn.tx, one, turn.now)
    if problems := await wrong(turn, one, seen):
        return turn.reply("broadcast.not_yet", [_option("undo", one)], wrong=problems)
    await _plan(turn, one, "waiting", seen.size, approved_by=turn.person.id)


@router.command("broadcast undo")
async def undo(turn: Turn) -> None:
    """Take it back before anything was sent."""
    if one := await _found(turn):
        if not await broadcasts.undo(turn.tx, one.id):
            return turn.reply("broadcast.too_late", [_option("show", one)])
        await _audit(turn, "undo", one.id)
        turn.notices.append(Redraw(_approval(one.id), Text("broadcast.approval.over", {"number": one.id})))
        if one.author_id is not None and one.author_id != turn.person.id:
            turn.tell(one.author_id, "broadcast.sent_back", [_option("edit", one)], number=one.id)
        turn.reply("broadcast.undone", [_option(act, one) for act in ("send", "edit", "cancel")], number=one.id)


@router.command("broadcast pause")
async def pause(turn: Turn) -> None:
    """Send nothing more for now."""
    if one := await _found(turn):
        await _change(turn, one, "pause", await broadcasts.pause(turn.tx, one.id))


@router.command("broadcast resume")
async def resume(turn: Turn) -> None:
    """Go on."""
    if one := await _found(turn):
        await _change(turn, one, "resume", await broadcasts.resume(turn.tx, one.id, turn.now))


@router.command("broadcast cancel")
async def cancel(turn: Turn) -> None:
    """Never send the rest; a draft is thrown away."""
    if one := await _found(turn):
        gone = await broadcasts.drop(turn.tx, one.id, turn.now) or await broadcasts.cancel(turn.tx, one.id)
        await _change(turn, one, "cancel", gone)


@router.command("broadcast missed")
async def missed(turn: Turn) -> None:
    """Who was not reached and why; and who has opted out."""
    if one := await _found(turn):
        states = ("failed", "gone", "skipped", "unknown", "opted_out")
        found = await ledger.reasons(turn.tx, one.id, states)
        lines = [
            Text("broadcast.missed.line", {"n": n, "state": Text(f"broadcast.state.{state}"), "why": _why(reason)})
            for state, reason, n in found
        ]
        again = one.state in ("done", "cancelled") and any(state != "opted_out" for state, _, _ in found)
        options = [_option("again" if again else "show", one)]
        turn.reply("broadcast.missed", options, number=one.id, lines=lines or Text("broadcast.missed.nobody"))


@router.command("broadcast again")
async def again(turn: Turn) -> None:
    """A new draft with the same words, for those who were not reached."""
    one = await _found(turn)
    if one is None or one.state not in ("done", "cancelled"):
        return
    audience = Audience(communes=one.audience.communes, missed_by=one.id)
    same = Draft(one.texts, audience, one.fallback, one.picture, one.links, urgent=one.urgent)
    id = await broadcasts.add(turn.tx, turn.campaign.id, turn.person.id, same, turn.now)
    await _audit(turn, "again", id)
    made = await broadcasts.find(turn.tx, id)
    assert made is not None
    await preview(turn, made)


@router.command("broadcast correct", opens=True)
async def correct(turn: Turn) -> None:
    """Write it better where it stands already."""
    if (one := await _found(turn)) and await _is_over(turn, one):
        turn.begin(Correct, "vi", number=str(one.id), texts=dict(one.texts))


@router.done(Correct)
async def corrected(turn: Turn, form: Correct) -> None:
    turn.rest = form.number
    if (one := await _found(turn)) and await _is_over(turn, one):
        texts = {"vi": form.vi, **({"en": form.en} if form.en else {})}
        await _change(turn, one, "correct", await broadcasts.correct(turn.tx, one.id, texts))


@router.command("broadcast recall", opens=True)
async def recall(turn: Turn) -> None:
    """Take it away again, where that is possible."""
    if (one := await _found(turn)) and await _is_over(turn, one):
        turn.begin(Recall, number=str(one.id))


@router.done(Recall)
async def recalled(turn: Turn, form: Recall) -> None:
    turn.rest = form.number
    if (one := await _found(turn)) and await _is_over(turn, one):
        if not form.sure:
            return await _shown(turn, one)
        await _change(turn, one, "recall", await broadcasts.recall(turn.tx, one.id))


# -- who may, and what is said ------------------------------------------------------------------------------------


async def _found(turn: Turn) -> Broadcast | None:
    """The broadcast whose number follows the command, if this officer may touch it at this moment."""
    number = turn.rest.strip()
    one = (
        await broadcasts.find(turn.tx, int(number))
        if number.isascii() and number.isdecimal() and len(number) < 10
        else None
    )
    if one is not None and await _reaches(turn, one):
        return one
    if one is not None:
        await audit.add(turn.tx, turn.now, f"person:{turn.person.id}", "refused", about(one.id), {})
    turn.reply("broadcast.unknown", [_option("")])
    return None


async def _draft(turn: Turn) -> Broadcast | None:
    """The same, if it is still a draft."""
    one = await _found(turn)
    if one is not None and one.state != "draft":
        await _shown(turn, one)
        return None
    return one


async def _is_over(turn: Turn, one: Broadcast) -> bool:
    if one.state in ("done", "cancelled"):
        return True
    await _shown(turn, one)
    return False


async def _reaches(turn: Turn, one: Broadcast) -> bool:
    """Whether it goes only to places where this officer works."""
    reach = await _reach(turn)
    return reach is None or (bool(one.audience.communes) and reach >= set(one.audience.communes))


async def _reach(turn: Turn) -> frozenset[int] | None:
    """The communes in which this officer works; None where nothing is beyond her."""
    reach = await staff.reach(turn.tx, turn.person.roles, "officer")
    if reach is None or turn.campaign.unit_id in reach:
        return None
    return frozenset(unit.id for unit in turn.facts.communes if unit.id in reach)


async def _known(turn: Turn) -> dict[str, object]:
    reach = await _reach(turn)
    quiet = turn.rules.quiet
    return {
        "reach": None if reach is None else sorted(reach),
        "quiet": f"{quiet.first:%H:%M}-{quiet.last:%H:%M}",
        "channels": sorted(turn.rules.channels),
    }


async def _plan(turn: Turn, one: Broadcast, was: str, size: int, approved_by: int | None = None) -> None:
    go_at = max(one.send_at or turn.now, turn.now + UNDO)
    if not await broadcasts.plan(turn.tx, one.id, was, go_at, turn.now, approved_by):
        return turn.reply("broadcast.too_late", [_option("show", one)])
    await _audit(turn, "approve" if approved_by else "send", one.id, size=size)
    planned = await broadcasts.find(turn.tx, one.id)
    assert planned is not None
    if approved_by is not None:
        turn.notices.append(Redraw(_approval(one.id), Text("broadcast.approval.given", {"number": one.id})))
        if one.author_id is not None:
            text, options = card(planned, {})
            turn.notices.append(Notice(text, person_id=one.author_id, options=options))
    await _shown(turn, planned)


async def _ask_approval(turn: Turn, one: Broadcast, size: int) -> None:
    """Ask every other officer who works there, and the admins."""
    unit_id = one.audience.communes[0] if len(one.audience.communes) == 1 else turn.campaign.unit_id
    asked = {**await staff.holders(turn.tx, "officer", unit_id), **await staff.holders(turn.tx, "admin", None)}
    asked.pop(turn.person.id, None)
    if not asked:
        return turn.reply("broadcast.nobody_to_approve", over=turn.rules.approval_over)
    if not await broadcasts.ask_approval(turn.tx, one.id):
        return turn.reply("broadcast.too_late", [_option("show", one)])
    await _audit(turn, "ask", one.id, size=size)
    text = Text("broadcast.approval.ask", {"number": one.id, "n": size})
    options = (_option("test", one), _option("approve", one), _option("undo", one))
    for person_id in asked:
        turn.notices.append(Notice(text, person_id=person_id, options=options, about=_approval(one.id)))
    turn.reply("broadcast.waits", [_option("undo", one)], number=one.id, n=size, over=turn.rules.approval_over)


async def _change(turn: Turn, one: Broadcast, act: str, done: bool) -> None:
    """Say where it stands now, and change every card that shows it."""
    if done:
        await _audit(turn, act, one.id)
    now = await broadcasts.find(turn.tx, one.id)
    assert now is not None
    text, options = card(now, await ledger.outcomes(turn.tx, one.id))
    turn.notices.append(Redraw(about(one.id), text, options, quiet=True))
    turn.replies.append(Reply(text, options, in_place=bool(turn.heard.pressed)))


async def _shown(turn: Turn, one: Broadcast) -> None:
    if one.state == "draft":
        return await preview(turn, one)
    text, options = card(one, await ledger.outcomes(turn.tx, one.id))
    turn.reply(Reply(text, options))


async def _line(turn: Turn, one: Broadcast) -> Words:
    text = next(iter(one.texts.values()), "").replace("\n", " ")
    short = text if len(text) <= 40 else f"{text[:37].rstrip()}…"
    return Text("broadcast.line", {"number": one.id, "text": short, "state": Text(f"broadcast.now.{one.state}")})


async def _audit(turn: Turn, act: str, id: int, **details: object) -> None:
    await audit.add(turn.tx, turn.now, f"person:{turn.person.id}", f"broadcast.{act}", about(id), details)


def _why(reason: str) -> Words:
    return Text(f"broadcast.reason.{reason}") if reason in REASONS else reason or Text("none")


def _approval(id: int) -> str:
    return f"{about(id)}:approval"


def _option(act: str, one: Broadcast | None = None) -> Option:
    """A button for a subcommand; showing one says which."""
    if not act:
        return Option("/broadcast", Text("command.broadcast.title"))
    label = (
        Text("broadcast.open", {"number": one.id}) if one and act == "show" else Text(f"command.broadcast.{act}.title")
    )
    return Option(f"/broadcast {act} {one.id}" if one else f"/broadcast {act}", label)
