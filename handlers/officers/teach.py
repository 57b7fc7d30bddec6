"""An officer says with one tap what a sentence means that was passed on to her; an admin decides whether it is learned."""

from __future__ import annotations

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.understanding.masking import masked
from handlers.buttons import DESK, open_card
from handlers.officers.access import yours
from storage.aid import threads
from storage.aid.threads import Thread
from storage.campaign import lessons

router = Router("teach", role="officer")

LIKELIEST = 2
"""Meanings that stand on the card itself."""
NOTHING_OF_OURS = "smalltalk_or_other"
"""What means none of the things that people can ask for."""


async def meanings(turn: Turn, thread: Thread) -> list[Option]:
    """What a passed-on sentence may mean, the likeliest first, for one tap; none if somebody has said it already."""
    sentence = await _sentence(turn, thread)
    if not sentence or await lessons.is_taught(turn.tx, thread.code):
        return []
    likely = [one for one in _ranked(turn, sentence) if one != NOTHING_OF_OURS][:LIKELIEST]
    other = Option(f"/desk teach {thread.code}", Text("command.desk.teach.title"))
    return [*(_meaning(turn, thread, one) for one in likely), other]


@router.command("desk teach", listed=False)
async def teach(turn: Turn) -> None:
    """Say what a question means; what follows is its code, and the meaning if it is known."""
    code, _, intent = turn.rest.partition(" ")
    thread = await yours(turn, "question", threads.find, code)
    if thread is None:
        return
    back = open_card("question", thread.code)
    sentence = await _sentence(turn, thread)
    if not sentence or await lessons.is_taught(turn.tx, thread.code):
        return turn.reply("teach.already", [back, DESK])
    ranked = _ranked(turn, sentence)
    if intent not in ranked:
        options = [_meaning(turn, thread, one) for one in ranked if one != NOTHING_OF_OURS]
        return turn.reply("teach.which", [*options, _meaning(turn, thread, NOTHING_OF_OURS)], said=sentence)
    said = masked(sentence, turn.facts.communes)
    await lessons.teach(turn.tx, thread.code, said, intent, turn.actor, turn.now)
    turn.reply("teach.thanks", [back, DESK], said=said, what=meaning(turn, intent))


def meaning(turn: Turn, intent: str) -> Text:
    """An intent in words: the title of the command it leads to."""
    found = turn.routes.meant(intent)
    return Text(f"{found.key}.title") if found is not None else Text("teach.nothing")


def _meaning(turn: Turn, thread: Thread, intent: str) -> Option:
    return Option(f"/desk teach {thread.code} {intent}", Text("teach.is", {"what": meaning(turn, intent)}))


def _ranked(turn: Turn, sentence: str) -> list[str]:
    """Every intent that leads to a command of its own, the likeliest first, and the one for all else."""
    likely = [intent for intent, _ in turn.understand(sentence).likely]
    every = [*likely, *(intent for intent in turn.model.intents if intent not in likely)]
    found = {turn.routes.meant(intent): intent for intent in reversed(every)}
    return [
        one
        for one in every
        if one == NOTHING_OF_OURS or (turn.routes.meant(one) and found[turn.routes.meant(one)] == one)
    ]


async def _sentence(turn: Turn, thread: Thread) -> str:
    """The sentence that was passed on; empty where the thread began with something else."""
    if thread.kind != "question":
        return ""
    first = next(iter(await threads.messages(turn.tx, thread.id)), None)
    return "" if first is None or first.by_officers else first.said
