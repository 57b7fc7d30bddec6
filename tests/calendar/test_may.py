"""A whole May: what the calendar promised the evening before is what each person finds, line by line, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.broadcast.text import announcement
from bot.channels.fit import fit
from bot.message import Message
from bot.process.app import App
from handlers.calendar.preview import EntryPreview, previews
from storage.broadcast import counts
from storage.campaign import calendar, campaigns
from storage.tables import accounts
from storage.talk import consents
from tests.fakes.crowd import crowd
from tests.fakes.month import occurrences, quiet_down
from tests.fakes.room import BUTTONS, NUMBERS, Room
from tests.figures import measured
from tests.stage import Clock, Stage

HOME = ZoneInfo("Asia/Ho_Chi_Minh")
PEOPLE = 600
SENDING = timedelta(milliseconds=20)
"""How long one message takes."""
OUTAGES = {9: (5.0, 8.5), 14: (5.0, 14.0)}
"""Days with the hours between which the program is down: shorter and longer than the grace."""
POSTPONED = 14
"""The day whose message an officer puts off until the next morning."""
ZALO_A_MONTH = 4
ORGANISER = "Hội Chữ thập đỏ Vĩnh Linh"
OPT_OUT, JOIN = 20, 12
"""The days on which one person in ten leaves, and on which newcomers come."""


class Post(Room):
    """A room where sending takes time, and which remembers when everything arrived."""

    def __init__(self, clock: Clock, *, name: str, plain: bool = False) -> None:
        super().__init__(NUMBERS if plain else BUTTONS, name=name)
        self.clock = clock
        self.arrived: list[tuple[str, datetime, Message]] = []

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        self.clock.at += SENDING
        self.arrived.append((address, self.clock.at.astimezone(HOME), fit(message, self.capabilities)))
        return await super().send(address, message, dedupe_key)


@dataclass
class Resident:
    """Somebody with what the calendar promised her."""

    id: int
    channel: str
    address: str
    language: str
    promised: list[str] = field(default_factory=list)
    there: bool = True


class May:
    """The month as it is played."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.clock = stage, stage.clock
        self.clock.at = datetime(2026, 4, 30, 5, tzinfo=UTC)
        self.rooms = [
            Post(self.clock, name="telegram"), Post(self.clock, name="web"), Post(self.clock, name="zalo_oa", plain=True)
        ]  # fmt: skip
        stage.rooms = tuple(self.rooms)
        stage.settings = stage.settings.but(
            quiet_hours_on="zalo_oa 20:00-08:00", calendar_a_month=f"zalo_oa {ZALO_A_MONTH}"
        )
        self.residents: list[Resident] = []

    def local(self, day: int, hour: float) -> datetime:
        return datetime(2026, 5, 1, tzinfo=HOME) + timedelta(days=day - 1, hours=hour)

    async def join(self, app: App, count: int) -> None:
        for room in self.rooms:
            for language in ("vi", "en"):
                first = 1000 + len(self.residents)
                share = count * (4 if language == "vi" else 1) // 5 // len(self.rooms)
                ids = await crowd(app, share, channel=room.name, first=first, language=language)
                self.residents += [Resident(id, room.name, str(first + k), language) for k, id in enumerate(ids)]

    async def leave(self, app: App) -> None:
        for one in self.residents[::10]:
            one.there = False
            async with app.database.write() as tx:
                await consents.withdraw(tx, one.id, ["announcements"], app.now())

    async def look_ahead(self, app: App, day: date) -> list[EntryPreview]:
        """What the calendar promises for a day."""
        async with app.database.read() as tx:
            campaign = await campaigns.active(tx)
            assert campaign is not None
            return await previews(tx, campaign, app.context.speeches, "vi", app.now(), day, day)

    def promise(self, app: App, found: list[EntryPreview]) -> None:
        """Write into everybody's book what she is to find."""
        for draft in (one.said.draft for one in found if one.said):
            for who in self.residents:
                full = who.channel == "zalo_oa" and len(who.promised) >= ZALO_A_MONTH
                if who.there and not full and who.channel not in draft.audience.not_on:
                    said = announcement(draft, app.context.speeches[who.language], ORGANISER)
                    room = next(room for room in self.rooms if room.name == who.channel)
                    assert said is not None
                    who.promised.append(fit(said, room.capabilities).text)


