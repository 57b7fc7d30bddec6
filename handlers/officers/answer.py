"""An officer answers what a resident asked."""

from __future__ import annotations

from typing import Any

from bot.dialog.fields import Hidden, Story
from bot.dialog.forms import Form
from bot.message import Option, Reply, Text
from bot.turn.router import Router
from bot.turn.turn import Redraw, Turn
from handlers.buttons import DESK
from handlers.officers.access import yours
from storage.aid import questions
from storage.aid.questions import Question

router = Router("answers", role="officer")


class AnswerQuestion(Form, name="answerquestion", review=False):
    """An officer's answer; it goes to the one who asked."""

    code = Hidden()
    question = Hidden()
    said = Story(least=2, most=1500)

    def words(self) -> dict[str, object]:
        return {"question": self.question or ""}


@router.command("desk question", listed=False)
async def card(turn: Turn) -> None:
    """One question, with its answer if there is one."""
    question = await _find(turn)
    if question is None:
        return
    said: dict[str, Any] = {"code": question.code, "commune": question.unit_name, "question": question.question}
    if question.state == "answered":
        return turn.reply("question.card.answered", [DESK], answer=question.answer, **said)
    answer = Option(f"/desk answer {question.code}", Text("command.desk.answer.title"))
    turn.replies.append(Reply(Text("question.card", said), (answer, DESK), about=f"question:{question.code}"))


@router.command("desk answer", opens=True, listed=False)
async def answer(turn: Turn) -> None:
    question = await _find(turn)
    if question is not None and question.state == "answered":
        return turn.reply("question.answered_already", [DESK], code=question.code)
    if question is not None:
        turn.begin(AnswerQuestion, code=question.code, question=question.question)


@router.done(AnswerQuestion)
async def save_answer(turn: Turn, form: AnswerQuestion) -> None:
    question = await _find(turn, form.code)
    if question is None:
        return
    if not await questions.answer(turn.tx, question, turn.person.id, form.said, turn.now):
        return turn.reply("question.answered_already", [DESK], code=question.code)
    await turn.note("answer", f"question:{question.code}")
    turn.reply("question.answered", [Option("/desk questions", Text("desk.next")), DESK], code=question.code)
    turn.tell(question.person_id, "question.told", question=question.question, answer=form.said)
    turn.notices.append(
        Redraw(f"question:{question.code}", Text("question.redraw", {"code": question.code}), quiet=True)
    )


async def _find(turn: Turn, code: str = "") -> Question | None:
    return await yours(turn, "question", questions.find, code)
