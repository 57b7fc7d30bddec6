"""A resident in a thread with the officers: her next words go there, until one of them ends it or nobody says any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from bot.dialog.orders import CANCEL
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.routes import Command
from bot.turn.turn import THIS, Notice, Turn
from bot.turn.work import Work
from handlers.arguments import A_CODE, read_code
from handlers.buttons import MENU, MY
from handlers.residents.late_photos import MOST_THREADS, ask_what_for, join_album
from handlers.threads import about, named, notify, reply_to
from storage.aid import threads
from storage.aid.threads import Thread, current
from storage.campaign import settings
from storage.database import Tx
from storage.files import voices

router = Router("thread")

ALREADY = ("ask", "start", "menu", "help", "hotline", "complaint", "thanks")
"""What is not offered beside having passed a sentence on: it is answered by that."""
FRESH = timedelta(days=1)
"""So long a voice message can still be passed on."""
THANKS = 24
"""Letters of the longest thanks for which nobody is called; a longer one says something else too."""


@router.listens
async def listen(turn: Turn) -> bool:
    """Take words and photos while she is in a thread; what she surely means otherwise only if she spoke in it already."""
    heard = turn.heard
    ends = heard.pressed == CANCEL
    sent = bool(heard.text or heard.picture or heard.voice) and not heard.pressed
    if not (sent or ends) or "take_part" not in turn.person.consents:
        return False
    hers = await threads.open_of(turn.tx, turn.person.id)
    live = [thread for thread in hers if thread.state == "open"]
    if not hers or (ends and not live):
        return False
    if ends:
        await _end(turn, current(live) or live[0])
    elif heard.picture:
        if not await join_album(turn):
            await ask_what_for(turn, hers)
    elif not live and heard.text and _means(turn, heard.text) is not None:
        return False
    elif (thread := current(live or hers)) is None:
        turn.remember(heard.text)
        turn.reply("thread.which", [*_choices(hers), *_offers(turn, heard.text), MENU])
    else:
        await pass_on(turn, thread, heard.text, voice=heard.voice)
    return True


@router.rests
async def remind(turn: Turn) -> None:
    """After a form, what she writes goes to the officers again."""
    live = [t for t in await threads.open_of(turn.tx, turn.person.id) if t.state == "open" and t.spoken_at < turn.now]
    if live:
        turn.reply("thread.still", **named(current(live) or live[0]))


@router.command("reply", consent="take_part", listed=False)
async def reply(turn: Turn) -> None:
    """Turn to a thread; with words after its code, or the photos that wait, say them there."""
    thread = await _find(turn)
    if thread is None:
        return turn.reply("reply.nothing", [MY])
    said = turn.rest.partition(" ")[2].strip()
    if said == THIS and (turn.words or turn.heard.picture):
        pictures = [turn.heard.picture, *turn.heard.more] if turn.heard.picture else []
        return await pass_on(turn, thread, turn.words, pictures)
    if said == THIS and (voice := await unheard(turn)):
        return await pass_on(turn, thread, "", voice=voice)
    if said and said != THIS:
        return await pass_on(turn, thread, said)
    await threads.resume(turn.tx, thread, turn.now)
    if turn.place is not None and turn.place.form:
        return turn.reply("thread.after_form", **named(thread))
    turn.reply("thread.now", [_end_of(thread)], **named(thread))


@router.command("end", after=A_CODE, listed=False)
async def end(turn: Turn) -> None:
    """End a thread: the one whose code follows, or the one that she is in."""
    thread = await _find(turn)
    if thread is None or thread.state == "closed":
        return turn.reply("thread.none", [MENU])
    await _end(turn, thread)


@router.every(300, "threads")
async def tidy(work: Work) -> int:
    """Close the threads that were left alone, never in the quiet hours. Harmless twice, and on several machines."""
    if await work.is_quiet():
        return 0
    closed = await work.database.transact(partial(_close_left, work))
    if closed:
        work.wake()
    return closed


async def _close_left(work: Work, tx: Tx) -> int:
    await tx.exclusive("threads")
    alone = timedelta(hours=await settings.read(tx, settings.THREAD_HOURS))
    left = await threads.find_left(tx, work.now() - alone)
    told = [
        (f"left:{one.id}:{one.spoken_at.timestamp():.0f}", _left(one))
        for one in left
        if await threads.close(tx, one) and one.state == "open"
    ]
    await work.tell(tx, told)
    return len(left)


def _left(thread: Thread) -> Notice:
    text = Text("thread.left.waits" if thread.asked_at else "thread.left", named(thread))
    return Notice(text, person_id=thread.person_id, options=(reply_to(thread.code),))


async def _find(turn: Turn) -> Thread | None:
    """The thread whose code follows the command, or, without one, that she is in."""
    if code := read_code(turn.rest):
        return await threads.find_hers(turn.tx, code, turn.person.id)
    return current(await threads.open_of(turn.tx, turn.person.id))


async def unheard(turn: Turn) -> str:
    """The voice message that she sent last and that nobody was given to listen to; empty if there is none."""
    return turn.heard.voice or await voices.find_unheard(turn.tx, turn.person.id, turn.now - FRESH)


async def pass_on(turn: Turn, thread: Thread, said: str, pictures: Sequence[str] = (), voice: str = "") -> None:
    """Say it in the thread; what else she may have meant is offered, and danger is answered at once."""
    understood = turn.understand(said)
    danger = turn.routes.meant(understood.likely[0][0]) if understood.said.danger else None
    if danger is not None and danger.urgent:
        await danger.handler(turn)
    asks = understood.sure != "thanks" or len(said) > THANKS or bool(pictures or voice)
    await threads.say(turn.tx, thread, turn.person.id, said, turn.now, images=pictures, voice=voice, asks=asks)
    if asks:
        notify(turn, thread)
    if offers := _offers(turn, said):
        turn.remember(said)
    turn.reply("thread.passed.voice" if voice else "thread.passed", [*offers, _end_of(thread)], **named(thread))


async def _end(turn: Turn, thread: Thread) -> None:
    await threads.close(turn.tx, thread)
    turn.reply("thread.ended.waits" if thread.asked_at else "thread.ended", [MENU], **named(thread))


def _choices(hers: Sequence[Thread]) -> list[Option]:
    return [
        Option(f"/reply {one.code} {THIS}", Text("thread.to", {"matter": about(one)})) for one in hers[:MOST_THREADS]
    ]


def _offers(turn: Turn, said: str) -> list[Option]:
    """What a sentence surely means besides being for the officers."""
    meant = _means(turn, said) if said else None
    if meant is None or meant.name in ALREADY:
        return []
    return [Option(f"/{meant.name}", Text(f"{meant.key}.title"))]


def _means(turn: Turn, said: str) -> Command | None:
    """The command that a sentence surely means, if she may."""
    meant = turn.routes.meant(turn.understand(said).sure)
    return meant if meant is not None and turn.person.has_role(meant.role) else None


def _end_of(thread: Thread) -> Option:
    return Option(f"/end {thread.code}", Text("command.end.title"))
