"""Officers follow a pledge: confirm it, close it, void a receipt. The bot never takes money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from bot.dialog.fields import Announced, Hidden, Known
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Redraw, Turn
from handlers.arguments import read_code, read_number
from handlers.buttons import DESK, open_card
from handlers.handing import where_to_hand
from handlers.officers.access import not_read, not_yours, reach, yours
from handlers.officers.own import must_leave, note_act
from handlers.officers.pledges.card import given_of, matter_of, next_acts, number_of, show_pledge
from handlers.officers.reasons import Reason, ready_reasons
from handlers.threads import tell, who_hears
from storage.aid import pledges, receipts
from storage.aid.pledges import FullPledge

router = Router("receipts", role="officer")


class Confirm(Form, name="confirm", review=False):
    """Confirms a pledge and says when and where to bring it; the pledger is told."""

    code = Hidden()
    word = Announced(least=2, most=200).optional()


class Cancel(Form, name="cancelpledge", review=False):
    """Why a pledge will not be kept; the pledger is told."""

    code = Hidden()
    ready = Known()
    reason = Reason()


class Void(Form, name="void", review=False):
    """Why a receipt was written by mistake."""

    number = Hidden()
    shown = Hidden()
    """The number with its series."""
    code = Hidden()
    ready = Known()
    reason = Reason()

    def words(self) -> Mapping[str, object]:
        return {"number": self.shown or self.number or ""}


@router.command("desk pledge", listed=False)
async def card(turn: Turn) -> None:
    """One pledge: what was promised, what arrived of it, under which receipts."""
    pledge = await find_pledge(turn)
    if pledge is not None:
        await show_pledge(turn, pledge)


@router.command("desk confirm", opens=True, listed=False)
async def confirm(turn: Turn) -> None:
    pledge = await open_pledge(turn)
    if pledge is not None:
        turn.begin(Confirm, code=pledge.code)


@router.done(Confirm)
async def save_confirmation(turn: Turn, form: Confirm) -> None:
    pledge = await open_pledge(turn, form.code)
    if pledge is None or not await _change(turn, pledge, "confirm", state="confirmed"):
        return
    where = await where_to_hand(turn, pledge.unit_id, pledge.kind)
    with_word = {"said": form.word, "word": form.word} if form.word else {}
    what = "confirmed_with" if form.word else "confirmed"
    told = await tell_giver(turn, pledge, what, name=pledge.household, **with_word, **where)
    options = [*next_acts(replace(pledge, state="confirmed")), DESK]
    turn.reply("pledge.confirmed", options, code=pledge.code, told=told)


@router.command("desk fulfilled", listed=False)
async def fulfil(turn: Turn) -> None:
    """Nothing more is to come: what has not arrived is missing again."""
    pledge = await open_pledge(turn)
    if pledge is None:
        return
    if not pledge.arrived:
        return turn.reply("pledge.nothing_arrived", [*next_acts(pledge), DESK], code=pledge.code)
    if await _change(turn, pledge, "fulfilled", state="fulfilled"):
        given = given_of(pledge, pledge.arrived)
        next_one = Option("/desk pledges", Text("desk.next"))
        told = await tell_giver(turn, pledge, "fulfilled", name=pledge.household, given=given)
        turn.reply("pledge.fulfilled", [next_one, DESK], code=pledge.code, given=given, told=told)


@router.command("desk cancel", opens=True, listed=False)
async def cancel(turn: Turn) -> None:
    pledge = await open_pledge(turn)
    if pledge is not None:
        turn.begin(Cancel, code=pledge.code, ready=await ready_reasons(turn, "why_pledge"))


@router.done(Cancel)
async def save_cancellation(turn: Turn, form: Cancel) -> None:
    pledge = await open_pledge(turn, form.code)
    if pledge is None:
        return
    how = {"state": "cancelled", "reason": form.reason, "cancelled_at": turn.now}
    if await _change(turn, pledge, "cancel", **how):
        told = await tell_giver(turn, pledge, "cancelled", said=form.reason, reason=form.reason)
        options = [Option("/desk pledges", Text("desk.next")), DESK]
        turn.reply("pledge.cancelled_by_officer", options, code=pledge.code, told=told)


@router.command("desk void", opens=True, listed=False)
async def void(turn: Turn) -> None:
    """A receipt that was written by mistake: it keeps its number, and counts no more. A bare number is of this campaign."""
    if rest := turn.rest.partition(" ")[2].strip():
        return not_read(turn, rest)
    series, _, bare = read_code(turn.rest).rpartition("/")
    number = read_number(bare)
    prefix = series or turn.campaign.prefix
    found = None if number is None else await receipts.find(turn.tx, prefix, number, await reach(turn))
    if found is None:
        return await not_yours(turn, "receipt")
    receipt, code = found
    shown = f"{prefix}/{receipt.number:05}"
    if receipt.voided_at is not None:
        return turn.reply("receipt.void_already", [open_card("pledge", code), DESK], receipt=shown)
    pledge = await pledges.find(turn.tx, code, None)
    if pledge is not None and await must_leave(turn, matter_of(pledge)):
        return
    ready = await ready_reasons(turn, "why_receipt")
    turn.begin(Void, number=str(receipt.number), shown=shown, code=code, ready=ready)


@router.done(Void)
async def save_void(turn: Turn, form: Void) -> None:
    pledge = await find_pledge(turn, form.code)
    if pledge is None or await must_leave(turn, matter_of(pledge)):
        return
    number = int(form.number)
    receipt = number_of(pledge, number)
    if not await receipts.void(turn.tx, pledge, number, form.reason, turn.now):
        return turn.reply("receipt.void_already", [open_card("pledge", pledge.code), DESK], receipt=receipt)
    await note_act(turn, "void", matter_of(pledge), receipt=number)
    told = await tell_giver(turn, pledge, "voided", said=form.reason, receipt=receipt, reason=form.reason)
    turn.reply("receipt.voided", [open_card("pledge", pledge.code), DESK], receipt=receipt, told=told)


async def tell_giver(turn: Turn, pledge: FullPledge, what: str, *, said: str = "", **params: object) -> Text:
    """Tell whoever pledged; what she answers comes to the officers. Returns the sentence that says who hears of it."""
    await tell(turn, f"pledge.told.{what}", matter_of(pledge), said=said, code=pledge.code, **params)
    return await who_hears(turn, pledge.person_id, "giver")


async def find_pledge(turn: Turn, code: str = "") -> FullPledge | None:
    return await yours(turn, "pledge", pledges.find, code)


async def open_pledge(turn: Turn, code: str = "") -> FullPledge | None:
    """The same, if it is not done with, and not left to another officer since it is her own."""
    pledge = await find_pledge(turn, code)
    if pledge is None or await must_leave(turn, matter_of(pledge)):
        return None
    if pledge.state not in pledges.OPEN:
        turn.reply("pledge.closed_already", [DESK], code=pledge.code, state=Text(f"desk.state.{pledge.state}"))
        return None
    return pledge


async def _change(turn: Turn, pledge: FullPledge, act: str, **values: Any) -> bool:
    """Change it; of two officers who do so at the same instant one is told."""
    if not await pledges.change(turn.tx, pledge, **values):
        turn.reply("pledge.changed_meanwhile", [open_card("pledge", pledge.code), DESK], code=pledge.code)
        return False
    await note_act(turn, act, matter_of(pledge))
    redraw(turn, pledge.code, values["state"])
    return True


def redraw(turn: Turn, code: str, state: str) -> None:
    text = Text("pledge.redraw", {"code": code, "state": Text(f"desk.state.{state}")})
    open_ = state in pledges.OPEN
    options, sparing = ((open_card("pledge", code),), turn.person.id) if open_ else ((), None)
    turn.notices.append(Redraw(f"pledge:{code}", text, options, quiet=True, sparing=sparing))
