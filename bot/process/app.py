"""Connect the parts of one process. The only place where the machinery meets the campaign."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache, partial
from importlib.metadata import version
from typing import Any

import structlog
from msgspec.structs import replace
from starlette.routing import BaseRoute
from typer import Typer

from bot.broadcast.restored import Heartbeat
from bot.broadcast.sender import Broadcasting
from bot.channels import Channel, table
from bot.channels.kind import Imitated, Surroundings
from bot.context import Context
from bot.media.charts import Painter
from bot.media.fetch import Fetcher
from bot.media.photo_share import PhotoShare
from bot.message import Text
from bot.process import sweeping
from bot.process.asked import AskedBackups
from bot.process.channel_watch import ChannelWatch
from bot.process.clock_watch import ClockWatch
from bot.process.health import Health
from bot.process.lease import Alone, at_once
from bot.process.nightly import Nightly, bring_remembered
from bot.process.startup import Store, backups, open_store, utc_now
from bot.receive.admission import Admission
from bot.receive.disk import Disk, free_bytes
from bot.receive.engine import Engine
from bot.send.fading import Fades
from bot.send.pace import Pacer
from bot.send.replies import Delivery
from bot.settings import Settings
from bot.turn.alarms import Alarm, Alarms
from bot.turn.channels import ChannelFacts, facts_of
from bot.turn.menus import menus
from bot.turn.notices import compose
from bot.turn.pages import Visit
from bot.turn.router import Router
from bot.turn.routes import Routes
from bot.turn.rules import Rules
from bot.turn.turn import Notice
from bot.turn.work import Work
from bot.vietnamese.amounts.amount import in_words
from handlers import ROUTERS
from handlers.admins.upkeep import wrong
from handlers.admins.upkeep.wrong import Scene, Wrong
from handlers.calendar.decide import question
from locales import LANGUAGES, Speech
from storage import audit
from storage.campaign import campaigns
from storage.database import Tx
from storage.files import pictures, voices
from storage.talk import listening, outbox, paces
from storage.upkeep import processes, status
from storage.upkeep.processes import Process

log = structlog.get_logger()


VERSION = version("nhandao")
PAUSE_TOLD = 60.0
"""Seconds of silence that admins are told of."""
LEAVE_WITHIN = 0.5
"""Seconds that a stopping process waits for the database to note that it stops."""


class App:
    """The parts of one process."""

    def __init__(self, settings: Settings, context: Context, store: Store, routers: Sequence[Router]) -> None:
        self.settings, self.context, self.routes = settings, context, _routes(tuple(routers))
        self.recurring = {chore.name: chore for router in routers for chore in router.recurring}
        self.pages = {path: page for router in routers for path, page in router.pages.items()}
        self.database, self.channels, self.now, self.files = store.database, context.channels, context.now, store.files
        self.folder, began = store.folder, context.now()
        self.process = Process(secrets.token_hex(8), socket.gethostname(), VERSION, began, began, 0)
        pacer = Pacer(context.channels, context.now)
        heartbeat = Heartbeat(store.folder / f"{store.database.path.stem}.sent")
        self.disk = Disk(store.folder, settings.disk_reserve_mb << 20)
        self.fetcher = Fetcher(store.database, store.files, PhotoShare(settings.most, self.disk.is_full), context.now)
        self.painter = Painter(store.database, store.files, store.folder / "fonts", context.now)
        self.delivery = Delivery(context, pacer)
        self.facts: dict[str, ChannelFacts] = {}
        admission = Admission(context, settings, self.disk)
        heading = tuple(line.strip() for line in settings.report_heading.split("|") if line.strip())
        rules = Rules(
            settings.schedule,
            settings.schedule,
            self.facts,
            admission.take,
            heading,
            backs_up=bool(settings.backup_key),
            backup_at=settings.backup_time,
            exports_by_chat=settings.export_by_chat,
        )
        self.engine = Engine(context, self.routes, self.fetcher, self.delivery, rules, admission)
        self.broadcasting = Broadcasting(
            context, pacer, heartbeat, settings.schedule, replies=self.delivery, ask=question
        )

        async def forgotten(tx: Tx) -> datetime | None:
            return heartbeat.ahead_of(await paces.last_sent(tx))

        self.alarms = Alarms(context, self.delivery.wake)
        self.channel_watch = ChannelWatch(context, self.engine.receive, pacer.standing)
        self.health = Health(context, self.engine.receiving, pacer, self.channel_watch)
        self.fades = Fades(context)
        self.alarms.checks += [self.channel_watch.look, partial(find_pauses, pacer), self.fades.look, self.disk.look]
        self.clock_watch = ClockWatch(context) if context.now is utc_now else None  # a made-up time jumps as it likes
        if self.clock_watch is not None:
            self.alarms.checks.append(self.clock_watch.look)
        self.asked_backups = AskedBackups(store.database, context.now, backups(settings))
        self.nightly: Nightly | None = None
        if settings.backup_key:
            self.nightly = Nightly(
                store.database, context.now, settings.zone, folder=backups(settings), at=settings.backup_time
            )
            if settings.backup_also_to:
                self.nightly.bring = partial(bring_remembered, settings)
            self.alarms.checks.append(self.nightly.look)
        self.broadcasting.is_held = lambda: self.is_held
        self.work = Work(context, settings.schedule, wake=self.delivery.wake, forgotten=forgotten)

    @property
    def is_held(self) -> bool:
        """Whether nothing may be removed or sent by itself, since the clock is in doubt."""
        return self.clock_watch is not None and self.clock_watch.held

    @property
    def speech(self) -> Speech:
        return self.context.speech

    @property
    def today(self) -> date:
        return self.context.day(self.now())

    async def picture(self, name: str) -> bytes:
        """The bytes of a stored picture; a chart is drawn when it is first looked at. Raises NoSuchFile."""
        async with self.database.read() as tx:
            found = await pictures.find(tx, name)
        file = found.file if found else await self.painter.draw(name)
        return await self.files.get(file)

    async def voice(self, name: str) -> bytes:
        """The bytes of a stored voice message. Raises NoSuchFile."""
        async with self.database.read() as tx:
            file = await voices.find_file(tx, name)
        return await self.files.get(file or "")

    async def find_wrong(self) -> list[Wrong]:
        """What somebody should mend, as far as the database knows it: the warnings of /status."""
        now = self.now()
        async with self.database.read() as tx:
            found, campaign = await status.health(tx, now), await campaigns.active(tx)
        here = now.astimezone(self.settings.zone)
        return wrong.find(found, Scene(campaign, self.facts, self.settings.quiet.everywhere, here))

    async def page(self, path: str, speech: Speech) -> Mapping[str, str]:
        """The words of a page of the campaign, or of one of those below it."""
        above, _, rest = path.rpartition("/")
        page, rest = (self.pages[path], "") if path in self.pages else (self.pages[above], rest)
        async with self.database.read() as tx:
            return await page(Visit(tx, speech, self.now(), rest))

    async def do(self, name: str) -> Any:
        """Do one piece of the campaign's recurring work now; returns what it says."""
        return await self.recurring[name].work(self.work)

    async def settle(self) -> None:
        """Handle and send until nothing is left to do. For tests and the terminal."""
        await self.engine.settle()
        while await self.delivery.deliver() + await self.broadcasting.deliver():
            await self.engine.settle()

    async def sweep(self) -> None:
        """Drop what need not be kept any longer, and say in the log where the audit log ends: whoever replaces the database
        does not reach what was said there."""
        async with self.database.read() as tx:
            log.info("the audit log's head", head=str(await audit.find_head(tx)))
        await sweeping.sweep(self.database, self.files, self.now(), backups(self.settings))

    async def listen(self) -> None:
        """Note that this process runs, and when the platforms last answered it, so that /status is true in every other one."""
        answered = {name: channel.received_at for name, channel in self.channels.items() if channel.received_at}
        running = replace(self.process, seen_at=self.now(), disk_free=await asyncio.to_thread(free_bytes, self.folder))

        async def note(tx: Tx) -> None:
            await processes.note(tx, running)
            if answered:
                await listening.note(tx, answered)

        await self.database.transact(note)

    async def leave(self) -> None:
        """Note that this process stops; that need not succeed, for who is silent does not run either."""
        with suppress(Exception):
            async with asyncio.timeout(LEAVE_WITHIN):
                await self.database.transact(lambda tx: processes.ended(tx, self.process.name))

    async def close(self) -> None:
        await self.fetcher.close()
        for channel in self.channels.values():
            await channel.close()
        await self.database.close()


