"""Whether each part of the program is well, in words, and how to mend what is not: what `nhandao doctor` says of what the
database knows. The figures are in /status."""

from __future__ import annotations

from collections.abc import Sequence

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.admins.upkeep import wrong
from handlers.admins.upkeep.wrong import Scene, Wrong
from handlers.buttons import MENU
from handlers.names import channel_name
from storage.upkeep import status

router = Router("health", role="admin")

PARTS = ("clock", "disk", "backup", "audit", "queue", "broadcasts", "campaign", "staff")
"""By which the names of what is wrong begin; what begins with the name of a channel is that channel's."""
STATUS = Option("/status", Text("command.status.title"))


@router.command("health", after=NOTHING)
async def show(turn: Turn) -> None:
    """Part by part; what is of no known part stands by itself at the end."""
    found = await status.health(turn.tx, turn.now)
    scene = Scene(turn.campaign, turn.rules.channels, turn.rules.quiet, turn.now.astimezone(turn.speech.zone))
    troubles = wrong.find(found, scene)
    if found.proven_at is None and not any(one.name.startswith("backup:") for one in troubles):
        troubles.append(Wrong("backup:never", Text("health.backup.never"), turn.rules.first_backup))
    by_part: dict[str, list[Wrong]] = {name: [] for name in (*turn.rules.channels, *PARTS)}
    for one in troubles:
        by_part.setdefault(one.name.partition(":")[0], []).append(one)
    lines = [_part(name, wrongs) for name, wrongs in by_part.items()]
    turn.reply("health" if troubles else "health.fine", [STATUS, MENU], n=len(troubles), lines=lines)


def _part(name: str, wrongs: Sequence[Wrong]) -> Text:
    part = Text(f"health.part.{name}") if name in PARTS else channel_name(name)
    if not wrongs:
        return Text("health.well", {"part": part})
    return Text("health.ill", {"part": part, "lines": [_said(one) for one in wrongs]})


def _said(one: Wrong) -> Text:
    return Text("health.mend", {"what": one.text, "command": one.mend}) if one.mend else one.text
