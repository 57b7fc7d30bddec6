"""Admins write the ready answers: look at them, write one, go back to the default; two of them enter the account."""

from __future__ import annotations

from bot.dialog.course import EDIT
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.answers.forms import AccountForm, AnswerForm, ListForm
from handlers.ready import ACCOUNT, LISTS, TOPICS, account, default
from locales import FIRST, LANGUAGES, LanguageName
from storage.campaign import answers, staff
from storage.campaign.answers import ReadyAnswer

router = Router("written", role="admin")

ALL = (*TOPICS, *LISTS)
BACK = Option("/answers", Text("command.answers.title"))
INVITE = Option("/staff invite", Text("command.staff.invite.title"))


@router.command("answers")
async def show_all(turn: Turn) -> None:
    """Every topic, and whose words are said about it."""
    written, waiting = await answers.live(turn.tx, turn.campaign.id), await answers.waiting(turn.tx, turn.campaign.id)

    def state(topic: str) -> Text:
        now = Text("answers.state.written" if topic in written else "answers.state.default")
        return Text("answers.state.waiting", {"now": now}) if topic in waiting else now

    lines = [Text("answers.line", {"topic": Text(f"ready.{topic}.title"), "state": state(topic)}) for topic in ALL]
    turn.reply("answers.list", [_open(topic) for topic in ALL], lines=lines)


@router.command("answers show")
async def show(turn: Turn) -> None:
    """What is said about one topic, in every language, and what waits; what follows is the topic."""
    topic = turn.rest
    if topic not in ALL:
        return turn.reply("answers.which", [_open(known) for known in ALL])
    written = (await answers.live(turn.tx, turn.campaign.id)).get(topic)
    options = [_option("write", topic), *([_option("default", topic)] if written else []), BACK]
    turn.reply(
        "answers.card.list" if topic in LISTS else "answers.card",
        options,
        topic=Text(f"ready.{topic}.title"),
        words=_shown(turn, topic, written),
    )
    if waiting := (await answers.waiting(turn.tx, turn.campaign.id)).get(topic):
        mine = waiting.written_by == turn.actor
        decide = [_option("refuse", str(waiting.id))] if mine else _decide(waiting)
        turn.reply("answers.waits", decide, words=_shown(turn, topic, waiting))


@router.command("answers write", opens=True)
async def write(turn: Turn) -> None:
    """Write what is said about one topic."""
    topic = turn.rest
    if topic == ACCOUNT:
        return turn.begin(AccountForm)
    if topic not in ALL:
        return turn.reply("answers.which", [_open(known) for known in ALL])
    form = ListForm if topic in LISTS else AnswerForm
    known = {"topic": topic}
    if written := (await answers.live(turn.tx, turn.campaign.id)).get(topic):
        return turn.begin(form, EDIT, known=known, **form.texts.answers(written.texts))
    turn.begin(form, known=known)


@router.done(ListForm)
@router.done(AnswerForm)
async def save(turn: Turn, form: AnswerForm | ListForm) -> None:
    topic = form.known["topic"]
    await answers.write(turn.tx, turn.campaign.id, topic, form.texts, turn.actor, turn.now)
    turn.reply(
        "answers.saved.list" if topic in LISTS else "answers.saved",
        [_open(topic), BACK],
        topic=Text(f"ready.{topic}.title"),
    )


@router.done(AccountForm, dangerous=True)
async def enter(turn: Turn, form: AccountForm) -> None:
    """It is said only after a second admin saw it and confirmed it; where there is none, an admin must be invited first."""
    kept = {"bank": form.bank, "number": form.number, "holder": form.holder}
    await answers.enter(turn.tx, turn.campaign.id, ACCOUNT, kept, turn.actor, turn.now)
    others = (await staff.holders(turn.tx, "admin", None)).keys() - {turn.person.id}
    if others:
        turn.reply("answers.entered", [BACK])
    else:
        turn.reply("answers.alone", [INVITE, BACK])
    waiting = (await answers.waiting(turn.tx, turn.campaign.id))[ACCOUNT]
    turn.tell_admins("answers.waits", _decide(waiting), words=account(kept))


@router.command("answers confirm", dangerous=True)
async def confirm(turn: Turn) -> None:
    """Confirm the account that somebody else entered; what follows is the number of exactly what was seen."""
    done = turn.rest.isdecimal() and await answers.confirm(turn.tx, int(turn.rest[:12]), turn.actor, turn.now)
    turn.reply("answers.confirmed" if done else "answers.not_confirmed", [_open(ACCOUNT), BACK])


@router.command("answers refuse")
async def refuse(turn: Turn) -> None:
    """Drop the account that waits."""
    done = turn.rest.isdecimal() and await answers.refuse(turn.tx, int(turn.rest[:12]), turn.actor, turn.now)
    turn.reply("answers.refused" if done else "answers.not_confirmed", [_open(ACCOUNT), BACK])


@router.command("answers default")
async def use_default(turn: Turn) -> None:
    """Go back to what the program says by itself; an account is shown no more."""
    if turn.rest not in ALL:
        return turn.reply("answers.which", [_open(known) for known in ALL])
    await answers.drop(turn.tx, turn.campaign.id, turn.rest, turn.actor, turn.now)
    turn.reply("answers.is_default", [_open(turn.rest), BACK], topic=Text(f"ready.{turn.rest}.title"))


def _shown(turn: Turn, topic: str, answer: ReadyAnswer | None) -> Text:
    """An answer in every language in which it was written, or the default."""
    if answer is None:
        return default(turn, topic)
    if topic == ACCOUNT:
        return account(answer.texts)
    written = [code for code in LANGUAGES if code in answer.texts]
    if written == [FIRST]:
        return Text("answers.only", {"words": answer.texts[FIRST]})
    lines = [Text("answers.in", {"language": LanguageName(code), "words": answer.texts[code]}) for code in written]
    return Text("ready.several", {"lines": lines})


def _open(topic: str) -> Option:
    return Option(f"/answers show {topic}", Text(f"ready.{topic}.title"))


def _option(act: str, what: str) -> Option:
    return Option(f"/answers {act} {what}", Text(f"command.answers.{act}.title"))


def _decide(waiting: ReadyAnswer) -> list[Option]:
    return [_option("confirm", str(waiting.id)), _option("refuse", str(waiting.id))]
