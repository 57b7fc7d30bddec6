"""What somebody registered, promised and reported, where it stands, and how to take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.dialog.fields import Hidden, YesNo
from bot.dialog.forms import Form
from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Redraw, Turn
from handlers import requests
from handlers.buttons import ADDRESSES, BEHALF, MENU, open_card
from handlers.names import amount_of, gift_of, short
from handlers.residents.own.appeal import appeal_option, withdraw_option
from handlers.residents.own.request import show
from handlers.spoken import ALL
from handlers.threads import about, heard, named, reply_to
from handlers.threads import lines as said_lines
from storage.aid import appeals, deeds, dossiers, pledges, receipts, reminders, threads, volunteers
from storage.aid.appeals import Appeal
from storage.aid.deeds import Deed
from storage.aid.dossiers import Proposal
from storage.aid.pledges import Pledge
from storage.aid.threads import Thread, ThreadMessage
from storage.rights import spoken
from storage.rights.requests import RightsRequest, of_person
from storage.rights.spoken import Spoken

router = Router("mine")

SHOWN = 10
"""How many of each kind are shown, newest first."""
TALKS = 5
"""How many questions and other talks with the officers."""
OPEN = ("new", "confirmed")
REFUSED = ("declined", "refused")
LATELY = timedelta(days=30)
"""So long a request about her data is shown after it is closed."""


class TakeBack(Form, name="takeback", review=False):
    """Whether something is really to be taken back."""

    kind = Hidden()
    code = Hidden()
    sure = YesNo()

    def words(self) -> dict[str, object]:
        return {"code": self.code or ""}


@router.command("my", means=("cancel_mine",), menu=6)
async def show_all(turn: Turn) -> None:
    """Everything of hers in one message."""
    volunteer = await volunteers.find(turn.tx, turn.person.id)
    registered = volunteer if volunteer is not None and volunteer.state == "registered" else None
    promised = (await pledges.of_person(turn.tx, turn.person.id))[:SHOWN]
    reported = (await deeds.of_person(turn.tx, turn.person.id))[:SHOWN]
    proposed = (await dossiers.of_proposer(turn.tx, turn.person.id))[:SHOWN]
    talks = await threads.latest_of(turn.tx, turn.person.id, TALKS)
    asked = await _requests(turn)
    made = await _appeals(turn)
    lines: list[Words] = []
    if registered is not None:
        lines.append(Text("my.volunteer", {"name": registered.full_name, "commune": registered.unit_name}))
    lines += [_describe_pledge(pledge) for pledge in promised]
    lines += [_describe_deed(deed, made) for deed in reported]
    lines += [_describe_proposal(proposal, made) for proposal in proposed]
    began = await threads.first_said(turn.tx, [thread.code for thread in talks if thread.kind == "question"])
    lines += [_describe_talk(thread, began.get(thread.code)) for thread in talks]
    lines += [Text("my.request", {**requests.named(one), "state": requests.state_of(one)}) for one in asked]
    noted = await spoken.of_noter(turn.tx, turn.person.id)
    for one in noted[:SHOWN]:
        lines += await _of_another(turn, one)
    if not lines:
        return turn.reply("my.nothing", [ADDRESSES, BEHALF, MENU])
    options = _options(registered is not None, promised, reported, talks)
    others = [*map(show, asked), *([ALL] if noted else [])]
    turn.reply("my.all", [*options, *_again([*reported, *proposed], made), *others, BEHALF, MENU], lines=lines)


async def _of_another(turn: Turn, noted: Spoken) -> list[Words]:
    """What was written for somebody without a phone, apart from one's own."""
    volunteer = await volunteers.find(turn.tx, noted.person_id)
    lines: list[Words] = [Text("my.of", {"name": noted.name})]
    if volunteer is not None and volunteer.state == "registered":
        lines.append(Text("my.volunteer", {"name": volunteer.full_name, "commune": volunteer.unit_name}))
    lines += [_describe_pledge(pledge) for pledge in (await pledges.of_person(turn.tx, noted.person_id))[:SHOWN]]
    proposed = (await dossiers.of_proposer(turn.tx, noted.person_id))[:SHOWN]
    return [*lines, *(_describe_proposal(one, {}) for one in proposed)]


