"""Two who do privileged acts at the same instant, in two processes on one database: one effect, and the other is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from bot.process.app import App
from storage import audit
from storage.campaign import invitations, staff
from storage.tables import addresses, contributions, deeds, places, pledges, unit_aliases, units
from storage.tables import audit as audit_rows
from storage.tables import staff as roles
from storage.talk import people
from tests.fakes.room import Room
from tests.stage import BOTH, Clock, Stage

WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
BOTH_BLOCKED = 2


@dataclass
class Side:
    """One process with its own channel, and the person who writes to it; both are admins."""

    app: App
    room: Room
    clock: Clock
    person: int

    async def say(self, *lines: str) -> None:
        for line in lines:
            await self.hear(line)
        await self.app.settle()

    async def hear(self, line: str) -> None:
        self.clock.forward(seconds=5)
        await self.app.engine.receive([self.room.arrival("boss", text=line)])
        await self.app.engine.settle()

    def told(self, since: int) -> str:
        """All that she was told."""
        return "\n".join(message.text for to, message in self.room.said[since:] if to == "boss")


@dataclass
class Two:
    """Both sides."""

    left: Side
    right: Side

    async def at_once(self, left: str, right: str) -> list[str]:
        """Each says her line; neither commits before the other has gone as far as she can. Returns both answers."""
        sides = (self.left, self.right)
        before = [len(side.room.said) for side in sides]
        both = [asyncio.ensure_future(side.hear(line)) for side, line in ((self.left, left), (self.right, right))]
        if self.left.app.database.shared:
            await self._hold(both)
        await asyncio.gather(*both)
        for side in sides:
            await side.app.settle()
        return [side.told(since) for side, since in zip(sides, before, strict=True)]

    async def _hold(self, both: Iterable[asyncio.Future[None]]) -> None:
        """Stop whoever comes to the audit's end, until each has come there, waits for the other, or is done."""
        database = self.left.app.database
        async with database.write() as tx:
            await tx.exclusive("audit")
            while True:
                async with database.read() as view:
                    blocked = int(await view.value(WAITING))
                if blocked + sum(one.done() for one in both) >= BOTH_BLOCKED:
                    return
                await asyncio.sleep(0.01)

    async def rows(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> list[sa.RowMapping]:
        async with self.left.app.database.read() as tx:
            return list(await tx.all(sa.select(table).where(*where).order_by(*table.primary_key)))


@asynccontextmanager
async def two(stage: Stage) -> AsyncIterator[Two]:
    """Two processes on the stage's database, an admin at each."""
    await stage.agree("take_part", address="boss")
    other = Stage(stage.folder, Room(name="other"), clock=stage.clock, url=stage.settings.database_url)
    async with stage.program() as one, other.program() as two:
        ids = []
        async with one.database.write() as tx:
            for room in (stage.room, other.room):
                met = await people.meet(tx, {(room.name, "boss"): "vi"}, stage.clock())
                ids.append(met[room.name, "boss"][0].id)
                await staff.grant(tx, ids[-1], "admin", None, "operator", stage.clock())
            await tx.run(sa.delete(roles).where(roles.c.person_id.not_in(ids)))
        yield Two(Side(one, stage.room, stage.clock, ids[0]), Side(two, other.room, stage.clock, ids[1]))


RACES: list[Callable[[Two], Awaitable[None]]] = []


def race(act: Callable[[Two], Awaitable[None]]) -> Callable[[Two], Awaitable[None]]:
    RACES.append(act)
    return act


@race
async def a_role_is_given_once(two: Two) -> None:
    given = "/staff grant #1", "1", "Xã Cửa Tùng"
    for side in (two.left, two.right):
        await side.say(*given)
    told = await two.at_once("đúng", "đúng")
    assert sorted("đã có vai trò này" in one for one in told) == [False, True], told
    held = await two.rows(roles, roles.c.person_id == 1, roles.c.revoked_at.is_(None))
    assert len(held) == 1


@race
async def an_invitation_is_used_once(two: Two) -> None:
    async with two.left.app.database.write() as tx:
        _, code = await invitations.invite(tx, "officer", None, two.left.person, two.left.app.now())
    told = await two.at_once(f"/start {code}", f"/start {code}")
    assert len(await two.rows(roles, roles.c.role == "officer", roles.c.unit_id.is_(None))) == 1, told


@race
async def a_unit_s_code_is_given_once(two: Two) -> None:
    for side, since in ((two.left, "1/7/2025"), (two.right, "2/7/2025")):
        await side.say("/units add 19414", "1", f"Thôn {since[0]}", "77777", since)
    await two.at_once("đúng", "đúng")
    assert len(await two.rows(units, units.c.code == "77777")) == 1


@race
async def two_units_are_not_merged_into_each_other(two: Two) -> None:
    for side, gone, into in ((two.left, "19366", "Xã Cửa Tùng"), (two.right, "19414", "Xã Bến Quan")):
        await side.say(f"/units merge {gone}", into, "1/7/2025", "bỏ qua")
    await two.at_once("sáp nhập", "sáp nhập")
    ended = await two.rows(units, units.c.code.in_(["19366", "19414"]), units.c.valid_to_on.is_not(None))
    assert len(ended) == 1
    assert await two.rows(unit_aliases, unit_aliases.c.unit_id == ended[0]["id"]) == []


@race
async def a_deed_is_decided_once(two: Two) -> None:
    deed = (await two.rows(deeds, deeds.c.state == "new"))[0]
    await two.left.say(f"/desk decline {deed['code']}")
    await two.right.say(f"/desk decline {deed['code']}")
    told = await two.at_once("không đúng sự thật", "đã có người giới thiệu")

    assert sorted("đã có cán bộ xử lý: không được duyệt" in one for one in told) == [False, True], told
    assert len(await two.rows(audit_rows, audit_rows.c.act == "declined")) == 1


@race
async def receipts_have_numbers_without_a_gap(two: Two) -> None:
    for side in (two.left, two.right):
        await side.say("/desk arrived TND26-DEM01", "1tr", "hôm nay", "1")
    await two.at_once("đúng", "đúng")
    numbers = [row["number"] for row in await two.rows(contributions)]
    assert numbers == list(range(1, len(numbers) + 1))
    (pledge,) = await two.rows(pledges, pledges.c.code == "TND26-DEM01")
    assert pledge["arrived"] == sum(row["amount"] for row in await two.rows(contributions))


@race
async def an_address_is_approved_once(two: Two) -> None:
    (first, *_) = await two.rows(addresses, addresses.c.state == "approved")
    async with two.left.app.database.write() as tx:
        verified = {"state": "verified", "verified_by": 1}
        await tx.run(sa.update(addresses).where(addresses.c.id == first["id"]).values(verified))
    told = await two.at_once(*[f"/desk accept {first['code']}"] * 2)
    assert sum("Đã phê duyệt" in one for one in told) == 1, told
    assert sum("đang ở trạng thái “đã phê duyệt”" in one for one in told) == 1, told


@race
async def two_addresses_are_not_each_other_s_duplicate(two: Two) -> None:
    first, second, *_ = await two.rows(addresses, addresses.c.state == "approved")
    for side, one in ((two.left, first), (two.right, second)):
        await side.say(f"/desk duplicate {one['code']}")
    told = await two.at_once(second["code"], first["code"])
    assert len(await two.rows(addresses, addresses.c.state == "duplicate")) == 1, told


@race
async def a_pledge_to_a_duplicate_goes_on_at_the_other(two: Two) -> None:
    await two.left.say("/pledge DC-0003", "Gạo", "20")
    stays = await two.rows(addresses, addresses.c.state == "approved", addresses.c.code != "DC-0003")
    await two.right.say("/desk duplicate DC-0003")
    told = await two.at_once("đúng", stays[0]["code"])
    (ended,) = await two.rows(addresses, addresses.c.code == "DC-0003")
    assert ended["state"] == "duplicate", told
    assert await two.rows(pledges, pledges.c.address_id == ended["id"]) == [], told


@race
async def an_admin_remains(two: Two) -> None:
    """The last race: afterwards there is one admin."""
    for side, other in ((two.left, two.right), (two.right, two.left)):
        (role,) = await two.rows(roles, roles.c.person_id == other.person, roles.c.role == "admin")
        await side.say(f"/staff revoke {role['id']}")
    told = await two.at_once("thu hồi quyền", "thu hồi quyền")
    assert len(await two.rows(roles, roles.c.role == "admin", roles.c.revoked_at.is_(None))) == 1, told


@BOTH
async def test_of_two_acts_at_the_same_instant_one_wins_and_the_other_is_told(stage: Stage) -> None:
    async with two(stage) as both:
        for run in RACES:
            async with both.left.app.database.write() as tx:
                await tx.run(sa.delete(places))
            await run(both)
        async with both.left.app.database.read() as tx:
            assert await audit.first_broken(tx) is None
