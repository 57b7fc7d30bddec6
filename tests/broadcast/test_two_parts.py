"""A month of announcements with a photo and a long text, under trouble: what the ledger says is what people see."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC
from pathlib import Path

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.settings import TelegramSettings
from bot.process.app import App
from locales import Speech
from storage.broadcast import broadcasts
from storage.tables import deliveries
from tests.fakes.alone import alone
from tests.fakes.bot_api import BotApi
from tests.fakes.crowd import announce, crowd
from tests.figures import measured
from tests.ledger import drain, outcomes, rows, state
from tests.stage import Clock, Stage, photo

DAYS, PEOPLE, FIRST, SEED = 30, 5, 1000, 20260501
PARTS = 2
GONE = Speech("vi", UTC).say("broadcast.recalled.here")
"""What stands where a message cannot be deleted."""
TROUBLES = (
    {"status": 429, "parameters": {"retry_after": 3}},
    {"status": 500},
    {"close_before": True},
    {"close_after": True},
    {"status": 400, "description": "Bad Request: message is odd"},
)
METHODS = ("sendPhoto", "sendMessage", "deleteMessage", "deleteMessages", "editMessageText")


async def settled(app: App, clock: Clock, id: int) -> str:
    """Let time pass until the broadcast is over; returns how."""
    for _ in range(60):
        await drain(app)
        if (now := await state(app, id)) not in ("planned", "running", "cancelling", "recalling", "correcting"):
            return now
        clock.forward(seconds=30)
    raise AssertionError("it did not come to its end")


async def halfway(app: App, api: BotApi, id: int) -> None:
    """Send until somebody has a photo without its words."""
    for _ in range(60):
        await app.broadcasting.deliver()
        if any(row["message_id"] and row["state"] == "planned" for row in await rows(app, deliveries)):
            return


async def test_a_month_of_announcements_in_two_parts_is_what_the_ledger_says(stage: Stage, tmp_path: Path) -> None:
    chance, counted = random.Random(SEED), Counter[str]()
    picture = photo(tmp_path, "poster").read_bytes()

    async def pictures(name: str) -> bytes:
        return picture

    async with BotApi(seed=SEED) as api:
        given = {"telegram_token": api.token, "telegram_api_url": api.url, "telegram_per_second": 0}
        stage.rooms = (Telegram(alone(pictures), TelegramSettings.of(given)),)
        for id in range(FIRST, FIRST + PEOPLE):
            api.person(id)
        async with stage.program() as app:
            await crowd(app, PEOPLE, channel="telegram", first=FIRST)
            for day in range(DAYS):
                for _ in range(chance.randrange(3)):
                    trouble = chance.choice(TROUBLES)
                    api.fail(chance.choice(METHODS), times=1, skip=chance.randrange(4), **trouble)
                id = await announce(app, f"Ngày {day}. " + "Bà con giúp nhau. " * 100, picture="poster")
                if chance.random() < 0.3:
                    await halfway(app, api, id)
                    async with app.database.write() as tx:
                        counted["cancelled"] += await broadcasts.cancel(tx, id)
                ended = await settled(app, stage.clock, id)
                if ended != "paused" and chance.random() < 0.3:
                    async with app.database.write() as tx:
                        counted["recalled"] += await broadcasts.recall(tx, id)
                    ended = await settled(app, stage.clock, id)
                api.heal()
                counted["copies"] += sum((await outcomes(app, id)).values())
                await agree(app, api, id, ended, counted)
                stage.clock.forward(days=1)
        for number in range(PEOPLE):
            words = Counter(
                sent.text for sent in api.person(FIRST + number).sent.values() if sent.text.startswith("Ngày")
            )
            assert set(words.values()) <= {1}, "nobody is told twice"
    assert counted["cancelled"] > 3 and counted["recalled"] > 3 and counted["sent"] > 50, counted
    measured(
        f"F9: {DAYS} days of announcements in two parts, under trouble",
        f"{counted['copies']} copies: the ledger and {PEOPLE} inboxes agree",
        f"{counted['cancelled']} cancelled between the parts, {counted['recalled']} recalled",
        f"in doubt {counted['unknown']}, said twice 0",
    )  # fmt: skip


async def agree(app: App, api: BotApi, id: int, ended: str, counted: Counter[str]) -> None:
    """Each copy of this broadcast is what its person sees of it."""
    copies = await rows(app, deliveries)
    first = min(row["person_id"] for row in copies)
    for row in copies:
        if row["broadcast_id"] != id:
            continue
        counted[row["state"]] += 1
        address = FIRST + row["person_id"] - first
        inbox = {str(sent.id): sent for sent in api.person(address).sent.values()}
        known = [inbox[part] for part in row["message_id"].split()]
        stands = [sent for sent in known if not (sent.deleted or sent.text == GONE)]
        said = f"{row['state']} {row['reason']} {ended}"
        match row["state"]:
            case "sent":
                assert [bool(sent.photo) for sent in known] == [True, False], said
                taken = ended == "recalled" and row["reason"] != "not_changed"
                assert len(stands) == (0 if taken else PARTS), said
            case "skipped":
                assert row["reason"] == "not_changed" or not stands, said
            case "unknown" | "failed":
                taken = ended == "recalled" and row["reason"] != "not_changed"
                assert len(known) < PARTS and not (taken and stands), said
            case other:
                raise AssertionError(f"{other} is no end")
