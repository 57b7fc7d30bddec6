"""How long everything personal is kept: one list, which the sweeper follows and /privacy reads out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from storage.aid import threads
from storage.aid.colleagues import takings
from storage.aid.households import shared
from storage.broadcast import ledger
from storage.campaign import invitations, settings
from storage.campaign.settings import (
    ANNOUNCEMENTS_DAYS,
    MESSAGES_DAYS,
    OPEN_FORMS_DAYS,
    THREADS_DAYS,
    WEB_CHAT_DAYS,
    Setting,
)
from storage.database import Tx
from storage.files import charts, documents, pictures, voices
from storage.rights import requests, spoken, unagreed
from storage.tables import copies, link_codes, link_tries, papers, places
from storage.tables import threads as talks
from storage.talk import admissions, inbox, journeys, outbox, sessions
from storage.web import pushes, webchat


class RetentionRule(Struct, frozen=True):
    """One kind of data: its sentence is ``kept.<key>``. ``for_`` is None for what stays until the person leaves, and a
    setting where admins may choose."""

    key: str
    tables: tuple[str, ...]
    for_: timedelta | Setting[int] | None = None

    async def days(self, tx: Tx) -> int:
        """How many days it is kept now; none for what stays."""
        if isinstance(self.for_, Setting):
            return await settings.read(tx, self.for_)
        return self.for_.days if self.for_ else 0


FILES = timedelta(days=1)
"""The rows of a spreadsheet whose handling failed; otherwise they go with the message's handling."""
KEYS = timedelta(days=14)
"""How long to remember that an update was handled: platforms may deliver it again until then."""
UNSENT_PHOTOS = timedelta(days=7)
LINK_CODES = timedelta(days=1)
BACKUPS = timedelta(weeks=5)
"""The oldest that the shelf of nightly ones keeps (`storage.backup.shelf`), and the oldest copy from before an upgrade."""
INVITATIONS = timedelta(days=30)
"""After they are over; the audit keeps that they were."""

HOUSEHOLDS = ("addresses", "address_changes", "needs", "shared_cards")
"""About the people who are helped, with their own consent; kept by the officers."""

KEPT = (
    RetentionRule("account", ("people", "accounts", "web_pushes")),
    RetentionRule("source", ("admissions",), admissions.KEPT),
    RetentionRule("consent", ("consents", "spoken_consents")),
    RetentionRule("messages", ("inbox", "outbox"), MESSAGES_DAYS),
    RetentionRule(
        "unagreed", ("inbox", "outbox", "web_messages", "web_sessions", "places", "accounts"), unagreed.KEPT_FOR
    ),
    RetentionRule("documents", ("documents", "copies", "papers"), documents.LIVES),
    RetentionRule("web_chat", ("web_messages", "web_sessions"), WEB_CHAT_DAYS),
    RetentionRule("announcements", ("broadcasts", "deliveries"), ANNOUNCEMENTS_DAYS),
    RetentionRule("open_forms", ("places",), OPEN_FORMS_DAYS),
    RetentionRule("volunteer", ("volunteers", "words")),
    RetentionRule("proposed", HOUSEHOLDS),
    RetentionRule("pledges", ("pledges", "pledge_changes", "contributions")),
    RetentionRule("deeds", ("deeds", "deed_pictures", "pictures")),
    RetentionRule("appeals", ("appeals",)),
    RetentionRule("requests", ("rights_requests",), requests.KEPT_FOR),
    RetentionRule("threads", ("threads", "thread_messages", "voices"), THREADS_DAYS),
    RetentionRule("notes", ("notes",)),
    RetentionRule("unsent_photos", ("pictures", "voices"), UNSENT_PHOTOS),
    RetentionRule("link_codes", ("link_codes", "link_tries"), LINK_CODES),
    RetentionRule("backups", (), BACKUPS),
    RetentionRule("lessons", ("lessons",)),
    RetentionRule("audit", ("audit",)),
    RetentionRule(
        "staff",
        (
            "staff",
            "invitations",
            "proofs",
            "ready_answers",
            "templates",
            "handovers",
            "asked_backups",
            "takings",
        ),
    ),
)
NOT_PERSONAL = (
    "units", "unit_aliases", "campaigns", "campaign_messages", "posters", "settings", "journeys", "charts", "seals", "leases",
    "paces", "listening", "clock_marks", "troubles", "quotas", "channel_errors", "learned",
    "processes", "channel_counts", "word_marks", "channel_notes", "channel_tokens", "loose_files",
)  # fmt: skip


