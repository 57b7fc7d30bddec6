"""The program as a server in this process, on a free loopback port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.channels import Channel
from bot.channels.kind import Imitated
from bot.process import app as parts
from bot.process.app import App, connect
from bot.process.running import serving
from bot.process.startup import utc_now
from bot.settings import read_settings
from bot.web.server import bind
from storage.demo import seed
from tests.stage import KEY


@dataclass
class Served:
    """A running program and where it listens."""

    app: App
    url: str


@asynccontextmanager
async def served(
    folder: Path,
    *,
    demo: bool = False,
    imitated: Imitated | None = None,
    now: Callable[[], datetime] = utc_now,
    **settings: object,
) -> AsyncIterator[Served]:
    """Run the program as `nhandao run` does, without a process of its own."""
    listening = bind("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    if "webhook" in (settings.get("telegram_mode"), settings.get("zalo_bot_mode")) or "zalo_oa_app_id" in settings:
        settings["webhook_url"] = url
    given = {"database_url": f"sqlite+aiosqlite:///{folder / 'bot.db'}", "channels": ("web",), "secret_key": KEY}
    read = read_settings(env_file="", **(given | settings))

    def channels(app: App) -> list[Channel]:
        return parts.make_channels(app, read.running, demo=demo, imitated=imitated)

    app = await connect(read, now=now, channels=channels)
    async with app.database.write() as tx:
        await seed.plant(tx, app.today)
    async with serving(app, parts.routes(app), listening) as running:
        yield Served(app, url)
        if running.done() and (failed := running.exception()):
            raise failed
