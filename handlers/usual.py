"""What is known of a person, so that it need not be asked again: it is shown in the review and changed there."""

from __future__ import annotations

from msgspec import Struct

from bot.turn.turn import Turn
from handlers.arguments import read_unit
from storage.aid import deeds, volunteers
from storage.campaign import campaigns
from storage.database.secret import Broken
from storage.talk import consents, people
from storage.talk.consents import ConsentText

CHOSEN = "form-2026-12"
"""The version of the questions in which somebody chooses to be named."""


class Usual(Struct, frozen=True):
    """Her name and phone as she registered them, her commune's id, and whether she lets her name be published."""

    name: str
    phone: str
    commune: int | None
    publish: bool


async def find_usual(turn: Turn) -> Usual:
    """What somebody said last time; the commune also from the poster that brought her."""
    volunteer = await volunteers.find(turn.tx, turn.person.id)
    registered = volunteer if volunteer is not None and volunteer.state == "registered" else None
    home = registered.unit_id if registered and not registered.outside else None
    said = registered and (registered.full_name, registered.phone)
    name, phone = ("" if isinstance(one, Broken) else one for one in said or ("", ""))
    unit = await deeds.last_unit(turn.tx, turn.person.id) or home
    unit = unit or await _unit_of_poster(turn)
    here = {commune.id for commune in turn.facts.communes}
    return Usual(
        name,
        phone,
        unit if unit in here else None,
        "publish_name" in turn.person.consents,
    )


async def agree_to_be_named(turn: Turn, shown: str) -> None:
    """Whoever chooses to be named in public agrees to that by her choice; ``shown`` are the words of the question."""
    if "publish_name" not in turn.person.consents:
        proof = ConsentText(CHOSEN, shown, turn.speech.language, turn.account.channel)
        await consents.give(turn.tx, turn.person.id, ["publish_name"], proof, turn.now)
        turn.person.consents |= {"publish_name"}


async def _unit_of_poster(turn: Turn) -> int | None:
    source = await people.source(turn.tx, turn.account.id)
    leads_to = await campaigns.poster(turn.tx, source) if source else None
    return read_unit(leads_to) if leads_to else None
