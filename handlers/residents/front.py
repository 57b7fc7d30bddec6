"""The front page: whose campaign it is, and whom to call."""

from __future__ import annotations

from collections.abc import Mapping

from bot.turn.pages import Visit
from bot.turn.router import Router
from storage.campaign import campaigns

router = Router("front")


@router.page("/")
async def front(visit: Visit) -> Mapping[str, str]:
    """The head of the chat."""
    campaign = await campaigns.active(visit.tx)
    assert campaign is not None  # a program without one does not start
    return {
        "title": f"{campaign.title} {campaign.year}",
        "subtitle": visit.speech.say("web.subtitle", organiser=campaign.organiser),
        "phone": campaign.hotline,
        "tel": "".join(c for c in campaign.hotline if c.isdecimal() or c == "+"),
        "call": visit.speech.say("web.call", phone=campaign.hotline),
        "hidden": "" if campaign.hotline else " hidden",
    }
