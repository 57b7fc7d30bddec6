"""An officer shares a household's public card by a link, to be shown or printed, and takes it back."""

from __future__ import annotations

from collections.abc import Mapping

from bot.message import Link, Option, Reply, Text
from bot.turn.pages import Visit
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import DESK
from handlers.names import describe_need
from handlers.officers.addresses.dossiers import find, not_now, open_address
from storage.aid import addresses
from storage.aid.households import shared
from storage.campaign import campaigns

router = Router("share", role="officer")


@router.command("desk share", listed=False)
async def share(turn: Turn) -> None:
    """Make a link to what everybody may see of a household; it ends the one before."""
    kept = await find(turn)
    if kept is None:
        return
    if await addresses.find(turn.tx, kept.code) is None:
        return not_now(turn, kept)
    pages = [page for channel in turn.rules.channels.values() if (page := channel.page("/card/"))]
    if not pages:
        return turn.reply("share.no_address", [open_address(kept.code), DESK])
    code, until = await shared.share(turn.tx, kept.id, turn.now)
    await turn.note("share", f"address:{kept.code}")
    back = Option(f"/desk unshare {kept.code}", Text("command.desk.unshare.title"), sense="danger")
    said = Text("share.made", {"code": kept.code, "until": turn.day(until), "link": f"{pages[0]}{code}"})
    links = (Link(turn.speech.say("share.open"), f"{pages[0]}{code}"),)
    turn.reply(Reply(said, (back, open_address(kept.code), DESK), links=links))


@router.command("desk unshare", listed=False)
async def unshare(turn: Turn) -> None:
    """Take the link back: whoever opens it sees nothing any more."""
    kept = await find(turn)
    if kept is None:
        return
    ended = await shared.take_back(turn.tx, kept.id, turn.now)
    if ended:
        await turn.note("unshare", f"address:{kept.code}")
    turn.reply("share.ended" if ended else "share.none", [open_address(kept.code), DESK], code=kept.code)


@router.page("/card")
async def card(visit: Visit) -> Mapping[str, str]:
    """The public card behind a link; nothing if the link is good no more."""
    address = await shared.find(visit.tx, visit.rest, visit.now)
    if address is None:
        return {}
    campaign = await campaigns.active(visit.tx)
    assert campaign is not None
    say = visit.speech.say
    return {
        "title": address.shown_name,
        "where": say("share.where", commune=address.unit_name, code=address.code),
        "category": say(f"address.category.{address.category}"),
        "story": address.story,
        "needs": "\n".join(visit.speech(describe_need(need)) for need in address.needs),
        "campaign": f"{campaign.title} {campaign.year}",
        "organiser": campaign.organiser,
        "hotline": campaign.hotline,
        "picture": address.picture,
        "until": say("share.safe"),
    }