@cache
def _routes(routers: tuple[Router, ...]) -> Routes:
    """They are the same for every program of this process: all their words are looked at once."""
    return Routes(routers)


async def find_pauses(pacer: Pacer) -> list[Alarm]:
    """The channels that a platform has silenced for longer than people would notice."""
    return [
        Alarm(f"{name}:paused", "trouble.paused", {"channel": name, "minutes": round(seconds / 60)}, name)
        for name, seconds in pacer.pauses().items()
        if seconds > PAUSE_TOLD
    ]


async def connect(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    channels: Callable[[App], Sequence[Channel]] = lambda app: (),
    routers: Iterable[Router] = ROUTERS,
    only_look: bool = False,
) -> App:
    """Open the database, upgraded unless this is ``only_look``, and join all parts.

    Raises NewerDatabase, UpgradeFailed, WrongKey, Altered and WrongClock.
    """
    store = await open_store(settings, now, only_look=only_look)
    speeches = {language: Speech(language, settings.zone, in_words) for language in LANGUAGES}
    running: dict[str, Channel] = {}
    context = Context(store.database, running, speeches, settings.default_language, settings.zone, now)
    app = App(settings, context, store, tuple(routers))
    running |= {channel.name: channel for channel in channels(app)}
    app.facts |= {name: facts_of(channel) for name, channel in running.items()}
    return app


