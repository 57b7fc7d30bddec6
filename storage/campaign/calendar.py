"""The campaign's messages: what is said when, to whom. Each day on which one is due becomes a broadcast of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, field
from msgspec.structs import replace

from storage.broadcast.audience import Audience
from storage.broadcast.broadcasts import Draft
from storage.campaign.campaigns import unit_of
from storage.campaign.units import inside
from storage.database import Tx
from storage.database.insert import insert_new
from storage.files import pictures
from storage.tables import broadcasts, campaign_messages, campaigns, units

READY = Path(__file__).parent.parent / "data" / "calendar.toml"
"""The ready calendar."""
LUNAR = "lunar "
"""Begins a rule of a file that names a day of the lunar calendar."""


class CampaignMessage(Struct, frozen=True):
    """A message of the calendar. ``rule`` is written as ``handlers/calendar/rules.py`` reads it."""

    name: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    rule: str = ""
    at: time = time(7, 30)
    audience: Audience = field(default_factory=Audience)
    picture: str = ""
    links: tuple[tuple[str, str], ...] = ()
    content: str = ""
    priority: int = 5
    urgent: bool = False
    id: int = 0
    campaign_id: int = 0
    active: bool = False
    since: datetime | None = None
    changes: Mapping[str, str] = {}
    rehearsed_on: date | None = None
    codes: tuple[str, ...] = ()
    """Of the communes for which alone it is, as a file of ready messages names them."""

    def title(self, language: str) -> str:
        return self.titles.get(language) or next(iter(self.titles.values()), self.name)

    def draft(self, language: str) -> Draft:
        """What it says, as a broadcast; ``language`` is for readers whose own is missing."""
        return Draft(self.texts, self.audience, language, self.picture, self.links, urgent=self.urgent)


async def load(tx: Tx, campaign_id: int, given: Sequence[CampaignMessage] | None = None) -> int:
    """Put the ready calendar, or these messages, into a campaign, switched off; what is there already stays, and what is
    only for communes elsewhere stays away. Returns how many are new."""
    known = {message.name for message in await all_of(tx, campaign_id)}
    year = await tx.value(sa.select(campaigns.c.year).where(campaigns.c.id == campaign_id))
    rows = []
    for message in ready() if given is None else given:
        communes = await _communes(tx, campaign_id, message.codes)
        if message.name not in known and bool(communes) == bool(message.codes):
            audience = replace(message.audience, communes=communes)
            there = replace(message, audience=audience, rule=_solar(message.rule, year))
            rows.append(_row(there) | {"campaign_id": campaign_id, "changes": {}})
    await insert_new(tx, campaign_messages, rows)
    return len(rows)


def _solar(rule: str, year: int) -> str:
    """The rule with a lunar day («lunar 04-15») as its day in that year; any other as it is."""
    if not rule.startswith(LUNAR):
        return rule
    from lunar_vn import LunarDate, lunar_to_solar

    month, day = rule.removeprefix(LUNAR).split("-")
    return lunar_to_solar(LunarDate(int(day), int(month), year)).isoformat()


async def _communes(tx: Tx, campaign_id: int, codes: Sequence[str]) -> tuple[int, ...]:
    """The communes of a campaign that have these codes today."""
    if not codes:
        return ()
    here = units.c.id.in_(inside(await unit_of(tx, campaign_id)))
    which = sa.and_(here, units.c.kind == "commune", units.c.code.in_(codes), units.c.valid_to_on.is_(None))
    return tuple(row["id"] for row in await tx.all(sa.select(units.c.id).where(which).order_by(units.c.id)))


@cache
def ready() -> tuple[CampaignMessage, ...]:
    """The messages of the ready calendar."""
    return read(READY.read_text(encoding="utf-8"))


def read(written: str) -> tuple[CampaignMessage, ...]:
    """The messages of a file like the ready calendar."""
    return tuple(_read(dict(message)) for message in tomllib.loads(written)["messages"])


def _read(message: dict[str, Any]) -> CampaignMessage:
    audience = _tuples(message.pop("audience", {}))
    codes = audience.pop("communes", ())
    return CampaignMessage(**message, audience=Audience(**audience), codes=codes)


async def all_of(tx: Tx, campaign_id: int) -> list[CampaignMessage]:
    """Every message of a campaign, in the order they were entered."""
    mine = campaign_messages.c.campaign_id == campaign_id
    return [_message(row) for row in await tx.all(_all().where(mine).order_by(campaign_messages.c.id))]


async def find(tx: Tx, campaign_id: int, id: int, *, lock: bool = False) -> CampaignMessage | None:
    """One message, which nobody else changes until the transaction ends if it is locked."""
    mine = sa.and_(campaign_messages.c.campaign_id == campaign_id, campaign_messages.c.id == id)
    row = await tx.first(_all().where(mine).with_for_update() if lock else _all().where(mine))
    return None if row is None else _message(row)


async def add(tx: Tx, campaign_id: int, new: CampaignMessage) -> int:
    """Keep a new message, switched off; returns its id."""
    row = _row(new) | {"campaign_id": campaign_id, "changes": {}}
    id = await tx.value(sa.insert(campaign_messages).values(**row).returning(campaign_messages.c.id))
    await pictures.keep(tx, [new.picture] if new.picture else [])
    return int(id)


async def change(tx: Tx, was: CampaignMessage, now: datetime, **new: Any) -> None:
    """Give a message these values. Another time counts from now on, and forgets which days were skipped or moved."""
    if new.keys() & {"rule", "at"}:
        new |= {"changes": {}, "since": now}
    if "at" in new:
        new["at"] = _write_time(new["at"])
    if "audience" in new:
        new["audience"] = new["audience"].dump()
    await tx.run(sa.update(campaign_messages).where(campaign_messages.c.id == was.id).values(**new))
    if picture := new.get("picture"):
        await pictures.keep(tx, [picture])


async def switch(tx: Tx, ids: Sequence[int], now: datetime, *, on: bool) -> int:
    """Switch messages on from now, or off; returns how many were not so before."""
    which = sa.and_(campaign_messages.c.id.in_(list(ids)), campaign_messages.c.active != on)
    new: dict[str, Any] = {"active": on, "since": now} if on else {"active": on}
    return await tx.run(sa.update(campaign_messages).where(which).values(**new))


async def from_now_on(tx: Tx, campaign_id: int, now: datetime) -> None:
    """The campaign was switched on: what was due before is not sent."""
    which = sa.and_(campaign_messages.c.campaign_id == campaign_id, campaign_messages.c.active)
    await tx.run(sa.update(campaign_messages).where(which).values(since=now))


async def change_day(tx: Tx, message: CampaignMessage, on: str, to: str) -> None:
    """Skip a message on one day (``to`` is empty), or move it to another day and time; other days keep what was said of
    them, also by somebody who says it at the same instant."""
    which = campaign_messages.c.id == message.id
    changes = await tx.value(sa.select(campaign_messages.c.changes).where(which).with_for_update())
    await tx.run(sa.update(campaign_messages).where(which).values(changes={**changes, on: to}))


async def note_rehearsed(tx: Tx, ids: Sequence[int], day: date) -> None:
    """Officers saw what these messages say on this day."""
    which = campaign_messages.c.id.in_(list(ids))
    await tx.run(sa.update(campaign_messages).where(which).values(rehearsed_on=day))


async def find_past(tx: Tx, campaign_id: int) -> dict[str, Mapping[Any, Any]]:
    """What became of every occurrence that was due, by its key."""
    columns = (
        broadcasts.c.id,
        broadcasts.c.occurrence_key,
        broadcasts.c.state,
        broadcasts.c.problem,
        broadcasts.c.outcomes,
        broadcasts.c.recipients,
    )
    ours = sa.and_(broadcasts.c.campaign_id == campaign_id, broadcasts.c.occurrence_key.is_not(None))
    return {row["occurrence_key"]: row for row in await tx.all(sa.select(*columns).where(ours))}


async def subjects(tx: Tx, message_id: int) -> set[str]:
    """What a message has told of on other days."""
    sent = sa.and_(broadcasts.c.message_id == message_id, broadcasts.c.state != "cancelled")
    told = sa.select(broadcasts.c.subject).where(sent, broadcasts.c.subject != "")
    return {part for row in await tx.all(told) for part in row["subject"].split()}


def _all() -> sa.Select[Any]:
    return sa.select(campaign_messages)


def _row(message: CampaignMessage) -> dict[str, Any]:
    return {
        "name": message.name,
        "titles": dict(message.titles),
        "texts": dict(message.texts),
        "rule": message.rule,
        "at": _write_time(message.at),
        "audience": message.audience.dump(),
        "picture": message.picture,
        "links": [list(link) for link in message.links],
        "content": message.content,
        "priority": message.priority,
        "urgent": message.urgent,
    }


def _message(row: Mapping[Any, Any]) -> CampaignMessage:
    links = tuple((label, url) for label, url in row["links"])
    kept = {**row, "links": links, "audience": Audience.load(row["audience"]), "at": time.fromisoformat(row["at"])}
    return CampaignMessage(**kept)


def _write_time(at: time) -> str:
    return at.strftime("%H:%M")


def _tuples(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
