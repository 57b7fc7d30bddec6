"""Attacks on roles: who types somebody's number, invites a second self, or appoints it after the fact, becomes nobody."""

from __future__ import annotations

import sqlalchemy as sa

from bot.message import Message
from storage.campaign import campaigns, staff
from storage.rights import links
from storage.tables import accounts, addresses, audit, broadcasts, invitations, volunteers
from storage.tables import staff as roles
from storage.talk import people
from tests.fakes.crowd import crowd
from tests.figures import measured
from tests.stage import BOTH, Stage

pytestmark = BOTH

BOSS, RIVAL, SECOND_SELF, LAN = "boss", "rival", "second self", "lan"
PHONE = "0912345678"


async def appoint(stage: Stage, *addresses: str, role: str = "admin") -> list[int]:
    """Give these people a role; returns their ids."""
    stage.clock.forward(seconds=1)
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        met = await people.meet(tx, {("room", address): "vi" for address in addresses}, stage.clock())
        ids = [met["room", address][0].id for address in addresses]
        for id in ids:
            await staff.grant(tx, id, role, None if role == "admin" else campaign.unit_id, "operator", stage.clock())
    return ids


async def only_admin(stage: Stage, address: str) -> int:
    """She is the only admin: the demo's has left."""
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(roles).where(roles.c.role == "admin").values(revoked_at=stage.clock()))
    return (await appoint(stage, address))[0]


async def said(stage: Stage, address: str, *texts: str) -> list[Message]:
    """What she is answered to the last of these."""
    answers = []
    for text in texts:
        answers = await stage.say(text, address)
    return answers[-1:]


def heard(stage: Stage, address: str) -> str:
    return "\n".join(message.text for to, message in stage.room.said if to == address)


async def held(stage: Stage, person_id: int) -> set[str]:
    return {r["role"] for r in await stage.rows(roles) if r["person_id"] == person_id and r["revoked_at"] is None}


async def register(stage: Stage, address: str, *, shared: bool) -> int:
    """Somebody registers with that phone number, typed or shared by the channel's button; returns her id."""
    await stage.agree("take_part", address=address)
    phone = {"contact": f"+84{PHONE[1:]}"} if shared else {"text": PHONE}
    lines = [{"text": "/volunteer"}, {"text": "Trần Thị Thử"}, {"text": "1990"}, phone]
    lines += [{"text": text} for text in ("thôn Thử, Cửa Tùng", "1", "xong", "đúng")]
    for line in lines:
        await stage.send([stage.room.arrival(address, **line)], address)
    row = (await stage.rows(volunteers))[-1]
    assert row["state"] == "registered"
    return int(row["person_id"])


async def test_a_number_that_somebody_typed_is_nobody_s_proof(stage: Stage) -> None:
    await only_admin(stage, BOSS)
    thief = await register(stage, "thief", shared=False)
    (answer,) = await said(stage, BOSS, f"/staff grant {PHONE}")
    assert f"người #{thief} tự gõ" in answer.text, "no role was asked for"
    owner = await register(stage, "owner", shared=True)
    await said(stage, BOSS, "hủy", f"/staff grant {PHONE}")
    assert f"người #{thief} và người #{owner}" in heard(stage, BOSS), "two have it: neither is taken"
    await said(stage, "thief", "/volunteer withdraw", "có")
    (answer,) = await said(stage, BOSS, "hủy", f"/staff grant {PHONE}", "2")
    assert f"#{owner} · T. T. T. · room · nhắn từ 12/05/2026" in answer.text
    await said(stage, BOSS, "đúng")
    assert (await held(stage, owner), await held(stage, thief)) == ({"admin"}, set())
    measured("a role by a phone number that a stranger typed first", "refused; refused while two people have it")


async def test_a_shared_number_goes_with_the_registration(stage: Stage) -> None:
    await register(stage, "owner", shared=True)
    assert [row["phone_index"] for row in await stage.rows(accounts) if row["address"] == "owner"] != [None]
    await said(stage, "owner", "/volunteer withdraw", "có")
    assert [row["phone_index"] for row in await stage.rows(accounts) if row["address"] == "owner"] == [None]


async def test_who_is_not_there_is_refused_before_anything_is_asked(stage: Stage) -> None:
    await only_admin(stage, BOSS)
    nobodies = ("#99999", "0987000111", "TND26-ZZZZZ", "telegram:1")
    for nobody in nobodies:
        await said(stage, BOSS, f"/staff grant {nobody}")
    await said(stage, BOSS, "/staff grant")
    for nobody in nobodies:
        (answer,) = await said(stage, BOSS, nobody)
        assert "Cấp quyền cho ai" in answer.text, nobody
    assert heard(stage, BOSS).count("Không tìm thấy") == 8


