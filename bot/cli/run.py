"""What the command line starts: the bot, the demo, and a talk in the terminal."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import secrets
import socket
import sys
import textwrap
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot import logs
from bot.channels import table
from bot.channels.console.channel import Console
from bot.channels.kind import Imitated
from bot.channels.table import KINDS, demo_stages
from bot.cli.demo_clock import Traveller
from bot.cli.look import Terminal
from bot.cli.opening import DEMO, MONTH, address_of, database_file, demo_settings, kept_alone, open_app
from bot.media.child import find_gaps
from bot.process import app as parts
from bot.process.running import run_until_stopped, serving
from bot.process.startup import utc_now
from bot.process.waiting import open_patiently
from bot.settings import Settings
from bot.turn.operate import Mistake, Opened
from bot.vietnamese.amounts.amount import in_words
from bot.web.here import is_loopback
from bot.web.server import AddressInUse, bind
from locales import Speech
from storage.demo import demo as made_up
from storage.demo import demo_month

log = structlog.get_logger()

A_MONTH = timedelta(days=32)


async def run(settings: Settings) -> int:
    """Run the real bot until it is told to stop."""
    logs.set_up(settings.log_level, settings.log_format)
    with kept_alone(settings), _listen(settings) as listening:
        app = await open_patiently(
            lambda: open_app(settings, settings.running, may="upgrade"), listening, settings.limits
        )
        async with serving(app, parts.routes(app), listening) as running:
            _say_where_it_listens(settings, address_of(settings, listening.getsockname()[1]))
            if gaps := find_gaps():
                log.warning("what reads pictures and spreadsheets is confined less", lacks=gaps)
            _give_back()
            return await run_until_stopped(running)


async def demo(settings: Settings, *, reset: bool = False, speed: float = 0, channel: str = "") -> int:
    """Run the demo: loopback only, on a database of its own, never beside a real bot; with ``speed`` the whole month,
    with ``channel`` beside a resident's chat as it looks there."""
    imitated = table.imitated(channel) if channel else None
    if channel and imitated is None:
        raise Mistake(f"--channel {channel}: the demo can show {', '.join(table.imitable())}")
    for kind in KINDS.values():
        if kind.is_given(settings):
            names = " and ".join(name.upper() for name in kind.needs)
            raise Mistake(f"{names} is set, and the demo lets anybody play an officer: unset it, or use `nhandao run`")
    if not is_loopback(settings.http_host):
        raise Mistake(
            f"HTTP_HOST={settings.http_host}: the demo lets anybody play an officer, so it runs on 127.0.0.1 only"
        )
    logs.set_up(settings.log_level if settings.log_level != "INFO" else "WARNING", settings.log_format)
    settings = demo_settings(settings, MONTH if speed else DEMO)
    listening = _listen(settings)
    with kept_alone(settings, new=True):
        return await _demo(settings, listening, reset=reset, speed=speed, imitated=imitated)


async def _demo(
    settings: Settings, listening: socket.socket, *, reset: bool, speed: float, imitated: Imitated | None
) -> int:
    database = database_file(settings)
    if reset or speed:
        made_up.reset(database)
    traveller = Traveller(_eve(settings)) if speed else None
    app = await open_app(
        settings, demo_stages(), now=traveller or utc_now, may="create", begun=False, demo=True, imitated=imitated
    )
    async with app.database.write() as tx:
        await made_up.plant(tx, app.files, app.now(), settings.zone)
        if traveller:
            await demo_month.begin(tx, app.now())
    async with serving(app, parts.routes(app), listening) as running:
        print(_welcome(address_of(settings, listening.getsockname()[1]), database), flush=True)
        _give_back()
        if traveller is None:
            return await run_until_stopped(running)
        travelling = asyncio.create_task(traveller.run(app, speed, app.now() + A_MONTH))
        try:
            return await run_until_stopped(running)
        finally:
            travelling.cancel()
            (ended,) = await asyncio.gather(travelling, return_exceptions=True)
            if isinstance(ended, Exception):
                log.error("the journey through the month ended early", exc_info=ended)


def _give_back() -> None:
    """Give the system what only starting needed, some megabytes; what is there now stays, so it need not be looked through
    for rubbish again and again."""
    gc.collect()
    gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    if trim is not None:
        trim(0)


def _say_where_it_listens(settings: Settings, address: str) -> None:
    """In the form of the logs; only what runs is named."""
    serves = any(KINDS[name].always for name in settings.running)
    if settings.log_format == "json":
        log.info("listening", address=address, web_chat=serves)
    else:
        print(f"{'Web chat' if serves else 'Listening'}: {address}", flush=True)


def _eve(settings: Settings) -> datetime:
    """The evening before the first day of this year's campaign, as a new database has it."""
    return datetime(datetime.now(settings.zone).year, 4, 30, 18, tzinfo=settings.zone)


async def chat(settings: Settings, language: str) -> int:
    """Talk to the bot in the terminal until the end of the input."""
    logs.set_up("ERROR", settings.log_format)
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.rstrip("\n"))
        loop.call_soon_threadsafe(lines.put_nowait, None)

    terminal = Terminal(Speech(language or settings.default_language, settings.zone, in_words))
    console = Console(terminal.show, language=language, run=secrets.token_hex(4), name_file=terminal.name_file)
    if settings.is_demo:
        app = await open_app(demo_settings(settings), (), console, may="create", begun=False)
    else:
        app = await open_app(settings, (), console)
    try:
        if settings.is_demo:
            async with app.database.write() as tx:
                await made_up.plant(tx, app.files, app.now(), settings.zone)
        terminal.hint()
        await console.say("/start", app.engine.receive)
        await app.settle()
        # A daemon: waiting for a key must not keep the program alive.
        threading.Thread(target=read, daemon=True).start()
        terminal.ask()
        while (line := await lines.get()) is not None:
            if not await terminal.save(line, app.picture, app.voice):
                await console.say(line, app.engine.receive)
                await app.settle()
            terminal.ask()
    finally:
        await app.close()
    return 0


async def work_once(settings: Settings, work: Callable[[Opened], Awaitable[None]], *, channels: bool) -> int:
    """Do one piece of the campaign's work on the opened program, with all channels or with none."""
    logs.set_up("ERROR", settings.log_format)
    app = await open_app(
        demo_settings(settings) if settings.is_demo else settings, settings.running if channels else ()
    )
    try:
        await work(Opened(app.context, app.facts))
    finally:
        await app.close()
    return 0


def _listen(settings: Settings) -> socket.socket:
    try:
        return bind(settings.http_host, settings.http_port)
    except AddressInUse as taken:
        raise Mistake(str(taken)) from None


def _welcome(address: str, database: Path) -> str:
    return f"""
  The demo is open: {address}

  Three chats side by side: a resident, an officer and an admin. All names and figures are made up.
  Its data is in {database}; `nhandao demo --reset` starts afresh. Ctrl-C stops it.

{_advice()}
"""


def _advice() -> str:
    return "\n\n".join(textwrap.indent(kind.advice, "  ") for kind in KINDS.values() if kind.advice)
