"""What the command line starts: the bot, the demo, a talk in the terminal, and the operator's small tasks."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import orjson
import sqlalchemy as sa
import structlog

from bot import app as parts
from bot import logs, month_child
from bot.app import App, WrongClock, connect, run_until_stopped, serving
from bot.channels import Channel
from bot.channels.console import Console
from bot.settings import Settings
from bot.travel import Traveller
from bot.web.server import AddressInUse, bind
from handlers.calendar_ics import ics
from handlers.calendar_picture import month_picture
from handlers.calendar_preview import described, previews
from handlers.calendar_shown import Entry, entries
from locales import Speech
from storage import campaigns, people, staff
from storage import demo as made_up
from storage.campaigns import Campaign
from storage.seals import WrongKey
from storage.upgrade import NewerDatabase, UpgradeFailed

log = structlog.get_logger()

DEMO_DATABASE = Path("data/demo.db")
MONTH_DATABASE = Path("data/demo-month.db")
A_MONTH = timedelta(days=32)


class Mistake(Exception):
    """Something the operator must mend; the text says what, where and how."""


async def run(settings: Settings) -> int:
    """Run the real bot until it is told to stop."""
    logs.set_up(settings.log_level, settings.log_format)
    listening = _listen(settings)
    app = await _connect(settings, tuple(settings.running))
    async with serving(app, parts.routes(app), listening) as running:
        print(f"Web chat: {_address(settings, listening)}", flush=True)
        return await run_until_stopped(running)


async def demo(settings: Settings, *, reset: bool = False, speed: float = 0) -> int:
    """Run the demo: loopback only, on a database of its own, never beside a real bot; with ``speed`` the whole month."""
    if settings.telegram_token is not None:
        raise Mistake(
            "TELEGRAM_TOKEN is set, and the demo lets anybody play an officer: unset it, or use `nhandao run`"
        )
    if not _is_loopback(settings.http_host):
        raise Mistake(
            f"HTTP_HOST={settings.http_host}: the demo lets anybody play an officer, so it runs on 127.0.0.1 only"
        )
    logs.set_up(settings.log_level if settings.log_level != "INFO" else "WARNING", settings.log_format)
    listening = _listen(settings)
    database = MONTH_DATABASE if speed else DEMO_DATABASE
    if reset or speed:
        made_up.reset(database)
    traveller = Traveller(_eve(settings)) if speed else None
    app = await _connect(_demo_settings(settings, database), ("web",), now=traveller or parts.utc_now)
    async with app.database.write() as tx:
        await made_up.plant(tx, app.files, app.now(), settings.zone)
        if traveller:
            await made_up.begin_month(tx, app.now())
    from bot.web.demo import demo_routes

    async with serving(app, demo_routes(app.speech, parts.chat(app)), listening) as running:
        print(_welcome(_address(settings, listening), database), flush=True)
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

    console = Console(lambda text: print(text, flush=True), language=language, run=secrets.token_hex(4))
    app = await _connect(_demo_settings(settings) if settings.is_demo else settings, (), console)
    try:
        if settings.is_demo:
            async with app.database.write() as tx:
                await made_up.plant(tx, app.files, app.now(), settings.zone)
        await console.say("/start", app.engine.receive)
        await app.settle()
        # A daemon: waiting for a key must not keep the program alive.
        threading.Thread(target=read, daemon=True).start()
        while (line := await lines.get()) is not None:
            await console.say(line, app.engine.receive)
            await app.settle()
    finally:
        await app.close()
    return 0


async def db_upgrade(settings: Settings) -> int:
    """Create or upgrade the database."""
    logs.set_up("INFO", settings.log_format)
    app = await _connect(settings, ())
    await app.close()
    print(f"The database {app.database.url.database} is up to date.")
    return 0


async def staff_add(settings: Settings, account: str, role: str, unit: str) -> int:
    """Give the person behind an account a role."""
    logs.set_up("WARNING", settings.log_format)
    channel, _, address = account.partition(":")
    if (
        channel not in ("telegram", "web", "console")
        or not address
        or (channel == "telegram" and not address.isdecimal())
    ):
        raise Mistake(
            f"{account!r} is no account: write channel:id, such as telegram:123456 (@userinfobot tells your id)"
        )
    app = await _connect(settings, ())
    try:
        async with app.database.write() as tx:
            unit_id = await campaigns.unit_by_code(tx, unit, app.now().date()) if unit else None
            if unit and unit_id is None:
                raise Mistake(f"there is no unit with the code {unit!r}")
            met = await people.meet(tx, {(channel, address): settings.default_language}, app.now())
            person, _ = met[channel, address]
            new = await staff.grant(tx, person.id, role, unit_id, "operator", app.now())
    finally:
        await app.close()
    print(f"{account} is now {role}." if new else f"{account} was {role} already.")
    return 0


async def calendar_preview(settings: Settings, first: str, last: str) -> int:
    """Print the month, or a part of it, as it will be sent."""
    logs.set_up("ERROR", settings.log_format)
    app = await _connect(_demo_settings(settings) if settings.is_demo else settings, _runnable(settings))
    try:
        async with app.database.read() as tx:
            campaign = await campaigns.active(tx)
            assert campaign is not None
            days = _day(first, "--from", app.today), _day(last, "--to", campaign.last_on)
            found = await previews(
                tx, campaign, app.engine.speeches, settings.default_language, app.now(), days[0], days[1]
            )
        for one in found:
            print(described(one, app.speech, app.engine.speeches, campaign.organiser, app.channels), flush=True)
    finally:
        await app.close()
    return 0


async def calendar_ics(settings: Settings, language: str) -> int:
    """Print the month as an iCalendar file."""
    campaign, found, _ = await _month(settings, language)
    print(ics(found, campaign, language, parts.utc_now()), end="")
    return 0


async def calendar_picture(settings: Settings, file: Path, language: str) -> int:
    """Draw the month into a file."""
    campaign, found, speech = await _month(settings, language)
    if not found:
        raise Mistake("the calendar is empty: an officer loads it with /calendar load")
    try:
        file.write_bytes(month_child.answer(orjson.dumps(month_picture(found, campaign, speech))))
    except OSError as failed:
        raise Mistake(f"{file} cannot be written ({failed.strerror})") from None
    return 0


async def _month(settings: Settings, language: str) -> tuple[Campaign, list[Entry], Speech]:
    """The campaign with every line of its month."""
    logs.set_up("ERROR", settings.log_format)
    app = await _connect(_demo_settings(settings) if settings.is_demo else settings, ())
    try:
        async with app.database.read() as tx:
            campaign = await campaigns.active(tx)
            assert campaign is not None
            found = await entries(tx, campaign, settings.zone, app.now())
    finally:
        await app.close()
    return campaign, found, app.engine.speeches[language]


def _runnable(settings: Settings) -> tuple[str, ...]:
    """The channels whose messages can be shown; the terminal needs a person at it."""
    return tuple(name for name in settings.running if name != "console")


def _day(written: str, option: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(written) if written else otherwise
    except ValueError:
        raise Mistake(f"{option} {written}: this is no day; write for example 2027-05-01") from None


async def _connect(
    settings: Settings, names: tuple[str, ...], *more: Console, now: Callable[[], datetime] = parts.utc_now
) -> App:
    def channels(app: App) -> list[Channel]:
        made: dict[str, Callable[[App], Channel]] = {"web": parts.web, "telegram": parts.telegram}
        return [*(made[name](app) for name in names), *more]

    try:
        return await connect(settings, channels=channels, now=now)
    except NewerDatabase as newer:
        raise Mistake(f"{newer}; install the newer program, or restore an older backup") from None
    except WrongKey:
        raise Mistake("SECRET_KEY is not the key that sealed this database: set the one it was made with") from None
    except (UpgradeFailed, WrongClock) as failed:
        raise Mistake(str(failed)) from None
    except (OSError, sqlite3.OperationalError, sa.exc.DBAPIError) as failed:
        reason = getattr(failed, "orig", failed)
        raise Mistake(f"DATABASE_URL={settings.shown('database_url')}: cannot be opened ({reason})") from None


def _demo_settings(settings: Settings, database: Path = DEMO_DATABASE) -> Settings:
    return settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{database}"})


def _listen(settings: Settings) -> socket.socket:
    try:
        return bind(settings.http_host, settings.http_port)
    except AddressInUse as taken:
        raise Mistake(str(taken)) from None


def _address(settings: Settings, listening: socket.socket) -> str:
    host = f"[{settings.http_host}]" if ":" in settings.http_host else settings.http_host
    return f"http://{host}:{listening.getsockname()[1]}"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _welcome(address: str, database: Path) -> str:
    return f"""
  The demo is open: {address}

  Three chats side by side: a resident, an officer and an admin. Everything in it is made up.
  Its data is in {database}; `nhandao demo --reset` begins anew. Ctrl-C stops it.

  To go on Telegram: get a token from @BotFather, put TELEGRAM_TOKEN and SECRET_KEY
  into .env (see .env.example), and start again.
"""