async def test_everybody_finds_what_the_calendar_promised_and_nothing_else(stage: Stage) -> None:
    may = May(stage)
    async with stage.program() as app:
        async with app.database.write() as tx:
            campaign = await campaigns.active(tx)
            assert campaign is not None
            officers = sa.update(accounts).where(accounts.c.address == "demo-officer")
            await tx.run(officers.values(channel="telegram", address="officer"))
            await calendar.load(tx, campaign.id)
            kept = {one.name: one for one in await calendar.all_of(tx, campaign.id)}
            await calendar.change(tx, kept["blood"], app.now(), rule="2026-05-24")
            await calendar.switch(tx, [one.id for one in kept.values()], app.now(), on=True)
        await may.join(app, PEOPLE)
    postponed: list[EntryPreview] = []
    for day in range(1, 32):
        on = date(2026, 5, day)
        may.clock.at = may.local(day, -6)  # six in the evening of the day before
        async with stage.program() as app:
            await quiet_down(app)
            if day == 16:
                await change(app, "deeds", on, "")
            if day == 18:
                await change(app, "progress", on, "2026-05-20T16:00")
            if day == JOIN:
                await may.join(app, PEOPLE // 20)
            if day == OPT_OUT:
                await may.leave(app)
            promised = await may.look_ahead(app, on)
            if day != POSTPONED:
                may.promise(app, postponed or promised)
            postponed = promised if day == POSTPONED else []
        await live(stage, may, day)
    check(may)
    async with stage.program() as app:
        async with app.database.read() as tx:
            assert await counts.find_unbalanced(tx) == []
        rows = await occurrences(app)
    assert {row["state"] for row in rows.values()} <= {"done", "cancelled"}
    late = [row["started_at"] - row["go_at"] for row in rows.values() if row["started_at"]]
    assert sorted(late)[-2] <= timedelta(seconds=60), "but for the one that was due in the short outage"
    sent = sum(len(room.arrived) for room in may.rooms)
    measured(
        f"a whole May, {len(may.residents)} people, three channels, two outages",
        f"{sent:,} messages in {len(late)} sendings, all as promised",
        f"at most {sorted(late)[-2].total_seconds():.0f} s late, but for one due in an outage",
    )  # fmt: skip


async def change(app: App, name: str, on: date, to: str) -> None:
    async with app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        one = next(m for m in await calendar.all_of(tx, campaign.id) if m.name == name)
        await calendar.change_day(tx, one, on.isoformat(), to)


async def live(stage: Stage, may: May, day: int) -> None:
    """One day, in steps as fine as a minute where something may happen; down while there is an outage."""
    down = OUTAGES.get(day)
    fine = [first + n / 60 for first in (7.45, 7.95, 15.95) for n in range(8)]
    hours = [0.0, 6.98, 7.0, *fine, *range(9, 16), 17.0, 19.1, 23.9, *(down[1:] if down else ())]
    moments = [may.local(day, hour) for hour in sorted(hours) if not down or not down[0] <= hour < down[1]]
    async with stage.program() as app:
        for moment in moments:
            may.clock.at = max(may.clock.at, moment.astimezone(UTC))
            await quiet_down(app)
    if day == POSTPONED:
        asked = [m for to, _, m in may.rooms[0].arrived if to == "officer" and m.buttons][-1]
        assert [b.value.split()[1] for b in asked.buttons] == ["now", "tomorrow", "drop"]
        arrival = may.rooms[0].arrival("officer", pressed=asked.buttons[1].value)
        async with stage.program() as app:
            await app.engine.receive([arrival])
            await app.engine.settle()


def check(may: May) -> None:
    inbox: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
    for room in may.rooms:
        for address, at, message in room.arrived:
            if address != "officer":
                inbox[room.name, address].append((at, message.text))
    for who in may.residents:
        found = inbox[who.channel, who.address]
        assert [text for _, text in found] == who.promised, who
        days = [at.date() for at, _ in found]
        assert len(set(days)) == len(days), "one message a day"
        opens = 8 if who.channel == "zalo_oa" else 7
        closes = 20 if who.channel == "zalo_oa" else 21
        assert all(opens <= at.hour < closes for at, _ in found)
    assert sum(len(found) for found in inbox.values()) == sum(len(who.promised) for who in may.residents)
