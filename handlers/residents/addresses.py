"""Humanitarian addresses: who needs help, those first that were helped least, and one of them as a card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import shorten

from msgspec import Struct
from msgspec.structs import replace

from bot.dialog.fields.words import MOST_OFFERED
from bot.message import Card, Option, Reply, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.commune import read_commune
from bot.vietnamese.place import Known
from handlers.arguments import read_page, read_unit
from handlers.buttons import MENU, PROPOSE
from handlers.names import amount_of, describe_need
from storage.aid import addresses, volunteers
from storage.aid.addresses import Address

router = Router("addresses")

PAGE = 5
LABEL = 60
"""Characters that every channel shows on a button."""
NTH = re.compile("n[0-9]{1,4}")
"""How a household is asked for by its place among all."""
KINDS = ("money", "goods", "work")


class AddressesQuery(Struct, frozen=True):
    """What a person wants to see: a commune, a kind of need, a page. It travels in the button as «c12 money p2»."""

    commune: int | None = None
    kind: str = ""
    page: int = 1

    @classmethod
    def read(cls, rest: str) -> AddressesQuery:
        """From what follows the command; what cannot be understood is left out."""
        kind = re.search(rf"\b({'|'.join(KINDS)})\b", rest)
        return cls(read_unit(rest), kind[1] if kind else "", read_page(rest))

    @classmethod
    def typed(cls, rest: str, communes: Sequence[Known]) -> AddressesQuery:
        """The same of what a person types: a commune by its name, too."""
        wanted = cls.read(rest)
        found = read_commune(rest, communes).value if rest and wanted == cls() else None
        return replace(wanted, commune=found.known.id) if found is not None else wanted

    @property
    def line(self) -> str:
        parts = [f"c{self.commune}" if self.commune else "", self.kind, f"p{self.page}" if self.page > 1 else ""]
        return " ".join(["/addresses", *filter(None, parts)])


@router.command("addresses")
async def show_page(turn: Turn) -> None:
    """A page of addresses, with ways to the next one and to others."""
    if turn.rest.startswith("filter"):
        return await _filters(turn)
    wanted = AddressesQuery.typed(turn.rest, turn.facts.communes) if turn.rest else _asked_for(turn)
    found, total = await addresses.page(
        turn.tx, turn.campaign.id, unit_id=wanted.commune, kind=wanted.kind, first=(wanted.page - 1) * PAGE, most=PAGE,
        near=await _own_commune(turn),
    )  # fmt: skip
    if not found:
        everything = [Option("/addresses", Text("addresses.all")), MENU]
        return turn.reply("addresses.none", everything)
    options = [Option(f"/address {address.code}", _label(turn, address)) for address in found]
    if wanted.page > 1:
        options.append(Option(replace(wanted, page=wanted.page - 1).line, Text("addresses.previous")))
    if wanted.page * PAGE < total:
        options.append(Option(replace(wanted, page=wanted.page + 1).line, Text("addresses.next")))
    options += [Option("/addresses filter", Text("addresses.filter")), MENU]
    cards = tuple(_card(address) for address in found)
    turn.reply(Reply(Text("addresses.page", {"total": total}), tuple(options), cards=cards))


@router.command("address", listed=False, menu=1)
async def card(turn: Turn) -> None:
    """One address: its story, what it needs, how much is still missing; without a code the one that was helped least."""
    if not turn.words and (not turn.rest or NTH.fullmatch(turn.rest)):
        return await _nth(turn, max(int(turn.rest[1:] or 1), 1))
    if not turn.rest and len(turn.said.household) > 1 and turn.person.has_role("officer"):
        turn.next = f"/open {turn.said.household}"  # as the code alone would: she may see more of it
        return None
    alike = [] if turn.rest else await find_meant(turn)
    if len(alike) > 1:
        options = [Option(f"/address {address.code}", name_alike(address)) for address in alike]
        return turn.reply("address.which", [*options, MENU])
    address = await addresses.find(turn.tx, turn.rest) if turn.rest else next(iter(alike), None)
    if address is None:
        turn.reply("address.unknown" if turn.rest or turn.said.household else "address.choose")
        turn.rest = ""
        return await show_page(turn)
    show(turn, address, Option("/addresses", Text("address.others")))


async def _nth(turn: Turn, n: int) -> None:
    """The household in this place, of those that were helped least, and the way to the next; after the last one the first."""
    found, total = await addresses.page(
        turn.tx, turn.campaign.id, unit_id=None, kind="", first=n - 1, most=1, near=await _own_commune(turn)
    )
    if found:
        following = Option(f"/address n{n % total + 1}", Text("address.next"))
        return show(turn, found[0], following, Option("/addresses", Text("address.list")))
    if n > 1:
        return await _nth(turn, 1)
    turn.reply("addresses.empty", [PROPOSE, MENU])


def show(turn: Turn, address: Address, *ways: Option) -> None:
    """A household's card, with these ways to go on besides helping it."""
    options = [*ways, MENU]
    if any(need.missing for need in address.needs):
        options.insert(0, Option(f"/pledge {address.code}", Text("address.pledge"), sense="goes"))
    turn.reply(
        "address.card",
        options,
        picture=address.picture,
        quote=address.story,
        name=address.shown_name,
        commune=address.unit_name,
        code=address.code,
        category=Text(f"address.category.{address.category}"),
        n=address.people_count,
        story=address.story,
        needs=[describe_need(need) for need in address.needs],
    )


