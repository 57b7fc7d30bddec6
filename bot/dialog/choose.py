"""Find what typed words choose: an order, or one of the options that were offered; by its name, its number or its letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from string import ascii_lowercase

from bot.dialog.lead import Place
from bot.dialog.orders import HOME, KNOWN, MORE, OFF
from bot.message import Heard, Option, shown_of
from bot.vietnamese.courtesy import courteous
from bot.vietnamese.fold import exact, fits, fold
from bot.vietnamese.yes_no import read_yes_no

NUMBER = re.compile("^(so|chon) (?=[0-9])")
"""What people write before the number of a choice."""


def understand(heard: Heard, place: Place | None, speech_orders: dict[str, str], choices: int = 0) -> Heard:
    """Turn typed words into the order or the offered option they stand for.

    Orders may be typed without marks, but for those that are other words then: «Huy» is a given name, «huỷ» cancels.
    So may options, and by number; a number counts only where options were offered. What somebody types is kept as typed
    and not replaced by a suggestion that has other marks. With ``choices`` so many were shown at once, the next number
    asks for more, 0 for the menu, and some options have letters.
    """
    if heard.pressed or not heard.text or len(heard.text) > 200 or heard.picture:
        return heard
    if order := speech_orders.get(exact(courteous(heard.text)).replace(",", "")):
        return replace(heard, pressed=order)
    offered = place.offered if place else ()
    said = fold(heard.text)
    for value, label in offered:
        if said and said == fold(label) and _meant(heard.text, value, label):
            return replace(heard, pressed=_ticks(value))
    if place and any(place.yes_no) and (yes := read_yes_no(heard.text).value) is not None:
        return replace(heard, pressed=place.yes_no[0 if yes else 1])
    return _picked(heard, said, place, offered, choices)


def _picked(heard: Heard, said: str, place: Place | None, offered: Sequence[tuple[str, str]], choices: int) -> Heard:
    """The option with this number or letter, of those that were shown; or the wish for the menu, or for more of them."""
    if place is not None and choices and place.lettered:
        number = ascii_lowercase.find(said) + 1 if len(said) == 1 else 0
    else:
        number = int(said) if (said := NUMBER.sub("", said)).isdecimal() and len(said) < 4 else -1
        if choices and number == 0 and (offered or place is None or not place.form):
            return replace(heard, pressed=HOME)
    shown = shown_of(len(offered), choices)
    if number == shown + 1 and len(offered) > shown:
        return replace(heard, pressed=MORE)
    if not 1 <= number <= shown:
        return heard
    value, label = offered[number - 1]
    return replace(heard, pressed=value, chosen=f"{said.upper()}. {label.lstrip('☐☑ ')}")


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
