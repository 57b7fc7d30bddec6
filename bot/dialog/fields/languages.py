"""Which language, by the name that its own speakers give it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialog.fields.choices import Choice
from bot.dialog.forms import Form
from bot.message import Words
from locales import LANGUAGES, own_name


class LanguageChoice(Choice):
    """One of the languages that the program speaks, or one of some ``more`` values, which have sentences."""

    def __init__(self, more: Sequence[str] = ()) -> None:
        super().__init__(lambda form: (*more, *LANGUAGES))

    def label(self, value: str, form: Form) -> Words:
        return own_name(value) if value in LANGUAGES else super().label(value, form)