def surroundings(app: App, *, demo: bool = False, imitated: Imitated | None = None) -> Surroundings:
    """What the channels of this process may need of it."""
    return Surroundings(
        app.database,
        app.now,
        app.context.speeches,
        app.context.language,
        app.picture,
        app.voice,
        app.fetcher,
        menus=lambda channel: menus(channel, app.database, app.routes, app.context.speeches),
        page=app.page,
        exclusive=lambda name: Alone(app.database, name) if app.database.shared else at_once,
        alarm=partial(_alarm, app),
        demo=demo,
        imitated=imitated,
    )


async def _alarm(app: App, tx: Tx, key: str, text: Text, beside: str) -> None:
    """Tell the admins something about a channel, on another one."""
    told = await compose(tx, [(f"alarm:{key}", Notice(text, "admin", avoid=beside))], app.context)
    await outbox.add(tx, told, app.now())
    app.delivery.wake()


def make_channels(
    app: App, names: Iterable[str], *, demo: bool = False, imitated: Imitated | None = None
) -> list[Channel]:
    """Channels of these kinds for this process, and the one that the demo imitates."""
    around = surroundings(app, demo=demo, imitated=imitated)
    return [*(table.make(name, around, app.settings) for name in names), *table.imitation(around)]


def campaign_commands() -> list[Typer]:
    """The campaign's commands for the command line."""
    return [router.cli for router in ROUTERS if router.cli is not None]


def routes(app: App) -> list[BaseRoute]:
    """What the channels of this process serve over HTTP."""
    return [route for channel in app.channels.values() for route in channel.routes(app.engine.receive)]
