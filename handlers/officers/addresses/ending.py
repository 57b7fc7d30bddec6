"""Officers end a humanitarian address, for good or for now: whoever pledged is told, and open pledges go on or end."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialog.fields import Hidden, Known, Sure
from bot.dialog.forms import Form
from bot.message import Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import DESK, MY, appeal_to
from handlers.officers.addresses.dossiers import find, may_end, open_address, proposed, take_step
from handlers.officers.appeals import is_overruled
from handlers.officers.own import must_leave
from handlers.officers.reasons import Reason, ready_reasons
from handlers.threads import how_many_hear, tell, who_hears
from storage.aid import pledges
from storage.aid.dossiers import KeptAddress
from storage.aid.threads import Matter

router = Router("ending", role="officer")


class EndAddress(Form, name="endaddress", review=False):
    """Why an address ends, for good or for now, and what becomes of the pledges to one that ends for good."""

    code = Hidden()
    state = Hidden()
    pledged = Hidden()
    ready = Known()
    reason = Reason()
    pledges = Sure(("keep", "cancel")).when(lambda f: f.state == "closed" and f.pledged not in (None, "", "0"))

    def words(self) -> Mapping[str, object]:
        return {"n": int(self.pledged or 0)}


@router.command("desk refuse", opens=True, listed=False)
async def refuse(turn: Turn) -> None:
    await _ask_why(turn, "refused")


@router.command("desk pause", opens=True, listed=False)
async def pause(turn: Turn) -> None:
    await _ask_why(turn, "paused")


@router.command("desk close", opens=True, listed=False)
async def close(turn: Turn) -> None:
    await _ask_why(turn, "closed")


@router.done(EndAddress)
async def end(turn: Turn, form: EndAddress) -> None:
    kept = await find(turn, form.code)
    if kept is None or (form.state == "refused" and not await _may_refuse(turn, kept)):
        return
    n = len(await pledges.open_of(turn.tx, kept.id)) if form.state == "closed" else 0
    if n and (form.pledges is None or n > int(form.pledged or 0)):
        return turn.reopen(form, "pledges", pledged=str(n))  # somebody pledged meanwhile
    if not await take_step(turn, kept, form.state, reason=form.reason):
        return
    told: Text | None = None
    if form.state == "paused":
        told = await tell_paused(turn, kept, form.reason)
    elif form.state == "closed":
        told = await _tell_givers(turn, kept, form)
    elif kept.proposed_by is not None:
        told = await who_hears(turn, kept.proposed_by, "proposer")
    turn.reply(
        "address.ended",
        [open_address(kept.code), DESK],
        code=kept.code,
        state=Text(f"address.state.{form.state}"),
        told=told,
    )
    if form.state == "refused" and kept.proposed_by is not None:
        matter = Matter("address", kept.code, kept.proposed_by, kept.unit_id)
        reason = {"code": kept.code, "reason": form.reason}
        await tell(turn, "address.told.refused", matter, [appeal_to(kept.code)], said=form.reason, **reason)


async def _tell_givers(turn: Turn, kept: KeptAddress, form: EndAddress) -> Text | None:
    """Tell whoever has an open pledge that the address has ended; what nothing arrived of ends too if the officer said so,
    and what a part arrived of is done with. Returns the sentence that says how many hear of it."""
    found = await pledges.open_of(turn.tx, kept.id, lock=True)
    for pledge in found:
        if form.pledges == "cancel":
            done = {"state": "fulfilled"} if pledge.arrived else {"state": "cancelled", "cancelled_at": turn.now}
            await pledges.change(turn.tx, pledge, **done, reason=form.reason)
            await turn.note("cancel" if not pledge.arrived else "fulfilled", f"pledge:{pledge.code}", closed=kept.code)
        what = "kept" if form.pledges != "cancel" else "fulfilled" if pledge.arrived else "cancelled"
        said = {"code": pledge.code, "name": kept.shown_name, "reason": form.reason}
        turn.tell(pledge.person_id, f"address.told.closed.{what}", [MY], **said)
    return await how_many_hear(turn, {pledge.person_id for pledge in found})


async def tell_paused(turn: Turn, kept: KeptAddress, reason: str) -> Text | None:
    """Tell whoever has an open pledge that the address is paused, and why. Returns the sentence that says how many hear."""
    found = await pledges.open_of(turn.tx, kept.id)
    for pledge in found:
        said = {"code": pledge.code, "name": kept.shown_name, "reason": reason}
        turn.tell(pledge.person_id, "address.told.paused", [MY], **said)
    return await how_many_hear(turn, {pledge.person_id for pledge in found})


async def _may_refuse(turn: Turn, kept: KeptAddress) -> bool:
    """Whether she may; if not, she is told why."""
    if await is_overruled(turn, "address", kept.code):
        return False
    return not await must_leave(turn, proposed(kept), [kept.verified_by])


async def _ask_why(turn: Turn, state: str) -> None:
    kept = await may_end(turn, state)
    if kept is not None and (state != "refused" or await _may_refuse(turn, kept)):
        pledged = len(await pledges.open_of(turn.tx, kept.id)) if state == "closed" else 0
        ready = await ready_reasons(turn, "why_address")
        turn.begin(EndAddress, code=kept.code, state=state, pledged=str(pledged), ready=ready)
