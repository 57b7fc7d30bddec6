"""People and their accounts: one person may write from several channels."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.columns import BigId, among
from storage.database.insert import insert_new
from storage.database.prepared import Prepared
from storage.tables import accounts, consents, outbox, people, staff


def may(role: str, held: Collection[str]) -> bool:
    """Whether these roles allow what asks for ``role``: everybody is a resident, an admin may do what an officer may."""
    return role == "resident" or role in held or (role == "officer" and "admin" in held)


class Person(Struct):
    """Somebody, with everything that decides what may be done with and for her."""

    id: int
    language: str
    blocked: bool = False
    consents: frozenset[str] = frozenset()
    """The purposes agreed to and not withdrawn."""
    roles: Mapping[str, frozenset[int | None]] = {}
    """Each role with the units it holds for; None stands for everywhere."""

    def has_role(self, role: str) -> bool:
        """Whether she may do what asks for this role, anywhere."""
        return may(role, self.roles)


class Account(Struct):
    """A person on one channel, with her flood bucket."""

    id: int
    person_id: int
    channel: str
    address: str
    state: str
    announcements_here: bool
    bucket: float
    bucket_at: datetime | None
    muted_until: datetime | None
    confirmed_at: datetime | None = None
    """When its owner last proved who she is, where having the browser is no proof."""
    new: bool = False
    """Whether this is the first we hear from it."""


KEPT = tuple(name for name in Account.__struct_fields__ if name != "new")
"""What of an account stands in its row."""
ACCOUNT = tuple(accounts.c[name] for name in KEPT)
PICK = itemgetter(*KEPT)


async def meet(
    tx: Tx, seen: Mapping[tuple[str, str], str], now: datetime
) -> dict[tuple[str, str], tuple[Person, Account]]:
    """The people behind these (channel, address) pairs, known or new; the values are new people's languages."""
    found = await _accounts(tx, seen)
    strangers = [who for who in seen if who not in found]
    for who in strangers:
        created = sa.insert(people).values(language=seen[who], created_at=now).returning(people.c.id)
        person_id = await tx.value(created)
        row = {"person_id": person_id, "channel": who[0], "address": who[1], "created_at": now}
        await insert_new(tx, accounts, [{**row, "announcements_here": True}])
    if strangers:
        found |= await _accounts(tx, strangers)
        for who in strangers:
            found[who].new = True
    persons = await load(tx, {account.person_id for account in found.values()}, lock=True)
    if any(account.person_id not in persons for account in found.values()):
        return await meet(
            tx, seen, now
        )  # somebody was erased, or became one with another person, while we waited for her
    return {who: (persons[account.person_id], account) for who, account in found.items()}


PEOPLE = sa.select(people).where(among(people.c.id, "ids")).order_by(people.c.id)
THEY = Prepared(PEOPLE)
LOCKED = Prepared(PEOPLE.where(people.c.language != "").with_for_update(key_share=True))
"""A row without a language is what is left of somebody who was erased, or became one with another person."""
AGREED_OR_HELD = Prepared(
    sa.union_all(
        sa.select(
            consents.c.person_id, consents.c.purpose, sa.null().label("role"), sa.cast(None, BigId).label("unit_id")
        ).where(among(consents.c.person_id, "ids"), consents.c.withdrawn_at.is_(None)),
        sa.select(staff.c.person_id, sa.null(), staff.c.role, staff.c.unit_id).where(
            among(staff.c.person_id, "ids"), staff.c.revoked_at.is_(None)
        ),
    )
)
"""What they agreed to, with a purpose, and what they are, with a role."""


async def load(tx: Tx, ids: Collection[int], *, lock: bool = False) -> dict[int, Person]:
    """These people with what they agreed to and the roles they hold at this moment.

    ``lock``: nobody else handles anything of theirs until this transaction ends, from whichever channel it comes; and who
    is nobody any more is left out.
    """
    wanted = list(ids)
    persons = {
        row["id"]: Person(row["id"], row["language"], row["blocked_at"] is not None)
        for row in await tx.all(LOCKED if lock else THEY, ids=wanted)
    }
    for row in await tx.all(AGREED_OR_HELD, ids=wanted):
        person = persons[row["person_id"]]
        if row["purpose"] is not None:
            person.consents |= {row["purpose"]}
        else:
            held = person.roles.get(row["role"], frozenset()) | {row["unit_id"]}
            person.roles = {**person.roles, row["role"]: held}
    return persons


async def find(tx: Tx, channel: str, address: str) -> Account | None:
    """The account with this address, if anybody has written from it."""
    return (await _accounts(tx, [(channel, address)])).get((channel, address))


async def heard_at(tx: Tx, channel: str, address: str) -> datetime | None:
    """When somebody last wrote or did something there; None if that is not known."""
    which = accounts.c.channel == channel, accounts.c.address == address
    at: datetime | None = await tx.value(sa.select(accounts.c.heard_at).where(*which))
    return at


