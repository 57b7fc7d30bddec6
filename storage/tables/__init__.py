"""What is kept: every table. Migrations in ``storage/migrations`` lead here; a test compares the two."""

from __future__ import annotations

from storage.tables.aid import (
    addresses,
    contributions,
    deed_pictures,
    deed_questions,
    deeds,
    needs,
    pledges,
    questions,
    volunteers,
)
from storage.tables.broadcast import BUSY, broadcasts, deliveries
from storage.tables.campaign import (
    campaign_messages,
    campaigns,
    invitations,
    posters,
    settings,
    staff,
    unit_aliases,
    units,
)
from storage.tables.columns import metadata
from storage.tables.files import charts, documents, pictures
from storage.tables.rights import copies, link_codes, link_tries
from storage.tables.talk import (
    accounts,
    channel_errors,
    consents,
    inbox,
    journeys,
    listening,
    outbox,
    paces,
    people,
    places,
    quotas,
    web_messages,
    web_sessions,
)
from storage.tables.upkeep import audit, clock_marks, leases, seals, troubles

__all__ = [
    "BUSY",
    "accounts",
    "addresses",
    "audit",
    "broadcasts",
    "campaign_messages",
    "campaigns",
    "channel_errors",
    "charts",
    "clock_marks",
    "consents",
    "contributions",
    "copies",
    "deed_pictures",
    "deed_questions",
    "deeds",
    "deliveries",
    "documents",
    "inbox",
    "invitations",
    "journeys",
    "leases",
    "link_codes",
    "link_tries",
    "listening",
    "metadata",
    "needs",
    "outbox",
    "paces",
    "people",
    "pictures",
    "places",
    "pledges",
    "posters",
    "questions",
    "quotas",
    "seals",
    "settings",
    "staff",
    "troubles",
    "unit_aliases",
    "units",
    "volunteers",
    "web_messages",
    "web_sessions",
]
