"""``nhandao doctor``: look at everything side by side, and tell it, the wrong with the command that mends it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version

import orjson

from bot import logs
from bot.channels.kind import Seen
from bot.cli.check import tell
from bot.cli.doctor.checks import CHECKS, Check
from bot.cli.doctor.patient import Patient, patient
from bot.declared import WrongSetting
from bot.settings import Settings, read_settings
from bot.turn.operate import Mistake

WITHIN = 60.0
"""Seconds for each: a large database is read through."""


async def doctor(language: str, *, as_json: bool) -> int:
    """Print what is seen: exit status 1 if something is wrong, 0 if nothing is as far as can be told, 2 if the settings
    cannot stand."""
    logs.set_up("ERROR", "json" if as_json else "text")
    seen: list[Seen]
    try:
        settings = read_settings()
    except WrongSetting as mistaken:
        lines = str(mistaken).splitlines()
        seen = [Seen("settings", "wrong", line, mend="nhandao config check") for line in lines]
        status = Mistake.status
    else:
        if settings.is_demo:
            said = "there is no channel but the demo's: `nhandao init` sets up a campaign"
            seen, status = [Seen("settings", "wrong", said, mend="nhandao init")], Mistake.status
        else:
            seen = await examine(settings, language)
            status = int(any(one.state == "wrong" for one in seen))
    _print(seen, as_json=as_json)
    return status


async def examine(settings: Settings, language: str) -> list[Seen]:
    """All that is seen, in the order of the list."""
    quiet = settings.but(log_format="json")  # what is opened is not told beside
    async with patient(quiet, language) as one:
        found = await asyncio.gather(*(_look(check, one) for check in CHECKS))
    return [each for seen in found for each in seen]


async def _look(check: Check, patient: Patient) -> Sequence[Seen]:
    try:
        async with asyncio.timeout(WITHIN):
            return await check(patient)
    except Exception as failed:  # its text may hold an address with a token
        return [Seen(check.__name__, "unknown", f"the look at it ended with {type(failed).__name__}")]


def _print(seen: Sequence[Seen], *, as_json: bool) -> None:
    wrong = sum(one.state == "wrong" for one in seen)
    if as_json:
        rows = [{"what": one.what, "state": one.state, "said": one.said, "mend": one.mend} for one in seen]
        head = {
            "ok": not wrong,
            "version": version("nhandao"),
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        print(orjson.dumps({**head, "seen": rows}, option=orjson.OPT_INDENT_2).decode())
        return
    tell(seen, f"Wrong: {wrong}." if wrong else "Nothing is wrong, as far as can be told.")
