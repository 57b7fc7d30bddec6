"""Connect the parts of one process. The only place where the machinery meets the campaign."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.broadcast.restored import Heartbeat
from bot.broadcast.sender import Broadcasting
from bot.channels import Channel, Limits
from bot.channels.telegram.menus import menus
from bot.channels.web import Web
from bot.context import Context
from bot.media.charts import Painter
from bot.media.fetch import Fetcher
from bot.media.pictures import Studio
from bot.outage import outlived
from bot.process.lease import Alone
from bot.process.startup import Store, open_store, utc_now
from bot.receive.engine import Engine
from bot.send.pace import Pacer
from bot.send.replies import Delivery
from bot.settings import Settings
from bot.turn.router import Router, Routes
from bot.turn.turn import Rules
from bot.turn.work import Work
from bot.vietnamese.money import in_words
from bot.web.chat import Chat, Pane
from bot.web.server import chat_page, preferred
from handlers import ROUTERS
from handlers.calendar.ask import question
from locales import LANGUAGES, Speech
from storage.campaign import campaigns, seed
from storage.database import Tx
from storage.files import pictures
from storage.rights import retention
from storage.talk import inbox, listening, paces

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram

log = structlog.get_logger()

STALE = 60.0
"""Seconds after which a message that nobody handled means that something is stuck."""


class App:
    """The parts of one process."""

    def __init__(self, settings: Settings, context: Context, store: Store, routes: Routes) -> None:
        self.settings, self.context, self.routes = settings, context, routes
        self.database, self.channels, self.now, self.files = store.database, context.channels, context.now, store.files
        pacer = Pacer(context.channels, context.now)
        heartbeat = Heartbeat(store.folder / f"{store.database.path.stem}.sent")
        self.fetcher = Fetcher(store.database, store.files, Studio(), context.now)
        self.painter = Painter(store.database, store.files, store.folder / "fonts", context.now)
        self.delivery = Delivery(context, pacer)
        rules = Rules(settings.quiet.everywhere, settings.broadcast_approval_over, context.channels)
        self.engine = Engine(context, routes, self.fetcher, self.delivery, rules)
        self.broadcasting = Broadcasting(
            context, pacer, heartbeat, settings.schedule, wake_replies=self.delivery.wake, ask=question
        )

        async def forgotten(tx: Tx) -> datetime | None:
            return heartbeat.ahead_of(await paces.last_sent(tx))

        self.work = Work(context, settings.schedule, wake=self.delivery.wake, forgotten=forgotten)

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

    async def do(self, name: str) -> Any:
        """Do one piece of the campaign's recurring work now; returns what it says."""
        return await self.routes.recurring[name].work(self.work)

    async def settle(self) -> None:
        """Handle and send until nothing is left to do. For tests and the terminal."""
        await self.engine.settle()
        while await self.delivery.deliver() + await self.broadcasting.deliver():
            await self.engine.settle()

    async def health(self) -> dict[str, Any]:
        """Whether messages are handled in time."""
        with outlived("health"):
            async with self.database.read() as tx:
                oldest = await inbox.oldest_waiting_at(tx)
            age = (self.now() - oldest).total_seconds() if oldest else 0.0
            return {"ok": age < STALE, "oldest_unhandled_seconds": round(age)}
        return {"ok": False, "database": "out of reach"}

    async def sweep(self) -> None:
        """Drop what need not be kept any longer. Harmless twice, also at once."""
        files = await self.database.again(lambda tx: retention.sweep(tx, self.now()))
        for file in files:
            try:
                await self.files.delete(file)
            except Exception as failed:
                log.error("a picture could not be deleted", file=file, error=type(failed).__name__)

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
    today = now().astimezone(settings.zone).date()
    store = await open_store(settings, now, begin=partial(seed.plant, today=today) if plant else None)
    speeches = {language: Speech(language, settings.zone, in_words) for language in LANGUAGES}
    running: dict[str, Channel] = {}
    context = Context(store.database, running, speeches, settings.default_language, settings.zone, now)
    app = App(settings, context, store, Routes(routers))
    running |= {channel.name: channel for channel in channels(app)}
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
        menus=lambda: menus(app.database, app.routes, app.context.speeches),
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
            return chat_page(app.context.speeches.get(language, app.speech), campaign)

        found += [Route("/", index), *chat(app).routes(Pane())]
    if "telegram" in app.channels and app.settings.telegram_mode == "webhook":
        from bot.channels.telegram import Telegram
        from bot.channels.telegram.webhook import webhook

        channel = app.channels["telegram"]
        assert isinstance(channel, Telegram)
        found.append(webhook(channel, app.engine.receive))
    return found
