"""How the program is, in words: since when it runs and where, its disk, its backups, its channels, what waits, and what
somebody should mend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.metadata import version

from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.admins.upkeep import wrong
from handlers.admins.upkeep.wrong import Scene
from handlers.buttons import MENU
from handlers.names import channel_name
from handlers.quota import months
from storage.upkeep import instants, status
from storage.upkeep.processes import Process
from storage.upkeep.status import Backlog, Failure, Health

router = Router("status", role="admin")

BACK = Option("/status", Text("command.status.title"))
MEBIBYTE, GIBIBYTE = 2**20, 2**30


@router.command("status", after=NOTHING)
async def show(turn: Turn) -> None:
    """Everything at once, and the warnings first."""
    found = await status.health(turn.tx, turn.now)
    agree = [Option("/status clock", Text("command.status.clock.title"))] if found.doubted_at is not None else []
    scene = Scene(turn.campaign, turn.rules.channels, turn.rules.quiet, turn.now.astimezone(turn.speech.zone))
    warnings = [Text("status.warning", {"what": one.text}) for one in wrong.find(found, scene)]
    turn.reply(
        "status",
        [*agree, MENU],
        warnings=warnings or [Text("status.fine")],
        version=version("nhandao"),
        kind=found.base.kind,
        revision=found.base.revision,
        size=f"{found.base.size / MEBIBYTE:.1f}",
        processes=_processes(turn, found.processes),
        disk=_disk(found.processes),
        channels=[_channel(name, *times, found.failures.get(name)) for name, times in _channels(turn, found).items()]
        + [month.line for month in (await months(turn.tx, turn.rules.channels, turn.today)).values()],
        to_handle=_queue(turn, found.to_handle),
        to_send=_queue(turn, found.to_send),
        to_announce=_queue(turn, found.to_announce),
        backup=_backup(turn, found.proven_at),
    )


@router.command("status clock", after=NOTHING)
async def agree(turn: Turn) -> None:
    """Say that the server's clock is right, so that what waits for it goes on."""
    agreed = await instants.agree(turn.tx, turn.actor, turn.now)
    turn.reply("clock.agreed" if agreed else "clock.not_in_doubt", [BACK], now=turn.now)


def _processes(turn: Turn, running: Sequence[Process]) -> Text | None:
    """How many run, since when, and where; nothing before the first of them has noted itself."""
    if not running:
        return None
    versions = sorted({one.version for one in running})
    return Text(
        "status.processes" if len(versions) == 1 else "status.versions",
        {
            "n": len(running),
            "since": turn.now - running[0].started_at,
            "hosts": sorted({one.host for one in running}),
            "versions": versions,
        },
    )


def _disk(running: Sequence[Process]) -> Text | None:
    """The room on the fullest of their disks."""
    if not running:
        return None
    return Text("status.disk", {"free": f"{min(one.disk_free for one in running) / GIBIBYTE:.1f}"})


def _channels(turn: Turn, found: Health) -> dict[str, tuple[datetime | None, datetime | None]]:
    """When each channel last heard and spoke; being told that there is nothing new is hearing too."""
    channels = dict(found.channels)
    for name, asked in wrong.describe_answers(found, turn.rules.channels).items():
        heard, said = channels.get(name, (None, None))
        channels[name] = max((at for at in (heard, asked) if at), default=None), said
    return dict(sorted(channels.items()))


def _channel(name: str, heard: datetime | None, said: datetime | None, failure: Failure | None) -> Text:
    """When it heard and spoke, and what went wrong on it last."""
    times = {"channel": channel_name(name), "heard": _at(heard), "said": _at(said)}
    failed = Text("status.failed", {"at": failure.at, "reason": failure.reason}) if failure else None
    return Text("status.channel", {**times, "failed": failed})


def _backup(turn: Turn, at: datetime | None) -> Text:
    """When the last one was made that was restored on trial."""
    if at is None:
        return Text("status.backup.never", {"command": turn.rules.first_backup})
    return Text("status.backup", {"at": at, "ago": turn.now - at})


def _queue(turn: Turn, queue: Backlog) -> Words:
    if queue.since is None:
        return Text("status.nothing_waits")
    return Text("status.waiting", {"n": queue.n, "since": max(turn.now - queue.since, timedelta())})


def _at(at: datetime | None) -> Words:
    return Text("status.at", {"at": at}) if at else Text("status.never")
