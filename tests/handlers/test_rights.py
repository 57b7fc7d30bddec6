"""What everybody may ask of us is done at once and completely: a copy, silence, to be forgotten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from storage.database.vault import Vault
from storage.rights import links, retention
from storage.tables import (
    accounts,
    audit,
    deeds,
    inbox,
    metadata,
    needs,
    pictures,
    places,
    pledges,
    volunteers,
)
from storage.tables import consents as given
from storage.tables import outbox as sent
from storage.tables.sealed import CELLS, VOLUNTEER_PHONE
from storage.talk import consents, outbox, people
from storage.talk.outbox import Outgoing
from tests.desk import copied
from tests.fakes.watch import HAMLET, NAME, PHONE
from tests.figures import measured
from tests.life import live
from tests.stage import BOTH, Stage, photo

pytestmark = BOTH


async def test_somebody_who_lived_here_left_what_the_other_tests_look_for(stage: Stage) -> None:
    await live(stage)
    assert [row["full_name"] for row in await stage.rows(volunteers)][-1] == NAME
    assert [row["amount"] for row in await stage.rows(pledges)][-1] == 500_000
    assert [row["doer_name"] for row in await stage.rows(deeds)][-1] == NAME


async def test_who_agrees_leaves_the_proof_of_what_she_was_shown(stage: Stage) -> None:
    await stage.say("/consent")
    await stage.say("1")
    rows = await stage.rows(given)
    assert [row["purpose"] for row in rows][-1] == "take_part"
    assert len(rows[-1]["text_hash"]) == 64
    assert rows[-1]["text_version"]
    assert rows[-1]["withdrawn_at"] is None


async def test_no_answer_is_not_consent(stage: Stage) -> None:
    before = len(await stage.rows(given))
    await stage.say("/consent")
    await stage.say("/menu")
    await stage.say("quay lại")
    await stage.say("2")  # to register needs it, so it is asked for
    await stage.say("để tôi xem đã")
    await stage.say("hủy")
    assert len(await stage.rows(given)) == before


async def test_without_consent_nothing_personal_is_kept(stage: Stage) -> None:
    before = len(await stage.rows(volunteers))
    await stage.say("/volunteer", name=NAME)
    await stage.say("không")
    await stage.say("/volunteer", name=NAME)
    await stage.say(NAME)
    assert len(await stage.rows(volunteers)) == before


async def test_a_phone_number_is_sealed_and_found_by_its_index(stage: Stage) -> None:
    await live(stage)
    row = (await stage.rows(volunteers))[-1]
    assert PHONE[1:].encode() not in row["phone"]
    async with stage.program() as app:
        assert row["phone_index"] == app.database.vault.index("+84987654321", kind="phone")
        assert VOLUNTEER_PHONE.open_in(app.database.vault, row) == b"+84987654321"


async def test_a_copy_holds_everything_and_nobody_else(stage: Stage) -> None:
    await live(stage)
    copy = json.loads(await copied(stage))
    assert copy["volunteer"]["phone"] == "+84987654321"
    assert copy["pledges"][0]["amount"] == 500_000
    assert copy["deeds"][0]["what"].startswith("Nấu cháo")
    assert {row["purpose"] for row in copy["consents"]} == set(consents.PURPOSES)
    assert any("Canary" in row["message"] for row in copy["messages_received"])
    assert "Ví Dụ" not in json.dumps(copy["volunteer"])


async def test_stop_holds_from_this_moment_also_for_what_is_queued(stage: Stage) -> None:
    await stage.agree("take_part", "announcements")
    async with stage.program() as app, app.database.write() as tx:
        account = await people.find(tx, "room", "1")
        assert account is not None
        later = stage.clock() + timedelta(hours=1)
        await outbox.add(tx, [Outgoing("room", "1", account.id, "b:1", {"text": "news"}, "broadcast")], later)
    await stage.say("tắt tin")
    stage.clock.forward(hours=2)
    async with stage.program() as app:
        await app.settle()
    assert "news" not in [message.text for _, message in stage.room.said]
    assert [row["state"] for row in await stage.rows(sent) if row["kind"] == "broadcast"] == ["opted_out"]


async def test_who_is_forgotten_leaves_nothing_but_numbers(stage: Stage) -> None:
    await live(stage)
    before = {row["id"]: row["promised"] for row in await stage.rows(needs)}
    file = (await stage.rows(pictures))[-1]["file"]
    await stage.say("/forgetme")
    goodbye = await stage.say("xóa hết")
    assert len(goodbye) == 1
    async with stage.program() as app:
        await app.sweep()
        assert not list((stage.folder / "files").rglob(file))
        async with app.database.read() as tx:
            for table in metadata.tables.values():
                for row in await tx.all(sa.select(table)):
                    for column in row:
                        shown = opened(app.database.vault, row, table.c[column])
                        assert not any(part in shown for part in (NAME, PHONE, PHONE[1:], HAMLET, "Canary")), (
                            table.name,
                            column,
                        )
    assert [row for row in await stage.rows(accounts) if row["channel"] == "room"] == []
    pledge = (await stage.rows(pledges))[-1]
    assert (pledge["state"], pledge["shown_as"], pledge["amount"]) == ("cancelled", "anonymous", 500_000)
    after = {row["id"]: row["promised"] for row in await stage.rows(needs)}
    assert sum(before.values()) - sum(after.values()) == 500_000, "what an open pledge had claimed is missing again"
    assert [row["act"] for row in await stage.rows(audit)] == ["rights_asked", "rights_done", "forget"]
    assert [row for row in await stage.rows(places) if row["form"]] == []


def opened(vault: Vault, row: Mapping[Any, Any], column: sa.Column[Any]) -> str:
    """A value as text, sealed or not."""
    value = row[column.name]
    if isinstance(value, bytes):
        sealed = next((cell for cell in CELLS if cell.column is column), None)
        return sealed.open_in(vault, row).decode("utf-8", "replace") if sealed else value.decode("latin-1")
    return str(value)


async def test_who_is_forgotten_can_come_back_as_a_stranger(stage: Stage) -> None:
    await live(stage)
    await stage.say("/forgetme")
    await stage.say("xóa hết")
    said = await stage.say("chào")
    assert "trả lời tự động" in said[0].text


async def test_the_last_admin_cannot_forget_herself(stage: Stage) -> None:
    from storage.campaign import staff
    from storage.tables import staff as holders

    await stage.agree("take_part")
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.delete(holders))
        account = await people.find(tx, "room", "1")
        assert account is not None
        await staff.grant(tx, account.person_id, "admin", None, "operator", stage.clock())
    said = await stage.say("/forgetme")
    assert "quản trị viên cuối cùng" in said[0].text


async def test_of_the_last_two_admins_who_are_asked_at_once_one_stays(stage: Stage) -> None:
    from storage.campaign import staff
    from storage.tables import staff as holders

    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.delete(holders))
        for address in "12":
            met = await people.meet(tx, {("room", address): "vi"}, stage.clock())
            await staff.grant(tx, met["room", address][0].id, "admin", None, "operator", stage.clock())
    for address in "12":
        await stage.agree("take_part", address=address)
        await stage.say("/forgetme", address)
    await stage.say("xóa hết", "1")
    said = await stage.say("xóa hết", "2")
    assert "quản trị viên cuối cùng" in said[0].text
    assert len([row for row in await stage.rows(holders) if row["revoked_at"] is None]) == 1


async def test_what_was_kept_long_enough_is_dropped(stage: Stage) -> None:
    await live(stage)
    stage.clock.forward(days=8)
    async with stage.program() as app:
        await app.sweep()
    assert all(row["payload"] is None for row in await stage.rows(inbox))
    assert all(row["body"] is None for row in await stage.rows(sent) if row["state"] == "sent")
    stage.clock.forward(days=8)
    async with stage.program() as app:
        await app.sweep()
    assert await stage.rows(inbox) == []
    assert [row["full_name"] for row in await stage.rows(volunteers)][-1] == NAME, "this stays until she withdraws it"


async def test_a_photo_that_was_not_used_is_dropped_and_one_that_was_stays(stage: Stage) -> None:
    await live(stage)
    await stage.say("", photo=str(photo(stage.folder, "unused", "red")))
    used = {row["name"] for row in await stage.rows(pictures) if row["kept"]}
    stage.clock.forward(days=8)
    async with stage.program() as app:
        await app.sweep()
    assert {row["name"] for row in await stage.rows(pictures)} == used
    assert timedelta(days=8) > retention.UNSENT_PHOTOS


async def code_of(stage: Stage, address: str = "1") -> str:
    found = links.CODE.search((await stage.say("/link code", address=address))[0].text)
    assert found is not None
    return found[0]


async def enter(stage: Stage, code: str, *, address: str = "2") -> str:
    """Enter a code and answer what is asked; returns what the account that made it is to press for «yes»."""
    before = len(stage.room.said)
    await stage.say(f"/link {code}", address=address)
    await stage.say("1", address=address)
    assert "Mã đúng" in (await stage.say("2", address=address))[0].text
    asked = [message for to, message in stage.room.said[before:] if to != address]
    return asked[-1].buttons[0].value if asked else ""


async def test_two_accounts_become_one_person_when_both_say_so_and_part_again(stage: Stage) -> None:
    await live(stage)
    code = await code_of(stage)
    await stage.agree("take_part", address="2")
    yes = await enter(stage, code)
    assert NAME not in (await stage.say("/my", address="2"))[0].text, (
        "nobody is joined before the other account says yes"
    )
    said = await stage.say(yes, address="1")
    assert any("Đã liên kết" in message.text for message in said)
    assert NAME in (await stage.say("/my", address="2"))[0].text
    rows = {row["address"]: row for row in await stage.rows(accounts) if row["channel"] == "room"}
    assert rows["1"]["person_id"] == rows["2"]["person_id"]
    assert (rows["1"]["announcements_here"], rows["2"]["announcements_here"]) == (True, False)
    await stage.say(f"/link part {rows['2']['id']}", address="1")
    assert NAME not in (await stage.say("/my", address="2"))[0].text
    assert NAME in (await stage.say("/my", address="1"))[0].text


async def test_every_account_is_told_once_that_another_was_linked_and_led_on(stage: Stage) -> None:
    await live(stage)
    await stage.agree("take_part", address="2")
    yes = await enter(stage, await code_of(stage))
    before = len(stage.room.said)
    await stage.say(yes, address="1")
    told = sorted(stage.room.said[before:], key=lambda said: said[0])
    assert [to for to, _ in told] == ["1", "2"]
    for _, message in told:
        assert "Đã liên kết" in message.text and "nhắn LIÊN KẾT để bỏ" in message.text
        assert [button.label for button in message.buttons] == ["Đăng ký của tôi", "Về trang chính"]


async def test_who_made_the_code_can_refuse_and_nobody_else_can_say_yes(stage: Stage) -> None:
    await live(stage)
    await stage.agree_all(["2", "3"], "take_part")
    yes = await enter(stage, await code_of(stage))
    for stranger in ("2", "3"):
        assert "không còn" in (await stage.say(yes, address=stranger))[0].text
    assert "không liên kết" in (await stage.say(yes.replace("yes", "no"), address="1"))[0].text
    assert "không còn" in (await stage.say(yes, address="1"))[0].text
    rows = {row["address"]: row["person_id"] for row in await stage.rows(accounts) if row["channel"] == "room"}
    assert rows["1"] != rows["2"]


async def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(stage: Stage) -> None:
    await live(stage)
    code = await code_of(stage)
    await stage.agree_all(["2", "3"], "take_part")
    await enter(stage, code)
    assert "hết hạn" in (await stage.say(f"/link {code}", address="3"))[0].text
    code = await code_of(stage)
    stage.clock.forward(minutes=16)
    assert "hết hạn" in (await stage.say(f"/link {code}", address="2"))[0].text


async def test_one_account_has_five_tries_and_a_crowd_that_tries_shuts_linking_for_nobody(stage: Stage) -> None:
    await stage.agree("take_part", address="2")
    said = [await stage.say("/link 2222-3333-4444", address="2") for _ in range(7)]
    assert all("hết hạn" in messages[0].text for messages in said[: links.TRIES])
    assert all("đợi 15 phút" in messages[0].text for messages in said[links.TRIES :])
    tried = 1000
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", f"9{n}"): "vi" for n in range(tried // links.TRIES)}, stage.clock())
        for _, account in met.values():  # fresh accounts, each with all its tries
            for _ in range(links.TRIES):
                assert await links.may_try(tx, account.id, stage.clock())
                assert await links.find(tx, account.id, "2222-3333-4444", stage.clock()) is None
            assert not await links.may_try(tx, account.id, stage.clock())
    wrong = [row for row in await stage.rows(audit) if row["act"] == "link.wrong"]
    assert len(wrong) == links.AUDITED, "nor does the audit log grow with what they try"
    await stage.agree("take_part", address="1")
    await stage.agree("take_part", address="3")
    await stage.say(await enter(stage, await code_of(stage), address="3"), address="1")
    rows = {row["address"]: row["person_id"] for row in await stage.rows(accounts) if row["channel"] == "room"}
    assert rows["1"] == rows["3"], "whoever has a code links"
    measured(
        f"{tried} wrong link codes from {len(met)} fresh accounts within 15 minutes",
        "others link as usual; before nobody could for 15 minutes",
        f"{len(wrong)} stand in the audit log",
    )