async def _own_commune(turn: Turn) -> int | None:
    """Where this person lives, if she has said so: those nearest to her come first."""
    registered = await volunteers.find(turn.tx, turn.person.id)
    return registered.unit_id if registered is not None and registered.state == "registered" else None


def _card(address: Address) -> Card:
    """A household among others: where it is, and what is still missing."""
    needs = [
        Text("addresses.missing", {"what": need.what, "missing": amount_of(need.missing, need.kind, need.measure)})
        for need in address.needs
        if need.missing
    ]
    told = {"commune": address.unit_name, "needs": needs or [Text("addresses.covered")]}
    return Card(f"/address {address.code}", address.shown_name, Text("addresses.card", told), address.picture)


async def find_meant(turn: Turn) -> list[Address]:
    """The households that the sentence which led here names, by code or by initial."""
    said = turn.said
    if len(said.household) == 1:
        unit = said.commune.id if said.commune else None
        return await addresses.shown_as(turn.tx, turn.campaign.id, said.household, unit)
    found = await addresses.find(turn.tx, said.household) if said.household else None
    return [found] if found is not None else []


def name_alike(address: Address) -> Text:
    """A household among others that are shown by the same initial."""
    return Text("address.alike", {"name": address.shown_name, "commune": address.unit_name})


def _asked_for(turn: Turn) -> AddressesQuery:
    """What the sentence that led here asks for."""
    said = turn.said.within("addresses")
    return AddressesQuery(commune=said.commune.id if said.commune else None, kind=said.kind)


def _label(turn: Turn, address: Address) -> str:
    """Who, where, and what is missing: all that is said of a household where it is to be chosen, as wide as a button."""
    missing = [need.what for need in address.needs if need.missing]
    told = {"name": address.shown_name, "commune": address.unit_name, "needs": "; ".join(missing)}
    label = turn.say(Text("addresses.open" if missing else "addresses.open.covered", told))
    return shorten(label, LABEL, placeholder="…").replace(";…", "…")


async def _filters(turn: Turn) -> None:
    """The communes in which there is somebody to help, a page of them where they are many, and the ways to help."""
    there = await addresses.communes(turn.tx, turn.campaign.id)
    found, page = [unit for unit in turn.facts.communes if unit.id in there], read_page(turn.rest)
    shown = found[(page - 1) * MOST_OFFERED : page * MOST_OFFERED]
    options = [Option(AddressesQuery(commune=unit.id).line, unit.name) for unit in shown]
    if page * MOST_OFFERED < len(found):
        options.append(Option(f"/addresses filter p{page + 1}", Text("addresses.more_communes")))
    options += [Option(AddressesQuery(kind=kind).line, Text(f"addresses.kind.{kind}")) for kind in KINDS]
    options += [Option("/addresses", Text("addresses.all")), MENU]
    turn.reply("addresses.which", options)
