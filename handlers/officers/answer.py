"""Officers in a thread: what a resident asked or answered, and what they say to it, as one voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from bot.dialog.fields import Choice, Hidden, Known, Story, YesNo
from bot.dialog.forms import Form
from bot.message import Heard, Option, Reply, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import DESK, open_card
from handlers.names import short
from handlers.officers.access import yours
from handlers.officers.colleagues.takings import show_holder
from handlers.officers.teach import meanings
from handlers.ready import answers_in
from handlers.threads import card_of, hear, heard, lines, named, reply_to, who_hears
from storage.aid import threads
from storage.aid.threads import Thread, ThreadMessage
from storage.talk import people

router = Router("answers", role="officer")

PHOTOS = 4
"""The last photos, and as many voice messages, of a thread that come with its card."""
QUOTED = 200
"""Characters of what was asked that are repeated above an answer."""


class Saying(Story):
    """What is written to somebody. Beside it stands what is ready, of the form's ``ready``; it is read before it is sent."""

    def __init__(self) -> None:
        super().__init__(least=2, most=1500)

    def options(self, form: Form) -> Sequence[Option]:
        replies, topics = _ready(form)
        return [
            *(Option(f"reply{n}", short(said)) for n, said in enumerate(replies)),
            *(Option(topic, Text(f"ready.{topic}.title"), sense="aside") for topic in topics),
        ]

    def read(self, heard: Heard, form: Form) -> str:
        replies, topics = _ready(form)
        known = {**topics, **{f"reply{n}": said for n, said in enumerate(replies)}}
        return known.get(heard.pressed) or super().read(heard, form)


def is_ready(form: Form) -> bool:
    """Whether what is said was not written by her, so that she must see it before it goes."""
    replies, topics = _ready(form)
    return form.answers.get("said") in (*replies, *topics.values())


def _ready(form: Form) -> tuple[Sequence[str], Mapping[str, str]]:
    kept = form.answers.get("ready") or {}
    return kept.get("replies", ()), kept.get("topics", {})


async def ready_for(turn: Turn, person_id: int) -> dict[str, object]:
    """What may be written to this person at the press of a button, in her language."""
    whom = (await people.load(turn.tx, [person_id])).get(person_id)
    replies, topics = await answers_in(turn, whom.language if whom else "")
    return {"replies": replies, "topics": topics}


class AnswerQuestion(Form, name="answerquestion", review=False):
    """An officer's answer; it goes to the one who asked. If another answered meanwhile, she is asked whether to send it."""

    code = Hidden()
    question = Hidden()
    seen = Hidden()
    other = Hidden()
    ready = Known()
    said = Saying().voids("look")
    look = Choice(("send", "write")).when(is_ready)
    anyway = YesNo().when(lambda f: bool(f.other))

    def words(self) -> dict[str, object]:
        return {"question": self.question or "", "other": self.other or "", "said": self.answers.get("said") or ""}


@router.command("desk question", listed=False)
async def card(turn: Turn) -> None:
    """One thread, with what was said in it."""
    thread = await _find(turn)
    if thread is None:
        return
    said = await threads.messages(turn.tx, thread.id)
    shown = [message.picture for message in said if message.picture][-PHOTOS:]
    for n, picture in enumerate(shown, 1):
        said_of = Text("deed.photo", {"n": n, "total": len(shown)})
        turn.reply(Reply(said_of, picture=picture, together=True))
    for message in [message for message in said if message.voice][-PHOTOS:]:
        turn.reply("thread.voice.listen", voice=message.voice, at=message.said_at)
    if thread.person_id == turn.person.id:
        turn.reply("self.above.thread")
    options = [Option(f"/desk answer {thread.code}", Text("command.desk.answer.title"))]
    if thread.state != "closed" or thread.asked_at is not None:
        options.append(Option(f"/desk settle {thread.code}", Text("command.desk.settle.title")))
    if thread.kind != "question":
        options.append(card_of(thread))
    if thread.asked_at is not None:
        options += await show_holder(turn, "question", thread.code)
    options += await meanings(turn, thread)
    text = Text("thread.card", {**named(thread), "lines": lines(said)})
    turn.replies.append(Reply(text, (*options, DESK), about=f"question:{thread.code}"))


