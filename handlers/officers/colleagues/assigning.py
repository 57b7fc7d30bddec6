"""Officers give what waits to a colleague who may act on it; she is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialog.fields import Choice, Hidden, Known
from bot.dialog.forms import Form
from bot.message import Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import DESK
from handlers.officers.access import tell_colleague
from handlers.officers.colleagues.takings import Work, read_work, say_held, tell_before, tell_others, waiting
from handlers.threads import matter_named
from storage.aid.colleagues import takings
from storage.campaign import staff
from storage.database import Tx

router = Router("assigning", role="officer")


class Colleague(Choice):
    """One of those who may act on it, by name."""

    def __init__(self) -> None:
        super().__init__(lambda form: _colleagues_in(form))

    def label(self, value: str, form: Form) -> Words:
        return _colleagues_in(form)[value]


class Assign(Form, name="assign", review=False):
    """To which colleague something is given."""

    kind = Hidden()
    code = Hidden()
    over = Hidden()
    """Who had it when she was asked."""
    known = Known()
    who = Colleague()

    def words(self) -> dict[str, object]:
        return {"matter": matter_named(str(self.answers.get("kind")), str(self.answers.get("code")))}


def _colleagues_in(form: Form) -> Mapping[str, str]:
    colleagues: Mapping[str, str] = form.answers["known"]["colleagues"]
    return colleagues


@router.command("desk assign", opens=True, listed=False)
async def assign(turn: Turn) -> None:
    """Choose a colleague who may act on it."""
    work, colleagues = await who_may_act(turn)
    if work is not None:
        await ask_whom(turn, work, colleagues)


async def who_may_act(turn: Turn) -> tuple[Work | None, list[int]]:
    """What the line names, and who may act on it besides her; None if that is answered already."""
    work, _ = await read_work(turn)
    return work, [] if work is None else await _who_may(turn.tx, work, besides=turn.person.id)


async def ask_whom(turn: Turn, work: Work, colleagues: Sequence[int]) -> None:
    """To which of these it is given."""
    if not colleagues:
        return turn.reply("taking.nobody", [work.card, DESK], matter=work.named)
    named = {str(id): turn.say(await tell_colleague(turn, id)) for id in colleagues}
    over = str(await _holder(turn, work) or "")
    turn.begin(Assign, kind=work.kind, code=work.code, over=over, known={"colleagues": named})


@router.done(Assign)
async def give(turn: Turn, form: Assign) -> None:
    """Give it to her, if it still waits and she still may act on it."""
    work = await waiting(turn, form.kind, form.code)
    if work is None:
        return
    if int(form.who) not in await _who_may(turn.tx, work, besides=turn.person.id):
        return turn.reply("taking.may_not", [work.card, DESK], matter=work.named)
    await _hand(turn, work, int(form.who), int(form.over or 0) or None)


async def hand_over(turn: Turn, work: Work, colleague: int) -> None:
    """Give it to this colleague, who may act on it, unless somebody else has it in hand: a sentence takes nothing away."""
    await _hand(turn, work, colleague, None)


async def held_by_another(turn: Turn, work: Work) -> bool:
    """Whether a colleague has it in hand; she is told so, and can take it over first."""
    held = (await takings.on(turn.tx, work.kind, [work.code], turn.now)).get(work.code)
    if held is None or held.person_id == turn.person.id:
        return False
    await say_held(turn, work, held)
    return True


async def _hand(turn: Turn, work: Work, colleague: int, over: int | None) -> None:
    """Put it into her hand, and tell her, unless meanwhile somebody else has it than ``over``."""
    by = turn.person.id
    done, before = await takings.take(turn.tx, work.kind, work.code, colleague, turn.now, over=over, given_by=by)
    if not done:
        return await say_held(turn, work, before)
    await turn.note("assign", f"{work.kind}:{work.code}", to=f"person:{colleague}")
    await tell_others(turn, work, colleague)
    await tell_before(turn, work, before, colleague)
    turn.tell(colleague, "taking.told", [work.card], by=await tell_colleague(turn, by), matter=work.named)
    turn.reply("taking.given", [work.card, DESK], matter=work.named, who=await tell_colleague(turn, colleague))


async def _holder(turn: Turn, work: Work) -> int | None:
    held = (await takings.on(turn.tx, work.kind, [work.code], turn.now)).get(work.code)
    return None if held is None else held.person_id


async def _who_may(tx: Tx, work: Work, besides: int) -> list[int]:
    """Who may act on it, besides her: officers of its unit and of those above, or the admins where there is none."""
    return await staff.others(tx, work.unit_id, {*work.barred, besides}, work.since)
