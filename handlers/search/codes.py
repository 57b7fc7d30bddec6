"""A bare code opens what it names, for whoever may see it; for everybody else there is no such thing."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.fold import fold
from handlers.arguments import read_number
from handlers.broadcasts.access import reaches
from handlers.buttons import DESK, MENU, MY
from handlers.officers.access import reach, say_taken_back
from handlers.residents.own.mine import show_one
from locales import phrases
from storage.broadcast import broadcasts
from storage.campaign.codes import RECORD
from storage.figures import records
from storage.figures.records import Named

router = Router("codes")


def _ways(said: Collection[str]) -> str:
    """Any of these, with its marks or without, as a part of a pattern."""
    return "|".join(sorted(map(re.escape, {*said, *map(fold, said)}), key=len, reverse=True))


BEFORE, TIN = _ways(phrases("open.before.words")), _ways(phrases("open.announcement.words"))
ONE = (
    r"(?P<code>TND ?[0-9]{2} ?[-–—]? ?[0-9A-Z]{5}|DC[-–—][0-9A-Z]{4,5}|DC ?[-–—]? ?(?=[A-Z]*[0-9])[0-9A-Z]{4,5}|"
    rf"TND ?[0-9]{{2}} ?/ ?[0-9]{{1,7}}|(?:{TIN})[- ]?[0-9]{{1,9}})"
)
CODE = re.compile(rf"[\"“'(\[ ]*(?:(?:{BEFORE})[ :]*|#)?{ONE}[\"”')\] .,!?]*", re.IGNORECASE)
"""A record, a household, a receipt, an announcement, as people type them. «dc nhanh» is none: without a dash «DC» needs a
figure."""
WITHIN = re.compile(rf"(?<!\w){ONE}(?!\w)", re.IGNORECASE)
ASKS = frozenset(map(fold, phrases("open.asks.words")))
IDLE = ASKS | frozenset(map(fold, phrases("open.idle.words")))
"""Words that ask to see something, and those that may stand beside them without wishing more, folded."""
ACTS = frozenset(map(fold, phrases("open.acts.words")))
"""What officers say of the thing with a code, folded: they see its card first, whatever they say."""
ANNOUNCEMENT = "TIN-"
WORD = re.compile(r"\w+")
MOST_LETTERS = 200
"""Longer texts are stories."""


@router.command("open", like=CODE, listed=False)
async def open_code(turn: Turn) -> None:
    """What this code names: officers see the card of what lies in their units, everybody her own and what all may see.
    What belongs to somebody else is answered like what does not exist, after the same look at the same tables."""
    code = read_record(turn.rest)
    if not code:
        return turn.reply("open.how", [MY, MENU])
    if code.startswith(ANNOUNCEMENT):
        line = await _line_to_announcement(turn, code)
    else:
        found = await find_named(turn, code)
        line = line_to(found)
        if not line and found is not None and await show_one(turn, found.kind, found.code):
            return
    if line:
        turn.next = line
        return
    officer = turn.person.has_role("officer")
    if officer and await say_taken_back(turn, "code", code):
        return
    if officer:
        await turn.refuse(f"code:{code}" if RECORD.fullmatch(code) else "code")
    turn.reply("open.unknown", [DESK if officer else MY, MENU], code=code)


@router.listens
async def hear_code(turn: Turn) -> bool:
    """«cho xem DC-7K3PQ với» is that code, known or not."""
    if turn.heard.pressed or turn.heard.picture or turn.heard.voice:
        return False
    turn.rest = code_asked_for(turn.heard.text, officer=turn.person.has_role("officer"))
    if turn.rest:
        await open_code(turn)
    return bool(turn.rest)


async def find_named(turn: Turn, code: str) -> Named | None:
    """What a code names, if this person may see it at this moment."""
    within: Collection[int] | None = await reach(turn)
    return await records.named(turn.tx, code, turn.person.id, within)


def line_to(found: Named | None) -> str:
    """The command line of its card: the officers' if it lies in her units, everybody's if it is a household that is shown."""
    if found is None:
        return ""
    if found.in_reach:
        return f"/desk {found.kind} {found.code}"
    return f"/address {found.code}" if found.kind == "address" and found.shown else ""


async def _line_to_announcement(turn: Turn, code: str) -> str:
    number = read_number(code.removeprefix(ANNOUNCEMENT))
    one = None if number is None else await broadcasts.find(turn.tx, number)
    hers = await reaches(turn, one) if one is not None and turn.person.has_role("officer") else False
    return f"/broadcast show {number}" if hers else ""


def code_asked_for(said: str, *, officer: bool = False) -> str:
    """The one code that somebody asks to see, with no word that may ask for more; empty if there is none. An ``officer`` who
    says what is to be done with it is shown it, too: nothing is done on a sentence."""
    found = list(WITHIN.finditer(said[:MOST_LETTERS]))
    if len(found) != 1:
        return ""
    around = set(WORD.findall(fold(f"{said[: found[0].start()]} {said[found[0].end() :]}")))
    asks = ASKS | ACTS if officer else ASKS
    return read_record(found[0][0]) if around <= IDLE | asks and around & asks else ""


def read_record(said: str) -> str:
    """The code that these words are, and nothing else, in the one way in which it is kept; empty if they are none."""
    match = CODE.fullmatch(said.strip())
    if match is None:
        return ""
    code = match["code"].upper()
    prefix, slash, number = code.partition("/")
    if slash:
        return f"{prefix.replace(' ', '')}/{int(number)}"
    bare = "".join(c for c in code if c.isalnum())
    letters = 5 if bare.startswith("TND") else 2
    if letters == 5 or bare.startswith("DC"):
        return f"{bare[:letters]}-{bare[letters:]}"
    return ANNOUNCEMENT + "".join(c for c in bare if c.isdecimal())
