"""Put right what was sent: a better text goes the way of every announcement, with a test copy, a second person, a while to
take it back."""

from __future__ import annotations

from bot.broadcast.card import about
from bot.dialog.course import EDIT
from bot.message import Reply
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.broadcasts.access import find, is_sent, option
from handlers.broadcasts.check import cannot_show, preview
from handlers.broadcasts.form import Correct
from locales import FIRST
from storage.broadcast import broadcasts, counts
from storage.broadcast.broadcasts import Broadcast

router = Router("broadcast_correct", role="officer")


@router.command("broadcast correct", opens=True)
async def correct(turn: Turn) -> None:
    """Write it better; nothing changes yet where it stands."""
    if (broadcast := await find(turn)) and await is_sent(turn, broadcast):
        asking = Correct.texts.name_in(FIRST)
        turn.begin(Correct, asking, number=str(broadcast.id), draft="", was=dict(broadcast.texts))


async def edit(turn: Turn, draft: Broadcast) -> None:
    """Change a draft of a correction."""
    sent = await broadcasts.find(turn.tx, draft.corrects_id or 0)
    if sent is not None:
        known = Correct.texts.answers(draft.texts)
        turn.begin(Correct, EDIT, number=str(sent.id), draft=str(draft.id), was=dict(sent.texts), **known)


@router.done(Correct)
async def save(turn: Turn, form: Correct) -> None:
    """Keep it as a draft, to be looked at."""
    turn.rest = form.number
    sent = await find(turn)
    if sent is None or not await is_sent(turn, sent):
        return
    if form.was != dict(sent.texts):  # another officer put it right meanwhile
        turn.reply("broadcast.wrong.overtaken", of=sent.id)
        return turn.reopen(form, Correct.texts.name_in(FIRST), was=dict(sent.texts))
    if misfit := cannot_show(turn, sent, form.texts, await counts.sent_on(turn.tx, sent.id)):
        language, why = misfit
        turn.reply(Reply(why))
        return turn.reopen(form, Correct.texts.name_in(language))
    if not form.draft:
        id = await broadcasts.add_correction(turn.tx, sent, form.texts, turn.person.id, turn.now)
    else:
        id = int(form.draft)
        draft = await broadcasts.find(turn.tx, id, lock=True)
        by = turn.person.id
        if draft is None or not await broadcasts.change_correction(turn.tx, draft, sent, form.texts, by):
            return turn.reply("broadcast.too_late", [option("show", draft or sent)])
    await turn.note("broadcast.compose", about(id), of=sent.id)
    kept = await broadcasts.find(turn.tx, id)
    assert kept is not None
    await preview(turn, kept)
