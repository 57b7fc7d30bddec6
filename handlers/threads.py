"""A thread between a person and the officers, as both see it: how it is named, shown and told of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from bot.message import Option, Text, Words
from bot.turn.turn import Turn
from handlers.buttons import open_card
from storage.aid import threads
from storage.aid.threads import Matter, Thread, ThreadMessage
from storage.rights import spoken
from storage.talk import people

SHOWN = 12
"""The last messages of a thread that are shown on a card."""


def about(thread: Thread | Matter) -> Text:
    """What a thread is about, such as «câu hỏi TND26-7K3PQ»."""
    return matter_named(thread.kind, thread.code)


def matter_named(kind: str, code: str) -> Text:
    """What is called by this code."""
    return Text(f"thread.about.{kind}", {"code": code})


def named(thread: Thread) -> dict[str, Any]:
    """Whose officers, and about what: never who of them."""
    return {"commune": thread.unit_name, "matter": about(thread)}


def card_of(thread: Thread | Matter) -> Option:
    """What shows officers what a thread is about."""
    if thread.kind == "volunteer":
        return Option(f"/desk volunteer {thread.person_id}", Text("volunteer.look"))
    return open_card(thread.kind, thread.code)


def reply_to(code: str) -> Option:
    """What lets the person answer."""
    return Option(f"/reply {code}", Text("command.reply.title"))


def see_thread(code: str) -> Option:
    """What shows officers all that was said, with the photos."""
    return Option(f"/desk question {code}", Text("command.desk.question.title"))


async def tell(
    turn: Turn, key: str, matter: Matter, more: Sequence[Option] = (), /, *, said: str = "", **params: object
) -> None:
    """Tell a person something about a matter of hers; ``said`` in the officer's own words. What she answers comes back."""
    thread = await threads.turn_to(turn.tx, matter, turn.now)
    if said:
        await threads.answer(turn.tx, thread, turn.person.id, said, turn.now, settles=False)
    turn.tell(matter.person_id, key, [reply_to(matter.code), *more], **params)


async def who_hears(turn: Turn, person_id: int | None, called: str) -> Text:
    """The sentence that says who hears of what a person is told, who is ``called`` something here («giver»): for somebody
    without a phone whoever wrote for her, and where no account can be reached nobody."""
    whom = Text(f"told.whom.{called}")
    if person_id is None or not await hear(turn, [person_id]):
        return Text("told.nobody", {"whom": whom})
    noted = await spoken.of_person(turn.tx, person_id)
    return Text("told", {"whom": whom}) if noted is None else Text("told.through", {"whom": whom, "name": noted.name})


async def how_many_hear(turn: Turn, givers: Collection[int]) -> Text | None:
    """The same of all who have an open pledge; None if there are none."""
    if not givers:
        return None
    n = len(await hear(turn, [*givers]))
    m = len({*givers}) - n
    who = "some" if n and m else "all" if n else "nobody"
    return Text(f"told.givers.{who}", {"n": n, "m": m})


async def hear(turn: Turn, person_ids: Collection[int | None]) -> set[int]:
    """Those of them whom what they are told reaches, if only through whoever wrote for them."""
    by: dict[int, int | None] = {}
    for person_id in {one for one in person_ids if one is not None}:
        noted = await spoken.of_person(turn.tx, person_id)
        by[person_id] = person_id if noted is None else noted.noted_by
    reached = await people.reachable(turn.tx, {one for one in by.values() if one is not None})
    return {person_id for person_id, hears in by.items() if hears in reached}


def notify(turn: Turn, thread: Thread) -> None:
    """The officers hear that somebody waits for them; once, and then their messages say that there is more."""
    card = open_card("question", thread.code)
    shown = f"question:{thread.code}"
    if thread.asked_at is None:
        turn.tell_officers("thread.notice", [card], unit_id=thread.unit_id, about=shown, **named(thread))
    else:
        more = Text("thread.notice.more", named(thread))
        turn.redraw(shown, more, [card])


def lines(messages: Sequence[ThreadMessage]) -> list[Words]:
    """What was said last, and how much before."""
    over = len(messages) - SHOWN
    earlier: list[Words] = [Text("thread.earlier", {"n": over})] if over > 0 else []
    return [*earlier, *(_line(message) for message in messages[-SHOWN:])]


def _line(message: ThreadMessage) -> Text:
    who = "officers" if message.by_officers else "person"
    return Text(f"thread.line.{who}", {"at": message.said_at, "said": heard(message)})


def heard(message: ThreadMessage) -> Words:
    """What was said; of a photo or a voice message, that it was one."""
    if message.voice:
        return Text("thread.voice")
    if message.picture:
        return Text("thread.photo", {"said": message.said or None})
    return message.said
