"""Run every part of the process, watch them, stop them."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import structlog
from msgspec.structs import replace
from starlette.routing import BaseRoute

from bot.channels import Recurring
from bot.outage import outlived
from bot.process.app import App
from bot.process.channel_watch import NoChannelLeft
from bot.process.resealing import Resealing
from bot.process.watchdog import Watchdog
from bot.send.fading import EVERY as FADE_EVERY
from bot.web import metrics
from bot.web.server import Server

if TYPE_CHECKING:
    from bot.process.metrics import Metrics

log = structlog.get_logger()

STOP_WITHIN = 4.0
"""Seconds. Nothing need be drained: everything is on disk."""
SWEEP_EVERY = 3600
LOOK_EVERY = 5
"""Seconds between two looks for what is wrong."""
BACKUP_EVERY, REMEMBER_EVERY = 60, 60
"""Seconds between two looks whether a backup is due, and between two notes of what no backup may undo."""
ASKED_EVERY = 5
"""Seconds between two looks whether an admin has asked for a backup."""
LISTEN_EVERY = 30
"""Seconds between two notes of when the platforms last answered."""
RESEAL_EVERY = 1
"""Seconds between two pieces of what is to be sealed anew."""


@asynccontextmanager
async def serving(app: App, paths: Sequence[BaseRoute], listening: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """Run every part of the process; yields the task that ends when one of them does."""
    token = app.settings.metrics_token
    figures = metrics.routes(figures_of(app), token.get_secret_value() if token else "")
    server = Server([*figures, *paths], app.health.ready, app.settings.limits)

    async def serve() -> None:
        await server.serve(sockets=[listening])

    async def everything() -> None:
        from bot.process.clock import Clock

        if app.clock_watch is not None:
            with outlived("clock"):
                await app.clock_watch.look()
        with outlived("listening"):
            await app.listen()  # so that /status knows of this process from the first second
        await app.engine.begin()
        clock = Clock(chores(app), app.settings.zone)
        async with asyncio.TaskGroup() as group:
            parts = {"http": serve(), "engine": app.engine.run(), "delivery": app.delivery.run(), "clock": clock.run()}
            parts |= {"broadcasts": app.broadcasting.run(), "channels": app.channel_watch.run()}
            parts |= {"watchdog": watchdog_of(app).run()}
            for name, part in parts.items():
                group.create_task(_never_ends(name, part), name=name)

    running = asyncio.create_task(everything())
    try:
        while not server.started and not running.done():
            await asyncio.sleep(0.005)
        yield running
    finally:
        # The server closes its connections; its end ends all the other parts.
        server.should_exit = True
        await asyncio.wait({running}, timeout=STOP_WITHIN)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        listening.close()
        await app.leave()
        await app.close()


def figures_of(app: App) -> metrics.Figures:
    """Makes the page for Prometheus; its library is loaded when somebody asks for it."""

    @cache
    def made() -> Metrics:
        from bot.process.metrics import Metrics

        return Metrics(app)

    return lambda: made().render()


def watchdog_of(app: App) -> Watchdog:
    """What ends this process when it is deaf or cannot write for long."""
    return Watchdog(app.context, app.health, app.disk, app.channel_watch.standing)


def chores(app: App) -> list[Recurring]:
    """All that is done again and again; what removes or sends something by itself, only while the clock is trusted."""
    by_the_clock = [
        Recurring("sweep", SWEEP_EVERY, app.sweep),
        Recurring("private messages", FADE_EVERY, app.fades.fade),
        *([Recurring("backup", BACKUP_EVERY, app.nightly.tick)] if app.nightly else []),
        *(Recurring(chore.name, chore.every, partial(app.do, chore.name)) for chore in app.recurring.values()),
    ]
    recurring = [
        Recurring("listening", LISTEN_EVERY, app.listen),
        Recurring("seals", RESEAL_EVERY, Resealing(app.database, app.files).tick),
        *([Recurring("remember", REMEMBER_EVERY, app.nightly.remember)] if app.nightly else []),
        Recurring("asked backups", ASKED_EVERY, app.asked_backups.tick),
        Recurring("troubles", LOOK_EVERY, app.alarms.look),
        *(replace(one, work=partial(unless_held, app, one.work)) for one in by_the_clock),
    ]
    return recurring + [one for channel in app.channels.values() for one in channel.recurring()]


async def unless_held(app: App, work: Callable[[], Awaitable[object]]) -> None:
    """What removes or sends something by itself waits while the clock is in doubt."""
    if not app.is_held:
        await work()


class PartEnded(RuntimeError):
    """A part of the process that must always run has come to an end."""


async def _never_ends(name: str, part: Any) -> None:
    """A part that ends is as bad as one that fails: the process must not go on deaf or dumb."""
    await part
    raise PartEnded(name)


async def run_until_stopped(running: asyncio.Task[None]) -> int:
    """Wait for a signal (exit status 0) or for a part to fail (logged, exit status 1; 2 where starting again would not
    help: every channel was rejected)."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    waiting = asyncio.create_task(stopped.wait())
    await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if running.done() and not stopped.is_set():
        error = running.exception()
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        log.critical("a part of the program ended, so all of it stops", error=type(error).__name__, reason=str(error))
        return 2 if isinstance(error, NoChannelLeft) else 1
    return 0
