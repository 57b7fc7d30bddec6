"""A resident asks the officers something."""

from __future__ import annotations

from bot.dialog.fields import Commune, Story
from bot.dialog.forms import Form
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import MENU, open_card
from storage.aid import questions
from storage.aid.questions import NewQuestion

router = Router("questions")


THIS = "+this"
"""After the command: the sentence that led here is the question."""
SHORTEST, WHOLE = 5, 25
"""Letters. «Cho tôi hỏi» is no question yet."""


class Ask(Form, name="ask", review=False):
    """What somebody wants to know, and whose officers should answer."""

    question = Story(least=SHORTEST, most=1000)
    commune = Commune()


@router.command("ask", consent="take_part", opens=True)
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
    new = NewQuestion(turn.campaign.id, turn.campaign.prefix, turn.person.id, form.commune, form.question, turn.key)
    code = await questions.add(turn.tx, new, turn.now)
    turn.reply("ask.thanks", [MENU], code=code)
    commune = Ask.commune.show(form.commune, form)
    turn.tell_officers(
        "question.notice",
        [open_card("question", code)],
        unit_id=form.commune,
        about=f"question:{code}",
        code=code,
        commune=commune,
    )
