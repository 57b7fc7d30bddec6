"""Connect the parts, start them, watch them, stop them."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels import Channel
from bot.channels.web import Web
from bot.delivery import Delivery
from bot.engine import Engine
from bot.fetch import Fetcher
from bot.notify import written
from bot.pictures import Studio
from bot.router import Router, Routes
from bot.settings import Settings
from bot.web.chat import Chat, Pane
from bot.web.server import Server, application, chat_page
from handlers import ROUTERS, digest
from locales import LANGUAGES, Speech
from storage import campaigns, inbox, outbox, pictures, retention, seals, seed, staff
from storage.database import Database
from storage.files import Folder
from storage.people import may
from storage.upgrade import UpgradeFailed, is_current
from storage.vault import Vault

if TYPE_CHECKING:
    from bot.channels.telegram import Menus, Telegram

log = structlog.get_logger()

STOP_WITHIN = 4.0
"""Seconds. Nothing need be drained: everything is on disk."""
STALE = 60.0
"""Seconds after which a message that nobody handled means that something is stuck."""
SWEEP_EVERY, DIGEST_EVERY = 3600, 60


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class App:
    """The parts of one process."""

    settings: Settings
    database: Database
    routes: Routes
    files: Folder
    fetcher: Fetcher
    channels: dict[str, Channel]
    engine: Engine
    delivery: Delivery
    now: Callable[[], datetime]

    @property
    def speech(self) -> Speech:
        return self.engine.speeches[self.settings.default_language]

    async def picture(self, name: str) -> bytes:
        """The bytes of a stored picture. Raises NoSuchFile."""
        async with self.database.read() as tx:
            found = await pictures.find(tx, name)
        return await self.files.get(found.file if found else "")

    async def settle(self) -> None:
        """Handle and send until nothing is left to do. For tests and the terminal."""
        await self.engine.settle()
        while await self.delivery.deliver():
            await self.engine.settle()

    async def health(self) -> dict[str, Any]:
        """Whether messages are handled in time."""
        async with self.database.read() as tx:
            oldest = await inbox.oldest_waiting_at(tx)
        age = (self.now() - oldest).total_seconds() if oldest else 0.0
        return {"ok": age < STALE, "oldest_unhandled_seconds": round(age)}

    async def sweep(self) -> None:
        """Drop what need not be kept any longer."""
        async with self.database.write() as tx:
            files = await retention.sweep(tx, self.now())
        for file in files:
            await self.files.delete(file)

    async def digest(self) -> None:
        """Tell the officers what waits for them, each once a day."""
        now = self.now()
        async with self.database.read() as tx:
            told = await digest.due(tx, now, self.settings.zone)
        if told:
            async with self.database.write() as tx:
                await outbox.add(tx, await written(tx, told, self.engine.speeches, self.channels), now)
            self.delivery.wake()

    async def close(self) -> None:
        await self.fetcher.close()
        for channel in self.channels.values():
            await channel.close()
        await self.database.close()


def secret_key(settings: Settings, folder: Path) -> str:
    """The key that seals personal data: the setting, or for the demo one of its own, made once beside its database."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = folder / "demo.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
    return path.read_text().strip()


async def connect(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    channels: Callable[[App], Sequence[Channel]] = lambda app: (),
    routers: Iterable[Router] = ROUTERS,
    plant: bool = True,
) -> App:
    """Open the database, upgraded, and join all parts. Raises NewerDatabase, UpgradeFailed and WrongKey."""
    path = Path(sa.engine.make_url(settings.database_url).database or "")
    await _upgrade(path, now())
    database = Database(settings.database_url, Vault(secret_key(settings, path.parent)))
    try:
        async with database.write() as tx:
            await seals.check(tx)
            if plant:
                await seed.plant(tx, now().astimezone(settings.zone).date())
    except BaseException:
        await database.close()
        raise
    files = Folder(path.parent / "files")
    fetcher = Fetcher(database, files, Studio(), now)
    routes = Routes(routers)
    running: dict[str, Channel] = {}
    delivery = Delivery(database, running, now=now)
    engine = Engine(
        database, routes, running, fetcher,
        now=now, zone=settings.zone, language=settings.default_language, sent=delivery.wake,
    )  # fmt: skip
    app = App(settings, database, routes, files, fetcher, running, engine, delivery, now)
    for channel in channels(app):
        running[channel.name] = channel
    return app


