"""A whole program on a fresh database, restarted as often as one likes, with a clock that the test sets."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from PIL import Image

from bot.channels import Channel
from bot.declared import Secret
from bot.message import Message
from bot.process.app import App, connect
from bot.process.startup import utc_now
from bot.settings import read_settings
from bot.turn.router import Router
from handlers import ROUTERS
from storage.demo import demo
from storage.tables import consents
from storage.talk import people
from storage.upkeep.upgrade import upgrade, upgrade_server
from tests.fakes.postgres import Server
from tests.fakes.room import Room

BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
"""A test that runs on both databases."""
KEY = "a key that only the tests know, long enough"
NINE = datetime(2026, 5, 12, 2, 0, tzinfo=UTC)
"""Nine o'clock in the morning in Việt Nam, on a Tuesday of the campaign."""


class Clock:
    """The time that a test says it is."""

    def __init__(self, at: datetime = NINE) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **how: float) -> None:
        self.at += timedelta(**how)


class RealTime(Clock):
    """The time that it is."""

    def __call__(self) -> datetime:
        return utc_now()


class Stage:
    """One database in a folder, and the rooms in which people talk."""

    def __init__(
        self, folder: Path, *rooms: Channel, clock: Clock | None = None, language: str = "vi", url: str = ""
    ) -> None:
        self.folder, self.rooms, self.clock = folder, rooms or (Room(),), clock or Clock()
        self.routers: Iterable[Router] = ROUTERS
        self.settings = read_settings(
            env_file="",
            database_url=url or f"sqlite+aiosqlite:///{folder / 'bot.db'}",
            files_url=str(folder / "files"),
            channels=("web",),
            secret_key=KEY,
            default_language=language,
        )

    @property
    def room(self) -> Room:
        room = self.rooms[0]
        assert isinstance(room, Room)
        return room

    @asynccontextmanager
    async def program(self) -> AsyncIterator[App]:
        """The program, started now and stopped afterwards."""
        app = await connect(self.settings, now=self.clock, channels=lambda app: self.rooms, routers=self.routers)
        app.fetcher.pause = 0.01
        try:
            yield app
        finally:
            await app.close()

    def use_keys(self, *ring: str) -> None:
        """Set SECRET_KEY, and the one before."""
        before = Secret(ring[1]) if ring[1:] else None
        self.settings = self.settings.but(secret_key=Secret(ring[0]), secret_key_before=before)

    async def say(self, text: str = "", address: str = "1", **said: Any) -> list[Message]:
        """Start the program, say one thing, and stop it; returns what was answered to this address."""
        return await self.send([self.room.arrival(address, text=text, **said)], address)

    async def send(self, arrivals: Sequence[Any], address: str = "1") -> list[Message]:
        """The same for prepared arrivals; delivered twice, as platforms sometimes do."""
        self.clock.forward(seconds=5)
        before = len(self.room.said)
        async with self.program() as app:
            await app.engine.receive(arrivals)
            await app.engine.receive(arrivals)
            await app.settle()
        return [message for to, message in self.room.said[before:] if to == address]

    async def later(self, seconds: float, address: str = "1", work: str = "") -> list[Message]:
        """Let time pass, and do this recurring work; returns what this address is told meanwhile."""
        before = len(self.room.said)
        for _ in range(2):  # what is due, and what that makes due
            self.clock.forward(seconds=seconds / 2)
            async with self.program() as app:
                if work:
                    await app.do(work)
                await app.settle()
        return [message for to, message in self.room.said[before:] if to == address]

    async def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """Every row of a table."""
        async with self.program() as app, app.database.read() as tx:
            return [dict(row) for row in await tx.all(sa.select(table))]

    async def agree(self, *purposes: str, channel: str = "room", address: str = "1", language: str = "vi") -> None:
        """Somebody who wrote before and agreed to these purposes."""
        await self.agree_all([address], *purposes, channel=channel, language=language)

    async def agree_all(
        self, addresses: Iterable[str], *purposes: str, channel: str = "room", language: str = "vi"
    ) -> dict[int, str]:
        """Many people who did; returns the address of each by the person's id."""
        now = self.clock()
        given = {"text_version": "t", "text_hash": "t", "language": language, "channel": "t", "given_at": now}
        async with self.program() as app, app.database.write() as tx:
            met = await people.meet(tx, {(channel, address): language for address in addresses}, now)
            known = {person.id: address for (_, address), (person, _) in met.items()}
            rows = [{"person_id": id, "purpose": purpose, **given} for id in known for purpose in purposes]
            if rows:
                await tx.run(sa.insert(consents), rows)
        return known


async def until(holds: Callable[[], object]) -> None:
    """Wait for a state, as long as a busy machine needs."""
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)


class Template:
    """A database made once and copied for each test, on PostgreSQL if there is a server: every step that ever changed its
    tables takes seconds."""

    def __init__(self, folder: Path, server: Server | None = None) -> None:
        self.folder, self.server = folder, server
        self.url = server.create() if server else ""

    async def make(self) -> None:
        """With the demo in it."""
        stage = Stage(self.folder, url=self.url)
        app = await connect(stage.settings, now=stage.clock, channels=lambda app: ())
        async with app.database.write() as tx:
            await demo.plant(tx, app.files, stage.clock(), stage.settings.zone)
        await app.close()

    async def make_empty(self) -> None:
        """Without a row in it."""
        if self.server:
            await upgrade_server(sa.make_url(self.url))
        else:
            upgrade(self.folder / "bot.db", NINE)

    def copy(self, folder: Path) -> str:
        """Copy the database, and its files into this folder; returns the copy's address."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        if self.server:
            return self.server.create(self.url.rpartition("/")[2])
        return f"sqlite+aiosqlite:///{folder / 'bot.db'}"

    def drop(self, url: str) -> None:
        """Let go of a copy: a hundred of them fill a disk."""
        if self.server:
            self.server.drop(url)


def sheet(folder: Path, name: str) -> Path:
    """A spreadsheet with the rows of tests/data/sheets/NAME.csv."""
    path = folder / f"{name}.xlsx"
    book = openpyxl.Workbook()
    for line in (Path(__file__).parent / "data" / "sheets" / f"{name}.csv").read_text(encoding="utf-8").splitlines():
        book.active.append(line.split(";"))
    book.save(path)
    return path


def sound(folder: Path, name: str = "voice") -> Path:
    """A voice message as Telegram brings it, as far as its bytes say what it is."""
    path = folder / f"{name}.oga"
    path.write_bytes(b"OggS\0\2" + name.encode() + b"OpusHead" + bytes(200))
    return path


def photo(folder: Path, name: str, colour: str = "teal") -> Path:
    """A small real photo."""
    path = folder / f"{name}.jpg"
    if not path.exists():
        Image.new("RGB", (64, 48), colour).save(path, "JPEG")
    return path
