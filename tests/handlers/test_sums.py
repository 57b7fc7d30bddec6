"""Whoever asks for figures, wherever, hears the same ones: months made up at random are counted here by hand as well."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.message import Message
from handlers.calendar.chart import in_words
from handlers.calendar.preview import previews
from storage.aid import brought, receipts
from storage.aid.brought import Brought
from storage.campaign import campaigns, staff
from storage.campaign.campaigns import Campaign
from storage.database import Tx
from storage.figures import figures, lists
from storage.figures.figures import Period, Scope
from storage.files import charts, papers
from storage.tables import addresses, contributions, deeds, needs, pledges, units, volunteers
from storage.tables import campaigns as campaigns_of
from tests.desk import LAN, staffed
from tests.fakes.month import schedule
from tests.sheet import by_unit, opened, table
from tests.stage import BOTH, Stage

SEEDS = (1, 2, 3)
NBSP = "\N{NO-BREAK SPACE}"


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


async def make_up(stage: Stage, seed: int) -> None:
    """A month of pledges, gifts and deeds in every state, some of it before the first day, by few people in many places."""
    chance = random.Random(seed)
    async with stage.program() as app, app.database.write() as tx:
        households = [row["id"] for row in await tx.all(sa.select(addresses.c.id))]
        wanted = {row["address_id"]: row for row in await tx.all(sa.select(needs))}
        places = [row["id"] for row in await tx.all(sa.select(units.c.id).where(units.c.kind == "commune"))]
        number = await tx.value(sa.select(sa.func.coalesce(sa.func.max(contributions.c.number), 0)))
        person = await tx.value(sa.select(sa.func.min(volunteers.c.person_id)))
        people = [person, person + 1, person + 2]
        for n in range(40):
            day = date(2026, 4, 20) + timedelta(days=chance.randrange(23))
            address, kind = chance.choice(households), chance.choice(("money", "goods", "work"))
            state = chance.choice(("new", "confirmed", "fulfilled", "cancelled"))
            pledge: Any = {
                "campaign_id": 1, "code": f"TND26-S{n:04}", "person_id": chance.choice(people), "address_id": address,
                "kind": kind, "amount": chance.randrange(1, 90) * 10_000, "what": f"thứ {n % 3}", "state": state,
                "organisation": chance.choice(("", "", "Nhóm Thiện Nguyện", "Hội Phụ nữ")), "shown_as": "anonymous",
                "vouched": state != "new" or chance.random() < 0.5, "dedupe_key": f"sum:{n}", "created_at": at(day),
                "need_id": wanted[address]["id"] if address in wanted and chance.random() < 0.5 else None,
            }  # fmt: skip
            id = await tx.value(sa.insert(pledges).values(pledge).returning(pledges.c.id))
            for m in range(chance.randrange(3)):
                number += 1
                gift: Any = {
                    "campaign_id": 1, "number": number, "pledge_id": id, "kind": kind, "what": pledge["what"],
                    "amount": chance.randrange(1, 50), "value": chance.randrange(0, 9) * 50_000, "method": "cash",
                    "arrived_on": day + timedelta(days=m), "dedupe_key": f"sum:{n}:{m}", "created_at": at(day),
                    "voided_at": at(day) if chance.random() < 0.2 else None,
                }  # fmt: skip
                await tx.run(sa.insert(contributions).values(gift))
            deed: Any = {
                "campaign_id": 1, "code": f"VT26-S{n:04}", "person_id": chance.choice(people), "doer_kind": "group",
                "doer_name": "Nhóm", "what": "Giúp bà con", "unit_id": chance.choice(places), "done_on": day,
                "helped": "", "shows_people": False, "shown_consented": False, "shows_child": False,
                "guardian_consented": False, "state": chance.choice(("new", "approved", "declined", "withdrawn")),
                "decided_at": at(day + timedelta(days=n % 4)), "dedupe_key": f"sum:{n}", "created_at": at(day),
            }  # fmt: skip
            await tx.run(sa.insert(deeds).values(deed))
        await tx.run(sa.update(campaigns_of).values(last_receipt=number))
        campaign = await campaigns.active(tx)
        assert campaign is not None
        for n in range(10):
            await bring(tx, campaign, chance, n, chance.choice(households), wanted, people)


async def bring(
    tx: Tx, campaign: Campaign, chance: random.Random, n: int, address: int, wanted: dict[int, Any], people: list[int]
) -> None:
    """Something that was brought without a pledge, by somebody known or new; some of it was a mistake."""
    day, kind = date(2026, 4, 20) + timedelta(days=chance.randrange(23)), chance.choice(("money", "goods", "work"))
    need = wanted.get(address)
    amount, value = chance.randrange(1, 90), chance.randrange(0, 9) * 50_000
    new = Brought(
        address_id=address, need_id=need["id"] if need is not None and need["kind"] == kind else None, kind=kind,
        amount=amount * 10_000 if kind == "money" else amount, value=amount * 10_000 if kind == "money" else value,
        what="" if kind == "money" else f"thứ {n % 3}", arrived_on=day, method="cash",
        organisation=chance.choice(("", "", "Hội Phụ nữ")), shown_as="anonymous", shown_name="",
        phone=chance.choice(("", "+84912345678")), noted_by=people[0], dedupe_key=f"brought:{n}",
    )  # fmt: skip
    who = chance.choice([*people, None]) or await brought.new_giver(tx, "vi", at(day))
    pledge, number = await brought.add(tx, campaign, who, new, at(day))
    if chance.random() < 0.3:
        assert await receipts.void(tx, pledge, number, "ghi nhầm", at(day))


async def by_hand(stage: Stage, period: Period | None = None) -> dict[str, int]:
    """The same figures, counted one by one."""
    promised = {row["id"]: row for row in await stage.rows(pledges)}
    homes = {row["id"]: row for row in await stage.rows(addresses)}

    def inside(day: date) -> bool:
        return period is None or period.first <= day <= period.last

    def happened(moment: datetime) -> bool:
        return period is None or period.since <= moment <= period.until

    stands = [row for row in promised.values() if row["state"] != "cancelled" and row["vouched"]]
    counted = [row for row in stands if happened(row["created_at"])]
    arrived = [row for row in await stage.rows(contributions) if not row["voided_at"] and inside(row["arrived_on"])]
    sources = [promised[row["pledge_id"]] for row in arrived]
    helped = {row["address_id"] for row in sources}
    told = await stage.rows(deeds)
    return {
        "pledges": len(counted),
        "promised_money": sum(row["amount"] for row in counted if row["kind"] == "money"),
        "adopted": len({row["address_id"] for row in counted}),
        "awaiting": sum(
            row["state"] == "new" and not row["vouched"] and happened(row["created_at"]) for row in promised.values()
        ),
        "begun": len({row["pledge_id"] for row in arrived}),
        "arrived_money": sum(row["value"] for row in arrived if row["kind"] == "money"),
        "arrived_goods": sum(row["value"] for row in arrived if row["kind"] != "money"),
        "helped": len(helped),
        "people": sum(homes[id]["people_count"] for id in helped),
        "times": sum(homes[row["address_id"]]["people_count"] for row in sources),
        "organisations": len({row["organisation"] for row in sources if row["organisation"]}),
        "individuals": len({row["person_id"] for row in sources if not row["organisation"]}),
        "deeds": sum(row["state"] != "withdrawn" and happened(row["created_at"]) for row in told),
        "deeds_approved": sum(row["state"] == "approved" and happened(row["decided_at"]) for row in told),
        "volunteers": sum(
            row["state"] == "registered" and happened(row["created_at"]) for row in await stage.rows(volunteers)
        ),
    }


async def set_by_pdf(stage: Stage) -> list[list[list[str]]]:
    """The tables of the PDF of the same report, each with its heads, cell by cell."""
    await stage.say("/report pdf", LAN)
    async with stage.program() as app, app.database.read() as tx:
        (waiting,) = await papers.find_waiting(tx)
    return [
        [list(sheet["columns"]), *([text for text, _ in row] for row in sheet["rows"])]
        for sheet in waiting.paper["sheets"][1:]
    ]


def as_printed(cell: Any) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return f"{cell:,}".replace(",", ".") if isinstance(cell, int) else cell or ""


def numbers(messages: list[Message], line: str) -> list[int]:
    """The numbers in the line that begins so."""
    text = "\n".join(message.text for message in messages).replace(NBSP, " ")
    found = re.search(rf"^(?:• )?{line}.*$", text, re.MULTILINE)
    assert found is not None, (line, text)
    return [int(n.replace(".", "")) for n in re.findall(r"\d[\d.]*", found[0].removeprefix("• ").removeprefix(line))]


async def bars(stage: Stage, said: list[Message]) -> dict[str, int]:
    """How long the bars of the goals are in the chart of the statistics, by their goal."""
    async with stage.program() as app, app.database.read() as tx:
        chart = await charts.find(tx, next(message.picture for message in said if message.picture))
        labels = {app.speech.say(f"stats.bar.{name}"): name for name in ("dong", "arrived", "volunteers", "deeds")}
    assert chart is not None
    return {labels[bar["label"]]: bar["value"] for bar in chart["panels"][0]["bars"] if bar["label"] in labels}


@BOTH
@pytest.mark.parametrize("seed", SEEDS)
async def test_the_message_the_chart_the_years_the_statistics_the_report_the_spreadsheet_and_the_pdf_say_the_same(
    stage: Stage, seed: int
) -> None:
    ids = await staffed(stage)
    await make_up(stage, seed)
    async with stage.program() as app:
        async with app.database.write() as tx:
            await staff.grant(tx, ids[LAN], "admin", None, "operator", stage.clock())
        await schedule(app, rule="2026-05-12", at="10:00", content="totals", texts={"vi": "{totals}", "en": "{totals}"})
        async with app.database.read() as tx:
            campaign = await campaigns.active(tx)
            assert campaign is not None
            (found,) = await previews(tx, campaign, app.context.speeches, "vi", app.now(), app.today, app.today)
    assert found.said is not None
    true = await by_hand(stage)

    gifts = [row for row in await stage.rows(contributions) if row["kind"] != "money" and not row["voided_at"]]
    worth = f"(trị giá {sum(row['value'] for row in gifts):,} đ".replace(",", ".")
    message = found.said.draft.texts["vi"].replace(NBSP, " ")
    public = [Message(message)]
    assert message.startswith("Từ đầu đến ngày 12/5")
    assert numbers(public, f"{true['pledges']} lượt cam kết") == [true["promised_money"]]
    assert f"• {true['adopted']}/" in message and f"• {true['volunteers']} tình nguyện viên" in message
    assert f"• {true['deeds_approved']} việc thiện" in message
    assert worth in message and f"Tiền đã nhận: {true['arrived_money']:,} đ".replace(",", ".") in message
    chart = [Message("\n".join(in_words(found.said.charts["vi"])))]
    assert numbers(chart, "Cam kết đã thực hiện:") == [true["begun"], true["pledges"]]
    assert numbers(chart, "Tiền đã nhận:") == [true["arrived_money"], true["promised_money"]]

    report = await stage.say("/report", LAN)
    assert numbers(report, "Cam kết:") == [true["pledges"], true["promised_money"]]
    arrived = true["arrived_money"] + true["arrived_goods"]
    things = "ngày công chưa quy tiền" not in report[0].text.partition("Đã nhận:")[2].partition("\n")[0]
    assert things or not true["arrived_goods"]
    assert numbers(report, "Đã nhận:") == [arrived, true["arrived_money"], *([true["arrived_goods"]] if things else [])]
    assert numbers(report, "Người giúp:") == [true["organisations"], true["individuals"]]
    assert numbers(report, "Tình nguyện viên đăng ký:") == [true["volunteers"]]
    assert numbers(report, "Việc thiện:") == [true["deeds"], true["deeds_approved"]]
    assert numbers(report, "Chưa tính") == [true["awaiting"]] if true["awaiting"] else True
    shown = by_unit(report)["Tổng cộng"]
    assert shown["Số cam kết"] == true["pledges"] and shown["Tổng đã nhận (đ)"] == arrived
    assert (shown["Tổ chức nhận giúp"], shown["Cá nhân nhận giúp"]) == (true["organisations"], true["individuals"])
    assert (shown["ĐCNĐ được trợ giúp"], shown["Số người hưởng lợi"]) == (true["helped"], true["people"])

    weeks = table(opened(report)["Từng tuần"])
    receipts = [row for row in await stage.rows(contributions) if not row["voided_at"]]
    assert weeks[-1][1:] == [len(receipts), true["arrived_money"], true["arrived_goods"], arrived]
    figures_only = [[0 if cell == "chưa quy tiền" else cell for cell in row] for row in weeks[1:-1]]
    assert [sum(row[n] for row in figures_only) for n in range(1, 5)] == weeks[-1][1:]
    assert await set_by_pdf(stage) == [
        [[as_printed(cell) for cell in row] for row in table(page)] for page in opened(report).worksheets[1:]
    ]

    years = await stage.say("/years", LAN)
    assert numbers(years, f"{true['pledges']} lượt cam kết giúp") == [true["adopted"]]
    assert worth in years[0].text.replace(NBSP, " ")
    assert numbers(years, "Tiền đã cam kết") == [true["promised_money"], true["arrived_money"]]
    assert numbers(years, f"{true['deeds_approved']} việc thiện") == []
    stats = await stage.say("/stats", LAN)
    assert numbers(stats, "Tình nguyện viên:") == [true["volunteers"]]
    assert numbers(stats, "Cam kết:") == [true["pledges"], true["promised_money"]]
    assert numbers(stats, "Đã nhận: từ") == [true["begun"], true["arrived_money"], true["arrived_goods"]]
    assert await bars(stage, stats) == {
        "dong": true["promised_money"],
        "arrived": true["arrived_money"],
        "volunteers": true["volunteers"],
        "deeds": true["deeds_approved"],
    }


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_period_counts_what_happened_in_it(stage: Stage, seed: int) -> None:
    await staffed(stage)
    await make_up(stage, seed)
    period = Period(
        date(2026, 5, 3),
        date(2026, 5, 9),
        datetime(2026, 5, 2, 17, tzinfo=UTC),
        datetime(2026, 5, 9, 16, 59, tzinfo=UTC),
    )
    true = await by_hand(stage, period)
    async with stage.program() as app, app.database.read() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        counted = await figures.total(tx, Scope(campaign, period=period))
        parts = await figures.by_unit(tx, Scope(campaign, period=period))
        listed = await lists.told(tx, Scope(campaign, period=period))
    assert sum(one.state == "approved" for one in listed) >= counted.deeds_approved
    assert {name: getattr(counted, name) for name in true} == true
    for name in true.keys() - {"organisations", "individuals"}:
        assert sum(getattr(part, name) for part in parts.values()) == true[name], name
    for name in ("organisations", "individuals"):
        assert sum(getattr(part, name) for part in parts.values()) >= true[name], name


async def test_goods_are_named_with_their_measure_and_a_voided_receipt_keeps_its_number(stage: Stage) -> None:
    await staffed(stage)
    await make_up(stage, 1)
    report = await stage.say("/report 1/4/2026 31/5/2026", LAN)
    book = opened(report)
    listed = table(book["Hiện vật"])[1:]
    gifts = [row for row in await stage.rows(contributions) if row["kind"] != "money" and not row["voided_at"]]
    assert 0 < len(listed) <= len(gifts) and all(re.search(r"\d", row[1]) for row in listed)
    for name, column in (("Hiện vật", 2), ("Biên nhận", 5), ("Cách nhận, người ghi", 3)):
        assert 0 not in [row[column] for row in table(book[name])[1:]], name
    page = book["Biên nhận"]
    numbered = [row for row in page.iter_rows(min_row=4) if row[0].value]
    voided = {row["number"] for row in await stage.rows(contributions) if row["voided_at"]}
    struck = {int(row[0].value.rpartition("/")[2]) for row in numbered if row[0].font.strike}
    assert struck and struck <= voided
