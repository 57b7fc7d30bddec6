"""A month of an Official Account: whoever wrote, whatever was sent and what it cost add up, here and on the platform."""

from __future__ import annotations

import random
from collections import Counter

from bot.channels import SendFailed
from bot.message import Message
from storage.platform import prices
from tests.channels.zalo_oa.line import Line, line
from tests.figures import measured, size
from tests.stage import Stage

SEED, PEOPLE, DAYS = 20260501, size(15, 5000), 31
WRITING = PEOPLE * 4 // 15
"""How many of them write on a day."""
KINDS = ("free", "paid", "template", "closed")


async def test_windows_templates_and_costs_of_a_month_add_up_to_the_ledger(stage: Stage) -> None:
    draw = random.Random(SEED)
    outcomes: Counter[str] = Counter()
    async with line(stage, zalo_oa_template="4711") as one:
        await one.let_in()
        everybody = [f"U{n}" for n in range(PEOPLE)]
        await one.wrote(*everybody)
        start = stage.clock()
        for day in range(DAYS):
            await one.wrote(*draw.sample(everybody, WRITING))
            stage.clock.forward(hours=draw.choice([4, 24, 30]))
            if day % 4 == 0:
                await announce(one, everybody, outcomes)
        days = (stage.clock() - start).days
        async with one.app.database.read() as tx:
            counted = await prices.counted(tx, "zalo_oa", one.channel.books.month)
            before = await prices.counted(tx, "zalo_oa", start.date().replace(day=1))
        kept = Counter(counted) + (Counter(before) if before != counted else Counter())
        shown = [sent for person in one.api.people.values() for sent in person.inbox]
        templates = sum(sent.template is not None for sent in shown)
        assert templates == kept["template"] == outcomes["template"] > 0
        assert len(shown) - templates == kept["free"] + kept["paid"] == outcomes["free"] + outcomes["paid"]
        assert kept["free"] == outcomes["free"] > 0
        assert kept["paid"] == outcomes["paid"] > 0
        assert sum(outcomes.values()) == PEOPLE * len(range(0, DAYS, 4))
        window = one.channel.capabilities.window
        assert window is not None
        cost = kept["paid"] * window.paid_dong + kept["template"] * (window.template_dong or 0)
    measured(
        f"{days} days of an Official Account of Zalo: {PEOPLE:,} people, {len(range(0, DAYS, 4))} announcements",
        ", ".join(f"{outcomes[kind]:,} {kind}" for kind in KINDS if outcomes[kind]),
        f"{cost:,} đồng by its ledger, the same messages on the platform",
    )


async def announce(one: Line, everybody: list[str], outcomes: Counter[str]) -> None:
    """Write to each, and count what it costs by when she last wrote, which the platform knows."""
    for who in everybody:
        seen = one.api.person(who).seen_at
        assert seen is not None
        age = (one.stage.clock() - seen).total_seconds() / 3600
        expected = "free" if age <= 48 else "paid" if age <= 7 * 24 else "template"
        try:
            await one.channel.send(who, Message("Mai tập trung lúc 7h"), f"month:{who}")
        except SendFailed as failed:
            expected = {"night": "closed"}[failed.reason]
        outcomes[expected] += 1
