"""Nobody covers a need with accounts that cost nothing: what is promised from them is shown beside, is confirmed or lapses."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.message import changed
from bot.process.app import App
from storage.aid import addresses, pledges
from storage.aid.addresses import Need
from storage.aid.pledges import NewPledge
from storage.campaign import campaigns, settings
from storage.figures import figures
from storage.figures.figures import Scope
from storage.rights import links
from storage.tables import addresses as households
from storage.tables import needs
from storage.tables import pledges as promises
from storage.talk import people
from tests.desk import LAN, appoint
from tests.fakes.room import ANYBODY, NUMBERS, Room
from tests.figures import measured
from tests.stage import BOTH, Stage

PLEDGE = ("/pledge DC-0002", "4tr", "đúng")
"""All that DC-0002 still misses."""


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """A web chat, where accounts cost nothing, and beside it a platform where they cost something."""
    stage.rooms = (Room(ANYBODY, name="web"), Room(NUMBERS, name="telegram"))
    return stage


async def say_all(app: App, stage: Stage, said: dict[str, str]) -> None:
    """Each address says one thing, all at once."""
    stage.clock.forward(seconds=5)
    await app.engine.receive([stage.room.arrival(address, text=text) for address, text in said.items()])
    await app.settle()


async def pledge(stage: Stage, address: str = "1", room: int = 0) -> str:
    """Pledge all that DC-0002 misses; returns what is answered at the end."""
    spoken = stage.rooms[room]
    assert isinstance(spoken, Room)
    await stage.agree("take_part", address=address, channel=spoken.name)
    for text in PLEDGE:
        stage.clock.forward(seconds=5)
        async with stage.program() as app:
            await app.engine.receive([spoken.arrival(address, text=text)])
            await app.settle()
    return plain([message.text for to, message in spoken.said if to == address][-1])


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


async def need_of(stage: Stage, code: str = "DC-0002") -> Need:
    async with stage.program() as app, app.database.read() as tx:
        found = await addresses.find(tx, code)
    assert found is not None
    return found.needs[0]


async def promised_money(stage: Stage) -> tuple[int, int]:
    """The money that the figures of the campaign name, and how many pledges await being confirmed."""
    async with stage.program() as app, app.database.read() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        counted = await figures.total(tx, Scope(campaign))
    return counted.promised_money, counted.awaiting


async def test_a_crowd_of_free_accounts_covers_no_household(stage: Stage) -> None:
    """Three strangers for every need of every household promise all that it misses, and as often as they may."""
    before = await stage.rows(needs)
    codes = {row["id"]: row["code"] for row in await stage.rows(households) if row["state"] == "approved"}
    money_before = await promised_money(stage)
    open_ = [row for row in before if row["address_id"] in codes and row["promised"] < row["amount"]]
    crowd: dict[str, Any] = {f"x{row['id']}-{n}": row for row in open_ for n in range(3)}
    await stage.agree_all(crowd, "take_part", channel="web")
    async with stage.program() as app:
        for _ in range(2):
            await say_all(app, stage, {who: f"/pledge {codes[row['address_id']]}" for who, row in crowd.items()})
            for position in range(8):
                answers = {who: answer for who, row in crowd.items() if (answer := answer_of(before, row, position))}
                await say_all(app, stage, answers)
    after = await stage.rows(needs)
    made = [row for row in await stage.rows(promises) if not row["vouched"]]
    assert len(made) > 2 * len(open_)
    assert [row["promised"] for row in after] == [row["promised"] for row in before]
    assert sum(row["awaiting"] for row in after) == sum(row["amount"] for row in made if row["need_id"])
    assert await promised_money(stage) == (money_before[0], len(made))
    measured(
        f"{len(made)} pledges from {len(crowd)} free accounts, for all that {len(codes)} households miss",
        "0 đ and 0 households covered, before every one in 16 s",
    )


def answer_of(rows: list[dict[str, Any]], need: dict[str, Any], position: int) -> str:
    """What is said at this place of the form, to promise all that is missing of a need."""
    mates = [row for row in rows if row["address_id"] == need["address_id"] and row["promised"] < row["amount"]]
    missing = str(need["amount"] - need["promised"])
    which = [str(mates.index(need) + 1)] if len(mates) > 1 else []
    said = [*which, missing, "đúng"]
    return said[position] if position < len(said) else ""


@BOTH
async def test_a_pledge_from_the_web_chat_awaits_an_officer_and_counts_once_she_confirms_it(stage: Stage) -> None:
    await appoint(stage, LAN, channel="telegram")
    thanks = await pledge(stage)
    assert "chờ cán bộ xác nhận" in thanks
    assert "liên kết với tài khoản Telegram" in thanks
    need = await need_of(stage)
    assert (need.missing, need.awaiting) == (4_000_000, 4_000_000)
    card = plain((await stage.say("/address DC-0002"))[0].text)
    assert "còn thiếu 4.000.000 đ (có 4.000.000 đ đang chờ xác nhận)" in card
    assert "chờ xác nhận, chưa được tính" in (await stage.say("/my"))[0].text
    code = next(row["code"] for row in await stage.rows(promises) if not row["vouched"])
    office = stage.rooms[1]
    assert isinstance(office, Room)
    for text in (f"/desk pledge {code}", f"/desk confirm {code}", "bỏ qua"):
        async with stage.program() as app:
            await app.engine.receive([office.arrival(LAN, text=text)])
            await app.settle()
    told = [plain(message.text) for to, message in office.said if to == LAN]
    assert any("chờ anh/chị xác nhận mới được tính" in text for text in told)
    assert any("mới chỉ vào bằng trình duyệt, nên cam kết chưa được tính" in text for text in told)
    need = await need_of(stage)
    assert (need.missing, need.awaiting, need.promised) == (0, 0, need.amount)


@BOTH
async def test_a_linked_account_makes_pledges_count_and_a_parted_one_no_longer(stage: Stage) -> None:
    await pledge(stage)
    async with stage.program() as app, app.database.read() as tx:
        web = await people.find(tx, "web", "1")
    assert web is not None
    found = links.CODE.search((await stage.say("/link code"))[0].text)
    assert found
    platform = stage.rooms[1]
    assert isinstance(platform, Room)
    async with stage.program() as app:
        for text in (f"/link {found[0]}", "1", "1"):
            await app.engine.receive([platform.arrival("9", text=text)])
            await app.settle()
    asked = next(message for to, message in reversed(stage.room.said) if to == "1")
    line = re.search(r"/link yes \d+|/lienket có \d+|/\S+ \S+ \d+", asked.text)
    assert line, asked.text
    await stage.say(line[0])
    need = await need_of(stage)
    assert (need.missing, need.awaiting) == (0, 0)
    async with stage.program() as app, app.database.read() as tx:
        there = await people.find(tx, "telegram", "9")
    assert there is not None
    assert there.person_id == web.person_id
    await stage.say(f"/link part {there.id}")
    need = await need_of(stage)
    assert (need.missing, need.awaiting) == (4_000_000, 4_000_000)


async def test_what_nobody_confirms_lapses_and_its_giver_is_told(stage: Stage) -> None:
    await pledge(stage)
    for days, left in ((6, 4_000_000), (2, 0)):
        stage.clock.forward(days=days)
        async with stage.program() as app:
            await app.do("awaiting")
            await app.do("awaiting")
            await app.settle()
        assert (await need_of(stage)).awaiting == left
    told = [plain(message.text) for to, message in stage.room.said if to == "1" and "hết hạn vì" in message.text]
    assert len(told) == 1
    assert (await need_of(stage)).missing == 4_000_000


async def test_nobody_is_woken_because_a_pledge_lapsed(stage: Stage) -> None:
    await pledge(stage)
    stage.clock.forward(days=8, hours=14)  # eleven in the evening
    async with stage.program() as app:
        assert await app.do("awaiting") == 0
    stage.clock.forward(hours=9)
    async with stage.program() as app:
        assert await app.do("awaiting") == 1


async def test_a_person_has_only_so_many_pledges_that_await(stage: Stage) -> None:
    await stage.agree("take_part", channel="web")
    async with stage.program() as app, app.database.write() as tx:
        await settings.change(tx, settings.AWAITING_EACH, 1, "test", stage.clock())
    await pledge(stage)
    assert "1 cam kết chờ xác nhận" in (await stage.say("/pledge DC-0003"))[0].text


async def test_of_two_forms_finished_at_once_only_one_takes_the_last_place(stage: Stage) -> None:
    """The same person on two pages: the number is counted in the transaction that writes."""
    await stage.agree("take_part", channel="web")
    async with stage.program() as app:
        async with app.database.write() as tx:
            await settings.change(tx, settings.AWAITING_EACH, 1, "test", stage.clock())
        for text in PLEDGE[:-1]:
            await say_all(app, stage, {"1": text})
        await asyncio.gather(*(app.engine.receive([stage.room.arrival("1", text="đúng")]) for _ in range(2)))
        await app.settle()
    assert len([row for row in await stage.rows(promises) if not row["vouched"]]) == 1


@BOTH
async def test_from_one_source_come_only_so_many_pledges_that_await(stage: Stage) -> None:
    stage.settings = stage.settings.but(share_pledges_per_source=2)
    crowd = {str(n): "203.0.113.7" if n < 5 else "198.51.100.1" for n in range(6)}
    mine = await stage.agree_all(crowd, "take_part", channel="web")
    async with stage.program() as app:
        for text in PLEDGE:
            stage.clock.forward(seconds=5)
            said = [changed(stage.room.arrival(who, text=text), source=source) for who, source in crowd.items()]
            await app.engine.receive(said)
            await app.settle()
    made = [mine[row["person_id"]] for row in await stage.rows(promises) if not row["vouched"]]
    assert len(made) == 3
    assert "5" in made
    told = [message.text for _, message in stage.room.said if "quá nhiều cam kết" in message.text]
    assert len(told) == 3


@BOTH
async def test_a_pledge_on_a_platform_counts_at_once(stage: Stage) -> None:
    assert "để hẹn cách trao" in await pledge(stage, "5", room=1)
    need = await need_of(stage)
    assert (need.missing, need.awaiting) == (0, 0)


async def test_a_merged_household_asks_for_nothing_that_nobody_vouches_for(stage: Stage, tmp_path: Path) -> None:
    from storage.aid import dossiers
    from storage.aid.households import duplicates

    await pledge(stage)
    async with stage.program() as app, app.database.write() as tx:
        kept, into = await dossiers.find(tx, "DC-0002", None), await dossiers.find(tx, "DC-0003", None)
        assert kept is not None
        assert into is not None
        before = await addresses.find(tx, "DC-0003")
        assert await duplicates.join(tx, kept, into, 1, stage.clock()) is not None
        after = await addresses.find(tx, "DC-0003")
        assert before is not None
        assert after is not None
        assert sum(need.missing for need in after.needs) == sum(need.missing for need in before.needs)
        hers = await tx.first(sa.select(promises).where(~promises.c.vouched))
        assert hers is not None
        assert hers["need_id"] is None
        moved = await pledges.find(tx, hers["code"], None)
        assert moved is not None
        assert moved.address_code == "DC-0003"


async def test_one_phone_that_joins_many_free_accounts_vouches_for_no_more_than_one_person_may_promise(
    stage: Stage,
) -> None:
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", "phone"): "vi"}, stage.clock())
        person_id = met["room", "phone"][0].id
        address = await tx.value(sa.select(households.c.id).limit(1))
        campaign = await tx.value(sa.select(households.c.campaign_id).limit(1))
        for n in range(40):  # as from fourteen fresh accounts, three each, joined one after another
            new = NewPledge(
                campaign_id=campaign, prefix="TND26", person_id=person_id, address_id=address, need_id=None,
                kind="work", amount=1, what="x", due_on=None, monthly_until_on=None, organisation="",
                shown_as="anonymous", shown_name="", dedupe_key=f"attack:{n}", vouched=False,
            )  # fmt: skip
            await pledges.add(tx, new, stage.clock())
            await pledges.vouch(tx, person_id, True, most=30)
        assert await pledges.count_open(tx, [person_id], vouched=True) == 30
        assert await pledges.count_open(tx, [person_id], vouched=False) == 10
    measured("pledges of 14 free accounts that one phone joins", "30 of 40 count, as for any one person")
