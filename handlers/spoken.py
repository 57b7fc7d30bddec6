"""Acting for somebody who has no phone: what is asked of her, how her spoken yes is noted, and the slip by which she comes
herself. Every form that residents fill in for themselves is filled in for her with the same questions."""

from __future__ import annotations

from datetime import date

from bot.dialog.beneath import plain_yes_no
from bot.dialog.fields import Choice
from bot.dialog.forms import Form, Stop
from bot.message import Heard, Option, Text
from bot.turn.turn import Turn
from bot.vietnamese.fold import fold
from handlers.buttons import MENU
from locales import phrases
from storage.rights import spoken
from storage.talk import consents
from storage.talk.consents import ConsentText

WORDS_VERSION = "2026-12.1"
"""Changes whenever the words do that are read out, in any language."""
ALL = Option("/behalf all", Text("behalf.all"))


class Agreed(Choice):
    """Whether she said yes to the words that were read out to her. Without a plain yes nothing is kept."""

    all_again = True

    def __init__(self) -> None:
        super().__init__(("agreed", "not_yet"))

    def read(self, heard: Heard, form: Form) -> str:
        said = None if heard.pressed else plain_yes_no(heard.text)
        answer = super().read(heard, form) if said is None else "agreed" if said else "not_yet"
        if answer != "agreed":
            raise Stop(Text("behalf.ask_first", form.words()))
        return answer


async def may_note(turn: Turn, name: str | None = None, birth_year: int | None = None) -> bool:
    """Whether she may note one more person, or this one, whom she noted before; she is told if not. Who works for the
    Society does it at her desk."""
    known = name and await spoken.find_same(turn.tx, turn.person.id, name, birth_year or 0)
    if known or turn.person.has_role("officer") or await spoken.may_note(turn.tx, turn.person.id, turn.now):
        return True
    turn.reply("behalf.enough", [ALL, MENU])
    return False


async def note(turn: Turn, name: str | None, birth_year: int | None, read_out: str) -> int:
    """The person who said yes to the words of ``read_out``: whom she noted before under this name and year, or a new one."""
    words = turn.speech.say(read_out)
    shown = ConsentText(WORDS_VERSION, words, turn.speech.language, spoken.SPOKEN)
    return await spoken.note(turn.tx, turn.person.id, name or "", birth_year or 0, shown, turn.now)


async def agree_to_be_named(turn: Turn, person_id: int, shown: str) -> None:
    """She said how she wants to be named; ``shown`` are the words of the question."""
    if "publish_name" not in await consents.current(turn.tx, person_id):
        words = ConsentText(WORDS_VERSION, shown, turn.speech.language, spoken.SPOKEN)
        await consents.give(turn.tx, person_id, ["publish_name"], words, turn.now)


async def new_slip(turn: Turn, person_id: int) -> tuple[str, date]:
    """The code of a new slip for this person, and the last day on which it is good."""
    return await spoken.new_slip(turn.tx, person_id, turn.now), turn.day(turn.now + spoken.SLIP_GOOD_FOR)


async def slip_for(turn: Turn, person_id: int) -> tuple[str, Text]:
    """The code of the slip by which she comes herself, with the words about it. She may hold one that is still good: that
    stays so, and no code is told again."""
    if await spoken.holds_slip(turn.tx, person_id, turn.now):
        return "", Text("behalf.slip_held")
    code, until = await new_slip(turn, person_id)
    return code, Text("behalf.slip_made", {"code": code, "until": until})


def is_for_another(words: str) -> bool:
    """Whether a sentence says that somebody without a phone wants it («giúp mẹ tôi nhận giúp hộ này»)."""
    said = f" {fold(words)} "
    return any(f" {fold(phrase)} " in said for phrase in phrases("behalf.signs"))
