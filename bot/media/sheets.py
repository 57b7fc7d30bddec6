"""Read a spreadsheet that somebody sent, in a child process with little memory and time: its rows, and nothing of it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import orjson

from bot.channels import SHEET_MOST
from bot.media.child import ask, command_of
from bot.message import SheetRow

CHILD = command_of("sheet.py")


class BadSheet(Exception):
    """No rows can be read from these bytes; ``code`` is `sheet_too_big` or `not_a_sheet`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sheets:
    """Where spreadsheets are read, one at a time. ``seconds`` is the time for one, once it is its turn."""

    def __init__(self, *, seconds: float = 20, child: Sequence[str] = CHILD) -> None:
        self._turn = asyncio.Semaphore(1)
        self._seconds, self._child = seconds, child

    async def read(self, raw: bytes) -> list[SheetRow]:
        """The filled rows of the first sheet of an .xlsx, .xls or .csv file.

        Raises BadSheet, and OSError when this machine cannot start a child.
        """
        if len(raw) > SHEET_MOST:
            raise BadSheet("sheet_too_big")
        async with self._turn:
            answered = await ask(self._child, raw, seconds=self._seconds)
        if answered == b"sheet_too_big":
            raise BadSheet("sheet_too_big")
        if not answered.startswith(b"["):
            raise BadSheet("not_a_sheet")
        return [SheetRow(**row) for row in orjson.loads(answered)]
