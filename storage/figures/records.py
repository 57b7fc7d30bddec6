"""One search over every kind of record: by its code, or by words, phone number, commune and state, within some units."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from storage import words
from storage.aid.addresses import CALLED
from storage.aid.pledges import AWAITING
from storage.aid.volunteers import LIVES_IN
from storage.campaign.within import inside
from storage.database import Tx
from storage.tables import (
    accounts,
    addresses,
    broadcasts,
    campaigns,
    contributions,
    deeds,
    pledges,
    threads,
    units,
    volunteers,
)  # fmt: skip
from storage.talk.consents import agrees, doer_of, may_name_doer, name_of
from storage.words import DEED, DOER, GIVER, HOUSEHOLD, PLEDGE, REPORTER, STORY, VOLUNTEER, Mark, Part

ANY: sa.ColumnElement[bool] = sa.true()
RECEIPT = re.compile(r"(TND[0-9]{2})/([0-9]{1,9})")


class Named(Struct, frozen=True):
    """What a code names, for one person: whether it lies in her units, is hers, or everybody's."""

    kind: str
    code: str
    in_reach: bool
    hers: bool
    shown: bool


class Wanted(Struct, frozen=True):
    """What is looked for; empty parts narrow nothing, and any of the ``states`` will do. ``words`` are whole ones, with marks
    or without, the phone in E.164."""

    words: tuple[str, ...] = ()
    phone: str = ""
    unit_id: int | None = None
    states: tuple[str, ...] = ()


class Record(Struct, frozen=True):
    """One thing that was found: what it is in a few words, where, how it stands."""

    kind: str
    code: str
    said: str
    unit_name: str
    state: str


class Kind(Struct, frozen=True):
    """How records of a kind are found."""

    table: sa.Table
    code: sa.ColumnElement[str]
    said: sa.ColumnElement[str]
    """What it is."""
    parts: tuple[Part, ...]
    """In which of its own words are searched; see `_ids_holding` for what else."""
    unit: sa.Column[int]
    person: sa.Column[int]
    """Whose it is."""
    at: sa.Column[datetime]
    state: sa.ColumnElement[str]
    there: sa.ColumnElement[bool] = ANY
    """What of the table counts."""

    @property
    def source(self) -> sa.FromClause:
        """The table, with the address where that says the unit."""
        if self.table is not pledges:
            return self.table
        return pledges.join(addresses, addresses.c.id == pledges.c.address_id)


KINDS = {
    "address": Kind(
        addresses, addresses.c.code, CALLED,
        (HOUSEHOLD, STORY), addresses.c.unit_id, addresses.c.proposed_by, addresses.c.created_at, addresses.c.state,
    ),
    "pledge": Kind(
        pledges, pledges.c.code,
        sa.type_coerce(
            sa.case(
                (pledges.c.organisation != "", pledges.c.organisation),
                else_=name_of(pledges.c.person_id, pledges.c.shown_name).element,
            ),
            pledges.c.shown_name.type,
        ),
        (PLEDGE,), addresses.c.unit_id, pledges.c.person_id, pledges.c.created_at,
        sa.case((AWAITING, "awaiting"), else_=pledges.c.state),
    ),
    "deed": Kind(
        deeds, deeds.c.code, sa.type_coerce(doer_of(deeds).element, deeds.c.doer_name.type), (DEED,), deeds.c.unit_id,
        deeds.c.person_id, deeds.c.created_at, deeds.c.state, deeds.c.state != "withdrawn",
    ),
    "volunteer": Kind(
        volunteers, sa.cast(volunteers.c.person_id, sa.Text), volunteers.c.full_name, (VOLUNTEER,),
        volunteers.c.unit_id, volunteers.c.person_id, volunteers.c.created_at,
        sa.case((volunteers.c.seen_at.is_(None), "new"), else_=volunteers.c.state),
        volunteers.c.state == sa.literal_column("'registered'"),
    ),
    "question": Kind(
        threads, threads.c.code, sa.literal(""), (), threads.c.unit_id, threads.c.person_id,
        threads.c.created_at, sa.case((threads.c.asked_at.is_not(None), "asked"), else_=threads.c.state),
        threads.c.kind.in_(["question", "volunteer"]),
    ),
}  # fmt: skip
"""In the order in which they are shown."""
NAMED = {
    "pledge": ((GIVER, agrees(pledges.c.person_id, "publish_name")),),
    "deed": ((REPORTER, agrees(deeds.c.person_id, "publish_name")), (DOER, may_name_doer(deeds))),
}
"""Where the words of somebody's name stand who may take back that she is named, and whether she may be named now."""


async def named(tx: Tx, code: str, person_id: int, within: Collection[int] | None) -> Named | None:
    """What this code names, if it lies in these units (None: everywhere), is hers or everybody may see it; a receipt's number
    names its pledge. One statement, whatever there is: that it is somebody else's takes no longer than that it is not."""
    code = code.upper()
    choices = [_named(kind, one, one.code == code, one.source, person_id, within) for kind, one in KINDS.items()
               if kind != "volunteer"]  # fmt: skip
    prefix, number = match.groups() if (match := RECEIPT.fullmatch(code)) else ("", "0")
    given = KINDS["pledge"].source.join(contributions, contributions.c.pledge_id == pledges.c.id)
    given = given.join(campaigns, campaigns.c.id == contributions.c.campaign_id)
    its = sa.and_(campaigns.c.prefix == prefix, contributions.c.number == int(number))
    choices.append(_named("pledge", KINDS["pledge"], its, given, person_id, within))
    return await tx.one(sa.union_all(*choices), into=Named)


