"""A resident asks the officers something, in writing or by voice."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialog.fields import Commune, Story, Voices
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import THIS, Turn
from handlers.buttons import MENU, open_card
from handlers.residents.thread import pass_on, unheard
from storage.aid import threads
from storage.aid.threads import NewQuestion, current

router = Router("questions")


SHORTEST, WHOLE = 5, 25
"""Letters. «Cho tôi hỏi» is no question yet."""


class Ask(Form, name="ask", review=False):
    """What somebody wants to know, and whose officers should answer."""

    question = Story(least=SHORTEST, most=1000).in_full()
    commune = Commune()


@router.command("ask", consent="take_part", opens=True, menu=5)
async def ask(turn: Turn) -> None:
    """Ask something; with «+this», or when a sentence was a whole question, it is passed on as it stands."""
    if len(turn.words) < (WHOLE if turn.rest != THIS else SHORTEST):
        return turn.begin(Ask)
    commune = turn.said.commune
    if commune is None or turn.rest != THIS:
        return turn.begin_said(Ask, {"question": turn.words})
    await save(turn, Ask({"question": turn.words, "commune": commune.id}, turn.facts))


@router.done(Ask)
async def save(turn: Turn, form: Ask) -> None:
    await _ask(turn, form.commune, form.question)


class AskByVoice(Form, name="askbyvoice", review=False):
    """Whose officers should listen to what somebody said."""

    voices = Voices()
    commune = Commune()


@router.command("voice", consent="take_part", voice=True, listed=False)
async def by_voice(turn: Turn) -> None:
    """Pass a voice message on: to the thread that she is in, or to the officers of a commune. An open form stays open."""
    voice = await unheard(turn)
    if not voice:
        return turn.reply("voice.none", [MENU])
    hers = await threads.open_of(turn.tx, turn.person.id)
    if thread := current(hers) or next(iter(hers), None):
        return await pass_on(turn, thread, "", voice=voice)
    if turn.place is None or not turn.place.form:
        return turn.begin(AskByVoice, voices=[voice])
    answered = (turn.place.answers or {}).get("commune")
    await _ask(turn, answered if isinstance(answered, int) else turn.campaign.unit_id, "", [voice])


@router.done(AskByVoice)
async def save_voice(turn: Turn, form: AskByVoice) -> None:
    await _ask(turn, form.commune, "", form.voices or ())


async def _ask(turn: Turn, unit_id: int, question: str, voices: Sequence[str] = ()) -> None:
    """Begin the thread, say so, and tell the officers."""
    new = NewQuestion(turn.campaign.prefix, turn.person.id, unit_id, question, turn.key, tuple(voices))
    code = await threads.ask(turn.tx, new, turn.now)
    thread = await threads.find_hers(turn.tx, code, turn.person.id)
    assert thread is not None
    end = Option(f"/end {code}", Text("command.end.title"))
    turn.reply("ask.thanks.voice" if voices else "ask.thanks", [end, MENU], code=code, commune=thread.unit_name)
    turn.tell_officers(
        "question.notice.voice" if voices else "question.notice",
        [open_card("question", code)],
        unit_id=unit_id,
        about=f"question:{code}",
        code=code,
        commune=thread.unit_name,
    )
