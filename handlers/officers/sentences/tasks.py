"""Officers ask in their own words for what the desk offers: «bảng mẫu», «báo cáo tuần này», «hôm nay có việc gì không». A list
or a form opens; nothing is done by a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.courtesy import courteous
from bot.vietnamese.fold import fits, fold
from handlers.officers.desk import ACTS, CARDS
from handlers.officers.sentences.reading import LONGEST, WORD, unknown, without
from locales import phrases

router = Router("tasks", role="officer")

NAMED = (*ACTS, *(f"desk {name}" for name in (*CARDS, "many", "mine", "template", "import")))
"""What is opened by its name: its title, or one of its words."""
TASKS: Mapping[str, str] = {
    "desk": "/desk",
    "week": "/report week",
    "month": "/report month",
    "report": "/report",
    "broadcast": "/broadcast",
    "calendar": "/calendar",
    "add": "/desk add",
    "brought": "/desk brought",
}
"""The command line for what is asked for in a sentence; the first that fits."""


@router.listens
async def hear(turn: Turn) -> bool:
    """Open what an officer asks for, if every word of it is known; one word alone may mean much else."""
    heard = turn.heard
    if heard.pressed or heard.picture or heard.voice or not turn.person.has_role("officer"):
        return False
    typed = courteous(heard.text) if len(heard.text) <= LONGEST else ""
    turn.next = (named(turn, typed) or asked_for(typed)) if " " in typed else ""
    return bool(turn.next)


def named(turn: Turn, typed: str) -> str:
    """The line of the command that is called so; empty if none is."""
    for name in NAMED:
        key = f"command.{name.replace(' ', '.')}"
        for one in (turn.say(f"{key}.title"), *phrases(f"{key}.words")):
            if fold(typed) == fold(one) and fits(typed, one):
                return f"/{name}"
    return ""


def asked_for(typed: str) -> str:
    """The command line for what a sentence asks for; empty if a word of it is not known."""
    words = WORD.findall(typed)
    if len(words) > 1 and not unknown(words[-1:], "task.end"):  # «… không», which asks; elsewhere it denies
        words = words[:-1]
    for task, line in TASKS.items():
        left = without(words, f"task.{task}")
        if left is not None and not unknown(left, "task.idle"):
            return line
    return ""