async def accounts_of(tx: Tx, person_id: int) -> list[Account]:
    """Every account of a person, the oldest first."""
    rows = await tx.all(sa.select(*ACCOUNT).where(accounts.c.person_id == person_id).order_by(accounts.c.id))
    return [_account(row) for row in rows]


async def known_since(tx: Tx, person_id: int) -> dict[int, datetime]:
    """When each account of a person was first heard."""
    rows = await tx.all(sa.select(accounts.c.id, accounts.c.created_at).where(accounts.c.person_id == person_id))
    return {row["id"]: row["created_at"] for row in rows}


REACHABLE = Prepared(
    sa.select(*ACCOUNT)
    .where(among(accounts.c.person_id, "ids"), accounts.c.state == "open")
    .order_by(accounts.c.announcements_here, accounts.c.id.desc())
)


async def reachable(tx: Tx, person_ids: Collection[int], *, avoid: str = "") -> dict[int, Account]:
    """For each person the open account where she wants to be told things; on this channel only if she has no other."""
    if not person_ids:
        return {}
    rows = await tx.all(REACHABLE, ids=list(person_ids))
    return {row["person_id"]: _account(row) for row in sorted(rows, key=lambda row: row["channel"] != avoid)}


async def speak(tx: Tx, person_id: int, language: str) -> None:
    """From now on talk to this person in this language."""
    await tx.run(sa.update(people).where(people.c.id == person_id).values(language=language))


async def vouch_for_phone(tx: Tx, account_id: int, phone: str) -> None:
    """Note that this number (E.164) is the account's owner's, by her channel's word."""
    index = tx.vault.index(phone, kind="phone")
    await tx.run(sa.update(accounts).where(accounts.c.id == account_id).values(phone_index=index))


async def announce_at(tx: Tx, person_id: int, account_id: int) -> None:
    """From now on announcements reach this person at this account, and at no other."""
    await tx.run(
        sa.update(accounts)
        .where(accounts.c.person_id == person_id)
        .values(announcements_here=accounts.c.id == account_id)
    )


async def came_from(tx: Tx, account_id: int, source: str) -> None:
    """Note the poster that brought a newcomer; the first one counts."""
    await tx.run(sa.update(accounts).where(accounts.c.id == account_id, accounts.c.source == "").values(source=source))


async def source(tx: Tx, account_id: int) -> str:
    """The code of the poster that brought this account's owner; empty if none did."""
    return str(await tx.value(sa.select(accounts.c.source).where(accounts.c.id == account_id)) or "")


async def set_state(tx: Tx, account_id: int, state: str) -> None:
    """Note that an account is open, or blocked (by its owner: nothing can be sent to it)."""
    await tx.run(sa.update(accounts).where(accounts.c.id == account_id).values(state=state))


async def move(tx: Tx, account_id: int, address: str) -> bool:
    """The chat of an account is now at this address, also for what waits; False if somebody else is there."""
    row = await tx.first(sa.select(accounts.c.channel).where(accounts.c.id == account_id))
    if row is None or await find(tx, row["channel"], address) is not None:
        return False
    await tx.run(sa.update(accounts).where(accounts.c.id == account_id).values(address=address))
    waiting = outbox.c.state.in_(["waiting", "leased"])
    await tx.run(sa.update(outbox).where(outbox.c.account_id == account_id, waiting).values(address=address))
    return True


async def hush(tx: Tx, person_id: int) -> int:
    """Drop every announcement that is queued for a person and not sent yet; returns how many."""
    hers = sa.select(accounts.c.id).where(accounts.c.person_id == person_id)
    return await tx.run(
        sa.update(outbox)
        .where(outbox.c.account_id.in_(hers), outbox.c.kind == "broadcast", outbox.c.state == "waiting")
        .values(state="opted_out")
    )


HEARD = Prepared(
    sa.update(accounts)
    .where(accounts.c.id == sa.bindparam("which"))
    .values(
        heard_at=sa.bindparam("at"),
        bucket=sa.bindparam("level"),
        bucket_at=sa.bindparam("level_at"),
        muted_until=sa.bindparam("quiet_until"),
    )
)


async def heard(tx: Tx, heard_from: Sequence[Account], now: datetime) -> None:
    """Keep when these accounts were last heard, and their flood buckets."""
    await tx.run(
        HEARD,
        [
            {"which": a.id, "at": now, "level": a.bucket, "level_at": a.bucket_at, "quiet_until": a.muted_until}
            for a in heard_from
        ],
    )


AT = Prepared(
    sa.select(*ACCOUNT).where(accounts.c.channel == sa.bindparam("channel"), among(accounts.c.address, "addresses"))
)


async def _accounts(tx: Tx, who: Collection[tuple[str, str]]) -> dict[tuple[str, str], Account]:
    found: dict[tuple[str, str], Account] = {}
    for channel in {channel for channel, _ in who}:
        addresses = [address for its, address in who if its == channel]
        rows = await tx.all(AT, channel=channel, addresses=addresses)
        found |= {(channel, row["address"]): _account(row) for row in rows}
    return found


def _account(row: Mapping[Any, Any]) -> Account:
    return Account(*PICK(row))
