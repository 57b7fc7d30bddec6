"""Two who do privileged acts at the same instant, in two processes on one database: one effect, and the other is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.process.app import App
from handlers.officers.review import SEEN
from storage import audit
from storage.aid import appeals as made
from storage.aid import deeds as reports
from storage.aid import pledges as promises
from storage.aid import reviews, threads
from storage.aid.deeds import Shown
from storage.aid.households import shared
from storage.broadcast import broadcasts
from storage.broadcast.audience import Audience
from storage.broadcast.broadcasts import Draft
from storage.campaign import answers, invitations, staff
from storage.database import Tx
from storage.database.secret import seal_words
from storage.files import pictures
from storage.files.pictures import Stored
from storage.tables import (
    addresses,
    appeals,
    contributions,
    deeds,
    places,
    pledges,
    ready_answers,
    shared_cards,
    takings,
    unit_aliases,
    units,
)  # fmt: skip
from storage.tables import audit as audit_rows
from storage.tables import broadcasts as announced
from storage.tables import staff as roles
from storage.talk import consents, people
from storage.talk.consents import ConsentText
from tests.fakes.room import Room
from tests.stage import BOTH, Clock, Stage

WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
BOTH_BLOCKED = 2
LONG = "đã hỏi lại trưởng thôn và cả xóm rồi"


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

    async def before_commit(self, act: Callable[[Tx], Awaitable[object]], line: str) -> str:
        """The right side says her line while what the left one does is not committed; returns what she is answered."""
        before, database = len(self.right.room.said), self.left.app.database
        async with database.write() as tx:
            await act(tx)
            said = asyncio.ensure_future(self.right.hear(line))
            while database.shared and not said.done() and not await self._count_blocked():
                await asyncio.sleep(0.01)
        await said
        await self.right.app.settle()
        return self.right.told(before)

    async def _count_blocked(self) -> int:
        async with self.left.app.database.read() as view:
            return int(await view.value(WAITING))

    async def _hold(self, both: Iterable[asyncio.Future[None]]) -> None:
        """Stop whoever comes to the audit's end, until each has come there, waits for the other, or is done."""
        database = self.left.app.database
        async with database.write() as tx:
            await tx.exclusive("audit")
            while True:
                if await self._count_blocked() + sum(one.done() for one in both) >= BOTH_BLOCKED:
                    return
                await asyncio.sleep(0.01)

    async def rows(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> list[Mapping[Any, Any]]:
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


async def share_card(side: Side, address_id: int) -> None:
    async with side.app.database.write() as tx:
        await shared.share(tx, address_id, side.app.now())


async def new_deed(two: Two) -> Mapping[Any, Any]:
    """A deed that waits, copied from another one."""
    (deed, *_), n = await two.rows(deeds), len(await two.rows(deeds))
    new = {name: value for name, value in deed.items() if name != "id"}
    new |= {"code": f"TND26-RACE{n}", "dedupe_key": f"race{n}", "state": "new", "decided_by": None, "decided_at": None}
    async with two.left.app.database.write() as tx:
        await tx.run(sa.insert(deeds).values(**seal_words(tx.vault, deeds, new)))
    return (await two.rows(deeds, deeds.c.code == new["code"]))[0]


async def appealed(two: Two) -> str:
    """The code of a deed that was declined by an officer who has left, with an appeal that waits."""
    deed, now = await new_deed(two), two.left.app.now()
    two.left.clock.forward(seconds=1)
    async with two.left.app.database.write() as tx:
        report = await reviews.find(tx, deed["code"], None)
        assert report is not None and await reviews.decide(tx, report, 1000, "declined", now, reason="chưa rõ")
        (refused,) = [one for one in await made.refusals(tx, deed["person_id"]) if one.code == deed["code"]]
        assert await made.add(tx, refused, "Cả xóm đều biết", two.left.app.now())
    return str(deed["code"])


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
    told = await two.at_once("không đúng sự thật ở thôn này", "đã có người giới thiệu việc này")

    assert sorted("đã có cán bộ xử lý: không được duyệt" in one for one in told) == [False, True], told
    assert len(await two.rows(audit_rows, audit_rows.c.act == "declined")) == 1


@race
async def no_photo_joins_a_deed_that_is_approved_without_it(two: Two) -> None:
    (deed, *_) = await two.rows(deeds, deeds.c.state == "new")
    async with two.left.app.database.write() as tx:
        late = await pictures.add(tx, None, Stored("late", 1, 1), 1, two.left.app.now())
        report = await reviews.find(tx, deed["code"], None)
    assert report is not None

    async def join(tx: Tx) -> None:
        assert await reports.add_photos(tx, deed["person_id"], deed["code"], [late], Shown(False, False, False, False))

    told = await two.before_commit(join, f"/desk approve {deed['code']} {report.version[:SEEN]}")
    assert "đã thay đổi" in told
    assert (await two.rows(deeds, deeds.c.id == deed["id"]))[0]["state"] == "new"


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
        await side.say(f"/desk duplicate {one['code']}", (second if one is first else first)["code"])
    told = await two.at_once("Đúng một hộ, gộp lại", "Đúng một hộ, gộp lại")
    assert len(await two.rows(addresses, addresses.c.state == "duplicate")) == 1, told


@race
async def a_pledge_to_a_duplicate_goes_on_at_the_other(two: Two) -> None:
    await two.left.say("/pledge DC-0003", "Gạo", "20")
    stays = await two.rows(addresses, addresses.c.state == "approved", addresses.c.code != "DC-0003")
    await two.right.say("/desk duplicate DC-0003", stays[0]["code"])
    told = await two.at_once("đúng", "Đúng một hộ, gộp lại")
    (ended,) = await two.rows(addresses, addresses.c.code == "DC-0003")
    assert ended["state"] == "duplicate", told
    assert await two.rows(pledges, pledges.c.address_id == ended["id"]) == [], told


@race
async def what_is_taken_back_is_taken_back_also_if_it_is_confirmed_at_this_instant(two: Two) -> None:
    (pledge,) = await two.rows(pledges, pledges.c.code == "TND26-DEM01")
    hers = sa.update(pledges).where(pledges.c.id == pledge["id"])
    async with two.left.app.database.write() as tx:
        await tx.run(hers.values(person_id=two.right.person, state="new"))
        found = await promises.find(tx, pledge["code"], None)
    assert found is not None
    await two.right.say(f"/my cancel {pledge['code']}")
    await two.before_commit(lambda tx: promises.change(tx, found, state="confirmed"), "đúng")
    (pledge,) = await two.rows(pledges, pledges.c.id == pledge["id"])
    assert pledge["state"] == "cancelled"


@race
async def an_account_for_gifts_that_is_refused_is_not_confirmed(two: Two) -> None:
    async with two.left.app.database.write() as tx:
        await answers.enter(tx, 1, "account", {"number": "1"}, "person:1", two.left.app.now())
        (waiting,) = (await answers.waiting(tx, 1)).values()
    by, now = f"person:{two.left.person}", two.left.app.now()
    await two.before_commit(lambda tx: answers.refuse(tx, waiting.id, by, now), f"/answers confirm {waiting.id}")
    assert [row["state"] for row in await two.rows(ready_answers)] == ["past"]


@race
async def what_an_officer_changes_is_not_sent_before_it_was_looked_at(two: Two) -> None:
    now, shown = two.left.app.now(), ConsentText("1", "Tin", "vi", "room")
    said, better = (Draft({"vi": text}, Audience(), fallback="vi") for text in ("Mai họp", "Mốt họp"))
    async with two.left.app.database.write() as tx:
        await consents.give(tx, two.right.person, ["announcements"], shown, now)
        id = await broadcasts.add(tx, 1, two.left.person, said, now)
        assert await broadcasts.mark_tested(tx, id, now) and await broadcasts.mark_right(tx, id, now)
    await two.before_commit(lambda tx: broadcasts.change(tx, id, better, two.left.person), f"/broadcast send {id}")
    (sent,) = await two.rows(announced, announced.c.id == id)
    assert (sent["state"], sent["texts"]) == ("draft", {"vi": "Mốt họp"})


@race
async def an_announcement_is_approved_once(two: Two) -> None:
    now, said = two.left.app.now(), Draft({"vi": "Mai họp ở nhà văn hóa"}, Audience(), fallback="vi")
    async with two.left.app.database.write() as tx:
        await consents.give(tx, two.right.person, ["announcements"], ConsentText("1", "Tin", "vi", "room"), now)
        id = await broadcasts.add(tx, 1, None, said, now)
        assert await broadcasts.mark_tested(tx, id, now) and await broadcasts.mark_right(tx, id, now)
        assert await broadcasts.ask_approval(tx, id)
        kept = await broadcasts.find(tx, id)
    assert kept is not None
    line = f"/broadcast approve {id} {kept.version[:SEEN]}"
    await two.at_once(line, line)
    approved = audit_rows.c.act == "broadcast.approve"
    assert len(await two.rows(audit_rows, approved, audit_rows.c.object == f"broadcast:{id}")) == 1


@race
async def what_is_corrected_and_recalled_at_the_same_instant_is_recalled(two: Two) -> None:
    now, said = two.left.app.now(), Draft({"vi": "Mai họp"}, Audience(), fallback="vi")
    async with two.left.app.database.write() as tx:
        id = await broadcasts.add(tx, 1, None, said, now)
        await tx.run(sa.update(announced).where(announced.c.id == id).values(state="done", outcomes={}, ended_at=now))
        sent = await broadcasts.find(tx, id)
        assert sent is not None
        better = await broadcasts.add_correction(tx, sent, {"vi": "Mốt họp"}, two.left.person, now)
        assert await broadcasts.plan(tx, better, "draft", now, now)
    await two.right.say(f"/broadcast recall {id}")
    await asyncio.gather(two.left.app.broadcasting.deliver(), two.right.hear("có"))
    await two.left.app.settle()
    states = {row["id"]: row["state"] for row in await two.rows(announced, announced.c.id.in_([id, better]))}
    assert states[id] == "recalled", states


@race
async def what_was_joined_is_parted_once(two: Two) -> None:
    (ended, *_) = await two.rows(addresses, addresses.c.state == "duplicate", addresses.c.joined.is_not(None))
    told = await two.at_once(*[f"/desk apart {ended['code']}"] * 2)
    assert sorted("Đã tách lại" in one for one in told) == [False, True], told
    assert len(await two.rows(audit_rows, audit_rows.c.act == "apart")) == 1


@race
async def an_address_is_closed_once_and_its_givers_hear_it_once(two: Two) -> None:
    (open_, *_) = await two.rows(addresses, addresses.c.code == "DC-0002")
    for side in (two.left, two.right):
        await side.say("/desk close DC-0002", "gia đình đã ổn định cuộc sống")
    told = await two.at_once("Vẫn nhận cho đủ", "Vẫn nhận cho đủ")
    assert len(await two.rows(audit_rows, audit_rows.c.act == "closed")) == 1, told
    assert (await two.rows(addresses, addresses.c.id == open_["id"]))[0]["state"] == "closed"


@race
async def a_deed_that_is_taken_back_at_this_instant_is_not_approved(two: Two) -> None:
    deed = await new_deed(two)
    async with two.left.app.database.read() as tx:
        report = await reviews.find(tx, deed["code"], None)
    assert report is not None
    told = await two.before_commit(
        lambda tx: reports.withdraw(tx, deed["person_id"], deed["code"]),
        f"/desk approve {deed['code']} {report.version[:SEEN]}",
    )
    assert f"đã rút {deed['code']}" in told
    assert (await two.rows(deeds, deeds.c.id == deed["id"]))[0]["state"] == "withdrawn"
    assert (
        await two.rows(audit_rows, audit_rows.c.act == "refused", audit_rows.c.object == f"deed:{deed['code']}") == []
    )


@race
async def an_appeal_is_decided_once_and_not_after_it_was_taken_back(two: Two) -> None:
    code = await appealed(two)
    await two.left.say(f"/desk uphold {code}")
    await two.right.say(f"/desk reverse {code}")
    told = await two.at_once(LONG, LONG)
    assert sorted("đã xong:" in one for one in told) == [False, True], told
    (kept,) = await two.rows(appeals, appeals.c.code == code)
    (deed,) = await two.rows(deeds, deeds.c.code == code)
    assert (kept["state"], deed["state"]) in (("upheld", "declined"), ("reversed", "approved"))

    code = await appealed(two)
    await two.right.say(f"/desk reverse {code}")
    (kept,) = await two.rows(appeals, appeals.c.code == code)
    now = two.left.app.now()
    late = await two.before_commit(lambda tx: made.withdraw(tx, kept["person_id"], code, now), LONG)
    assert f"đã rút đề nghị xem lại {code}" in late
    assert (await two.rows(deeds, deeds.c.code == code))[0]["state"] == "declined"


@race
async def what_is_taken_in_hand_at_the_same_instant_is_in_one_hand(two: Two) -> None:
    deed = await new_deed(two)
    told = await two.at_once(*[f"/desk take deed {deed['code']}"] * 2)
    assert sorted("Tôi làm thay" in one for one in told) == [False, True], told
    assert len(await two.rows(takings, takings.c.code == deed["code"])) == 1


@race
async def a_receipt_is_voided_once(two: Two) -> None:
    (last, *_) = reversed(await two.rows(contributions))
    (pledge,) = await two.rows(pledges, pledges.c.id == last["pledge_id"])
    sides = (two.left.person, two.right.person)
    giver = next(row["person_id"] for row in await two.rows(deeds) if row["person_id"] not in sides)
    async with two.left.app.database.write() as tx:  # what is her own she would have to leave to the other
        await tx.run(sa.update(pledges).where(pledges.c.id == pledge["id"]).values(person_id=giver))
    for side in (two.left, two.right):
        await side.say(f"/desk void {last['number']}")
    told = await two.at_once(LONG, LONG)
    assert sorted("đã hủy rồi" in one for one in told) == [False, True], told
    (now,) = await two.rows(pledges, pledges.c.id == pledge["id"])
    assert now["arrived"] == pledge["arrived"] - last["amount"]


@race
async def a_pledge_is_cancelled_once(two: Two) -> None:
    for side in (two.left, two.right):
        await side.say("/desk cancel TND26-DEM02")
    told = await two.at_once(LONG, LONG)
    assert sorted("Đã hủy TND26-DEM02" in one for one in told) == [False, True], told
    its = audit_rows.c.act == "cancel", audit_rows.c.object == "pledge:TND26-DEM02"
    assert len(await two.rows(audit_rows, *its)) == 1


@race
async def of_two_answers_the_second_is_asked_about(two: Two) -> None:
    async with two.left.app.database.write() as tx:
        unit = (await tx.all(sa.select(deeds.c.unit_id)))[0]["unit_id"]
        asked = threads.NewQuestion("TND26", 1, unit, "Hội nhận quần áo cũ không?", "race")
        code = await threads.ask(tx, asked, two.left.app.now())
    for side in (two.left, two.right):
        await side.say(f"/desk answer {code}")
    told = await two.at_once("Có nhận ạ.", "Chưa nhận ạ.")
    assert sorted("Cán bộ khác vừa trả lời" in one for one in told) == [False, True], told


@race
async def a_household_has_one_good_link(two: Two) -> None:
    (home,) = await two.rows(addresses, addresses.c.code == "DC-0003")
    await asyncio.gather(*(share_card(side, home["id"]) for side in (two.left, two.right)))
    assert len(await two.rows(shared_cards, shared_cards.c.taken_back_at.is_(None))) == 1


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
