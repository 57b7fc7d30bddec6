"""For which communes a message of the calendar is: how it is called then, who hears of it, whom it leaves to another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from bot.message import Text
from handlers.calendar.rules import Occurrence
from storage.broadcast.audience import Audience
from storage.campaign import units
from storage.campaign.calendar import CampaignMessage
from storage.database import Tx


def titled(titles: Mapping[str, str], places: Sequence[str]) -> Text:
    """What it is called, with its communes if it is for some only."""
    if not places:
        return Text("calendar.title", {"title": titles})
    return Text("calendar.title.communes", {"title": titles, "communes": places})


async def name(tx: Tx, message: CampaignMessage) -> Text:
    """The same of a message."""
    return titled(message.titles, await units.names(tx, message.audience.communes))


def unit_of(unit_id: int, audience: Audience) -> int:
    """The unit whose officers hear of it: those of its only commune, too; of any other only those of the campaign's own."""
    return audience.communes[0] if len(audience.communes) == 1 else unit_id


def beside(message: CampaignMessage, occurrence: Occurrence, others: Mapping[int, CampaignMessage]) -> CampaignMessage:
    """The message as it goes out on a day on which ``others`` come first for some of its readers."""
    unless = tuple(others[id].audience for id in occurrence.leaves_to)
    return replace(message, audience=replace(message.audience, unless=unless)) if unless else message
