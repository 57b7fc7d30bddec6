"""Humanitarian addresses as officers keep them: proposed, surveyed, verified, approved by a second officer, closed.

Who and where the household is lies sealed in the dossier; everything else may be read by everybody once it is approved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from storage import words
from storage.aid import changes
from storage.aid.addresses import Need
from storage.aid.sealing import Dossier, read, seal, unseal
from storage.campaign.codes import new_code
from storage.campaign.within import inside
from storage.database import Tx
from storage.database.secret import BROKEN_SIGN, seal_words
from storage.database.vault import Tampered
from storage.database.written import plain
from storage.files import pictures
from storage.tables import addresses, needs, units

PREFIX = "DC"
STEPS = {
    "verified": ("surveyed",),
    "approved": ("verified", "paused"),
    "refused": ("proposed", "surveyed", "verified"),
    "duplicate": ("proposed", "surveyed", "verified", "approved", "paused"),
    "paused": ("approved",),
    "closed": ("approved", "paused"),
}
"""The states from which each state is reached. A survey may be done again until an address is approved."""
REVIVABLE = ("refused", "closed")
"""Ended, but not for good."""
SURVEYABLE = ("proposed", "surveyed", "verified")
SHOWN = changes.CHANGEABLE
"""People may have pledged to an address in these states."""
IN_ONE = 500
"""Names that are looked for at once."""


class Survey(Struct, frozen=True):
    """What a survey found, and everybody may read once it is approved."""

    unit_id: int
    category: str
    shown_name: str
    people_count: int
    story: str
    consented: bool


class NewNeed(Struct, frozen=True):
    """One thing that is needed: ``amount`` in đồng, or in ``measure``."""

    kind: str
    what: str
    measure: str
    amount: int


class KeptAddress(Struct, frozen=True):
    """An address as an officer sees it, without its dossier."""

    id: int
    code: str
    unit_id: int
    unit_name: str
    category: str
    shown_name: str
    people_count: int
    story: str
    picture: str
    state: str
    consented: bool
    reason: str
    proposed_by: int | None
    verified_by: int | None
    verified_at: datetime | None
    decided_by: int | None
    """Who approved, paused, closed or refused it last, or joined it to another."""
    decided_at: datetime | None
    joined: Mapping[str, Any] | None
    """Of a duplicate, what went along when it was joined."""


async def propose(tx: Tx, campaign_id: int, unit_id: int, who: Dossier, story: str, by: int, now: datetime) -> str:
    """Keep what a resident proposes; returns its code. Nobody but officers sees it before it is surveyed and approved."""
    values = {"campaign_id": campaign_id, "unit_id": unit_id, "category": "special", "shown_name": "", "story": story}
    return await _insert(tx, {**values, "proposed_by": by, "state": "proposed"}, who, now)


async def add(
    tx: Tx, campaign_id: int, found: Survey, who: Dossier, wanted: Collection[NewNeed], now: datetime, *, key: str = ""
) -> str:
    """Keep an address that was surveyed already; returns its code. ``key`` names the row of a spreadsheet it came from."""
    values = {"campaign_id": campaign_id, "state": "surveyed", "import_key": key, **asdict(found)}
    code = await _insert(tx, values, who, now)
    for need in wanted:
        await _need(tx, code, need)
    return code


async def survey(tx: Tx, kept: KeptAddress, found: Survey, who: Dossier) -> bool:
    """Write down what a survey found; it must be verified anew. False if the address was approved or ended meanwhile."""
    still = sa.and_(addresses.c.id == kept.id, addresses.c.state.in_(SURVEYABLE))
    values = {
        **seal_words(tx.vault, addresses, asdict(found), code=kept.code),
        "state": "surveyed",
        "verified_by": None,
        "verified_at": None,
        **seal(tx, kept.code, who),
    }
    if not await tx.run(sa.update(addresses).where(still).values(**values)):
        return False
    await words.note(tx, addresses.c.id, kept.id)
    return True


async def add_need(tx: Tx, kept: KeptAddress, need: NewNeed) -> None:
    """One more thing that is needed."""
    await _need(tx, kept.code, need)


async def step(tx: Tx, kept: KeptAddress, state: str, by: int, now: datetime, *, reason: str = "") -> bool:
    """Lead an address to its next state; False if it is not where it was, or the same officer would verify and approve."""
    may = [addresses.c.id == kept.id, addresses.c.state == kept.state, addresses.c.state.in_(STEPS[state])]
    values = seal_words(tx.vault, addresses, {"state": state, "reason": reason}, code=kept.code)
    if state == "verified":
        values |= {"verified_by": by, "verified_at": now}
    else:
        values |= {"decided_by": by, "decided_at": now}
    if state == "approved":
        of_nobody = sa.and_(addresses.c.verified_by.is_(None), addresses.c.state == "paused")  # the demo's own
        may += [sa.or_(addresses.c.verified_by != by, of_nobody), addresses.c.consented]
    taken = bool(await tx.run(sa.update(addresses).where(*may).values(**values)))
    if taken and state in ("closed", "duplicate"):
        await changes.drop(tx, kept.id)
    return taken


async def restore(tx: Tx, kept: KeptAddress, refused_at: datetime | None) -> str:
    """Take the refusal of then back: it waits to be surveyed, or, if it was, to be verified. Returns its state, or nothing if
    it is not as it was refused."""
    same = (
        addresses.c.id == kept.id,
        addresses.c.state == "refused",
        addresses.c.decided_at.is_not_distinct_from(refused_at),
    )
    undone: dict[str, Any] = dict.fromkeys(("verified_by", "verified_at", "decided_by", "decided_at"))
    state = "surveyed" if kept.shown_name else "proposed"
    return state if await tx.run(sa.update(addresses).where(*same).values(state=state, reason="", **undone)) else ""


async def revive(tx: Tx, kept: KeptAddress, by: int, now: datetime, reason: str) -> str:
    """Open again what was refused or closed; returns its state, or nothing if it is not as it was. What was closed is
    paused: it was approved once, and is shown again only when an officer other than who verified it lets it go on."""
    if kept.state == "refused":
        return await restore(tx, kept, kept.decided_at)
    same = addresses.c.id == kept.id, addresses.c.state == "closed"
    paused = seal_words(tx.vault, addresses, {"state": "paused", "reason": reason}, code=kept.code)
    changed = sa.update(addresses).where(*same).values(**paused, decided_by=by, decided_at=now)
    return "paused" if await tx.run(changed) else ""


async def consent(tx: Tx, kept: KeptAddress, given: bool) -> None:
    """The household agrees to be shown, or no longer: then it disappears from what everybody sees, at once."""
    await tx.run(sa.update(addresses).where(addresses.c.id == kept.id).values(consented=given))


async def show_picture(tx: Tx, kept: KeptAddress, picture: str) -> None:
    """Give an address this photo; the one before is let go."""
    was = await tx.value(sa.select(addresses.c.picture).where(addresses.c.id == kept.id).with_for_update())
    await pictures.keep(tx, [picture])
    if was and was != picture:
        await pictures.keep(tx, [was], kept=False)
    await tx.run(sa.update(addresses).where(addresses.c.id == kept.id).values(picture=picture))


async def find(tx: Tx, code: str, within: Collection[int] | None) -> KeptAddress | None:
    """The address with this code in these units (None: anywhere), whatever its state."""
    return await tx.one(_there(code, within), into=KeptAddress)


async def find_locked(tx: Tx, code: str, within: Collection[int] | None) -> KeptAddress | None:
    """The same; until this transaction ends no other officer leads it on."""
    return await tx.one(_there(code, within).with_for_update(of=addresses), into=KeptAddress)


def version_of(kept: KeptAddress, wanted: Collection[Need]) -> str:
    """A hash of what an officer decides on: all that everybody would read, and who verified it."""
    shown = [kept.unit_id, kept.category, kept.shown_name, kept.people_count, kept.story, kept.picture, kept.consented]
    needed = [(need.kind, need.what, need.measure, need.amount) for need in wanted]
    seen = [*shown, kept.state, kept.verified_by, needed]
    return hashlib.sha256(orjson.dumps(seen)).hexdigest()


async def without_photo(
    tx: Tx, state: str, within: Collection[int] | None, besides: int | None, first: int, most: int
) -> tuple[list[KeptAddress], int]:
    """Some of those without a photo in this state in these units (None: anywhere), the oldest first, and how many there are.
    ``besides``: without those that this officer verified."""
    wanted = [addresses.c.state == state, addresses.c.picture == "", inside(addresses.c.unit_id, within)]
    if besides is not None:
        wanted.append(addresses.c.verified_by.is_distinct_from(besides))
    total = int(await tx.value(sa.select(sa.func.count(addresses.c.id)).where(*wanted)))
    found = sa.select(addresses, units.c.name.label("unit_name")).join(units, units.c.id == addresses.c.unit_id)
    oldest = found.where(*wanted).order_by(addresses.c.created_at, addresses.c.id)
    return await tx.all(oldest.offset(first).limit(most), into=KeptAddress), total


async def dossier(tx: Tx, kept: KeptAddress) -> Dossier | None:
    """Who and where they are; None if nobody wrote it down."""
    return await read(tx, kept.code)


class Namesake(Struct, frozen=True):
    """An address whose household has a name that was looked for."""

    code: str
    unit_id: int
    shown_name: str
    story: str
    import_key: str
    """What the spreadsheet said of it, if it came from one."""
    who: Dossier


async def find_namesakes(tx: Tx, campaign_id: int, names: Collection[str]) -> list[Namesake]:
    """Every address of a campaign whose household has one of these names, written with or without marks."""
    wanted = list({tx.vault.index(plain(name), kind="name") for name in names})
    found: list[Namesake] = []
    for start in range(0, len(wanted), IN_ONE):
        there = sa.select(addresses).where(
            addresses.c.campaign_id == campaign_id,
            addresses.c.state != "duplicate",
            addresses.c.name_index.in_(wanted[start : start + IN_ONE]),
        )
        for row in await tx.all(there.order_by(addresses.c.id)):
            said = {name: row[name] for name in ("code", "unit_id", "shown_name", "story", "import_key")}
            try:
                who = unseal(tx, row["code"], row["dossier"])
            except Tampered:  # she may be the one: who looks sees that it cannot be told
                who = Dossier(BROKEN_SIGN, BROKEN_SIGN)
            found.append(Namesake(**said, who=who))
    return found


class Proposal(Struct, frozen=True):
    """A household that somebody proposed, as she sees it."""

    code: str
    story: str
    state: str
    created_at: datetime


async def of_proposer(tx: Tx, person_id: int) -> list[Proposal]:
    """What a person proposed, the newest first."""
    hers = sa.select(addresses).where(addresses.c.proposed_by == person_id).order_by(addresses.c.id.desc())
    return await tx.all(hers, into=Proposal)


def _there(code: str, within: Collection[int] | None) -> sa.Select[Any]:
    found = sa.select(addresses, units.c.name.label("unit_name")).join(units, units.c.id == addresses.c.unit_id)
    return found.where(addresses.c.code == code.upper(), inside(addresses.c.unit_id, within))


async def _insert(tx: Tx, values: Mapping[str, Any], who: Dossier, now: datetime) -> str:
    code = await new_code(tx, PREFIX, addresses.c.code)
    row = seal_words(tx.vault, addresses, {"code": code, "created_at": now, **values})
    await tx.run(sa.insert(addresses).values(**row, **seal(tx, code, who)))
    await words.note(tx, addresses.c.code, code)
    return code


async def index_older(tx: Tx, most: int = 500) -> int:
    """Let dossiers of earlier versions be found, some at a time; returns how many there were."""
    older = sa.and_(addresses.c.dossier.is_not(None), addresses.c.name_index.is_(None))
    rows = await tx.all(sa.select(addresses.c.id, addresses.c.code, addresses.c.dossier).where(older).limit(most))
    for row in rows:
        found = seal(tx, row["code"], unseal(tx, row["code"], row["dossier"]))
        await tx.run(sa.update(addresses).where(addresses.c.id == row["id"]).values(**found))
    return len(rows)


async def _need(tx: Tx, code: str, need: NewNeed) -> None:
    address_id = await tx.value(sa.select(addresses.c.id).where(addresses.c.code == code))
    await tx.run(sa.insert(needs).values(address_id=address_id, **asdict(need)))
