"""Whom a broadcast is for, as a rule; and the same rule as conditions on ``people``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from storage.tables import accounts, addresses, consents, deeds, deliveries, people, pledges, staff, volunteers

WHO = ("everyone", "volunteers", "pledgers", "reporters", "staff")
MISSED = ("failed", "gone", "skipped", "unknown")
"""What becomes of a message that did not, or perhaps did not, reach somebody who wanted it."""


class Audience(Struct, frozen=True):
    """Everybody of one kind, narrowed; empty parts narrow nothing."""

    who: str = "everyone"
    communes: tuple[int, ...] = ()
    """Where somebody lives, told of a deed, or helps; for staff, where they work."""
    address_id: int = 0
    """For pledgers: only those who promised to this address something that is still open."""
    activities: tuple[str, ...] = ()
    """For volunteers: at least one of these."""
    language: str = ""
    channel: str = ""
    unreached_since: str = ""
    """Only those whom no broadcast has reached since this instant (ISO 8601)."""
    without: tuple[str, ...] = ()
    """Those of ``WHO`` who are left out."""
    missed_by: int = 0
    """Only those whom this broadcast did not reach."""
    missed_why: str = ""
    """Only those whom that broadcast left out for this reason."""
    not_on: tuple[str, ...] = ()
    """Nobody who wants to be told things on one of these channels."""
    unless: tuple[Audience, ...] = ()
    """Nobody who is in one of these."""

    def dump(self) -> dict[str, Any]:
        """As JSON keeps it; empty parts are left out."""
        kept = {name: value for name, value in asdict(self).items() if value}
        return kept | ({"unless": [other.dump() for other in self.unless]} if self.unless else {})

    @classmethod
    def load(cls, kept: dict[str, Any]) -> Audience:
        parts: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        parts["unless"] = tuple(cls.load(other) for other in parts.get("unless", ()))
        return cls(**parts)


_hers = accounts.alias()
ACCOUNT = (
    sa.select(_hers.c.id)
    .where(_hers.c.person_id == people.c.id, _hers.c.state == "open")
    .order_by(_hers.c.announcements_here.desc(), _hers.c.id)
    .limit(1)
    .correlate(people)
    .scalar_subquery()
)
"""The one open account where a person wants to be told things (the same as ``people.reachable``)."""


def agreed(person_id: sa.ColumnElement[int]) -> sa.Exists:
    """Whether somebody wants announcements at this moment."""
    hers = sa.and_(consents.c.person_id == person_id, consents.c.purpose == "announcements")
    return sa.exists().where(hers, consents.c.withdrawn_at.is_(None))


def asked_once() -> sa.Exists:
    """Whether somebody of ``people`` has wanted announcements at any time."""
    return sa.exists().where(consents.c.person_id == people.c.id, consents.c.purpose == "announcements")


def members(audience: Audience, frozen_at: datetime) -> list[sa.ColumnElement[bool]]:
    """The conditions on ``people``, joined to the account that ``ACCOUNT`` names, as things stood at ``frozen_at``."""
    found = [_one_of(audience.who, audience, frozen_at)]
    found += [sa.not_(_one_of(who, Audience(who), frozen_at)) for who in audience.without]
    if audience.language:
        found.append(people.c.language == audience.language)
    if audience.channel:
        found.append(accounts.c.channel == audience.channel)
    if audience.not_on:
        found.append(accounts.c.channel.not_in(audience.not_on))
    if audience.unreached_since:
        since = datetime.fromisoformat(audience.unreached_since)
        reached = sa.and_(deliveries.c.person_id == people.c.id, deliveries.c.sent_at >= since)
        found.append(sa.not_(sa.exists().where(reached)))
    if audience.missed_by:
        hers = sa.and_(deliveries.c.person_id == people.c.id, deliveries.c.broadcast_id == audience.missed_by)
        why = deliveries.c.reason == audience.missed_why if audience.missed_why else sa.true()
        found.append(sa.exists().where(hers, deliveries.c.state.in_(MISSED), why))
    found += [sa.not_(sa.and_(*members(other, frozen_at))) for other in audience.unless]
    return found


def _one_of(who: str, audience: Audience, frozen_at: datetime) -> sa.ColumnElement[bool]:
    kinds = {"volunteers": _volunteers, "pledgers": _pledgers, "reporters": _reporters, "staff": _staff}
    if who in kinds:
        return kinds[who](audience, frozen_at)
    if audience.communes:  # somebody of whom we know a commune
        return sa.or_(*(kinds[kind](Audience(communes=audience.communes), frozen_at) for kind in kinds))
    return sa.true()


def _volunteers(audience: Audience, frozen_at: datetime) -> sa.ColumnElement[bool]:
    hers = [volunteers.c.person_id == people.c.id, volunteers.c.state == "registered"]
    hers.append(volunteers.c.created_at <= frozen_at)
    if audience.communes:
        hers += [volunteers.c.unit_id.in_(audience.communes), sa.not_(volunteers.c.outside)]
    if audience.activities:
        written = sa.cast(volunteers.c.activities, sa.Text)  # the codes are ours: no quote stands in one
        hers.append(sa.or_(*(written.contains(f'"{code}"', autoescape=True) for code in audience.activities)))
    return sa.exists().where(*hers)


def _pledgers(audience: Audience, frozen_at: datetime) -> sa.ColumnElement[bool]:
    hers = [pledges.c.person_id == people.c.id, pledges.c.state.in_(["new", "confirmed"])]
    hers += [pledges.c.created_at <= frozen_at, addresses.c.id == pledges.c.address_id]
    if audience.address_id:
        hers.append(pledges.c.address_id == audience.address_id)
    if audience.communes:
        hers.append(addresses.c.unit_id.in_(audience.communes))
    return sa.exists().where(*hers)


def _reporters(audience: Audience, frozen_at: datetime) -> sa.ColumnElement[bool]:
    hers = [deeds.c.person_id == people.c.id, deeds.c.state != "withdrawn", deeds.c.created_at <= frozen_at]
    if audience.communes:
        hers.append(deeds.c.unit_id.in_(audience.communes))
    return sa.exists().where(*hers)


def _staff(audience: Audience, frozen_at: datetime) -> sa.ColumnElement[bool]:
    hers = [staff.c.person_id == people.c.id, staff.c.revoked_at.is_(None), staff.c.granted_at <= frozen_at]
    if audience.communes:
        hers.append(staff.c.unit_id.in_(audience.communes))
    return sa.exists().where(*hers)