@router.command("desk answer", opens=True, listed=False)
async def answer(turn: Turn) -> None:
    thread = await _find(turn)
    if thread is None:
        return
    said = await threads.messages(turn.tx, thread.id)
    seen = str(said[-1].id if said else 0)
    ready = await ready_for(turn, thread.person_id)
    turn.begin(AnswerQuestion, code=thread.code, question=_unanswered(turn, said), seen=seen, ready=ready)


@router.done(AnswerQuestion)
async def save_answer(turn: Turn, form: AnswerQuestion) -> None:
    thread = await _find(turn, form.code, lock=True)
    if thread is None:
        return
    if form.look == "write":
        return turn.reopen(form, "said")
    said = await threads.messages(turn.tx, thread.id)
    news = [message for message in said if form.seen and message.id > int(form.seen)]
    if form.anyway is False:
        return turn.reply("answerquestion.cancelled", [open_card("question", thread.code), DESK])
    if other := next((message.said for message in reversed(news) if message.by_officers), ""):
        return turn.reopen(form, "anyway", other=other, seen=str(said[-1].id))
    unread = any(not message.by_officers for message in news)
    await threads.answer(turn.tx, thread, turn.person.id, form.said, turn.now, settles=not unread)
    await turn.note("answer", f"question:{thread.code}")
    if unread:
        turn.reply("thread.answered.unread", [open_card("question", thread.code), DESK], **named(thread))
    else:
        sent = bool(await hear(turn, [thread.person_id]))
        nobody = None if sent else await who_hears(turn, thread.person_id, "asker")
        options = [Option("/desk questions", Text("desk.next")), DESK]
        turn.reply("thread.answered" if sent else "thread.answered.nobody", options, told=nobody, **named(thread))
        turn.redraw(f"question:{thread.code}", Text("thread.redraw", named(thread)))
    told = {**named(thread), "said": form.said}
    if form.question:
        turn.tell(thread.person_id, "thread.told", [reply_to(thread.code)], question=form.question, **told)
    else:
        turn.tell(thread.person_id, "thread.told.first", [reply_to(thread.code)], **told)


@router.command("desk settle", listed=False)
async def settle(turn: Turn) -> None:
    """Nothing is left to be said: the thread is closed, and its person is told."""
    thread = await _find(turn, lock=True)
    if thread is None:
        return
    if not await threads.close(turn.tx, thread, settled=True):
        return turn.reply("thread.settled_already", [DESK], **named(thread))
    await turn.note("settle", f"question:{thread.code}")
    hears = thread.state == "open" or thread.asked_at is not None
    told = await who_hears(turn, thread.person_id, "asker") if hears else None
    turn.reply("thread.settled", [Option("/desk questions", Text("desk.next")), DESK], told=told, **named(thread))
    turn.redraw(f"question:{thread.code}", Text("thread.redraw.settled", named(thread)))
    if hears:
        turn.tell(thread.person_id, "thread.told.settled", [reply_to(thread.code)], **named(thread))


async def _find(turn: Turn, code: str = "", *, lock: bool = False) -> Thread | None:
    find = threads.find_locked if lock else threads.find
    return await yours(turn, "question", find, code)


def _unanswered(turn: Turn, said: Sequence[ThreadMessage]) -> str:
    """The beginning of what she said since the officers last did, or of her last words, to be repeated above the answer."""
    since = takewhile(lambda message: not message.by_officers, reversed(said))
    asked = list(since)[::-1] or [message for message in said if not message.by_officers][-1:]
    return short(" – ".join(turn.speech(heard(message)) for message in asked), QUOTED)