async def test_an_admin_s_second_self_does_not_become_an_admin_without_another_admin(stage: Stage) -> None:
    boss, rival = await only_admin(stage, BOSS), (await appoint(stage, RIVAL))[0]
    (self_id,) = await appoint(stage, SECOND_SELF, role="officer")
    await said(stage, BOSS, f"/staff grant #{self_id}", "2", "đúng")
    assert await held(stage, self_id) == {"officer"}
    assert f"Người #{boss} đề nghị cho người #{self_id}" in heard(stage, RIVAL)
    number = (await stage.rows(invitations))[-1]["id"]
    for who in (BOSS, SECOND_SELF):
        await said(stage, who, f"/staff approve {number}")
        assert await held(stage, self_id) == {"officer"}, who
    await appoint(stage, "late")  # even if it gets the role in another way
    await said(stage, "late", f"/staff approve {number}")
    assert "trước khi anh/chị là quản trị viên" in heard(stage, "late")
    assert await held(stage, self_id) == {"officer"}
    await said(stage, RIVAL, f"/staff approve {number}")
    assert await held(stage, self_id) == {"officer", "admin"}
    assert f"Người #{rival} vừa duyệt" in heard(stage, BOSS)
    measured("an admin makes a second browser of their own an admin", "3 of 3 approvals of their own refused")


async def test_two_admins_who_become_one_person_are_one_admin_who_stays(stage: Stage) -> None:
    boss, rival = await only_admin(stage, BOSS), (await appoint(stage, RIVAL))[0]
    async with stage.program() as app, app.database.write() as tx:
        await links.join(tx, boss, rival, keep_other_volunteer=False, now=stage.clock())
    (role,) = [row["id"] for row in await stage.rows(roles) if row["role"] == "admin" and row["revoked_at"] is None]
    (answer,) = await said(stage, BOSS, f"/staff revoke {role}")
    assert "quản trị viên cuối cùng" in answer.text
    assert await held(stage, boss) == {"admin"}


async def test_a_code_for_an_admin_waits_for_another_one(stage: Stage) -> None:
    await only_admin(stage, BOSS)
    await appoint(stage, RIVAL)
    (_, message) = (await stage.send([stage.room.arrival(BOSS, text=t) for t in ("/staff invite", "2", "đúng")], BOSS))[
        -2:
    ]
    code = message.text.partition("Mã: ")[2][:11]
    await said(stage, SECOND_SELF, f"/start {code}")
    assert [row["used_at"] for row in await stage.rows(invitations)] == [None]
    number = (await stage.rows(invitations))[-1]["id"]
    await said(stage, RIVAL, f"/staff approve {number}")
    await said(stage, SECOND_SELF, f"/start {code}")
    assert [row["used_at"] is None for row in await stage.rows(invitations)] == [False]


async def test_an_invitation_ends_when_it_is_cancelled_or_its_admin_goes(stage: Stage) -> None:
    boss = await only_admin(stage, BOSS)
    await appoint(stage, RIVAL)
    codes = []
    for _ in range(2):
        answers = await stage.send(
            [stage.room.arrival(BOSS, text=t) for t in ("/staff invite", "1", "1", "đúng")], BOSS
        )
        codes.append(answers[-1].text.partition("Mã: ")[2][:11])
    assert "vừa tạo lời mời" in heard(stage, RIVAL)
    number = (await stage.rows(invitations))[0]["id"]
    await said(stage, RIVAL, f"/staff cancel {number}")
    assert "đã hủy" in heard(stage, RIVAL).lower()
    await said(stage, "bearer", f"/start {codes[0]}")
    async with stage.program() as app, app.database.write() as tx:
        await staff.revoke(tx, boss, "admin", None, "operator", stage.clock())
    await said(stage, "bearer", f"/start {codes[1]}")
    assert [row for row in await stage.rows(invitations) if row["used_at"] is not None] == []
    assert "Không có lời mời" in (await said(stage, RIVAL, "/staff invitations"))[0].text
    acts = [row["act"] for row in await stage.rows(audit)]
    assert "uninvite" in acts


async def test_who_was_appointed_after_a_broadcast_was_written_cannot_approve_it(stage: Stage) -> None:
    await only_admin(stage, BOSS)
    async with stage.program() as app:
        await crowd(app, 201)
    lines = ("/broadcast new", "Mời bà con dự lễ phát động.", "1", "bỏ qua", "bỏ qua", "1", "1", "1", "1")
    await said(stage, BOSS, *lines)
    number = (await stage.rows(broadcasts))[-1]["id"]
    await said(stage, BOSS, f"/broadcast test {number}", f"/broadcast right {number}")
    await appoint(stage, SECOND_SELF, role="officer")
    await said(stage, BOSS, f"/broadcast send {number}")
    await said(stage, SECOND_SELF, f"/broadcast approve {number}")
    assert "trước khi anh/chị nhận vai trò" in heard(stage, SECOND_SELF)
    assert (await stage.rows(broadcasts))[-1]["state"] != "planned"
    measured("a broadcast to 201, approved by a second self that was appointed afterwards", "refused")


async def test_who_was_appointed_after_a_household_was_verified_cannot_approve_it(stage: Stage) -> None:
    (lan,) = await appoint(stage, LAN, role="officer")
    async with stage.program() as app, app.database.write() as tx:
        of = sa.update(addresses).where(addresses.c.code == "DC-0001")
        await tx.run(of.values(state="verified", verified_by=lan, verified_at=stage.clock(), consented=True))
    await appoint(stage, SECOND_SELF, role="officer")
    await said(stage, SECOND_SELF, "/desk accept DC-0001")
    assert "trước khi anh/chị nhận vai trò" in heard(stage, SECOND_SELF)
    assert next(row["state"] for row in await stage.rows(addresses) if row["code"] == "DC-0001") == "verified"
