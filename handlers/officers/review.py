"""Officers review reported deeds: look, take one in hand, ask its reporter, approve what they saw, decline with a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.dialog.fields import Hidden, Known, Line
from bot.dialog.forms import Form
from bot.message import Option, Reply, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Redraw, Turn
from bot.vietnamese.disclosure.contacts import find_contacts
from handlers.arguments import read_code
from handlers.buttons import DESK, appeal_to, last_dangers, open_card, write_to
from handlers.officers.access import tell_who, yours
from handlers.officers.appeals import is_overruled, must_wait, on_card
from handlers.officers.colleagues.noting import show_last
from handlers.officers.colleagues.takings import show_holder
from handlers.officers.own import must_leave, note_act, show_own
from handlers.officers.reasons import Reason, ready_reasons
from handlers.threads import hear, matter_named, see_thread, tell, who_hears
from handlers.threads import lines as said_lines
from storage.aid import reviews, threads
from storage.aid.colleagues.notes import Subject
from storage.aid.reviews import Report
from storage.aid.threads import Matter

router = Router("review", role="officer")

SEEN = 12
"""Digits of a version that a button carries: enough to tell that nothing has changed since."""
VERSION = re.compile(rf"[0-9a-f]{{{SEEN}}}")


class Decline(Form, name="decline", review=False):
    """Why a deed is not approved; the reporter is told."""

    code = Hidden()
    ready = Known()
    reason = Reason()


class Reopen(Form, name="reopendeed", review=False):
    """Why a decision on a deed is taken back; the reporter is told."""

    code = Hidden()
    ready = Known()
    reason = Reason()


class AskReporter(Form, name="askreporter", review=False):
    """What an officer wants to know before deciding."""

    code = Hidden()
    question = Line(least=3, most=300).in_full()


@router.command("desk deed", listed=False)
async def card(turn: Turn) -> None:
    """One deed."""
    report = await _find(turn)
    if report is not None:
        await _show(turn, report.code)


@router.command("desk photos", listed=False)
async def photos(turn: Turn) -> None:
    """The photos that the card does not show."""
    report = await _find(turn)
    if report is None:
        return
    total = len(report.pictures)
    for n, picture in enumerate(report.pictures[1:], 2):
        turn.reply(Reply(Text("deed.photo", {"n": n, "total": total}), picture=picture, together=True))
    turn.reply("deed.back", [open_card("deed", report.code), DESK])


@router.command("desk approve", listed=False)
async def approve(turn: Turn) -> None:
    """Approve exactly what the card showed; who finds it changed looks again."""
    seen = turn.rest.partition(" ")[2].strip()
    code = read_code(turn.rest) if VERSION.fullmatch(seen) else ""  # without one, what follows the code is not read
    report = await yours(turn, "deed", reviews.find_locked, code)
    if report is None or await must_leave(turn, _matter(report)):
        return
    if report.state == "new" and not (seen and report.version.startswith(seen)):
        turn.reply("deed.changed")
        return await _show(turn, report.code)
    if await _decide(turn, report, "approved", version=report.version):
        told = await who_hears(turn, report.person_id, "teller")
        turn.reply("deed.approved", [Option("/desk deeds", Text("desk.next")), DESK], code=report.code, told=told)
        await tell(turn, "deed.told.approved", _matter(report), code=report.code)


@router.command("desk decline", opens=True, listed=False)
async def decline(turn: Turn) -> None:
    report = await _find(turn)
    if report is not None and await _may_decline(turn, report):
        turn.begin(Decline, code=report.code, ready=await ready_reasons(turn, "why_deed"))


@router.done(Decline)
async def save_refusal(turn: Turn, form: Decline) -> None:
    report = await _find(turn, form.code)
    if report is None or not await _may_decline(turn, report):
        return
    if await _decide(turn, report, "declined", reason=form.reason):
        told = await who_hears(turn, report.person_id, "teller")
        turn.reply("deed.declined", [Option("/desk deeds", Text("desk.next")), DESK], code=report.code, told=told)
        why = {"code": report.code, "reason": form.reason}
        await tell(turn, "deed.told.declined", _matter(report), [appeal_to(report.code)], said=form.reason, **why)


@router.command("desk reopen", opens=True, listed=False)
async def reopen(turn: Turn) -> None:
    """A decision was wrong: the deed waits again, for any officer."""
    report = await _find(turn)
    if report is None:
        return
    if report.state not in reviews.DECIDED:
        return turn.reply("deed.undecided", [open_card("deed", report.code), DESK], code=report.code)
    if await must_wait(turn, "deed", report.code) or await must_leave(turn, _matter(report)):
        return
    turn.begin(Reopen, code=report.code)


@router.done(Reopen)
async def save_reopening(turn: Turn, form: Reopen) -> None:
    report = await yours(turn, "deed", reviews.find_locked, form.code)
    if report is None or await must_wait(turn, "deed", report.code) or await must_leave(turn, _matter(report)):
        return
    if not await reviews.reopen(turn.tx, report):
        return turn.reply("deed.undecided", [open_card("deed", form.code), DESK], code=report.code)
    await note_act(turn, "reopen", _matter(report), was=report.state)
    told = await who_hears(turn, report.person_id, "teller")
    turn.reply("deed.reopened", [open_card("deed", report.code), DESK], code=report.code, told=told)
    waits = Text("deed.redraw.settled", {"code": report.code, "state": Text("deed.state.new")})
    card = (open_card("deed", report.code),)
    turn.notices.append(Redraw(f"deed:{report.code}", waits, card, report.picture, quiet=True, sparing=turn.person.id))
    why = {"code": report.code, "reason": form.reason}
    await tell(turn, "deed.told.reopened", _matter(report), said=form.reason, **why)


@router.command("desk ask", opens=True, listed=False)
async def ask(turn: Turn) -> None:
    report = await _find(turn)
    if report is None or not _open(turn, report):
        return
    if not await hear(turn, [report.person_id]):
        matter = matter_named("deed", report.code)
        return turn.reply("reach.nobody", [open_card("deed", report.code), DESK], matter=matter)
    turn.begin(AskReporter, code=report.code)


@router.done(AskReporter)
async def save_question(turn: Turn, form: AskReporter) -> None:
    report = await _find(turn, form.code)
    if report is None or not _open(turn, report):
        return
    await turn.note("ask", f"deed:{report.code}")
    turn.reply("deed.asked", [DESK], code=report.code)
    asked = {"code": report.code, "commune": report.unit_name, "question": form.question}
    await tell(turn, "deed.told.asked", _matter(report), said=form.question, **asked)


def _matter(report: Report) -> Matter:
    return Matter("deed", report.code, report.person_id, report.unit_id)


async def _find(turn: Turn, code: str = "") -> Report | None:
    return await yours(turn, "deed", reviews.find, code)


async def _decide(turn: Turn, report: Report, state: str, *, version: str = "", reason: str = "") -> bool:
    """Decide, for good; of two who decide at the same instant one is told that the other was faster."""
    if not await reviews.decide(turn.tx, report, turn.person.id, state, turn.now, version=version, reason=reason):
        _too_late(turn, await reviews.find(turn.tx, report.code, None) or report)
        return False
    await note_act(turn, state, _matter(report), **({"version": version} if version else {}))
    settled = Text("deed.redraw.settled", {"code": report.code, "state": Text(f"deed.state.{state}")})
    turn.notices.append(Redraw(f"deed:{report.code}", settled, picture=report.picture, quiet=True))
    return True


async def _may_decline(turn: Turn, report: Report) -> bool:
    """Whether she may; if not, she is told why."""
    if not _open(turn, report) or await must_leave(turn, _matter(report)):
        return False
    return not await is_overruled(turn, "deed", report.code)


def _open(turn: Turn, report: Report) -> bool:
    """Whether she may go on with this deed; if not, she is told why."""
    if report.state == "new":
        return True
    _too_late(turn, report)
    return False


def _too_late(turn: Turn, report: Report) -> None:
    turn.reply("deed.settled", [DESK], code=report.code, state=Text(f"deed.state.{report.state}"))


async def _show(turn: Turn, code: str) -> None:
    """The card, as it stands now, with what she may do."""
    report = await reviews.find(turn.tx, code, None)
    assert report is not None
    notes = await show_last(turn, Subject("deed", report.code, report.person_id))
    theirs = await show_own(turn, _matter(report))
    hers = report.person_id == turn.person.id
    holds = await show_holder(turn, "deed", report.code) if report.state == "new" and not hers else []
    said = said_lines(await threads.on(turn.tx, "deed", report.code))
    appealed, opens = await on_card(turn, "deed", report.code)
    text = Text(
        "deed.card",
        {
            "code": report.code,
            "commune": report.unit_name,
            "day": report.done_on,
            "doer": report.doer_name if report.doer_named else Text("deed.doer.unnamed", {"name": report.doer_name}),
            "what": report.what,
            "helped": helped_of(report),
            "reporter": report.reporter_name or Text("deed.reporter.unnamed"),
            "lines": [*_lines(turn, report, said, await _decided(turn, report)), *appealed],
        },
    )
    acts = last_dangers(
        [*_acts(report, decides=not theirs), *opens, *([see_thread(report.code)] if said else []), *holds, *notes, DESK]
    )
    turn.replies.append(Reply(text, acts, picture=report.picture, about=f"deed:{report.code}"))


def _lines(turn: Turn, report: Report, said: Sequence[Words], decided: Words) -> list[Words]:
    """Whether the photos may be shown, what was said with its sender, how it stands."""
    lines: list[Words] = []
    if report.pictures:
        allowed = not report.shows_people or (
            report.shown_consented and (not report.shows_child or report.guardian_consented)
        )
        lines.append(Text("deed.photos.may_be_shown" if allowed else "deed.photos.only_officers"))
    if leads := find_contacts(report.words).shown:
        lines.append(Text("deed.leads", {"words": leads}))
    lines += said
    if report.state != "new":
        lines.append(decided)
    return lines


async def _decided(turn: Turn, report: Report) -> Text:
    """How it was decided, by whom, when and why."""
    state = Text(f"deed.state.{report.state}")
    if report.decided_by is None or report.decided_at is None:
        return state
    what = Text("decided.why", {"what": state, "why": report.reason}) if report.reason else state
    who = await tell_who(turn, report.decided_by, report.decided_at)
    return Text("decided", {"what": what, "who": who})


def _acts(report: Report, *, decides: bool) -> tuple[Option, ...]:
    more = Option(f"/desk photos {report.code}", Text("deed.more_photos", {"n": len(report.pictures) - 1}))
    options = [more] if len(report.pictures) > 1 else []
    if not decides:
        return tuple(options)
    if report.state == "new":
        options += [
            Option(
                f"/desk approve {report.code} {report.version[:SEEN]}", Text("command.desk.approve.title"), sense="goes"
            ),
            Option(f"/desk ask {report.code}", Text("command.desk.ask.title")),
            Option(f"/desk decline {report.code}", Text("command.desk.decline.title"), sense="danger"),
        ]
    elif report.state in reviews.DECIDED:
        options.append(write_to(report.code))
        options.append(Option(f"/desk reopen {report.code}", Text("command.desk.reopen.title"), sense="danger"))
    return tuple(options)


def helped_of(report: Report) -> Words:
    """Who was helped, and how many where the sender said so."""
    if not report.helped_count:
        return report.helped or Text("not_noted")
    if not report.helped:
        return Text("deed.helped.people", {"n": report.helped_count})
    return Text("deed.helped.counted", {"helped": report.helped, "n": report.helped_count})
