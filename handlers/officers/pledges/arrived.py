"""Officers note what they saw arrive of a pledge; where it looks like a slip they are asked first, with what is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec.structs import replace

from bot.dialog.fields import Choice, Count, Day, Dong, Hidden, Sure
from bot.dialog.forms import Form
from bot.message import Money, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import DESK, open_card
from handlers.names import amount_of
from handlers.officers.own import note_act
from handlers.officers.pledges.card import given_of, matter_of, next_acts, number_of, show_pledge
from handlers.officers.pledges.receipts import open_pledge, redraw, tell_giver
from storage.aid import dossiers, receipts
from storage.aid.pledges import FullPledge
from storage.aid.receipts import NewContribution

router = Router("arrived", role="officer")

MOST = 10_000_000_000
"""Đồng."""
FAR_ABOVE = 1.5
"""So many times what was promised is asked about: a digit too many is ten times as much."""
MUCH = 50_000_000
"""Đồng; more at once is asked about, where nothing says how much would be enough."""
LATELY = timedelta(minutes=30)
"""Two receipts of the same within this time may be one gift that two officers saw."""


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


class SureArrived(Form, name="surearrived", review=False):
    """Whether a receipt that looks like a slip is right."""

    code = Hidden()
    amount = Hidden()
    value = Hidden()
    day = Hidden()
    method = Hidden()
    seen = Hidden()
    sure = Sure(("look", "write"))


@router.command("desk arrived", opens=True, listed=False)
async def arrived(turn: Turn) -> None:
    pledge = await open_pledge(turn)
    if pledge is None:
        return
    if pledge.kind == "money":
        return turn.begin(ArrivedMoney, code=pledge.code)
    turn.begin(ArrivedThings, code=pledge.code, measure=pledge.measure, what=pledge.what)


@router.done(ArrivedMoney)
async def money_arrived(turn: Turn, form: ArrivedMoney) -> None:
    await _look(turn, form.code, form.dong, form.dong, form.arrived_on, form.method)


@router.done(ArrivedThings)
async def things_arrived(turn: Turn, form: ArrivedThings) -> None:
    await _look(turn, form.code, form.count, form.value or 0, form.arrived_on, "handed")


@router.done(SureArrived)
async def sure(turn: Turn, form: SureArrived) -> None:
    """Write it all the same, unless something arrived since she was asked: then she is asked again."""
    pledge = await open_pledge(turn, form.code)
    if pledge is None:
        return
    if form.sure != "write":
        return await show_pledge(turn, pledge)
    amount, value, day = int(form.amount), int(form.value), date.fromisoformat(form.day)
    if pledge.arrived != int(form.seen):
        return await _look(turn, form.code, amount, value, day, form.method)
    await _write(turn, pledge, amount, value, day, form.method)


async def _look(turn: Turn, code: str, amount: int, value: int, day: date, method: str) -> None:
    """Write the receipt, or ask first where something speaks against it."""
    pledge = await open_pledge(turn, code)
    if pledge is None:
        return
    doubts = await _doubts(turn, pledge, amount, value, day)
    if not doubts:
        return await _write(turn, pledge, amount, value, day, method)
    known = {"amount": str(amount), "value": str(value), "day": day.isoformat(), "seen": str(pledge.arrived)}
    above = Text("receipt.doubts", {"code": code, "doubts": doubts})
    turn.begin_said(SureArrived, {}, above=above, code=code, method=method, **known)


async def _doubts(turn: Turn, pledge: FullPledge, amount: int, value: int, day: date) -> list[Text]:
    """What speaks against a receipt, with what is there."""
    found: list[Text] = []
    there, promised = pledge.arrived + amount, pledge.amount
    if promised and there > promised * FAR_ABOVE:
        figures = {"there": there, "promised": promised, "amount": amount}
        shown = {name: amount_of(n, pledge.kind, pledge.measure) for name, n in figures.items()}
        found.append(Text("receipt.doubt.above", shown))
    if pledge.kind != "money" and value > MUCH:
        found.append(Text("receipt.doubt.value", {"value": Money(value)}))
    if not turn.campaign.first_on <= day <= turn.campaign.last_on:
        days = {"day": day, "first": turn.campaign.first_on, "last": turn.campaign.last_on}
        found.append(Text("receipt.doubt.outside", days))
    for receipt in await receipts.find_same(turn.tx, pledge, amount, day, turn.now - LATELY):
        told = {"receipt": number_of(pledge, receipt.number), "given": given_of(pledge, amount), "day": day}
        found.append(Text("receipt.doubt.same", told))
    address = await dossiers.find(turn.tx, pledge.address_code, None)
    if address is not None and address.state not in dossiers.SHOWN:
        ended = {"address": address.code, "state": Text(f"address.state.{address.state}")}
        found.append(Text("receipt.doubt.ended", ended))
    return found


async def _write(turn: Turn, pledge: FullPledge, amount: int, value: int, day: date, method: str) -> None:
    """Write the receipt. Its number is counted in this very transaction, so the series has no gap."""
    code = pledge.code
    new = NewContribution(amount, value, pledge.what, day, method, turn.person.id, turn.key)
    number = await receipts.add(turn.tx, pledge, new, turn.now)
    if number is None:
        return turn.reply("pledge.changed_meanwhile", [open_card("pledge", code), DESK], code=code)
    await note_act(turn, "arrived", matter_of(pledge), receipt=number, amount=amount, value=value)
    given, receipt = given_of(pledge, amount), number_of(pledge, number)
    now_is = replace(pledge, state="confirmed", arrived=pledge.arrived + amount)
    told = await tell_giver(turn, pledge, "arrived", name=pledge.household, receipt=receipt, given=given)
    options = [*next_acts(now_is), open_card("pledge", code), DESK]
    turn.reply("pledge.noted", options, code=code, receipt=receipt, given=given, told=told)
    redraw(turn, code, "confirmed")
