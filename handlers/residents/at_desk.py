"""What residents do for themselves, an officer writes down for a villager at the desk who has no phone: the same forms."""

from __future__ import annotations

from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.buttons import DESK
from handlers.officers.access import yours
from handlers.residents.giving.form import PledgeForm
from handlers.residents.giving.pledge import known_of
from handlers.residents.propose import Propose
from storage.aid import addresses, dossiers

router = Router("atdesk", role="officer")


@router.command("desk promise", opens=True, listed=False)
async def promise(turn: Turn) -> None:
    """What somebody at the desk promises to the household with this code."""
    kept = await yours(turn, "address", dossiers.find)
    if kept is None:
        return
    address = await addresses.find(turn.tx, kept.code)
    if address is None:
        return turn.reply("pledge.closed", [DESK])
    known = await known_of(turn, address) | {"phone": "", "last": {}, "name": "", "publish": False}
    turn.begin(PledgeForm, address=address.code, known=known, behalf="other")


@router.command("desk propose", after=NOTHING, opens=True, listed=False)
async def propose(turn: Turn) -> None:
    """A household in hardship of which somebody at the desk tells."""
    turn.begin(Propose, proposer="other")
