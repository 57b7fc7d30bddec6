"""The campaigns of all years beside each other: their days, their themes, and what they came to."""

from __future__ import annotations

from bot.message import Money, Option, Text, Words
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from storage.campaign import campaigns
from storage.campaign.campaigns import Campaign
from storage.figures import totals
from storage.figures.totals import Totals

router = Router("years", role="officer")

REPORT = Option("/report", Text("command.report.title"))


@router.command("years", after=NOTHING)
async def years(turn: Turn) -> None:
    """Every year's campaign, the newest first."""
    found = await campaigns.every(turn.tx)
    lines = [_line(campaign, await totals.sum_up(turn.tx, campaign.id, campaign.unit_id)) for campaign in found]
    turn.reply("report.years", [REPORT], lines=lines)


def _line(campaign: Campaign, sums: Totals) -> Words:
    return Text(
        "report.year",
        {
            "title": campaign.title,
            "year": str(campaign.year),
            "first": campaign.first_on,
            "last": campaign.last_on,
            "theme": campaign.theme or None,
            "pledges": sums.gifts.pledges,
            "helped": sums.gifts.helped,
            "promised": Money(sums.gifts.promised_money),
            "arrived": Money(sums.gifts.arrived_money),
            "deeds": sums.deeds,
        },
    )
