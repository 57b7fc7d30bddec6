"""What the command line starts: the bot, the demo, a talk in the terminal, and the operator's small tasks."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog

from bot import app as parts
from bot import logs
from bot.app import App, connect, run_until_stopped, serving
from bot.channels import Channel
from bot.channels.console import Console
from bot.forms import Facts
from bot.settings import Settings, WrongSetting, read_settings
from bot.sheets import BadSheet, Sheets
from bot.stores import WrongClock, open_files, place, secret_key, upgraded, utc_now
from bot.travel import Traveller
from bot.vietnamese.place import Known
from bot.web.server import AddressInUse, bind
from handlers import spreadsheet
from storage import audit, campaigns, demo_month, people, pictures, staff
from storage import demo as made_up
from storage.copy import CopyFailed, NotEmpty, copy
from storage.database import Database
from storage.files import NoSuchFile
from storage.seals import WrongKey
from storage.upgrade import NewerDatabase, UpgradeFailed
from storage.vault import Vault

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
    app = await open_app(settings, tuple(settings.running))
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
    app = await open_app(demo_settings(settings, database), ("web",), now=traveller or utc_now)
    async with app.database.write() as tx:
        await made_up.plant(tx, app.files, app.now(), settings.zone)
        if traveller:
            await demo_month.begin(tx, app.now())
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
    app = await open_app(demo_settings(settings) if settings.is_demo else settings, (), console)
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
    app = await open_app(settings, ())
    await app.close()
    print(f"The database {app.database.url.database} is up to date.")
    return 0


async def db_copy(settings: Settings, to: str) -> int:
    """Copy everything into another database."""
    logs.set_up("WARNING", settings.log_format)
    target = _changed(settings, database_url=to)
    if sa.make_url(to) == sa.make_url(settings.database_url):
        raise Mistake("--to is the database that DATABASE_URL names: name the other one")
    for name, one in (("DATABASE_URL", settings), ("--to", target)):
        with _explained(one, name):
            await upgraded(sa.make_url(one.database_url), utc_now())
    vault = Vault(secret_key(settings, place(settings)))
    old, new = Database(settings.database_url, vault), Database(to, vault)
    try:
        with _explained(target, "--to"):
            async for table, rows in copy(old, new):
                print(f"{table}: {rows} rows")
    except (NotEmpty, CopyFailed) as failed:
        raise Mistake(f"--to: {failed}; nothing was copied, use an empty database") from None
    finally:
        await old.close()
        await new.close()
    print(f"Everything is in {target.shown('database_url')}. Set DATABASE_URL to it; SECRET_KEY stays the same.")
    return 0


async def files_copy(settings: Settings, to: str) -> int:
    """Copy every picture to another place."""
    target = _changed(settings, files_url=to)
    app = await open_app(settings, ())
    try:
        there = open_files(target, place(settings))
        async with app.database.read() as tx:
            names = await pictures.files(tx)
        missing = 0
        for name in names:
            try:
                await there.put(await app.files.get(name))
            except NoSuchFile:
                missing += 1
            except Exception as failed:
                raise Mistake(f"--to={to}: a picture could not be kept there ({failed})") from None
    finally:
        await app.close()
    print(f"{len(names) - missing} pictures are in {to.partition('?')[0]}. Set FILES_URL to it.")
    if missing:
        print(f"{missing} were in the database only, and not where FILES_URL says.")
    return 0


def _changed(settings: Settings, **new: str) -> Settings:
    """The settings with this one changed. Raises Mistake if it cannot stand."""
    try:
        return read_settings(**{name: getattr(settings, name) for name in Settings.model_fields} | new)
    except WrongSetting as wrong:
        raise Mistake(f"--to: {wrong}") from None


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
    if role == "admin" and unit:
        raise Mistake("an admin runs everything: leave --unit out, or make the person an officer of the unit")
    app = await open_app(settings, ())
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


async def addresses_import(settings: Settings, file: Path) -> int:
    """Add the humanitarian addresses of a spreadsheet, all of them or none; those that are here already are left alone."""
    logs.set_up("WARNING", settings.log_format)
    try:
        table = await Sheets().read(file.read_bytes())
    except OSError as failed:
        raise Mistake(f"{file}: cannot be read ({failed.strerror})") from None
    except BadSheet:
        raise Mistake(
            f"{file}: is no spreadsheet (.xlsx), or too big; the template comes from /desk template"
        ) from None
    app = await open_app(settings, ())
    try:
        async with app.database.write() as tx:
            campaign = await campaigns.active(tx)
            assert campaign is not None  # a new database is planted with one
            today = app.now().astimezone(settings.zone).date()
            communes = [Known(u.id, u.name, u.aliases) for u in await campaigns.communes(tx, campaign, today)]
            plan = spreadsheet.read(table, Facts(today, app.speech, communes))
            if plan.wrong:
                wrong = [f"{file}: {app.speech(one)}" for one in plan.wrong]
                raise Mistake("\n".join([*wrong, "nothing was imported; mend these and import the file again"]))
            codes, known = await spreadsheet.write(tx, campaign.id, plan, app.now())
            for code in codes:
                await audit.add(tx, app.now(), "operator", "import", f"address:{code}", {})
    finally:
        await app.close()
    print(f"{len(codes)} addresses were imported, {known} were here already. Officers must verify and approve them.")
    return 0


async def audit_verify(settings: Settings) -> int:
    """Say whether the audit log is whole: exit status 0, or 1 with the number of the first broken row."""
    logs.set_up("WARNING", settings.log_format)
    app = await open_app(settings, ())
    try:
        async with app.database.read() as tx:
            broken = await audit.first_broken(tx)
            _, rows = await audit.page(tx, audit.Wanted(), first=0, most=1)
    finally:
        await app.close()
    if broken is not None:
        print(f"Row {broken} of the audit log was changed, or follows a row that is gone.", file=sys.stderr)
        return 1
    print(f"The audit log is whole: {rows} rows.")
    return 0


async def open_app(
    settings: Settings, names: tuple[str, ...], *more: Console, now: Callable[[], datetime] = utc_now
) -> App:
    def channels(app: App) -> list[Channel]:
        made: dict[str, Callable[[App], Channel]] = {"web": parts.web, "telegram": parts.telegram}
        return [*(made[name](app) for name in names), *more]

    with _explained(settings):
        app = await connect(settings, channels=channels, now=now)
    return app  # noqa: RET504  # inside, mypy holds that it may be swallowed


@contextmanager
def _explained(settings: Settings, name: str = "DATABASE_URL") -> Iterator[None]:
    """What goes wrong with a database, as the operator's mistake that it is."""
    try:
        yield
    except NewerDatabase as newer:
        raise Mistake(f"{newer}; install the newer program, or restore an older backup") from None
    except WrongKey:
        raise Mistake("SECRET_KEY is not the key that sealed this database: set the one it was made with") from None
    except (UpgradeFailed, WrongClock) as failed:
        raise Mistake(str(failed)) from None
    except (OSError, sqlite3.OperationalError, sa.exc.DBAPIError) as failed:
        reason = getattr(failed, "orig", failed)
        raise Mistake(f"{name}={settings.shown('database_url')}: cannot be opened ({reason})") from None


def demo_settings(settings: Settings, database: Path = DEMO_DATABASE) -> Settings:
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
