"""What can be done here: by task, command by command, and one command with all that it can do."""

from __future__ import annotations

from bot.message import Option, Reply, Text
from bot.turn.router import Router
from bot.turn.spoken import spoken
from bot.turn.turn import Turn
from handlers.buttons import MENU

router = Router("help")

ALL = Option("/help all", Text("command.help.all.title"))
TASKS = {
    "admin": ("staff", "campaign", "units", "settings", "status"),
    "officer": (
        "desk", "find", "desk brought", "behalf", "desk propose", "desk add", "desk template", "volunteers", "broadcast",
        "calendar", "report",
    ),
}  # fmt: skip
RESIDENTS = ("try", "ask", "privacy", "link", "language")
"""What help offers to admins and officers, task by task, and to everybody else, for whom the menu has the rest."""


@router.command("help", menu=8, wide=True)
async def help(turn: Turn) -> None:
    """What most people come for, by task, and how to find the way; every command is behind it. With a command behind it, that
    one, its acts and an example of each."""
    if lines := _about(turn, turn.rest):
        return turn.reply("help.all", [ALL, MENU], commands=lines)
    names = [name for role, tasks in TASKS.items() if turn.person.has_role(role) for name in tasks] or RESIDENTS
    titles = {name: Text(f"command.{name.replace(' ', '.')}.title") for name in names}
    options = [Option(f"/{name}", title) for name, title in titles.items()]
    of = turn.campaign
    hotline = Text("help.hotline", {"organiser": of.organiser, "hotline": of.hotline}) if of.hotline else None
    tasks = [Text(f"help.task.{name.replace(' ', '.')}", {"title": title}) for name, title in titles.items()]
    said = Text("help") if names is RESIDENTS else Text("help.tasks", {"tasks": tasks})
    turn.reply(Reply(said, (*options, ALL, MENU), above=hotline))


@router.command("help all", listed=False)
async def help_all(turn: Turn) -> None:
    """Every command that this person may use, a line each."""
    allowed = turn.routes.listed(turn.person.has_role)
    lines = [Text("help.line", {"name": c.slug(turn.speech), "help": Text(f"command.{c.name}.help")}) for c in allowed]
    turn.reply("help.all", [MENU], commands=lines)


def _about(turn: Turn, what: str) -> list[Text]:
    """The command that is named so, and those below it, a line each; nothing if there is none that this person may use."""
    may = turn.person.has_role
    found, _, rest = turn.routes.split(what.removeprefix("/"), may)
    if found is None:
        return []
    found, _ = turn.routes.narrowed(found, rest)
    told = [c for c in (found, *turn.routes.below(found)) if may(c.role)]
    return [
        Text("help.line", {"name": spoken(f"/{c.name}", turn.speech)[1:], "help": Text(f"{c.key}.help")}) for c in told
    ]