async def _upgrade(path: Path, now: datetime) -> None:
    """Upgrade where needed, in a child process: Alembic's memory would stay with us. Raises NewerDatabase."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if is_current(path):
        return
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "storage.upgrade", str(path), now.isoformat())
    if await child.wait():
        raise UpgradeFailed(f"the database {path} could not be upgraded; nothing was changed (the reason is above)")


def web(app: App) -> Web:
    """The web chat of this process."""
    return Web(app.database, app.now)


def telegram(app: App) -> Telegram:
    """The Telegram bot of this process. python-telegram-bot is loaded only where there is a token."""
    from bot.channels.telegram import Telegram

    assert app.settings.telegram_token is not None
    by_webhook = app.settings.telegram_mode == "webhook"
    secret = app.settings.webhook_secret
    return Telegram(
        app.settings.telegram_token.get_secret_value(),
        app.picture,
        api_url=app.settings.telegram_api_url,
        webhook_url=f"{app.settings.webhook_url}/telegram" if by_webhook else "",
        webhook_secret=secret.get_secret_value() if secret else "",
        menus=lambda: menus(app),
    )


async def menus(app: App) -> Menus:
    """The platform's command menu in each language, for everybody, and for those who hold a role."""
    from bot.channels.telegram import Menus

    def listed(language: str, roles: Collection[str]) -> list[tuple[str, str]]:
        speech = app.engine.speeches[language]
        allowed = app.routes.listed(lambda wanted: may(wanted, roles))
        return [(command.slug(speech), speech.say(f"command.{command.name}.help")[:256]) for command in allowed]

    async with app.database.read() as tx:
        holding = await staff.accounts_on(tx, "telegram")
    return Menus(
        {language: listed(language, ()) for language in LANGUAGES},
        {held.address: listed(held.language, held.roles) for held in holding},
    )


def chat(app: App) -> Chat:
    """What the chat's pages talk to."""
    channel = app.channels["web"]
    assert isinstance(channel, Web)
    return Chat(channel, app.database, app.fetcher, app.files, app.engine.receive, app.speech, app.now)


def routes(app: App) -> list[BaseRoute]:
    """What this process serves over HTTP."""
    found: list[BaseRoute] = []
    if "web" in app.channels:

        async def index(request: Request) -> Response:
            async with app.database.read() as tx:
                campaign = await campaigns.active(tx)
            assert campaign is not None
            return chat_page(app.speech, campaign)

        found += [Route("/", index), *chat(app).routes(Pane())]
    if "telegram" in app.channels and app.settings.telegram_mode == "webhook":
        from bot.channels.telegram import Telegram
        from bot.web.webhook import webhook

        channel = app.channels["telegram"]
        assert isinstance(channel, Telegram)
        found.append(webhook(channel, app.engine.receive))
    return found


@asynccontextmanager
async def serving(app: App, paths: Sequence[BaseRoute], listening: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """Run every part of the process; yields the task that ends when one of them does."""
    server = Server(application(paths, app.health))

    async def serve() -> None:
        await server.serve(sockets=[listening])

    async def everything() -> None:
        from bot.clock import Clock, Recurring

        clock = Clock(
            [Recurring("sweep", SWEEP_EVERY, app.sweep), Recurring("digest", DIGEST_EVERY, app.digest)],
            app.settings.zone,
        )
        async with asyncio.TaskGroup() as group:
            parts = {"http": serve(), "engine": app.engine.run(), "delivery": app.delivery.run(), "clock": clock.run()}
            parts |= {name: channel.run(app.engine.receive) for name, channel in app.channels.items()}
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
        await app.close()


class PartEnded(RuntimeError):
    """A part of the process that must always run has come to an end."""


async def _never_ends(name: str, part: Any) -> None:
    """A part that ends is as bad as one that fails: the process must not go on deaf or dumb."""
    await part
    raise PartEnded(name)


async def run_until_stopped(running: asyncio.Task[None]) -> int:
    """Wait for a signal (exit status 0) or for a part to fail (logged, exit status 1)."""
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
        return 1
    return 0
