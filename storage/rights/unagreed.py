"""What was said by and to people who have not agreed to take part: it goes within a day, however long the rest is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Tx
from storage.tables import accounts, consents, inbox, outbox, places, staff, web_messages
from storage.talk import outbox as outbox_of

KEPT_FOR = timedelta(days=1)
"""As long as somebody may answer, or agree after all, without having to say everything again."""
WEB = "web"


async def forget(tx: Tx, since: datetime, until: datetime) -> int:
    """Empty what these people said and heard between two instants, and close the forms that they left then; returns how much
    it was. What still waits to be handled or sent stays."""
    heard = sa.update(inbox).where(
        inbox.c.received_at >= since, inbox.c.received_at < until, inbox.c.payload.is_not(None),
        inbox.c.state != "waiting", ~_agreed(inbox.c.channel, inbox.c.address),
    )  # fmt: skip
    said = sa.update(outbox).where(
        outbox.c.created_at >= since, outbox.c.created_at < until, outbox.c.body.is_not(None),
        outbox.c.state.not_in(["waiting", "leased"]), ~_agreed(outbox.c.channel, outbox.c.address),
        outbox.c.about != outbox_of.PRIVATE,  # of who was an officer: it is still to be taken away there
    )  # fmt: skip
    shown = sa.delete(web_messages).where(
        web_messages.c.created_at >= since, web_messages.c.created_at < until,
        ~_agreed(sa.literal(WEB), web_messages.c.address),
    )  # fmt: skip
    left = sa.delete(places).where(
        places.c.updated_at >= since, places.c.updated_at < until, ~_takes_part(places.c.person_id)
    )
    return (
        await tx.run(heard.values(payload=None, address="", media=None))
        + await tx.run(said.values(body=None, address=""))
        + await tx.run(shown)
        + await tx.run(left)
    )


def _agreed(channel: sa.ColumnElement[str], address: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether the owner of the account there takes part."""
    here = accounts.c.channel == channel, accounts.c.address == address
    return sa.exists().where(*here, _takes_part(accounts.c.person_id))


def _takes_part(person: sa.Column[int]) -> sa.ColumnElement[bool]:
    """Whether this person agrees to take part now, or works for the Red Cross."""
    agrees = sa.exists().where(
        consents.c.person_id == person, consents.c.purpose == "take_part", consents.c.withdrawn_at.is_(None)
    )
    holds = sa.exists().where(staff.c.person_id == person, staff.c.revoked_at.is_(None))
    return sa.or_(agrees, holds)