async def _requests(turn: Turn) -> list[RightsRequest]:
    """What she asked about her data that is open, or was closed lately; not what she did by herself."""
    hers = await of_person(turn.tx, turn.person.id)
    since = turn.now - LATELY
    return [one for one in hers if one.source != "self" and (one.closed_at is None or one.closed_at > since)][:SHOWN]


async def show_one(turn: Turn, kind: str, code: str) -> bool:
    """One thing of hers, with what she can do about it; False if it is not hers."""
    if kind == "pledge":
        return await _show_pledge(turn, code)
    if kind == "deed":
        reported = next((deed for deed in await deeds.of_person(turn.tx, turn.person.id) if deed.code == code), None)
        if reported is not None:
            made = await _appeals(turn)
            options = [*_options(False, [], [reported], []), *_again([reported], made), MENU]
            turn.reply("my.one", options, lines=[_describe_deed(reported, made)])
        return reported is not None
    if kind == "question":
        asked = await threads.find_hers(turn.tx, code, turn.person.id)
        if asked is not None:
            said = said_lines(await threads.messages(turn.tx, asked.id))
            turn.reply("thread.card", [reply_to(code), MENU], **named(asked), lines=said)
        return asked is not None
    proposed = [one for one in await dossiers.of_proposer(turn.tx, turn.person.id) if one.code == code]
    made = await _appeals(turn)
    for one in proposed:
        turn.reply("my.proposal", [*_again([one], made), MENU], code=code, story=one.story, state=_where(one, made))
    return bool(proposed)


async def _show_pledge(turn: Turn, code: str) -> bool:
    promised = next(
        (pledge for pledge in await pledges.of_person(turn.tx, turn.person.id) if pledge.code == code), None
    )
    if promised is None:
        return False
    kept = await pledges.find(turn.tx, code, None)
    if kept is None:
        return False
    given = [
        Text(
            "my.receipt.void" if one.voided_at else "my.receipt",
            {
                "number": f"{kept.prefix}/{one.number:05}",
                "given": amount_of(one.amount, one.kind, promised.measure),
                "day": one.arrived_on,
            },
        )
        for one in await receipts.of_pledge(turn.tx, kept.id)
    ]
    turn.reply("my.one", [*_options(False, [promised], [], []), MENU], lines=[_describe_pledge(promised), *given])
    return True


@router.command("my cancel", opens=True, listed=False)
async def cancel(turn: Turn) -> None:
    """Take back the pledge whose code follows, once she is sure."""
    await _take_back(turn, "cancel")


@router.command("my withdraw", opens=True, listed=False)
async def withdraw(turn: Turn) -> None:
    """Take back the deed whose code follows, once she is sure."""
    await _take_back(turn, "withdraw")


async def _take_back(turn: Turn, kind: str) -> None:
    if not turn.rest:
        return await show_all(turn)
    turn.begin(TakeBack, kind=kind, code=turn.rest.upper())


@router.command("my enough", listed=False)
async def enough(turn: Turn) -> None:
    """End the reminders of the pledge whose code follows."""
    if not turn.rest:
        return await show_all(turn)
    stopped = await reminders.enough(turn.tx, turn.person.id, turn.rest)
    turn.reply("reminder.stopped" if stopped else "takeback.not_possible", [MENU], code=turn.rest.upper())


@router.done(TakeBack)
async def take_back(turn: Turn, form: TakeBack) -> None:
    if not form.sure:
        return turn.reply("takeback.stays", [MENU])
    if form.kind == "cancel":
        done = await _cancel(turn, form.code)
    else:
        done = await deeds.withdraw(turn.tx, turn.person.id, form.code)
        if done:
            gone = Text("deed.redraw.settled", {"code": form.code, "state": Text("deed.state.withdrawn")})
            turn.notices.append(Redraw(f"deed:{form.code}", gone, quiet=True))
    turn.reply("takeback.done" if done else "takeback.not_possible", [MENU], code=form.code)


