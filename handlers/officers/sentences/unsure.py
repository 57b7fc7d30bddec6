"""What officers are offered where their words were not understood: the card before them again, the desk, a search, and help by
task. Nothing is done by it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import DESK, open_card
from handlers.officers.sentences.cards import on_screen

router = Router("unsure", role="officer")

FIND = Option("/find", Text("command.find.title"))
HELP = Option("/help", Text("command.help.title"))


@router.unsure
def offer(turn: Turn) -> Sequence[Option]:
    """Her ways on; none for who is no officer."""
    if not turn.person.has_role("officer"):
        return ()
    return (*_card(turn), DESK, FIND, HELP)


def _card(turn: Turn) -> Sequence[Option]:
    """What shows the one thing before her again, with all its buttons as it is by then."""
    things = on_screen(turn)
    if len(things) != 1:
        return ()
    ((code, kind),) = things.items()
    return (open_card(kind, code) if kind else Option(f"/find {code}", Text("desk.open", {"code": code})),)
