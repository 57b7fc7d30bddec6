"""A resident asks the officers something."""

from __future__ import annotations

from bot.dialog.fields import Commune, Story
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import THIS, Turn
from handlers.buttons import MENU, open_card
from storage.aid import threads
from storage.aid.threads import NewQuestion

router = Router("questions")


SHORTEST, WHOLE = 5, 25
"""Letters. «Cho tôi hỏi» is no question yet."""


class Ask(Form, name="ask", review=False):
    """What somebody wants to know, and whose officers should answer."""

    question = Story(least=SHORTEST, most=1000)
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
    new = NewQuestion(turn.campaign.prefix, turn.person.id, form.commune, form.question, turn.key)
    code = await threads.ask(turn.tx, new, turn.now)
    commune = Ask.commune.show(form.commune, form)
    end = Option(f"/end {code}", Text("command.end.title"))
    turn.reply("ask.thanks", [end, MENU], code=code, commune=commune)
    turn.tell_officers(
        "question.notice",
        [open_card("question", code)],
        unit_id=form.commune,
        about=f"question:{code}",
        code=code,
        commune=commune,
    )
