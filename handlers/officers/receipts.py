"""Officers follow a pledge: confirm it, note what they saw arrive, close it. The bot never takes money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.dialog.fields import Choice, Count, Day, Dong, Hidden, Line
from bot.dialog.forms import Form
from bot.message import Money, Option, Reply, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Redraw, Turn
from handlers.arguments import read_code, read_number
from handlers.buttons import DESK, open_card
from handlers.names import amount_of
from handlers.officers.access import not_yours, reach, yours
from handlers.threads import lines, see_thread, tell
from storage.aid import pledges, receipts, threads, volunteers
from storage.aid.pledges import FullPledge
from storage.aid.receipts import NewContribution, Receipt
from storage.aid.threads import Matter

router = Router("receipts", role="officer")

MOST = 10_000_000_000
"""Đồng."""


class Confirm(Form, name="confirm", review=False):
    """Confirms a pledge and says when and where to bring it; the pledger is told."""

    code = Hidden()
    word = Line(least=2, most=200).optional()


class ArrivedMoney(Form, name="arrivedmoney"):
    """Money that an officer saw arrive: how much, when, in which way."""

    code = Hidden()
    dong = Dong(least=1_000, most=MOST)
    arrived_on = Day(toward="past")
    method = Choice(("cash", "transfer"))


class ArrivedThings(Form, name="arrivedthings"):
    """Goods or work that an officer saw arrive, and what both sides agree that it is worth."""

    code = Hidden()
    measure = Hidden()
    what = Hidden()
    count = Count(least=1, most=100_000, measure=lambda f: f.measure or "")
    value = Dong(least=1_000, most=MOST).optional()
    arrived_on = Day(toward="past")

    def words(self) -> Mapping[str, object]:
        return {"measure": self.measure or Text("desk.items"), "what": self.what or ""}


class Cancel(Form, name="cancelpledge", review=False):
    """Why a pledge will not be kept; the pledger is told."""

    code = Hidden()
    reason = Line(least=3, most=200)


class Void(Form, name="void", review=False):
    """Why a receipt was written by mistake."""

    number = Hidden()
    code = Hidden()
    reason = Line(least=3, most=200)

    def words(self) -> Mapping[str, object]:
        return {"number": self.number or ""}


@router.command("desk pledge", listed=False)
async def card(turn: Turn) -> None:
    """One pledge: what was promised, what arrived of it, under which receipts."""
    pledge = await _find(turn)
    if pledge is not None:
        await _show(turn, pledge)


@router.command("desk confirm", opens=True, listed=False)
async def confirm(turn: Turn) -> None:
    pledge = await _open(turn)
    if pledge is not None:
        turn.begin(Confirm, code=pledge.code)


@router.done(Confirm)
async def save_confirmation(turn: Turn, form: Confirm) -> None:
    pledge = await _open(turn, form.code)
    if pledge is None or not await _change(turn, pledge, "confirm", state="confirmed"):
        return
    turn.reply("pledge.confirmed", [*_next(replace(pledge, state="confirmed")), DESK], code=pledge.code)
    if form.word:
        await _tell(turn, pledge, "confirmed_with", said=form.word, name=pledge.household, word=form.word)
    else:
        await _tell(turn, pledge, "confirmed", name=pledge.household)


@router.command("desk arrived", opens=True, listed=False)
async def arrived(turn: Turn) -> None:
    pledge = await _open(turn)
    if pledge is None:
        return
    if pledge.kind == "money":
        return turn.begin(ArrivedMoney, code=pledge.code)
    turn.begin(ArrivedThings, code=pledge.code, measure=pledge.measure, what=pledge.what)


@router.done(ArrivedMoney)
async def money_arrived(turn: Turn, form: ArrivedMoney) -> None:
    await _write_receipt(turn, form.code, form.dong, form.dong, form.arrived_on, form.method)


@router.done(ArrivedThings)
async def things_arrived(turn: Turn, form: ArrivedThings) -> None:
    await _write_receipt(turn, form.code, form.count, form.value or 0, form.arrived_on, "handed")


async def _write_receipt(turn: Turn, code: str, amount: int, value: int, day: date, method: str) -> None:
    """Write the receipt. Its number is counted in this very transaction, so the series has no gap."""
    pledge = await _open(turn, code)
    if pledge is None:
        return
    new = NewContribution(amount, value, pledge.what, day, method, turn.person.id, turn.key)
    number = await receipts.add(turn.tx, pledge, new, turn.now)
    if number is None:
        return turn.reply("pledge.changed_meanwhile", [open_card("pledge", code), DESK], code=code)
    await turn.note("arrived", f"pledge:{code}", receipt=number, amount=amount, value=value)
    given, receipt = _given(pledge, amount), _number(turn, number)
    now_is = replace(pledge, state="confirmed", arrived=pledge.arrived + amount)
    turn.reply(
        "pledge.noted", [*_next(now_is), open_card("pledge", code), DESK], code=code, receipt=receipt, given=given
    )
    await _tell(turn, pledge, "arrived", name=pledge.household, receipt=receipt, given=given)
    _redraw(turn, code, "confirmed")


@router.command("desk fulfilled", listed=False)
async def fulfil(turn: Turn) -> None:
    """Nothing more is to come: what has not arrived is missing again."""
    pledge = await _open(turn)
    if pledge is None:
        return
    if not pledge.arrived:
        return turn.reply("pledge.nothing_arrived", [*_next(pledge), DESK], code=pledge.code)
    if await _change(turn, pledge, "fulfilled", state="fulfilled"):
        given = _given(pledge, pledge.arrived)
        next_one = Option("/desk pledges", Text("desk.next"))
        turn.reply("pledge.fulfilled", [next_one, DESK], code=pledge.code, given=given)
        await _tell(turn, pledge, "fulfilled", name=pledge.household, given=given)


@router.command("desk cancel", opens=True, listed=False)
async def cancel(turn: Turn) -> None:
    pledge = await _open(turn)
    if pledge is not None:
        turn.begin(Cancel, code=pledge.code)


@router.done(Cancel)
async def save_cancellation(turn: Turn, form: Cancel) -> None:
    pledge = await _open(turn, form.code)
    if pledge is None:
        return
    how = {"state": "cancelled", "reason": form.reason, "cancelled_at": turn.now}
    if await _change(turn, pledge, "cancel", **how):
        turn.reply("pledge.cancelled_by_officer", [Option("/desk pledges", Text("desk.next")), DESK], code=pledge.code)
        await _tell(turn, pledge, "cancelled", said=form.reason, reason=form.reason)


@router.command("desk void", opens=True, listed=False)
async def void(turn: Turn) -> None:
    """A receipt that was written by mistake: it keeps its number, and counts no more."""
    number = read_number(read_code(turn.rest))
    found = None if number is None else await receipts.find(turn.tx, turn.campaign.id, number, await reach(turn))
    if found is None:
        return await not_yours(turn, "receipt")
    receipt, code = found
    if receipt.voided_at is not None:
        return turn.reply(
            "receipt.void_already", [open_card("pledge", code), DESK], receipt=_number(turn, receipt.number)
        )
    turn.begin(Void, number=str(receipt.number), code=code)


@router.done(Void)
async def save_void(turn: Turn, form: Void) -> None:
    pledge = await _find(turn, form.code)
    if pledge is None:
        return
    number = int(form.number)
    receipt = _number(turn, number)
    if not await receipts.void(turn.tx, pledge, number, form.reason, turn.now):
        return turn.reply("receipt.void_already", [open_card("pledge", pledge.code), DESK], receipt=receipt)
    await turn.note("void", f"pledge:{pledge.code}", receipt=number)
    turn.reply("receipt.voided", [open_card("pledge", pledge.code), DESK], receipt=receipt)
    await _tell(turn, pledge, "voided", said=form.reason, receipt=receipt, reason=form.reason)


async def _tell(turn: Turn, pledge: FullPledge, what: str, *, said: str = "", **params: object) -> None:
    """Tell whoever pledged; what she answers comes to the officers."""
    matter = Matter("pledge", pledge.code, pledge.person_id, pledge.unit_id)
    await tell(turn, f"pledge.told.{what}", matter, said=said, code=pledge.code, **params)


async def _find(turn: Turn, code: str = "") -> FullPledge | None:
    return await yours(turn, "pledge", pledges.find, code)


async def _open(turn: Turn, code: str = "") -> FullPledge | None:
    """The same, if it is not done with."""
    pledge = await _find(turn, code)
    if pledge is not None and pledge.state not in pledges.OPEN:
        turn.reply("pledge.closed_already", [DESK], code=pledge.code, state=Text(f"desk.state.{pledge.state}"))
        return None
    return pledge


async def _change(turn: Turn, pledge: FullPledge, act: str, **values: Any) -> bool:
    """Change it; of two officers who do so at the same instant one is told."""
    if not await pledges.change(turn.tx, pledge, **values):
        turn.reply("pledge.changed_meanwhile", [open_card("pledge", pledge.code), DESK], code=pledge.code)
        return False
    await turn.note(act, f"pledge:{pledge.code}")
    _redraw(turn, pledge.code, values["state"])
    return True


def _redraw(turn: Turn, code: str, state: str) -> None:
    text = Text("pledge.redraw", {"code": code, "state": Text(f"desk.state.{state}")})
    open_ = state in pledges.OPEN
    options, sparing = ((open_card("pledge", code),), turn.person.id) if open_ else ((), None)
    turn.notices.append(Redraw(f"pledge:{code}", text, options, quiet=True, sparing=sparing))


async def _show(turn: Turn, pledge: FullPledge) -> None:
    found = await receipts.of_pledge(turn.tx, pledge.id)
    said = lines(await threads.on(turn.tx, "pledge", pledge.code))
    giver = pledge.organisation or (pledge.shown_name if pledge.shown_as != "anonymous" else "")
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
            "what": pledge.what,
            "promised": amount_of(pledge.amount, pledge.kind, pledge.measure),
            "arrived": arrived,
            "state": Text(f"desk.state.{pledge.standing}"),
            "receipts": [*(_receipt(turn, pledge, receipt) for receipt in found), *said] or None,
            "awaiting": Text("pledge.awaiting") if pledge.awaits else None,
        },
    )
    options = [*_next(pledge)] if pledge.state in pledges.OPEN else []
    if pledge.state in pledges.OPEN:
        options.append(Option(f"/desk cancel {pledge.code}", Text("command.desk.cancel.title")))
    options += [see_thread(pledge.code)] if said else []
    options += [
        Option(f"/desk void {receipt.number}", Text("receipt.void", {"receipt": _number(turn, receipt.number)}))
        for receipt in found
        if receipt.voided_at is None
    ]
    if pledge.awaits and await volunteers.find_registered(turn.tx, pledge.person_id, await reach(turn)):
        options.append(Option(f"/desk volunteer {pledge.person_id}", Text("volunteer.look")))
    turn.replies.append(Reply(text, (*options, DESK), about=f"pledge:{pledge.code}"))


def _receipt(turn: Turn, pledge: FullPledge, receipt: Receipt) -> Text:
    what = {
        "receipt": _number(turn, receipt.number),
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


def _given(pledge: FullPledge, amount: int) -> Words:
    """So much of what was pledged; of things also which: «1 chiếc» alone says too little."""
    counted = amount_of(amount, pledge.kind, pledge.measure)
    return counted if pledge.kind == "money" else Text("pledge.given.of", {"what": pledge.what, "counted": counted})


def _next(pledge: FullPledge) -> list[Option]:
    """What usually comes next."""
    options = [Option(f"/desk arrived {pledge.code}", Text("command.desk.arrived.title"))]
    if pledge.state == "new":
        options.insert(0, Option(f"/desk confirm {pledge.code}", Text("command.desk.confirm.title")))
    if pledge.arrived:
        options.append(Option(f"/desk fulfilled {pledge.code}", Text("command.desk.fulfilled.title")))
    return options


def _number(turn: Turn, number: int) -> Words:
    return f"{turn.campaign.prefix}/{number:05}"
