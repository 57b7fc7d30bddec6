"""Officers say in a sentence what they would press on the card before them: «để tôi nhận việc này», «giao việc này cho Minh»,
«ghi chú: đã gọi hai lần»."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import DESK
from handlers.officers.colleagues import assigning, noting, takings
from handlers.officers.colleagues.takings import KINDS, MINE
from handlers.officers.sentences.reading import Wish, begins, may_be_named, named_by, read_note, read_wish, says_only
from storage.campaign import staff

router = Router("said", role="officer")

ACTS = {"take": takings.take, "release": takings.release, "mine": takings.mine}
BUTTON = re.compile(rf"/desk (?:(?:take|release|assign) )?(?P<kind>{'|'.join(KINDS)}) (?P<code>[A-Z0-9-]+)(?: .*)?")
OF_CODE = re.compile(r"/desk [a-z]+ (?P<code>(?:TND[0-9]{2}|DC)-[0-9A-Z]{4,5})(?: .*)?")
NOTED = ("", "address", "pledge", "deed", "volunteer")
"""The kinds of things on which something can be noted."""
OFFERED = 8
PRESSED = frozenset(
    "address answer appeal arrived ask assign brought change confirm correct deed handover need note notes photos picture "
    "pledge question survey volunteer write".split()
)
"""What a sentence may press: what shows something, and what asks before anything is done. All else takes the very words of its
button."""


@router.listens
async def hear(turn: Turn) -> bool:
    """Do what an officer says of the card before her, or of the code that she names; a word that is not understood leaves the
    sentence to whoever hears it next."""
    heard = turn.heard
    if heard.pressed or heard.picture or heard.voice or not turn.person.has_role("officer"):
        return False
    if (said := read_note(heard.text)) is not None:
        await _note(turn, *said)
        return True
    turn.next = _offered(turn)
    if turn.next:
        return True
    wish = read_wish(heard.text)
    things = {} if wish is None else {wish.code: ""} if wish.code else on_screen(turn)
    if wish is None or not (things or wish.named):
        return False
    if wish.act == "mine":
        await takings.mine(turn)
    elif len(things) != 1:
        _ask_which(turn, wish.act, things)
    else:
        ((code, kind),) = things.items()
        turn.rest = f"{kind} {code}".strip()
        if wish.act == "assign":
            return await _assign(turn, wish)
        await ACTS[wish.act](turn)
    return True


async def _note(turn: Turn, code: str, said: str) -> None:
    things = [code] if code else [code for code, kind in on_screen(turn).items() if kind in NOTED]
    if len(things) == 1:
        await noting.note(turn, things[0], said)
    else:
        turn.reply("note.which", [MINE, DESK])


async def _assign(turn: Turn, wish: Wish) -> bool:
    """Give it to the one colleague who is named; where it is not sure who that is, she chooses. Whether that was meant at
    all: words that name neither a thing nor a colleague may mean something else."""
    work, colleagues = await assigning.who_may_act(turn)
    if work is None:
        return True
    known = await staff.colleagues(turn.tx, colleagues)
    meant = named_by(wish.words, {id: one.name for id, one in known.items()})
    if not (meant or wish.named or may_be_named(wish.words)):
        return False
    if await assigning.held_by_another(turn, work):
        return True
    if len(meant) == 1:
        await assigning.hand_over(turn, work, meant[0])
    else:
        await assigning.ask_whom(turn, work, meant or colleagues)
    return True


def _offered(turn: Turn) -> str:
    """The command line of the one button of the card before her that she names with nothing but idle words around it, or of
    the receipt that she begins to tell of; empty for what would be done at once, or ends or refuses something."""
    offered = [] if turn.place is None else [(v, label) for v, label in turn.place.offered if OF_CODE.fullmatch(v)]
    found = [value for value, label in offered if value.split()[1] in PRESSED and says_only(turn.heard.text, label)]
    arrived = [value for value, _ in offered if value.startswith("/desk arrived ")]
    if not found and begins(turn.heard.text, "arrived"):
        found = arrived
    return found[0] if len(found) == 1 else ""


def on_screen(turn: Turn) -> dict[str, str]:
    """What the last message offered to act on, by its code, with its kind where a button says it."""
    offered = [value for value, _ in turn.place.offered] if turn.place is not None else []
    found: dict[str, str] = {}
    for value in sorted(offered, key=lambda value: not value.startswith(("/desk take ", "/desk release "))):
        if match := BUTTON.fullmatch(value):
            found.setdefault(match["code"], match["kind"])
    for value in offered:
        if match := OF_CODE.fullmatch(value):
            found.setdefault(match["code"], "")
    return found


def _ask_which(turn: Turn, act: str, things: Mapping[str, str]) -> None:
    """Several things are before her, or none."""
    options: Sequence[Option] = [
        Option(f"/desk {act} {kind} {code}", Text("desk.open", {"code": code})) for code, kind in things.items() if kind
    ]
    turn.reply("taking.which", [*options[:OFFERED], MINE, DESK])
