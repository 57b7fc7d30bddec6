"""Which language, by the name that its own speakers give it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from bot.dialog.fields.choices import Choice
from bot.dialog.forms import Form
from bot.message import Heard, Words
from bot.vietnamese.fold import fold
from locales import LANGUAGES, names_of, own_name

DENIALS = frozenset({"khong", "ko", "k", "hong", "no", "not", "don't", "dont", "can't", "cannot", "dung", "khoi"})
"""Folded."""


def languages_in(text: str) -> list[str]:
    """The languages that a sentence names, in any of them; none if it says no («tôi không biết tiếng Anh»)."""
    said = f" {fold(text)} "
    named = [code for code in LANGUAGES if any(name in said for name in _names(code))]
    return [] if named and not DENIALS.isdisjoint(said.split()) else named


@cache
def _names(code: str) -> tuple[str, ...]:
    return tuple(f" {fold(name)} " for name in names_of(code))


class LanguageChoice(Choice):
    """One of the languages that the program speaks, or one of some ``more`` values, which have sentences."""

    def __init__(self, more: Sequence[str] = ()) -> None:
        super().__init__(lambda form: (*more, *LANGUAGES))

    def read(self, heard: Heard, form: Form) -> str:
        offered = {option.value for option in self.options(form)}
        named = [code for code in languages_in(heard.text) if code in offered] if not heard.pressed else []
        return named[0] if len(named) == 1 else super().read(heard, form)

    def label(self, value: str, form: Form) -> Words:
        return own_name(value) if value in LANGUAGES else super().label(value, form)
