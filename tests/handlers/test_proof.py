"""Attacks on staff's accounts from a browser: whoever holds the cookie alone does nothing dangerous, and never becomes her."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from bot.message import Message
from handlers import ROUTERS
from storage.campaign import invitations, staff
from storage.rights import links, proofs
from storage.tables import accounts, audit, inbox, settings, threads
from storage.tables import proofs as kept
from storage.tables.sealed import PAYLOAD
from storage.talk import people, sessions
from tests.fakes.room import BUTTONS, Room
from tests.figures import measured
from tests.stage import Stage, Template

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
DANGEROUS = (
    "/settings change photos_a_day",
    "/staff invite",
    "/staff grant #1",
    "/campaign off",
    "/block #3",
    "/link code",
)
SECRET = "bốn con ngựa ô trên đồi"


@pytest.fixture
def stage(template: Template, tmp_path: Path) -> Stage:
    """A browser and a platform on which an account is more than a cookie."""
    url = template.copy(tmp_path)
    return Stage(tmp_path, Room(replace(BUTTONS, sessions=True, vouches=False), name="web"), Room(), url=url)


async def admin(stage: Stage, *, phone: bool = True) -> int:
    """An admin at a browser, who was confirmed an hour ago; perhaps with an account on the platform. Returns her id."""
    stage.clock.forward(seconds=1)
    await stage.agree("take_part", channel="web", address="her")
    async with stage.program() as app, app.database.write() as tx:
        account = await people.find(tx, "web", "her")
        assert account is not None
        await staff.grant(tx, account.person_id, "admin", None, "operator", stage.clock())
        await sessions.confirm(tx, account.id, stage.clock())
        if phone:
            row = {"person_id": account.person_id, "channel": "room", "address": "phone", "created_at": stage.clock()}
            await tx.run(sa.insert(accounts).values(**row))
    stage.clock.forward(hours=1)
    return account.person_id


async def hear(stage: Stage, text: str) -> str:
    return "\n".join(message.text for message in await stage.say(text, "her"))


def on_phone(stage: Stage) -> list[Message]:
    room = stage.rooms[1]
    assert isinstance(room, Room)
    return [message for _, message in room.said]


def test_what_cannot_be_undone_or_gives_power_is_declared_dangerous() -> None:
    declared = {command.name for router in ROUTERS for command in router.commands if command.dangerous}
    assert declared == {
        "staff grant", "staff revoke", "staff invite", "staff approve", "units merge", "units remove", "settings change",
        "campaign off", "block", "broadcast approve", "broadcast recall", "link", "passphrase",
        "answers confirm", "everything", "requests erase",
    }  # fmt: skip


async def test_a_stolen_cookie_does_nothing_dangerous_and_daily_work_needs_no_proof(stage: Stage) -> None:
    await admin(stage)
    assert "Nhân sự" in await hear(stage, "/staff")
    refused = 0
    for line in DANGEROUS:
        said = await hear(stage, line)
        refused += "gõ mã vừa nhận" in said.lower()
        await hear(stage, "hủy")
        stage.clock.forward(minutes=16)
    assert refused == len(DANGEROUS)
    assert all(CODE.search(message.text) for message in on_phone(stage)[: len(DANGEROUS)])
    assert await stage.rows(settings) == []
    measured(
        "dangerous commands with a stolen cookie", f"{refused} of {len(DANGEROUS)} ask for a code that her phone got"
    )


async def test_with_the_code_from_her_phone_she_goes_on_and_is_not_asked_again_at_once(stage: Stage) -> None:
    await admin(stage)
    await hear(stage, "/settings change photos_a_day")
    found = CODE.search(on_phone(stage)[-1].text)
    assert found is not None
    assert "ảnh" in await hear(stage, found[0].lower())
    assert "50" in await hear(stage, "50")
    assert [row["value"] for row in await stage.rows(settings)] == []
    assert "50" in await hear(stage, "đúng")
    assert [row["value"] for row in await stage.rows(settings)] == ["50"]
    before = len(on_phone(stage))
    await hear(stage, "/settings change photos_a_day")
    assert len(on_phone(stage)) == before


async def test_a_code_is_not_guessed_and_her_phone_is_not_flooded(stage: Stage) -> None:
    await admin(stage)
    await hear(stage, "/staff invite")
    said = [await hear(stage, f"7K3P-2W{n}Y") for n in range(8)]
    assert any("Đã thử nhiều lần quá" in one for one in said)
    for _ in range(20):
        await hear(stage, "/staff invite")
        await hear(stage, "hủy")
    assert len([m for m in on_phone(stage) if CODE.search(m.text)]) <= proofs.TRIES
    wrong = [row for row in await stage.rows(audit) if row["act"] == "confirm.wrong"]
    assert 0 < len(wrong) <= proofs.TRIES
    measured("codes tried with a stolen cookie", f"{len(wrong)} in 15 minutes, of 6·10¹¹; each is in the audit log")


async def test_after_twelve_hours_every_command_waits_and_the_open_form_does_too(stage: Stage) -> None:
    await admin(stage)
    await hear(stage, "/ask")
    stage.clock.forward(hours=12)
    assert "gõ mã vừa nhận" in (await hear(stage, "Khi nào phát gạo?")).lower()
    found = CODE.search(on_phone(stage)[-1].text)
    assert found is not None
    said = await hear(stage, found[0])
    assert "Đã xác nhận" in said
    assert "?" in said.partition("Đã xác nhận")[2], "the question that was open"


async def test_who_has_the_browser_alone_sets_a_passphrase_that_is_kept_nowhere(stage: Stage) -> None:
    person_id = await admin(stage, phone=False)
    assert "đặt một mật khẩu" in await hear(stage, "/staff invite")
    assert "Mời làm cán bộ" in await hear(stage, SECRET)
    (row,) = await stage.rows(kept)
    assert row["person_id"] == person_id
    assert row["passphrase"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    async with stage.program() as app:
        for message in await stage.rows(inbox):
            if message["payload"] is not None:
                assert SECRET not in PAYLOAD.open_in(app.database.vault, message).decode()
    await hear(stage, "hủy")
    stage.clock.forward(hours=1)
    assert "gõ mật khẩu" in await hear(stage, "/staff invite")
    for n in range(proofs.TRIES):
        said = await hear(stage, f"con ngựa số {n}")
    assert "chờ 15 phút" in await hear(stage, SECRET) + said
    stage.clock.forward(minutes=16)
    await hear(stage, "/staff invite")
    assert "Mời làm cán bộ" in await hear(stage, SECRET)


async def test_a_passphrase_is_not_changed_by_who_does_not_know_it(stage: Stage) -> None:
    await admin(stage, phone=False)
    await hear(stage, "/passphrase")
    await hear(stage, SECRET)
    await hear(stage, "hủy")
    stage.clock.forward(minutes=11)
    was = (await stage.rows(kept))[0]["passphrase"]
    assert "gõ mật khẩu" in await hear(stage, "/passphrase")
    await hear(stage, "một mật khẩu của kẻ trộm")
    assert (await stage.rows(kept))[0]["passphrase"] == was


async def test_on_her_phone_nothing_is_asked(stage: Stage) -> None:
    await admin(stage)
    room = stage.rooms[1]
    assert isinstance(room, Room)
    async with stage.program() as app:
        await app.engine.receive([room.arrival("phone", text="/staff invite")])
        await app.settle()
    assert "Mời làm cán bộ" in on_phone(stage)[-1].text


async def test_an_invitation_is_no_proof_of_who_somebody_was_before(stage: Stage) -> None:
    await admin(stage)
    async with stage.program() as app, app.database.write() as tx:
        _, code = await invitations.invite(tx, "officer", None, None, stage.clock())
    await hear(stage, f"/start {code}")
    assert "gõ mã vừa nhận" in (await hear(stage, "/staff invite")).lower()
    measured("a stolen cookie of an admin, with an invitation of the thief's own", "is asked for the proof as before")


@pytest.mark.parametrize("said", ["/nosuch", "cháy nhà rồi cứu với", "/desk nosuch", "+more", "/my x y"])
async def test_a_locked_browser_does_not_put_the_open_question_again(stage: Stage, said: str) -> None:
    await admin(stage)
    await hear(stage, "/staff invite")
    await hear(stage, CODE.findall(on_phone(stage)[-1].text)[0])
    assert "Mời làm cán bộ" in "\n".join(m.text for m in await stage.say("/nosuch", "her"))
    stage.clock.forward(hours=12)
    pressed = {"text": "", "pressed": said} if said.startswith("+") else {"text": said}
    answered = "\n".join(message.text for message in await stage.say(address="her", **pressed))
    assert "gõ mã vừa nhận" in answered.lower()
    assert "Mời làm cán bộ" not in answered
    assert ("114" in answered) is ("cháy" in said), "danger is answered all the same"


@pytest.mark.parametrize("typed", ["quá ngắn", "aaaaaaaaaaaaaaa", "cháy nhà rồi cứu chúng tôi với", "x" * 300])
async def test_what_is_typed_for_a_passphrase_is_kept_nowhere_whatever_it_is(stage: Stage, typed: str) -> None:
    await admin(stage, phone=False)
    threads_before = await stage.rows(threads)
    await hear(stage, "/staff invite")
    answered = await hear(stage, typed)
    assert typed not in answered
    async with stage.program() as app:
        for message in await stage.rows(inbox):
            if message["payload"] is not None:
                assert typed not in PAYLOAD.open_in(app.database.vault, message).decode()
    assert await stage.rows(threads) == threads_before, "nobody is called for help by a passphrase"


async def test_a_passphrase_stays_good_when_two_browsers_are_joined(stage: Stage) -> None:
    hers = await admin(stage, phone=False)
    await hear(stage, "/passphrase")
    await hear(stage, SECRET)
    await hear(stage, "hủy")
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("web", "second"): "vi"}, stage.clock())
        await links.join(tx, met["web", "second"][0].id, hers, keep_other_volunteer=False, now=stage.clock())
    stage.clock.forward(hours=13)
    assert "gõ mật khẩu" in await hear(stage, "/staff invite")
    assert "Mời làm cán bộ" in await hear(stage, SECRET)


async def test_who_cancels_the_proof_is_told_what_waits_for_it_and_goes_on_with_the_rest(stage: Stage) -> None:
    await admin(stage)
    await hear(stage, "/staff invite")
    (cancelled,) = await stage.say("hủy", "her")
    assert "chưa có gì thay đổi" in cancelled.text
    assert [button.value for button in cancelled.buttons] == ["/staff invite", "/menu"]
    assert "Nhân sự" in await hear(stage, "/staff"), "daily work goes on"


@pytest.mark.parametrize("phone", [True, False])
async def test_who_cancels_the_proof_on_a_locked_browser_loses_nothing_and_is_shown_nothing(
    stage: Stage, phone: bool
) -> None:
    await admin(stage, phone=phone)
    asked = await hear(stage, "/ask")
    stage.clock.forward(hours=12)
    await hear(stage, "Khi nào phát gạo?")
    for _ in range(2):
        (cancelled,) = await stage.say("hủy", "her")
        assert "vẫn còn nguyên" in cancelled.text
        assert [button.value for button in cancelled.buttons] == ["/confirm"]
        assert asked.splitlines()[-1] not in cancelled.text
        await hear(stage, "/confirm")
    said = await hear(stage, CODE.findall(on_phone(stage)[-1].text)[0] if phone else SECRET)
    assert asked.splitlines()[-1] in said, "the question that was open"


async def test_a_first_passphrase_is_asked_for_once(stage: Stage) -> None:
    await admin(stage, phone=False)
    assert "đặt một mật khẩu" in await hear(stage, "/matkhau")
    said = await hear(stage, SECRET)
    assert "Đã đặt mật khẩu" in said
    assert "đặt một mật khẩu" not in said


async def test_who_cancels_a_new_passphrase_keeps_the_one_she_has(stage: Stage) -> None:
    await admin(stage, phone=False)
    await hear(stage, "/passphrase")
    await hear(stage, SECRET)
    was = (await stage.rows(kept))[0]["passphrase"]
    await hear(stage, "/passphrase")
    (cancelled,) = await stage.say("hủy", "her")
    assert "gõ MẬT KHẨU" in cancelled.text
    assert (await stage.rows(kept))[0]["passphrase"] == was


@pytest.mark.parametrize("roles", [False, True])
async def test_of_two_passphrases_that_of_who_said_yes_stays_and_none_comes_from_who_holds_no_role(
    stage: Stage, roles: bool
) -> None:
    hers = await admin(stage, phone=False)
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("web", "second"): "vi", ("web", "third"): "vi"}, stage.clock())
        second, third = met["web", "second"][0].id, met["web", "third"][0].id
        if roles:
            await staff.grant(tx, second, "officer", None, "operator", stage.clock())
        await proofs.set_passphrase(tx, second, "một câu khác hẳn", stage.clock())
        await links.join(tx, third, second, keep_other_volunteer=False, now=stage.clock())
        assert await proofs.is_passphrase(tx, third, "một câu khác hẳn") is roles
        await proofs.set_passphrase(tx, hers, SECRET, stage.clock())
        await links.join(tx, hers, third, keep_other_volunteer=False, now=stage.clock())
        assert await proofs.is_passphrase(tx, hers, SECRET)
