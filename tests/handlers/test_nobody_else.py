"""What another officer must look at is told to somebody who may, also where there is no other officer, or none any more."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables import addresses
from storage.tables import staff as roles
from tests.desk import (
    FAR,
    LAN,
    MINH,
    admins,
    appeal,
    appoint,
    dismiss,
    heard,
    last,
    refuse_deed,
    staffed,
    surveyed,
    tick,
    values,
)
from tests.stage import BOTH, Stage

ADMIN = "8"


async def alone(stage: Stage) -> dict[str, int]:
    """Lan is the only officer far and wide but for one elsewhere, and there is an admin; returns the officers' ids."""
    ids = await staffed(stage)
    async with stage.program() as app, app.database.write() as tx:
        others = roles.c.person_id.not_in([ids[LAN], ids[FAR]])
        await tx.run(sa.update(roles).where(others).values(revoked_at=stage.clock()))
    await admins(stage, ADMIN)
    return ids


async def morning(stage: Stage) -> None:
    """The next day, at half past seven."""
    stage.clock.at = stage.clock.at.replace(hour=0, minute=30, day=stage.clock.at.day + 1)
    async with stage.program() as app:
        await app.do("digest")
        await app.settle()


async def test_what_the_only_officer_verified_is_told_to_an_admin_who_approves_it(stage: Stage) -> None:
    await alone(stage)
    first, *_ = await surveyed(stage)
    await stage.say(f"/desk verify {first}", LAN)
    assert values(heard(stage, ADMIN)[-1]) == [f"/desk address {first}"]
    await tick(stage, "verify", "1 2")
    assert "thêm 2 địa chỉ" in last(stage, ADMIN)
    await stage.say(f"/desk accept {first}", ADMIN)
    assert {row["code"]: row["state"] for row in await stage.rows(addresses)}[first] == "approved"


@BOTH
async def test_an_appeal_that_no_officer_may_decide_any_more_stands_in_the_admins_morning(stage: Stage) -> None:
    ids = await staffed(stage)
    await admins(stage, ADMIN)
    async with stage.program() as app, app.database.write() as tx:
        above = roles.c.person_id.not_in(ids.values()), roles.c.role == "officer"
        await tx.run(sa.update(roles).where(*above).values(revoked_at=stage.clock()))
    code = await refuse_deed(stage)
    await appeal(stage, code)
    await morning(stage)
    assert heard(stage, ADMIN) == [], "Minh is there"
    await dismiss(stage, ids[MINH])
    await appoint(stage, "6")
    await morning(stage)
    assert "Đề nghị xem lại: 1" in last(stage, ADMIN)
    assert "Cam kết" not in last(stage, ADMIN), "the rest is the officers'"
    assert "Đề nghị xem lại" not in last(stage, "6"), "she began to serve after it was made"
    assert f"/desk appeal {code}" in values((await stage.say("/desk appeals", ADMIN))[0])
    assert "Mục này không còn việc nào chờ" in (await stage.say("/desk appeals", "6"))[0].text


async def test_an_appeal_is_given_to_an_admin_where_all_other_officers_came_later(stage: Stage) -> None:
    await alone(stage)
    await admins(stage, "9")
    code = await refuse_deed(stage)
    await appeal(stage, code)
    stage.clock.forward(minutes=1)
    await appoint(stage, "6")
    offered = values((await stage.say(f"/desk assign appeal {code}", ADMIN))[-1])
    async with stage.program() as app, app.database.read() as tx:
        admin = int(await tx.value(sa.select(sa.func.max(roles.c.person_id)).where(roles.c.role == "admin")))
    assert [value.rpartition("=")[2] for value in offered] == [str(admin)]
