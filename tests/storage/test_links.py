"""Of two accounts that become one person, everything that either did was done by that one."""

from __future__ import annotations

import sqlalchemy as sa

from storage.rights import links
from storage.rights.links import AS_ACTOR, NAMING
from storage.tables import (
    audit,
    broadcasts,
    copies,
    deliveries,
    link_codes,
    papers,
    places,
    proofs,
)
from storage.tables import people as table
from storage.talk import people
from tests.stage import Stage

ELSEWHERE = {
    audit.c.actor: "the log is never rewritten; that two were joined stands in it",
    broadcasts.c.author_id: "the ledger hands it over",
    broadcasts.c.approved_by_id: "the ledger hands it over",
    deliveries.c.person_id: "the ledger hands it over: of two copies one counts",
    proofs.c.person_id: "only one passphrase is kept",
    places.c.person_id: "where the other was in a dialog is forgotten",
    copies.c.person_id: "the newer one is kept",
    papers.c.person_id: "the newer one is kept",
    link_codes.c.person_id: "the codes of both are void",
    link_codes.c.asked_by: "the codes that either entered are void",
}


def names_somebody(column: sa.Column[object]) -> bool:
    """Whether it says whose something is or who acted, by its key or by its name."""
    leads = any(key.column.table is table for key in column.foreign_keys)
    return leads or column.name in ("person_id", "actor") or column.name.endswith(("_by", "_by_id"))


def test_every_column_that_names_somebody_is_handed_over_when_two_become_one() -> None:
    found = {str(column) for table in table.metadata.sorted_tables for column in table.c if names_somebody(column)}
    handed_over = [str(column) for column in (*NAMING, *AS_ACTOR, *ELSEWHERE)]
    assert sorted(handed_over) == sorted(found)


async def test_the_number_of_whoever_became_one_with_another_is_nobody_else_s_later(stage: Stage) -> None:
    async with stage.program() as app, app.database.write() as tx:
        seen = {("web", address): "vi" for address in ("first", "second")}
        met = await people.meet(tx, seen, app.now())
        one, two = (met["web", address][0].id for address in ("first", "second"))
        await links.join(tx, one, two, keep_other_volunteer=False, now=app.now())
        [(next_person, _)] = (await people.meet(tx, {("web", "third"): "vi"}, app.now())).values()
        assert next_person.id not in (one, two)
        assert (await people.meet(tx, seen, app.now()))["web", "second"][0].id == one
