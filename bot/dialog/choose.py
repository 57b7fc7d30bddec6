"""Find what typed words choose: an order, or one of the options that were offered; by its name, its number or its letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from string import ascii_lowercase, ascii_uppercase

from bot.dialog.beneath import plain_yes_no
from bot.dialog.lead import Place
from bot.dialog.orders import HOME, KNOWN, MORE, OFF
from bot.message import Heard, Option, changed, shown_of
from bot.vietnamese.courtesy import courteous
from bot.vietnamese.fold import exact, fits, fold
from locales import phrases

POINTING = (
    "(?:(?:(?:toi|tui|minh|em|anh|chi|bac|co|chu|con|chau|ong|ba|i) )?(?:chon|bam|choose|pick|press) )?"
    "(?:(?:so|muc|cau|nut|number|option) )*"
)
"""What people write, folded, before the sign of a choice: «em chọn số 2»."""
NUMBERS = ("", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam")
SIGN = re.compile(
    f"(?P<pointing>{POINTING})(?:(?P<number>[0-9]{{1,3}})|(?P<word>{'|'.join(NUMBERS[1:])})|(?P<letter>[a-z]))"
)


def understand(heard: Heard, place: Place | None, speech_orders: dict[str, str], choices: int = 0) -> Heard:
    """Turn typed words into the order or the offered option they stand for.

    Orders may be typed without marks, but for those that are other words then: «Huy» is a given name, «huỷ» cancels.
    So may options, and by number; a number counts only where options were offered. What somebody types is kept as typed
    and not replaced by a suggestion that has other marks. With ``choices`` so many were shown at once, the next number
    asks for more, 0 for the menu, and some options have letters.
    """
    if heard.pressed or not heard.text or len(heard.text) > 200 or heard.picture:
        return heard
    plain = courteous(heard.text)
    if order := speech_orders.get(exact(plain).replace(",", "")):
        return changed(heard, pressed=order)
    offered = place.offered if place else ()
    said = fold(heard.text)
    for value, label in offered:
        if said and said == fold(label) and _meant(heard.text, value, label):
            return changed(heard, pressed=_ticks(value))
    if place and any(place.yes_no) and (yes := plain_yes_no(heard.text)) is not None:
        return changed(heard, pressed=place.yes_no[0 if yes else 1])
    return _picked(heard, (said, fold(plain)), place, offered, choices)


def _picked(
    heard: Heard, said: Sequence[str], place: Place | None, offered: Sequence[tuple[str, str]], choices: int
) -> Heard:
    """The option with this number or letter, of those that were shown; or the wish for the menu, or for more of them.

    ``said``: the words folded, as they are and without courtesy.
    """
    lettered = place is not None and bool(choices) and place.lettered
    number = _numbered(said, lettered=lettered, in_form=place is not None and bool(place.form))
    if number == 0 and choices and not lettered and (offered or place is None or not place.form):
        return changed(heard, pressed=HOME)
    shown = shown_of(len(offered), choices)
    if len(offered) > shown and (number == shown + 1 or _more_words() & {*said}):
        return changed(heard, pressed=MORE)
    if number is None or not 1 <= number <= shown:
        return heard
    value, label = offered[number - 1]
    sign = ascii_uppercase[number - 1] if lettered else str(number)
    return changed(heard, pressed=value, chosen=f"{sign}. {label.lstrip('☐☑ ')}")


@cache
def _more_words() -> frozenset[str]:
    """What is typed for more of the choices, folded."""
    return frozenset(fold(words) for words in phrases("more.words"))


def _numbered(said: Sequence[str], *, lettered: bool, in_form: bool) -> int | None:
    """Which choice is pointed at, from 1, or 0 for the menu; None if none is.

    ``in_form``: a question is open, where a bare word is never a number: «Bảy» and «Năm» are names.
    """
    sign = next(filter(None, map(SIGN.fullmatch, dict.fromkeys(said))), None)
    if sign is None or lettered != bool(sign["letter"]):
        return None
    if sign["letter"]:
        return ascii_lowercase.index(sign["letter"]) + 1
    if sign["number"]:
        return int(sign["number"])
    return NUMBERS.index(sign["word"]) if sign["pointing"] or not in_form else None


def turned(place: Place, choices: int) -> Sequence[Option]:
    """What was offered, beginning with what was not shown yet; what was shown comes last, so that nothing is lost."""
    after = [*place.offered[choices:], *place.offered[:choices]]
    return [Option(value, label) for value, label in after]


def _ticks(value: str) -> str:
    """Whoever writes the name of a ticked box wants what it says: a box is unticked by its button or its number."""
    question, is_answer, answer = value.partition("=")
    return f"{question}={answer.removeprefix(OFF)}" if is_answer else value


def _meant(typed: str, value: str, label: str) -> bool:
    """Marks may be missing where something is chosen, but not where a suggestion would be kept as the answer."""
    return exact(typed) == exact(label) if value.endswith(f"={KNOWN}") else fits(typed, label)
