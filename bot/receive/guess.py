"""Words out of the blue that are no command: do what they surely mean, offer what they may mean, or pass them on."""

from __future__ import annotations

from bot.dialog.orders import HOME
from bot.message import Option, Text
from bot.turn.routes import Command
from bot.turn.turn import THIS, Turn
from bot.understanding.facts import may_tell_danger

PASS_ON = Option(f"/ask {THIS}", Text("understood.pass_on"))
MENU = Option(HOME, Text("command.menu.title"))
MOST_BYTES = 48
"""Of a command line that a button carries on every channel."""
MOST_LETTERS = 1000
"""What can be passed on as one question."""


async def guess(turn: Turn, text: str) -> str:
    """The command line that these words surely mean; empty if they were answered with choices instead."""
    if not any(c.isalpha() for c in text):  # an old menu's number, or an emoji: nothing to pass on
        turn.reply("not_understood")
        return HOME
    hers = turn.routes.offer(turn)
    turn.remember(text[:MOST_LETTERS])
    understood = turn.understand(turn.words)
    sure = _allowed(turn, understood.sure)
    line = "" if sure is None else sure.name if sure.guessed else sure.instead
    if line:
        if understood.several:
            turn.reply("understood.several")
        return f"/{line}"
    first = _allowed(turn, understood.likely[0][0])
    if first is not None and ((first.urgent and understood.said.danger) or f"/{first.name}" == HOME):
        return f"/{first.name}"
    offered = {c.name: c for intent in understood.offered if (c := _allowed(turn, intent)) is not None}
    offered.pop(HOME.removeprefix("/"), None)
    for one in [c for c in offered.values() if c.urgent and understood.said.danger]:
        await offered.pop(one.name).handler(turn)
    options = [Option(f"/{c.name}", Text(f"{c.key}.title")) for c in offered.values()]
    if hers:
        _offer(turn, [*_of_staff(turn, text), *hers, *options])
    else:
        turn.reply("understood.unsure" if options else "understood.not", [*options, PASS_ON, MENU])
    return ""


def _offer(turn: Turn, options: list[Option]) -> None:
    """To staff: their own ways first, each once; words are passed on to nobody, since it is they who would get them."""
    once = {option.value: option for option in [*options, MENU]}
    turn.reply("understood.staff", list(once.values()))


def _of_staff(turn: Turn, text: str) -> list[Option]:
    """The staff's own command that these words begin with: the model knows what residents say. Only offered, since they may
    be a sentence all the same."""
    may = turn.person.has_role
    found, _, rest = turn.routes.split(text, may)
    if found is None or found.role == "resident" or not may(found.role):
        return []
    found, rest = turn.routes.narrowed(found, rest)
    if not may(found.role):
        return []
    line = f"/{found.name} {rest}".strip()
    return [Option(line if len(line.encode()) <= MOST_BYTES else f"/{found.name}", Text(f"{found.key}.title"))]


def urgent(turn: Turn) -> Command | None:
    """What these words, whatever was asked, need at once. They must name a danger: the model was taught no answers."""
    if turn.heard.pressed or not may_tell_danger(turn.heard.text):
        return None
    understood = turn.understand(turn.heard.text)
    meant = _allowed(turn, understood.likely[0][0]) if understood.said.danger else None
    return meant if meant is not None and meant.urgent else None


def _allowed(turn: Turn, intent: str) -> Command | None:
    found = turn.routes.meant(intent)
    return found if found is not None and turn.person.has_role(found.role) else None
