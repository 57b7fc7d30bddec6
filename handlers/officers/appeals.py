"""Another officer than the one who refused looks again: both sides on one card, and a decision with a reason."""

from __future__ import annotations

from datetime import datetime

from bot.dialog.fields import Hidden, Known
from bot.dialog.forms import Form
from bot.message import Option, Reply, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Redraw, Turn
from handlers.buttons import DESK, last_dangers, open_card
from handlers.officers.access import tell_who, yours
from handlers.officers.colleagues.takings import show_holder
from handlers.officers.reasons import Reason, ready_reasons
from handlers.threads import matter_named, see_thread, tell, who_hears
from storage.aid import appeals, dossiers, reviews, threads
from storage.aid.appeals import Appeal
from storage.aid.threads import Matter
from storage.campaign import staff
from storage.rights import spoken

router = Router("appeals", role="officer")

ACTS = {"upheld": "uphold", "reversed": "reverse"}
"""The command that leads to each decision."""


class Judge(Form, name="judgeappeal", review=False):
    """Why the refusal stands, or does not; whoever appealed is told."""

    code = Hidden()
    state = Hidden()
    ready = Known()
    reason = Reason(most=300)

    def words(self) -> dict[str, object]:
        return {"decision": Text(f"appeal.decision.{self.state}")}


@router.command("desk appeal", listed=False)
async def card(turn: Turn) -> None:
    """Both sides of one appeal, and what may be decided."""
    appeal = await yours(turn, "appeal", appeals.find)
    if appeal is not None:
        await _show(turn, appeal)


@router.command("desk uphold", opens=True, listed=False)
async def uphold(turn: Turn) -> None:
    await _ask_why(turn, "upheld")


@router.command("desk reverse", opens=True, listed=False)
async def reverse(turn: Turn) -> None:
    await _ask_why(turn, "reversed")


@router.done(Judge)
async def judge(turn: Turn, form: Judge) -> None:
    """Decide, for good. Who may is asked again: roles change, and another officer or the appellant may have been faster."""
    appeal = await yours(turn, "appeal", appeals.find_locked, form.code)
    if appeal is None or not await _may_decide(turn, appeal):
        return
    if not await appeals.decide(turn.tx, appeal, turn.person.id, form.state, form.reason, turn.now):
        return _too_late(turn, appeal)
    if form.state == "reversed":
        await _undo(turn, appeal)
    await turn.note(form.state, f"{appeal.kind}:{appeal.code}")
    matter, state = matter_named(appeal.kind, appeal.code), Text(f"appeal.state.{form.state}")
    done = Text("appeal.redraw", {"matter": matter, "state": state})
    turn.notices.append(Redraw(f"appeal:{appeal.code}", done, quiet=True, sparing=turn.person.id))
    told = await who_hears(turn, appeal.person_id, "appellant")
    turn.reply("appeal.decided", [open_card(appeal.kind, appeal.code), DESK], matter=matter, state=state, told=told)
    key = f"appeal.told.{form.state}.{appeal.kind}" if form.state == "reversed" else f"appeal.told.{form.state}"
    hers = Matter(appeal.kind, appeal.code, appeal.person_id, appeal.unit_id)
    await tell(turn, key, hers, said=form.reason, matter=matter, reason=form.reason)


async def _undo(turn: Turn, appeal: Appeal) -> None:
    """Take the refusal back: a deed is approved with this, a household goes on the way of all others."""
    if appeal.kind == "deed":
        report = await reviews.find_locked(turn.tx, appeal.code, None)
        assert report is not None
        undone: bool | str = await reviews.overturn(turn.tx, report, turn.person.id, appeal.refused_at, turn.now)
        shown, picture = Text("deed.redraw.settled", _stands(appeal.code, "deed.state.approved")), report.picture
    else:
        kept = await dossiers.find(turn.tx, appeal.code, None)
        assert kept is not None
        undone = state = await dossiers.restore(turn.tx, kept, appeal.refused_at)
        shown, picture = Text("address.redraw", _stands(appeal.code, f"address.state.{state}")), kept.picture
    assert undone  # nothing leads out of a refusal while an appeal waits
    turn.notices.append(Redraw(f"{appeal.kind}:{appeal.code}", shown, picture=picture, quiet=True))


def _stands(code: str, state: str) -> dict[str, object]:
    return {"code": code, "state": Text(state)}


async def _ask_why(turn: Turn, state: str) -> None:
    appeal = await yours(turn, "appeal", appeals.find)
    if appeal is not None and await _may_decide(turn, appeal):
        ready = await ready_reasons(turn, f"why_{state}")
        turn.begin(Judge, code=appeal.code, state=state, ready=ready)


async def _may_decide(turn: Turn, appeal: Appeal) -> bool:
    """Whether she may decide now; if not, she is told why."""
    if appeal.state != "waiting":
        _too_late(turn, appeal)
        return False
    if (why := await _why_not(turn, appeal)) is None:
        return True
    turn.reply(Reply(why, (open_card("appeal", appeal.code), DESK)))
    return False


