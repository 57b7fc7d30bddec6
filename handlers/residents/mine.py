"""What somebody registered, promised and reported, where it stands, and how to take it back."""

from __future__ import annotations

from bot.dialog.fields import Hidden, YesNo
from bot.dialog.forms import Form
from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import ADDRESSES, MENU
from handlers.names import amount_of, describe_gift
from handlers.threads import lines, named, reply_to
from storage.aid import deeds, dossiers, pledges, receipts, reminders, threads, volunteers
from storage.aid.deeds import Deed
from storage.aid.pledges import Pledge

router = Router("mine")

SHOWN = 10
"""How many of each kind are shown, newest first."""
OPEN = ("new", "confirmed")


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
    promised = await pledges.of_person(turn.tx, turn.person.id)
    reported = await deeds.of_person(turn.tx, turn.person.id)
    registered = volunteer is not None and volunteer.state == "registered"
    if not registered and not promised and not reported:
        return turn.reply("my.nothing", [ADDRESSES, MENU])
    lines: list[Words] = (
        [Text("my.volunteer", {"name": volunteer.full_name, "commune": volunteer.unit_name})]
        if (volunteer is not None and registered)
        else []
    )
    lines += [_describe_pledge(pledge) for pledge in promised[:SHOWN]]
    lines += [_describe_deed(deed) for deed in reported[:SHOWN]]
    turn.reply("my.all", _options(registered, promised[:SHOWN], reported[:SHOWN]), lines=lines)


async def show_one(turn: Turn, kind: str, code: str) -> bool:
    """One thing of hers, with what she can do about it; False if it is not hers."""
    if kind == "pledge":
        return await _show_pledge(turn, code)
    if kind == "deed":
        reported = next((deed for deed in await deeds.of_person(turn.tx, turn.person.id) if deed.code == code), None)
        if reported is not None:
            turn.reply("my.one", _options(False, [], [reported]), lines=[_describe_deed(reported)])
        return reported is not None
    if kind == "question":
        asked = await threads.find_hers(turn.tx, code, turn.person.id)
        if asked is not None:
            said = lines(await threads.messages(turn.tx, asked.id))
            turn.reply("thread.card", [reply_to(code), MENU], **named(asked), lines=said)
        return asked is not None
    proposed = [one for one in await dossiers.of_proposer(turn.tx, turn.person.id) if one["code"] == code]
    for one in proposed:
        waits = one["state"] in dossiers.SURVEYABLE
        state = Text("my.proposal.waits" if waits else f"address.state.{one['state']}")
        turn.reply("my.proposal", [MENU], code=code, story=one["story"], state=state)
    return bool(proposed)


async def _show_pledge(turn: Turn, code: str) -> bool:
    promised = next(
        (pledge for pledge in await pledges.of_person(turn.tx, turn.person.id) if pledge.code == code), None
    )
    if promised is None:
        return False
    kept = await pledges.find(turn.tx, code, None)
    arrived = await receipts.of_pledge(turn.tx, kept.id) if kept is not None else []
    given = [
        Text(
            "my.receipt.void" if one.voided_at else "my.receipt",
            {
                "number": f"{turn.campaign.prefix}/{one.number:05}",
                "given": amount_of(one.amount, one.kind, promised.measure),
                "day": one.arrived_on,
            },
        )
        for one in arrived
    ]
    turn.reply("my.one", _options(False, [promised], []), lines=[_describe_pledge(promised), *given])
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
        done = await pledges.cancel(turn.tx, turn.person.id, form.code, turn.now)
    else:
        done = await deeds.withdraw(turn.tx, turn.person.id, form.code)
    turn.reply("takeback.done" if done else "takeback.not_possible", [MENU], code=form.code)


def _describe_pledge(pledge: Pledge) -> Text:
    state = Text(f"pledge.state.{pledge.standing}")
    return Text(
        "my.pledge", {"code": pledge.code, "given": describe_gift(pledge), "name": pledge.household, "state": state}
    )


def _describe_deed(deed: Deed) -> Text:
    what = deed.what if len(deed.what) <= 60 else deed.what[:57].rstrip() + "…"
    return Text(
        "my.deed", {"code": deed.code, "what": what, "day": deed.done_on, "state": Text(f"deed.state.{deed.state}")}
    )


def _options(registered: bool, promised: list[Pledge], reported: list[Deed]) -> list[Option]:
    options = [Option("/volunteer", Text("my.change_volunteer"))] if registered else []
    options += [
        Option(f"/my cancel {p.code}", Text("my.cancel", {"code": p.code})) for p in promised if p.state in OPEN
    ]
    options += [
        Option(f"/my withdraw {d.code}", Text("my.withdraw", {"code": d.code}), sense="danger")
        for d in reported
        if d.state == "new"
    ]
    return [*options, MENU]
