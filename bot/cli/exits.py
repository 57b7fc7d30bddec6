"""How a command begins and ends: its settings, its exit status, and a line for each thing that the operator must mend."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from typing import Any, NoReturn

import typer

from bot.declared import WrongSetting
from bot.settings import Settings, read_settings, strange_names
from bot.turn.operate import BadDisk, Mistake
from storage import audit
from storage.database import is_outage

OPERATOR_MISTAKE = Mistake.status
ENDLESS = re.compile(r"(\S{80})\S{920,}")
"""A word longer than that was pasted by mistake, and need not be repeated in full."""


def settings_for(*, demo: bool = True) -> Settings:
    """The settings; without ``demo`` those of a real database. A wrong one ends the program."""
    try:
        settings = read_settings()
        for line in strange_names():
            typer.echo(f"nhandao: {line}", err=True)
        if settings.is_demo and not demo:
            raise WrongSetting(
                "this needs a real database: set TELEGRAM_TOKEN, or CHANNELS=web, and SECRET_KEY first (see .env.example)"
            )
    except WrongSetting as wrong:
        fail(str(wrong))
    return settings


def fail(lines: str, status: int = OPERATOR_MISTAKE) -> NoReturn:
    """An operator's mistake: what is wrong, where, and what to do."""
    for line in ENDLESS.sub(r"\1…", lines).splitlines():
        typer.echo(f"nhandao: {line}", err=True)
    raise SystemExit(status)


def finish(work: Coroutine[Any, Any, int], *, service: bool = False) -> NoReturn:
    """Do the work of a command, and end with its exit status; what the operator must mend is said in one line each. A
    ``service`` is started again where a disk is at fault."""
    try:
        raise SystemExit(asyncio.run(work))
    except WrongSetting as wrong:
        fail(str(wrong))
    except BadDisk as bad:
        fail(str(bad), bad.status if service else OPERATOR_MISTAKE)
    except Mistake as mistake:
        fail(str(mistake), mistake.status)
    except audit.Unreadable:
        fail(
            "the audit log's noted end does not open with SECRET_KEY, so nothing is done that must stand in it: see `nhandao "
            "audit verify`; a backup that is restored can be written to again (docs/may-chu.md); nothing was changed"
        )
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as failed:
        if service or not (isinstance(failed, OSError) or is_outage(failed)):
            raise
        fail(f"the disk or the database did not let it be done ({getattr(failed, 'orig', None) or failed})")
