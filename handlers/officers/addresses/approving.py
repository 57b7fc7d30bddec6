"""A second officer approves what another one verified: what must hold for that, and who is told."""

from __future__ import annotations

from bot.message import Option, Reply, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import DESK, MY
from handlers.officers.addresses.dossiers import find, open_address, proposed, take_step
from handlers.officers.addresses.public import find_disclosed_by
from handlers.officers.own import why_leave
from handlers.threads import tell
from storage.aid import addresses, pledges
from storage.aid.dossiers import KeptAddress
from storage.aid.threads import Matter
from storage.campaign import staff

router = Router("approving", role="officer")


@router.command("desk accept", listed=False)
async def accept(turn: Turn) -> None:
    """Approve what another officer verified: from now on everybody sees it."""
    kept = await find(turn)
    if kept is None:
        return
    if (why := await why_not_approved(turn, kept)) is not None:
        return turn.reply(Reply(why, (*_ways_on(kept, why), DESK)))
    if await take_step(turn, kept, "approved"):
        turn.reply("address.approved", [open_address(kept.code), DESK], code=kept.code)
        await tell_approved(turn, kept)


async def why_not_approved(turn: Turn, kept: KeptAddress) -> Text | None:
    """What keeps her from approving it; None if nothing does. Its state is looked at when the step is taken."""
    said = {"code": kept.code}
    if kept.state == "verified" and kept.verified_by == turn.person.id:
        return Text("address.second_officer", said)
    if kept.state == "verified" and (why := await why_leave(turn, proposed(kept), [kept.verified_by])) is not None:
        return why
    if not await staff.served_before(turn.tx, turn.person.id, kept.verified_at):
        return Text("address.officer_too_new", said)
    if not kept.consented:
        return Text("address.no_consent", said)
    if all(need.ended_at for need in await addresses.needs_of(turn.tx, kept.id)):
        return Text("address.no_need", said)
    if words := await find_disclosed_by(turn, kept):
        return Text("address.discloses", {**said, "words": words})
    return None


def _ways_on(kept: KeptAddress, why: Text) -> list[Option]:
    """What she can do about it; nothing where it is another one who must act."""
    if why.key in ("address.second_officer", "address.officer_too_new", "self.theirs"):
        return []
    survey = Option(f"/desk survey {kept.code}", Text("command.desk.survey.title"))
    return [*([survey] if why.key == "address.discloses" else []), open_address(kept.code)]


async def tell_approved(turn: Turn, kept: KeptAddress) -> None:
    """Tell whoever proposed it, or, where it goes on after a pause, whoever has pledged to it."""
    if kept.state == "paused":
        for pledge in await pledges.open_of(turn.tx, kept.id):
            turn.tell(pledge.person_id, "address.told.resumed", [MY], code=pledge.code, name=kept.shown_name)
    elif kept.proposed_by is not None:
        matter = Matter("address", kept.code, kept.proposed_by, kept.unit_id)
        await tell(turn, "address.told.approved", matter, code=kept.code)
