"""What the doctor looks at: the settings, the database as far as it opens, and the process that runs here, if one does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import aiohttp
import orjson
from msgspec import Struct

from bot.cli.opening import explained, open_app
from bot.process.app import App
from bot.process.startup import utc_now
from bot.settings import Settings
from bot.turn.operate import Mistake
from locales import Speech
from storage.upkeep import status
from storage.upkeep.status import Health

ANSWERS_WITHIN = 5.0
"""Seconds; the process itself takes four at most."""


class Opened(Struct, frozen=True):
    """The database, and what it says."""

    app: App
    found: Health


class Answer(Struct, frozen=True):
    """What answers where this program listens. ``said`` is empty where that is not one of ours."""

    status: int
    said: Mapping[str, Any]


class Patient(Struct, frozen=True):
    """One program. ``opened`` is None where the database does not open, and ``closed`` says why; ``answer`` is None where
    nothing listens."""

    settings: Settings
    speech: Speech
    now: datetime
    opened: Opened | None
    closed: Mistake | None
    answer: Answer | None

    @property
    def runs(self) -> bool:
        """Whether a process runs, here or on another machine."""
        here = self.answer is not None and bool(self.answer.said)
        return here or (self.opened is not None and bool(self.opened.found.processes))


@asynccontextmanager
async def patient(settings: Settings, language: str) -> AsyncIterator[Patient]:
    """Open what opens, and ask whoever answers. Nothing is changed."""
    answer = await _ask(settings)
    speech, now = Speech(language, settings.zone), utc_now()
    try:
        app = await open_app(settings, settings.running, may="look", begun=False)
    except Mistake as mistake:
        yield Patient(settings, speech, now, None, mistake, answer)
        return
    try:
        try:
            with explained(settings):
                async with app.database.read() as tx:
                    opened = Opened(app, await status.health(tx, now))
        except Mistake as mistake:
            yield Patient(settings, speech, now, None, mistake, answer)
            return
        yield Patient(settings, speech, now, opened, None, answer)
    finally:
        await app.close()


async def _ask(settings: Settings) -> Answer | None:
    """How the process is that listens on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.http_host, settings.http_host)
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWERS_WITHIN)) as session:
            async with session.get(f"http://{host}:{settings.http_port}/readyz") as response:
                said = orjson.loads(await response.content.read(1 << 16))
                return Answer(response.status, said if isinstance(said, dict) and "ok" in said else {})
    except TimeoutError:  # first, since it is an OSError too
        return Answer(503, {"ok": False, "database": "no answer"})
    except (aiohttp.ClientConnectorError, OSError):
        return None
    except (aiohttp.ClientError, ValueError):
        return Answer(0, {})