async def _cancel(turn: Turn, code: str) -> bool:
    """Take a pledge back and tell the officers, who may be about to call; False if that is not possible."""
    pledge = await pledges.find_hers(turn.tx, turn.person.id, code)
    if pledge is None or not await pledges.cancel(turn.tx, turn.person.id, code, turn.now):
        return False
    talk = await threads.find_hers(turn.tx, code, turn.person.id)
    if talk is not None and talk.asked_at is None:  # nothing more is to be said of it, nor a photo to be sent
        await threads.close(turn.tx, talk)
    turn.tell_officers(
        "takeback.notice",
        [open_card("pledge", code)],
        unit_id=pledge.unit_id,
        about=f"pledge:{code}",
        code=code,
        given=gift_of(pledge.kind, pledge, pledge.measure),
        address=pledge.address_code,
    )
    return True


def _describe_pledge(pledge: Pledge) -> Text:
    arrived = amount_of(pledge.arrived, pledge.kind, pledge.measure) if pledge.arrived else None
    said = {
        "code": pledge.code,
        "given": gift_of(pledge.kind, pledge, pledge.measure),
        "name": pledge.household,
        "state": Text(f"pledge.state.{pledge.standing}"),
        "arrived": Text("my.pledge.arrived", {"amount": arrived}) if arrived and pledge.state in OPEN else "",
        "day": Text("my.pledge.day", {"day": pledge.due_on}) if pledge.due_on and pledge.state in OPEN else "",
    }
    return Text("my.pledge", said)


async def _appeals(turn: Turn) -> dict[str, Appeal]:
    """Her appeals, by the code of what they are about."""
    return {appeal.code: appeal for appeal in await appeals.of_person(turn.tx, turn.person.id)}


def _again(found: Sequence[Deed | Proposal], made: Mapping[str, Appeal]) -> list[Option]:
    """What of this another officer may be asked to look at again, and which of these requests may be taken back."""
    asked = [withdraw_option(one.code) for one in found if one.code in made and made[one.code].state == "waiting"]
    return [*(appeal_option(one.code) for one in found if one.state in REFUSED and one.code not in made), *asked]


def _describe_deed(deed: Deed, made: Mapping[str, Appeal]) -> Text:
    state = _and_appeal(Text(f"deed.state.{deed.state}"), made.get(deed.code))
    return Text("my.deed", {"code": deed.code, "what": short(deed.what), "day": deed.done_on, "state": state})


def _describe_proposal(proposal: Proposal, made: Mapping[str, Appeal]) -> Text:
    return Text("my.proposed", {"code": proposal.code, "state": _where(proposal, made)})


def _where(proposal: Proposal, made: Mapping[str, Appeal]) -> Text:
    return _and_appeal(Text(f"proposal.state.{proposal.state}"), made.get(proposal.code))


def _and_appeal(state: Text, appeal: Appeal | None) -> Text:
    """How it stands, with what became of the appeal."""
    if appeal is None:
        return state
    return Text("my.appealed", {"state": state, "appeal": Text(f"appeal.state.{appeal.state}")})


def _describe_talk(thread: Thread, began: ThreadMessage | None) -> Text:
    """A question by how it begins, for nobody knows her questions by their codes; other talks by what they are about."""
    now = "waits" if thread.asked_at else "closed" if thread.state == "closed" else "answered"
    state = Text(f"my.thread.{now}")
    if thread.kind != "question" or began is None:
        return Text("my.thread", {"matter": about(thread), "state": state})
    said = short(began.said) or heard(began)
    return Text("my.question", {"code": thread.code, "said": said, "state": state})


def _options(registered: bool, promised: list[Pledge], reported: list[Deed], talks: list[Thread]) -> list[Option]:
    options = [Option("/volunteer", Text("my.change_volunteer"))] if registered else []
    for pledge in promised:
        code = {"code": pledge.code}
        if pledge.state in OPEN and not pledge.arrived:
            options.append(Option(f"/my change {pledge.code}", Text("my.change", code)))
        if pledge.state in OPEN:
            options.append(Option(f"/my cancel {pledge.code}", Text("my.cancel", code)))
    options += [
        Option(f"/my withdraw {d.code}", Text("my.withdraw", {"code": d.code}), sense="danger")
        for d in reported
        if d.state == "new"
    ]
    options += [
        Option(f"/reply {thread.code}", Text("thread.to", {"matter": about(thread)}))
        for thread in talks
        if thread.state != "closed" or thread.asked_at
    ]
    return options
