"""The campaigns of all years beside each other: their days, their themes, and what they came to."""

from __future__ import annotations

from collections.abc import Sequence

from bot.message import Money, Option, Text, Words
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.names import name_goods
from storage.campaign import campaigns
from storage.campaign.campaigns import Campaign
from storage.figures import figures
from storage.figures.figures import Figures, Goods, Scope

router = Router("years", role="officer")

REPORT = Option("/report", Text("command.report.title"))


@router.command("years", after=NOTHING)
async def years(turn: Turn) -> None:
    """Every year's campaign, the newest first."""
    found = await campaigns.every(turn.tx)
    lines = [
        _line(campaign, await figures.total(turn.tx, of := Scope(campaign)), await figures.goods(turn.tx, of))
        for campaign in found
    ]
    turn.reply("report.years", [REPORT], lines=lines)


def _line(campaign: Campaign, sums: Figures, goods: Sequence[Goods]) -> Words:
    return Text(
        "report.year",
        {
            "title": campaign.title,
            "year": str(campaign.year),
            "first": campaign.first_on,
            "last": campaign.last_on,
            "theme": campaign.theme or None,
            "pledges": sums.pledges,
            "adopted": sums.adopted,
            "promised": Money(sums.promised_money),
            "arrived": Money(sums.arrived_money),
            "goods": name_goods(goods),
            "deeds": sums.deeds_approved,
        },
    )
