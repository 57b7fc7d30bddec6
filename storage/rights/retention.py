"""How long everything personal is kept: one list, which the sweeper follows and /privacy reads out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.broadcast import ledger
from storage.campaign import invitations
from storage.database import Tx
from storage.files import charts, pictures
from storage.tables import link_codes, link_tries, places
from storage.talk import inbox, journeys, outbox, webchat


@dataclass(frozen=True)
class RetentionRule:
    """One kind of data: its sentence is ``kept.<key>``. ``for_`` is None for what stays until the person leaves."""

    key: str
    tables: tuple[str, ...]
    for_: timedelta | None = None


MESSAGES = timedelta(days=7)
"""What was said, in both directions, for mending what went wrong."""
FILES = timedelta(days=1)
"""The rows of a spreadsheet whose handling failed; otherwise they go with the message's handling."""
KEYS = timedelta(days=14)
"""How long to remember that an update was handled: platforms may deliver it again until then."""
WEB_CHAT = timedelta(days=60)
UNSENT_PHOTOS = timedelta(days=7)
OPEN_FORMS = timedelta(days=30)
LINK_CODES = timedelta(days=1)
LEDGER = timedelta(days=180)
"""Which announcement reached whom: for «not reached since», for correcting and for accounts."""
INVITATIONS = timedelta(days=30)
"""After they are over; the audit keeps that they were."""

KEPT = (
    RetentionRule("account", ("people", "accounts")),
    RetentionRule("consent", ("consents",)),
    RetentionRule("messages", ("inbox", "outbox"), MESSAGES),
    RetentionRule("web_chat", ("web_messages", "web_sessions"), WEB_CHAT),
    RetentionRule("announcements", ("broadcasts", "deliveries"), LEDGER),
    RetentionRule("open_forms", ("places",), OPEN_FORMS),
    RetentionRule("volunteer", ("volunteers",)),
    RetentionRule("pledges", ("pledges", "contributions")),
    RetentionRule("deeds", ("deeds", "deed_pictures", "deed_questions", "pictures")),
    RetentionRule("questions", ("questions",)),
    RetentionRule("unsent_photos", ("pictures",), UNSENT_PHOTOS),
    RetentionRule("link_codes", ("link_codes", "link_tries"), LINK_CODES),
    RetentionRule("staff", ("staff", "invitations", "audit")),
)
NOT_PERSONAL = (
    "units", "unit_aliases", "campaigns", "campaign_messages", "posters", "settings", "journeys", "charts", "seals", "leases",
    "paces", "listening", "clock_marks", "troubles", "quotas", "channel_errors",
)  # fmt: skip
HOUSEHOLDS = ("addresses", "needs")
"""About the people who are helped, with their own consent; kept by the officers."""


async def sweep(tx: Tx, now: datetime) -> list[str]:
    """Drop whatever was kept for long enough; returns the files to delete once this is committed."""
    await tx.exclusive("sweep")
    await inbox.forget(tx, now, payloads=MESSAGES, keys=KEYS, files=FILES)
    await outbox.forget(tx, now, bodies=MESSAGES, rows=KEYS)
    await ledger.forget(tx, now, LEDGER)
    await webchat.forget(tx, now, older_than=WEB_CHAT)
    await journeys.count(tx, now.date(), await journeys.resting(tx, now - OPEN_FORMS))
    await tx.run(sa.delete(places).where(places.c.updated_at < now - OPEN_FORMS))
    await invitations.forget(tx, now, INVITATIONS)
    await charts.forget(tx, now, UNSENT_PHOTOS)
    await tx.run(sa.delete(link_codes).where(link_codes.c.expires_at < now - LINK_CODES))
    await tx.run(sa.delete(link_tries).where(link_tries.c.tried_at < now - LINK_CODES))
    return await pictures.forget(tx, await pictures.find_unclaimed(tx, now, UNSENT_PHOTOS))
