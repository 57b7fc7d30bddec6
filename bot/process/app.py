"""Connect the parts of one process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.broadcast.restored import Heartbeat
from bot.broadcast.sender import Broadcasting
from bot.channels import Channel, Limits
from bot.channels.telegram.menus import menus
from bot.channels.web import Web
from bot.media.charts import Painter
from bot.media.fetch import Fetcher
from bot.media.pictures import Studio
from bot.process.lease import Alone
from bot.process.startup import check_clock, open_files, place, secret_key, upgraded, utc_now
from bot.receive.engine import Engine
from bot.send.pace import Pacer
from bot.send.replies import Delivery
from bot.settings import Settings
from bot.turn.notices import written
from bot.turn.router import Router, Routes
from bot.turn.turn import Rules
from bot.web.chat import Chat, Pane
from bot.web.server import chat_page, preferred
from handlers import ROUTERS
from handlers.calendar.tick import Month
from handlers.officers import digest
from handlers.officers.reminders import Reminding
from locales import Speech
from storage.campaign import campaigns, seed
from storage.database import Database, Tx, is_outage
from storage.database.vault import Vault
from storage.files import Files, pictures
from storage.rights import retention
from storage.talk import inbox, listening, outbox
from storage.upkeep import seals

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram

log = structlog.get_logger()

STALE = 60.0
"""Seconds after which a message that nobody handled means that something is stuck."""


@dataclass
class App:
    """The parts of one process."""

    settings: Settings
    database: Database
    routes: Routes
    files: Files
    fetcher: Fetcher
    painter: Painter
    channels: dict[str, Channel]
    engine: Engine
    delivery: Delivery
    broadcasting: Broadcasting
    month: Month
    reminding: Reminding
    now: Callable[[], datetime]

    @property
    def speech(self) -> Speech:
        return self.engine.speeches[self.settings.default_language]

    @property
    def today(self) -> date:
        return self.now().astimezone(self.settings.zone).date()

    async def picture(self, name: str) -> bytes:
        """The bytes of a stored picture; a chart is drawn when it is first looked at. Raises NoSuchFile."""
        async with self.database.read() as tx:
            found = await pictures.find(tx, name)
        file = found.file if found else await self.painter.draw(name)
        return await self.files.get(file)

    async def settle(self) -> None:
        """Handle and send until nothing is left to do. For tests and the terminal."""
        await self.engine.settle()
        while await self.delivery.deliver() + await self.broadcasting.deliver():
            await self.engine.settle()

    async def health(self) -> dict[str, Any]:
        """Whether messages are handled in time."""
        try:
            async with self.database.read() as tx:
                oldest = await inbox.oldest_waiting_at(tx)
        except Exception as failed:
            if not is_outage(failed):
                raise
            return {"ok": False, "database": "out of reach"}
        age = (self.now() - oldest).total_seconds() if oldest else 0.0
        return {"ok": age < STALE, "oldest_unhandled_seconds": round(age)}

    async def sweep(self) -> None:
        """Drop what need not be kept any longer. Harmless twice, also at once."""
        files = await self.database.again(lambda tx: retention.sweep(tx, self.now()))
        for file in files:
            try:
                await self.files.delete(file)
            except Exception as failed:
                log.error("a picture could not be deleted", file=file, error=type(failed).__name__)

    async def digest(self) -> None:
        """Tell the officers what waits for them, each once a day."""
        now = self.now()
        async with self.database.read() as tx:
            told = await digest.due(tx, now, self.settings.zone)
        if told:
            async with self.database.write() as tx:
                await outbox.add(tx, await written(tx, told, self.engine.speeches, self.channels), now)
            self.delivery.wake()

    async def listen(self) -> None:
        """Note when the platforms last answered this process, so that /status is true in every other one."""
        answered = {name: channel.received_at for name, channel in self.channels.items() if channel.received_at}
        if answered:
            await self.database.again(lambda tx: listening.note(tx, answered))

    async def close(self) -> None:
        await self.fetcher.close()
        for channel in self.channels.values():
            await channel.close()
        await self.database.close()


async def connect(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    channels: Callable[[App], Sequence[Channel]] = lambda app: (),
    routers: Iterable[Router] = ROUTERS,
    plant: bool = True,
) -> App:
    """Open the database, upgraded, and join all parts. Raises NewerDatabase, UpgradeFailed, WrongKey and WrongClock."""
    url = sa.make_url(settings.database_url)
    folder = place(settings)
    await upgraded(url, now())
    database = Database(settings.database_url, Vault(secret_key(settings, folder)))
    try:
        if database.shared and now is utc_now:
            await check_clock(database)

        async def begin(tx: Tx) -> None:
            await seals.check(tx)
            if plant:
                await seed.plant(tx, now().astimezone(settings.zone).date())

        await database.again(begin)
        files = open_files(settings, folder)
    except BaseException:
        await database.close()
        raise
    fetcher = Fetcher(database, files, Studio(), now)
    routes = Routes(routers)
    running: dict[str, Channel] = {}
    pacer = Pacer(running, now)
    delivery = Delivery(database, running, pacer, now=now)
    engine = Engine(
        database, routes, running, fetcher,
        now=now, zone=settings.zone, language=settings.default_language, delivery=delivery,
        rules=Rules(settings.quiet.everywhere, settings.broadcast_approval_over, running),
    )  # fmt: skip
    painter = Painter(database, files, folder / "fonts", now)
    heartbeat = Heartbeat(folder / f"{database.path.stem}.sent")
    broadcasting = Broadcasting(
        database, running, pacer, engine.speeches, heartbeat,
        now=now, zone=settings.zone, quiet=settings.quiet, sent=delivery.wake, a_month=settings.a_month,
    )  # fmt: skip
    month = Month(
        database, running, engine.speeches,
        now=now, zone=settings.zone, language=settings.default_language,
        grace=timedelta(minutes=settings.calendar_grace_minutes), rehearsal=settings.rehearsal_time, sent=delivery.wake,
        heartbeat=heartbeat,
    )  # fmt: skip
    reminding = Reminding(
        database, running, engine.speeches,
        now=now, zone=settings.zone, quiet=settings.quiet.everywhere, sent=delivery.wake,
    )  # fmt: skip
    app = App(
        settings,
        database,
        routes,
        files,
        fetcher,
        painter,
        running,
        engine,
        delivery,
        broadcasting,
        month,
        reminding,
        now,
    )
    for channel in channels(app):
        running[channel.name] = channel
    return app


def web(app: App) -> Web:
    """The web chat of this process."""
    return Web(app.database, app.now)


def telegram(app: App) -> Telegram:
    """The Telegram bot of this process. python-telegram-bot is loaded only where there is a token."""
    from bot.channels.telegram import Telegram, at_once

    assert app.settings.telegram_token is not None
    token = app.settings.telegram_token.get_secret_value()
    by_webhook = app.settings.telegram_mode == "webhook"
    secret = app.settings.webhook_secret
    return Telegram(
        token,
        app.picture,
        api_url=app.settings.telegram_api_url,
        webhook_url=f"{app.settings.webhook_url}/telegram" if by_webhook else "",
        webhook_secret=secret.get_secret_value() if secret else "",
        menus=lambda: menus(app.database, app.routes, app.engine.speeches),
        alone=Alone(app.database, f"receive:telegram:{token.partition(':')[0]}") if app.database.shared else at_once,
        limits=Limits(app.settings.telegram_per_second, app.settings.telegram_broadcasts_per_second, 1, 18),
        now=app.now,
    )


def chat(app: App) -> Chat:
    """What the chat's pages talk to."""
    channel = app.channels["web"]
    assert isinstance(channel, Web)
    return Chat(channel, app.database, app.fetcher, app.picture, app.engine.receive, app.speech, app.now)


def routes(app: App) -> list[BaseRoute]:
    """What this process serves over HTTP."""
    found: list[BaseRoute] = []
    if "web" in app.channels:

        async def index(request: Request) -> Response:
            async with app.database.read() as tx:
                campaign = await campaigns.active(tx)
            assert campaign is not None
            language = preferred(request.headers.get("accept-language", ""))
            return chat_page(app.engine.speeches.get(language, app.speech), campaign)

        found += [Route("/", index), *chat(app).routes(Pane())]
    if "telegram" in app.channels and app.settings.telegram_mode == "webhook":
        from bot.channels.telegram import Telegram
        from bot.channels.telegram.webhook import webhook

        channel = app.channels["telegram"]
        assert isinstance(channel, Telegram)
        found.append(webhook(channel, app.engine.receive))
    return found