def _named(
    kind: str,
    one: Kind,
    its: sa.ColumnElement[bool],
    source: sa.FromClause,
    person_id: int,
    within: Collection[int] | None,
) -> sa.Select[str, str, bool, bool, bool]:
    in_reach = sa.and_(inside(one.unit, within), one.there)
    shown = sa.and_(addresses.c.state == "approved", addresses.c.consented) if kind == "address" else sa.false()
    hers = sa.func.coalesce(one.person == person_id, sa.false())
    return (
        sa.select(
            sa.literal(kind).label("kind"),
            one.code.label("code"),
            in_reach.label("in_reach"),
            hers.label("hers"),
            shown.label("shown"),
        )
        .select_from(source)
        .where(its, sa.or_(in_reach, hers, shown))
    )


async def search(
    tx: Tx, kind: str, wanted: Wanted, within: Collection[int] | None, first: int, most: int
) -> tuple[Sequence[Record], int]:
    """Some records of a kind in these units (None: everywhere), the newest first, and how many there are."""
    one = KINDS[kind]
    where = [inside(one.unit, within), one.there, *await _conditions(tx, kind, one, wanted)]
    newest = one.at.desc(), one.table.c.id.desc()
    all_of_it = sa.func.count().over().label("total")
    found = sa.select(one.table.c.id, all_of_it).select_from(one.source).where(*where)
    page = found.order_by(*newest).offset(first).limit(most).subquery()
    shown = (
        sa.select(
            sa.literal(kind).label("kind"),
            one.code.label("code"),
            one.said.label("said"),
            (LIVES_IN if kind == "volunteer" else units.c.name).label("unit_name"),
            one.state.label("state"),
            page.c.total,
        )
        .select_from(one.source.join(units, units.c.id == one.unit).join(page, page.c.id == one.table.c.id))
        .order_by(*newest)
    )
    rows = await tx.all(shown)
    if not rows and first:
        return [], int(await tx.value(sa.select(sa.func.count()).select_from(one.source).where(*where)))
    total = rows[0]["total"] if rows else 0
    return [Record(row["kind"], row["code"], row["said"], row["unit_name"], row["state"]) for row in rows], total


async def written_in(tx: Tx, said: Sequence[str], states: Sequence[str] = ()) -> list[int]:
    """The announcements, the newest first, in whose text all these words stand and that are in one of these states (none: in
    any).

    They are public and few: they are read through.
    """
    kept = sa.select(broadcasts.c.id, broadcasts.c.texts).order_by(broadcasts.c.id.desc())
    rows = await tx.all(kept.where(broadcasts.c.state.in_(states)) if states else kept)
    wanted = set(words.split(" ".join(said)))
    if said and not wanted:
        return []
    return [
        row["id"] for row in rows if wanted <= {word for text in row["texts"].values() for word in words.split(text)}
    ]


async def _conditions(tx: Tx, kind: str, one: Kind, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if any(wanted.words):
        known, said = await words.marks(tx), words.split(" ".join(wanted.words))
        found = [one.table.c.id.in_(_ids_holding(tx, kind, one, word, known)) for word in said]
        if not said:  # signs alone stand in nothing, not in everything
            found = [sa.false()]
        if kind == "address":  # who they are is sealed: found by the whole name
            whole = addresses.c.name_index == tx.vault.index(" ".join(wanted.words), kind="name")
            found = [sa.or_(sa.and_(*found), whole)]
    if wanted.phone:
        found.append(_of_phone(tx, kind, one, wanted.phone))
    if wanted.unit_id is not None:
        found.append(one.unit == wanted.unit_id)
        if kind == "volunteer":  # of who lives elsewhere the unit is only the one that sees to her
            found.append(~volunteers.c.outside)
    if wanted.states:
        found.append(one.state.in_(wanted.states))
    return found


def _ids_holding(
    tx: Tx, kind: str, one: Kind, word: str, known: Mapping[str, Mark]
) -> sa.CompoundSelect[int] | sa.Select[int]:
    """The ids of what has this word in it: as it is told, in the name of who agrees to be named, or, of a pledge, in the
    name by which the household is called."""
    its = one.table.c.id
    found = [ids for part in one.parts for ids in words.ids_holding(tx, part, word, known)]
    for named, may in NAMED.get(kind, ()):
        found.append(sa.select(its).where(words.holding(tx, named, word, known), may))
    if kind == "pledge":
        theirs = sa.union_all(*words.ids_holding(tx, HOUSEHOLD, word, known))
        found.append(sa.select(its).where(pledges.c.address_id.in_(theirs)))
    return sa.union_all(*found) if found else sa.select(its).where(sa.false())


def _of_phone(tx: Tx, kind: str, one: Kind, phone: str) -> sa.ColumnElement[bool]:
    """Whether it belongs to somebody with this number, or, of an address, the household has it."""
    index = tx.vault.index(phone, kind="phone")
    if kind == "address":
        return addresses.c.phone_index == index
    registered = sa.select(volunteers.c.person_id).where(volunteers.c.phone_index == index)
    shared = sa.select(accounts.c.person_id).where(accounts.c.phone_index == index)
    brought = sa.select(pledges.c.person_id).where(pledges.c.phone_index == index)
    return one.person.in_(registered.union(shared, brought))
