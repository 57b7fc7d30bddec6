"""Officers set where, when and to whom people hand over what they pledged, for each unit."""

from __future__ import annotations

from msgspec.structs import asdict

from bot.dialog.fields import Announced, Hidden
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.arguments import read_page, read_unit
from handlers.buttons import DESK
from handlers.officers.access import PAGE, not_read, not_yours, pages, reach
from storage.campaign import handovers, units
from storage.campaign.handovers import Handover

router = Router("handover", role="officer")

OFF = "off"
BACK = Option("/desk handover", Text("command.desk.handover.title"))


class SetHandover(Form, name="handover"):
    """Where, when and to whom to hand over; everybody who pledges there reads it."""

    unit = Hidden()
    place = Announced(least=3, most=200)
    hours = Announced(least=2, most=120)
    receiver = Announced(least=2, most=120)


@router.command("desk handover", opens=True, listed=False)
async def show_all(turn: Turn) -> None:
    """What each of her units has set; «c12» sets it for one of them, «c12 off» takes it back."""
    named, _, rest = turn.rest.partition(" ")
    unit_id = read_unit(named)
    if unit_id is not None and rest not in ("", OFF):
        return not_read(turn, rest)
    if unit_id is not None:
        return await _begin(turn, unit_id, off=rest == OFF)
    mine = await _units(turn)
    page = read_page(turn.rest)
    shown = dict(list(mine.items())[(page - 1) * PAGE : page * PAGE])
    known = await handovers.of_units(turn.tx, shown)
    lines = [_line(name, known.get(id)) for id, name in shown.items()]
    options = [Option(f"/desk handover c{id}", name) for id, name in shown.items()]
    turn.reply("handover.list", [*options, *pages("/desk handover", page, len(mine)), DESK], lines=lines)


async def _begin(turn: Turn, unit_id: int, *, off: bool) -> None:
    """Ask anew; what was set is there to be kept."""
    if unit_id not in await _units(turn):
        return await not_yours(turn, "handover")
    known = (await handovers.of_units(turn.tx, [unit_id])).get(unit_id)
    if off:
        await handovers.set_for(turn.tx, unit_id, None)
        await turn.note("handover", f"unit:{unit_id}", set=False)
        return turn.reply("handover.taken_back", [BACK, DESK], commune=await units.name(turn.tx, unit_id))
    if known is None:
        return turn.begin(SetHandover, unit=str(unit_id))
    turn.begin(SetHandover, unit=str(unit_id), **asdict(known))


@router.done(SetHandover)
async def save(turn: Turn, form: SetHandover) -> None:
    unit_id = int(form.unit)
    if unit_id not in await _units(turn):
        return await not_yours(turn, "handover")
    await handovers.set_for(turn.tx, unit_id, Handover(form.place, form.hours, form.receiver))
    await turn.note("handover", f"unit:{unit_id}", set=True)
    back = Option(f"/desk handover c{unit_id} {OFF}", Text("handover.take_back"))
    turn.reply("handover.set", [BACK, back, DESK], commune=await units.name(turn.tx, unit_id))


async def _units(turn: Turn) -> dict[int, str]:
    """Her units in this campaign, by id: the communes, and the one that runs it."""
    within = await reach(turn)
    every = {turn.campaign.unit_id: await units.name(turn.tx, turn.campaign.unit_id)}
    every |= {commune.id: commune.name for commune in turn.facts.communes}
    return {id: name for id, name in every.items() if within is None or id in within}


def _line(commune: str, known: Handover | None) -> Text:
    if known is None:
        return Text("handover.line.none", {"commune": commune})
    return Text("handover.line", {"commune": commune, **asdict(known)})
