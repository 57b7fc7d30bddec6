"""Officers open a household again that was refused or closed by mistake: it goes back a step and takes its way once more."""

from __future__ import annotations

from bot.dialog.fields import Hidden, Known
from bot.dialog.forms import Form
from bot.message import Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import DESK
from handlers.officers.addresses.dossiers import find, not_now, note_step, open_address, proposed
from handlers.officers.appeals import must_wait
from handlers.officers.own import must_leave
from handlers.officers.reasons import Reason
from handlers.threads import tell, who_hears
from storage.aid import dossiers
from storage.aid.colleagues import notes
from storage.aid.colleagues.notes import Subject
from storage.aid.dossiers import KeptAddress

router = Router("reviving", role="officer")


class Revive(Form, name="revive", review=False):
    """Why a household is opened again; whoever proposed one that was refused is told."""

    code = Hidden()
    ready = Known()
    reason = Reason()


@router.command("desk revive", opens=True, listed=False)
async def revive(turn: Turn) -> None:
    """What was refused waits again; what was closed is paused, until a second officer lets it go on."""
    kept = await find(turn)
    if kept is not None and await _may(turn, kept):
        turn.begin(Revive, code=kept.code)


@router.done(Revive)
async def save(turn: Turn, form: Revive) -> None:
    kept = await find(turn, form.code)
    if kept is None or not await _may(turn, kept):
        return
    state = await dossiers.revive(turn.tx, kept, turn.person.id, turn.now, form.reason)
    if not state:
        return not_now(turn, await dossiers.find(turn.tx, kept.code, None) or kept)  # another officer was faster
    await note_step(turn, kept, state, was=kept.state)
    hears = kept.state == "refused" and kept.proposed_by is not None
    turn.reply(
        "address.revived",
        [open_address(kept.code), DESK],
        code=kept.code,
        state=Text(f"address.state.{state}"),
        told=await who_hears(turn, kept.proposed_by, "proposer") if hears else None,
    )
    if kept.state == "refused":  # its reason is gone with the state, and colleagues shall know the new one
        await notes.add(turn.tx, Subject("address", kept.code, None), form.reason, turn.person.id, turn.now)
    if hears:
        told = {"code": kept.code, "reason": form.reason}
        await tell(turn, "address.told.revived", proposed(kept), said=form.reason, **told)


async def _may(turn: Turn, kept: KeptAddress) -> bool:
    """Whether she may; if not, she is told why."""
    if kept.state not in dossiers.REVIVABLE:
        not_now(turn, kept)
        return False
    if kept.state != "refused":
        return True
    return not (await must_wait(turn, "address", kept.code) or await must_leave(turn, proposed(kept)))
