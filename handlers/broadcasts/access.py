"""Which broadcasts an officer may touch at this moment, and how each is shown to her."""

from __future__ import annotations

from bot.broadcast.card import about, card
from bot.message import Option, Reply, Text
from bot.turn.turn import Redraw, Turn
from handlers.arguments import read_number
from handlers.broadcasts.check import preview
from storage.broadcast import broadcasts, ledger
from storage.broadcast.broadcasts import Broadcast, Draft
from storage.campaign import staff


async def found(turn: Turn) -> Broadcast | None:
    """The broadcast whose number follows the command, if this officer may touch it at this moment."""
    id = read_number(turn.rest)
    one = None if id is None else await broadcasts.find(turn.tx, id)
    if one is not None and await reaches(turn, one):
        return one
    if one is not None:
        await turn.refuse(about(one.id))
    turn.reply("broadcast.unknown", [option("")])
    return None


async def is_over(turn: Turn, one: Broadcast) -> bool:
    """Whether it was sent or stopped; where it was not, it is shown as it stands."""
    if one.state in ("done", "cancelled"):
        return True
    await shown(turn, one)
    return False


async def reaches(turn: Turn, one: Draft) -> bool:
    """Whether it goes only to places where this officer works."""
    where = await reach(turn)
    return where is None or (bool(one.audience.communes) and where >= set(one.audience.communes))


async def reach(turn: Turn) -> frozenset[int] | None:
    """The communes in which this officer works; None where nothing is beyond her."""
    where = await staff.reach(turn.tx, turn.person.roles, "officer")
    if where is None or turn.campaign.unit_id in where:
        return None
    return frozenset(unit.id for unit in turn.facts.communes if unit.id in where)


async def changed(turn: Turn, one: Broadcast, act: str, done: bool) -> None:
    """Say where it stands now, and change every card that shows it."""
    if done:
        await turn.note(f"broadcast.{act}", about(one.id))
    now = await broadcasts.find(turn.tx, one.id)
    assert now is not None
    text, options = card(now, await ledger.outcomes(turn.tx, one.id))
    turn.notices.append(Redraw(about(one.id), text, options, quiet=True))
    turn.replies.append(Reply(text, options, in_place=bool(turn.heard.pressed)))


async def shown(turn: Turn, one: Broadcast) -> None:
    """Show a draft with whom it would reach, anything else with how far it is."""
    if one.state == "draft":
        return await preview(turn, one)
    text, options = card(one, await ledger.outcomes(turn.tx, one.id))
    turn.reply(Reply(text, options))


def option(act: str, one: Broadcast | None = None) -> Option:
    """A button for a subcommand; showing one says which."""
    if not act:
        return Option("/broadcast", Text("command.broadcast.title"))
    if one is None:
        return Option(f"/broadcast {act}", Text(f"command.broadcast.{act}.title"))
    opens = Text("broadcast.open", {"number": one.id})
    return Option(f"/broadcast {act} {one.id}", opens if act == "show" else Text(f"command.broadcast.{act}.title"))
