"""One pledge as officers see it: what was promised, what arrived of it, what was said, and what may come next."""

from __future__ import annotations

from collections.abc import Sequence

from bot.message import Money, Option, Reply, Text, Words
from bot.turn.turn import Turn
from bot.vietnamese.phone import mask_phone
from handlers.buttons import DESK, last_dangers, write_to
from handlers.names import amount_of, gift_of
from handlers.officers.access import reach, tell_colleague, tell_spoken
from handlers.officers.colleagues.noting import show_last
from handlers.officers.colleagues.takings import show_holder
from handlers.officers.own import show_own
from handlers.threads import lines, see_thread
from storage.aid import pledges, receipts, revisions, threads, volunteers
from storage.aid.colleagues.notes import Subject
from storage.aid.pledges import FullPledge
from storage.aid.receipts import Receipt
from storage.aid.revisions import Change
from storage.aid.threads import Matter

LAST = 3
"""So many changes by its giver are shown."""


def matter_of(pledge: FullPledge) -> Matter:
    """What a thread about this pledge is about."""
    return Matter("pledge", pledge.code, pledge.person_id, pledge.unit_id)


async def show_pledge(turn: Turn, pledge: FullPledge) -> None:
    """Say the card, with its buttons."""
    notes = await show_last(turn, Subject("pledge", pledge.code, pledge.person_id))
    theirs, hers = await show_own(turn, matter_of(pledge)), pledge.person_id == turn.person.id
    open_ = pledge.state in pledges.OPEN and not theirs
    holds = await show_holder(turn, "pledge", pledge.code) if open_ and not hers else []
    phone = await pledges.phone_of(turn.tx, pledge.code)
    noted = await tell_spoken(turn, pledge.person_id)
    found = await receipts.of_pledge(turn.tx, pledge.id)
    said = lines(await threads.on(turn.tx, "pledge", pledge.code))
    giver = pledge.organisation or (pledge.shown_name if pledge.shown_as != "anonymous" else "")
    counted = amount_of(pledge.amount, pledge.kind, pledge.measure)
    before = _changes(pledge, await revisions.changes(turn.tx, pledge.id))
    arrived = (
        amount_of(pledge.arrived, pledge.kind, pledge.measure) if pledge.arrived else Text("pledge.arrived.nothing")
    )
    text = Text(
        "pledge.card",
        {
            "code": pledge.code,
            "household": pledge.household,
            "address": pledge.address_code,
            "commune": pledge.unit_name,
            "giver": giver or Text("pledge.giver.unnamed"),
            "brought": await _brought(turn, pledge),
            "spoken": Text("pledge.spoken", noted) if noted else None,
            "phone": mask_phone(phone) if phone else None,
            "what": pledge.what,
            "promised": gift_of(pledge.kind, pledge, "") if pledge.kind == "money" else counted,
            "arrived": arrived,
            "state": Text(f"desk.state.{pledge.standing}"),
            "receipts": [*before, *(_receipt(pledge, receipt) for receipt in found), *said] or None,
            "day": pledge.due_on,
            "awaiting": Text("pledge.awaiting") if pledge.awaits else None,
        },
    )
    options = [*next_acts(pledge)] if open_ else []
    if open_:
        options.append(Option(f"/desk cancel {pledge.code}", Text("command.desk.cancel.title"), sense="danger"))
    options += [*([write_to(pledge.code)] if noted is None else []), *holds, *notes]
    options += [Option(f"/desk call {pledge.code}", Text("command.desk.call.title"))] if phone else []
    options += [see_thread(pledge.code)] if said else []
    options += [
        Option(
            f"/desk void {number_of(pledge, receipt.number)}",
            Text("receipt.void", {"receipt": number_of(pledge, receipt.number)}),
            sense="danger",
        )
        for receipt in found
        if receipt.voided_at is None and not theirs
    ]
    if pledge.awaits and await volunteers.find_registered(turn.tx, pledge.person_id, await reach(turn)):
        options.append(Option(f"/desk volunteer {pledge.person_id}", Text("volunteer.look")))
    turn.replies.append(Reply(text, last_dangers([*options, DESK]), about=f"pledge:{pledge.code}"))


async def _brought(turn: Turn, pledge: FullPledge) -> Text | None:
    """Of what was brought without having been promised, which officer wrote it down."""
    if pledge.noted_by is None:
        return None
    return Text("pledge.brought", {"by": await tell_colleague(turn, pledge.noted_by)})


def _changes(pledge: FullPledge, changes: Sequence[Change]) -> list[Text]:
    """The last changes by its giver, who may make as many as she likes; of those before how many there were."""
    earlier = len(changes) - LAST
    more = [Text("pledge.was.more", {"n": earlier})] if earlier > 0 else []
    return [*more, *(_was(pledge, change) for change in changes[-LAST:])]


def _was(pledge: FullPledge, change: Change) -> Text:
    """What it was until its giver changed it."""
    said = {"at": change.changed_at, "given": gift_of(pledge.kind, change, pledge.measure), "day": change.due_on}
    return Text("pledge.was.with_day" if change.due_on else "pledge.was", said)


def _receipt(pledge: FullPledge, receipt: Receipt) -> Text:
    what = {
        "receipt": number_of(pledge, receipt.number),
        "given": amount_of(receipt.amount, receipt.kind, pledge.measure),
        "day": receipt.arrived_on,
    }
    if receipt.voided_at is not None:
        return Text("receipt.line.void", what)
    if receipt.kind != "money" and receipt.value:
        return Text("receipt.line.valued", {**what, "value": Money(receipt.value)})
    if receipt.kind != "money":
        return Text("receipt.line.things", what)
    return Text("receipt.line", {**what, "method": Text(f"arrivedmoney.method.{receipt.method}")})


def given_of(pledge: FullPledge, amount: int) -> Words:
    """So much of what was pledged; of things also which: «1 chiếc» alone says too little."""
    counted = amount_of(amount, pledge.kind, pledge.measure)
    return counted if pledge.kind == "money" else Text("pledge.given.of", {"what": pledge.what, "counted": counted})


def next_acts(pledge: FullPledge) -> list[Option]:
    """What usually comes next."""
    options = [Option(f"/desk arrived {pledge.code}", Text("command.desk.arrived.title"))]
    if pledge.state == "new":
        options.insert(0, Option(f"/desk confirm {pledge.code}", Text("command.desk.confirm.title")))
    if pledge.arrived:
        options.append(Option(f"/desk fulfilled {pledge.code}", Text("command.desk.fulfilled.title")))
    return options


def number_of(pledge: FullPledge, number: int) -> str:
    """A receipt's number in the series of the campaign in which it was pledged, such as «TND26/00012»."""
    return f"{pledge.prefix}/{number:05}"