async def sweep_messages(tx: Tx, now: datetime, most: int) -> Mapping[str, int]:
    """Forget at most so many of the messages and copies that were kept for long enough: millions may be over at once.

    Returns how many of each kind; less than ``most`` in all, and nothing is left.
    """
    await tx.exclusive("sweep")
    for_messages = now - await settings.read_days(tx, MESSAGES_DAYS)
    for_chats = now - await settings.read_days(tx, WEB_CHAT_DAYS)
    for_copies = now - await settings.read_days(tx, ANNOUNCEMENTS_DAYS)
    rows: dict[str, int] = {}
    for kind, forget, before in (
        ("files_heard", inbox.let_go_files, now - FILES),
        ("messages_heard", inbox.empty_old, for_messages),
        ("messages_said", outbox.empty_old, for_messages),
        ("keys_heard", inbox.forget, now - KEYS),
        ("keys_said", outbox.forget, now - KEYS),
        ("web_messages", webchat.forget, for_chats),
        ("copies", ledger.forget, for_copies),
    ):
        if (left := most - sum(rows.values())) and (n := await forget(tx, before, left)):
            rows[kind] = n
    return rows


async def sweep(tx: Tx, now: datetime) -> Mapping[str, int]:
    """Drop whatever else was kept for long enough; returns how many of each kind. Files to be deleted are let go (`loose`)."""
    await tx.exclusive("sweep")
    for_forms = await settings.read_days(tx, OPEN_FORMS_DAYS)
    for_threads = await settings.read_days(tx, THREADS_DAYS)
    await journeys.count(tx, now.date(), await journeys.resting(tx, now - for_forms))
    await threads.seal_earlier(tx)
    over, _ = await threads.forget(tx, talks.c.spoken_at < now - for_threads)
    rows = {
        "rights_requests": await requests.forget(tx, now),
        "admissions": await admissions.forget(tx, now),
        "slips": await spoken.forget_slips(tx, now),
        "documents": await documents.forget(tx, now),
        "copy_requests": await tx.run(sa.delete(copies).where(copies.c.made_at < now - documents.LIVES)),
        "papers": await tx.run(sa.delete(papers).where(papers.c.asked_at < now - documents.LIVES)),
        "web_sessions": await sessions.forget(tx, now), "web_pushes": await pushes.forget(tx),
        "open_forms": await tx.run(sa.delete(places).where(places.c.updated_at < now - for_forms)),
        "threads": over, "shared_cards": await shared.forget(tx, now),
        "takings": await takings.forget(tx, now),
        "invitations": await invitations.forget(tx, now, INVITATIONS),
        "charts": await charts.forget(tx, now, UNSENT_PHOTOS),
        "link_codes": await tx.run(sa.delete(link_codes).where(link_codes.c.expires_at < now - LINK_CODES)),
        "link_tries": await tx.run(sa.delete(link_tries).where(link_tries.c.tried_at < now - LINK_CODES)),
    }  # fmt: skip
    rows["voices"] = await voices.forget(tx, now, UNSENT_PHOTOS)
    rows["pictures"] = await pictures.forget(tx, await pictures.find_unclaimed(tx, now, UNSENT_PHOTOS))
    return {kind: n for kind, n in rows.items() if n}