async def _why_not(turn: Turn, appeal: Appeal) -> Text | None:
    """Why it is another one who must decide: she refused, she appealed, for herself or for whom she writes, or she was no
    officer yet when it was made."""
    if appeal.refused_by == turn.person.id:
        return Text("appeal.not_you.refused")
    if appeal.person_id == turn.person.id:
        return Text("appeal.not_you.appealed")
    noted = await spoken.of_person(turn.tx, appeal.person_id)
    if noted is not None and noted.noted_by == turn.person.id:
        return Text("appeal.not_you.noted", {"name": noted.name})
    if not await staff.served_before(turn.tx, turn.person.id, appeal.created_at):
        return Text("appeal.not_you.too_new")
    return None


def _too_late(turn: Turn, appeal: Appeal) -> None:
    state = Text(f"appeal.state.{appeal.state}")
    matter = matter_named(appeal.kind, appeal.code)
    turn.reply("appeal.settled", [open_card("appeal", appeal.code), DESK], matter=matter, state=state)


async def _show(turn: Turn, appeal: Appeal) -> None:
    what, picture, photos = await _what(turn, appeal)
    why_not = await _why_not(turn, appeal) if appeal.state == "waiting" else None
    said = await threads.on(turn.tx, appeal.kind, appeal.code)
    text = Text(
        "appeal.card",
        {
            "matter": matter_named(appeal.kind, appeal.code),
            "commune": appeal.unit_name,
            "what": what,
            "refusal": appeal.refusal or Text("not_noted"),
            "refuser": await _who(turn, appeal.refused_by, appeal.refused_at),
            "at": appeal.created_at,
            "said": appeal.said,
            "outcome": why_not or await _outcome(turn, appeal),
        },
    )
    acts = ACTS.values() if appeal.state == "waiting" and why_not is None else ()
    options = [
        *(
            Option(
                f"/desk {act} {appeal.code}",
                Text(f"command.desk.{act}.title"),
                sense="goes" if act == "reverse" else "",
            )
            for act in acts
        ),
        *([Option(f"/desk photos {appeal.code}", Text("deed.more_photos", {"n": photos}))] if photos > 0 else []),
        open_card(appeal.kind, appeal.code),
        *(await show_holder(turn, "appeal", appeal.code) if acts else []),
        *([see_thread(appeal.code)] if said else []),
        DESK,
    ]
    turn.replies.append(Reply(text, last_dangers(options), picture=picture, about=f"appeal:{appeal.code}"))


async def _what(turn: Turn, appeal: Appeal) -> tuple[Words, str, int]:
    """What was refused: in words, its photo, and how many more there are."""
    if appeal.kind == "deed":
        report = await reviews.find(turn.tx, appeal.code, None)
        assert report is not None
        told = Text("appeal.deed", {"doer": report.doer_name, "what": report.what, "day": report.done_on})
        return told, report.picture, len(report.pictures) - 1
    kept = await dossiers.find(turn.tx, appeal.code, None)
    assert kept is not None
    return kept.story, kept.picture, 0


async def _who(turn: Turn, by: int | None, at: datetime | None) -> Text | None:
    return None if by is None or at is None else await tell_who(turn, by, at)


async def _outcome(turn: Turn, appeal: Appeal) -> Text | None:
    """How it was decided, why and by whom; nothing while it waits."""
    who = await _who(turn, appeal.decided_by, appeal.decided_at)
    if who is None:
        return None
    why = Text("decided.why", {"what": Text(f"appeal.state.{appeal.state}"), "why": appeal.answer})
    return Text("decided", {"what": why, "who": who})


async def on_card(turn: Turn, kind: str, code: str) -> tuple[list[Words], list[Option]]:
    """What the card of a deed or a household says of an appeal, and what opens it."""
    appeal = await appeals.on(turn.tx, kind, code)
    if appeal is None or appeal.state == "withdrawn":
        return [], []
    line = Text("appeal.line", {"state": Text(f"appeal.state.{appeal.state}")})
    return [line], [Option(f"/desk appeal {code}", Text("command.desk.appeal.title"))]


async def must_wait(turn: Turn, kind: str, code: str) -> bool:
    """Whether an appeal waits, by which alone the refusal may be taken back; then she is told."""
    appeal = await appeals.on(turn.tx, kind, code)
    if appeal is None or appeal.state != "waiting":
        return False
    turn.reply("appeal.first", [open_card("appeal", code), DESK], matter=matter_named(kind, code))
    return True


async def is_overruled(turn: Turn, kind: str, code: str) -> bool:
    """Whether she refused this once and another one reversed that: then she may not refuse it again, and is told so."""
    if not await appeals.is_overruled(turn.tx, kind, code, turn.person.id):
        return False
    turn.reply("appeal.overruled", [open_card("appeal", code), DESK], matter=matter_named(kind, code))
    return True
