"""Draw the charts that were asked for, each once, in a child process: drawing takes a second and much memory."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from bot.media.child import ask
from storage.database import Database
from storage.files import Files, NoSuchFile, charts, loose, pictures
from storage.files.pictures import Stored

CHILDREN = {"bars": "bars.py", "month": "month.py"}
"""Who draws each kind of chart."""
SECONDS = 60.0
"""The first chart of an installation also looks for the fonts."""


class Painter:
    """Makes pictures of charts. ``cache``: a folder in which the drawing library remembers the fonts it found."""

    def __init__(self, database: Database, files: Files, cache: Path, now: Callable[[], datetime]) -> None:
        self.database, self.files, self.cache, self.now = database, files, cache, now
        self._turn = asyncio.Lock()
        self._undrawable: set[str] = set()
        """What could not be drawn; it is not tried again for every reader."""

    async def draw(self, name: str) -> str:
        """Draw the chart with this name and keep the picture; returns its file. Raises NoSuchFile."""
        async with self._turn:
            async with self.database.read() as tx:
                chart, drawn = await charts.find(tx, name), await pictures.find(tx, name)
            if drawn is not None:  # by whoever had the turn before
                return drawn.file
            if chart is None or name in self._undrawable:
                raise NoSuchFile(name)
            self.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
            where = {"MPLCONFIGDIR": str(self.cache)}
            answered = await ask(_child(chart), orjson.dumps(chart), seconds=SECONDS, environment=where)
            match = re.fullmatch(rb"(\d{1,4}) (\d{1,4})\n(\xff\xd8.*)", answered, re.DOTALL)
            if not match:
                self._undrawable.add(name)
                raise NoSuchFile(name)
            file = await self.database.transact(lambda tx: loose.begin(tx, self.now()))
            await self.files.put(file, match[3])
            async with self.database.write() as tx:
                stored = Stored(file, int(match[1]), int(match[2]))
                return await charts.add_picture(tx, name, stored, len(match[3]), self.now())


def _child(chart: Mapping[str, Any]) -> tuple[str, ...]:
    return sys.executable, "-P", "-s", "-B", str(Path(__file__).parent / "child" / CHILDREN[chart.get("kind", "bars")])
