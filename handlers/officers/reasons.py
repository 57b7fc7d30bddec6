"""Why something is refused or ends: one of the campaign's ready reasons, by a button, or an officer's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from bot.dialog.fields import Line
from bot.dialog.forms import Form, Invalid
from bot.message import Heard, Option
from bot.turn.turn import Turn
from bot.vietnamese.courtesy import courteous
from bot.vietnamese.fold import fold
from handlers.ready import lines_about
from locales import LANGUAGES, catalogue, phrases
from locales.writing import capital


class Reason(Line):
    """Words that whoever is told reads. The form holds the ready ones in its ``ready``. A command's name alone is none: who
    types «duyệt» when asked why not wants the contrary."""

    full = True

    def __init__(self, *, most: int = 200) -> None:
        super().__init__(least=3, most=most)

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(value, capital(reason)) for value, reason in self._ready(form).items()]

    def read(self, heard: Heard, form: Form) -> str:
        if ready := self._ready(form).get(heard.pressed):
            return ready
        said = super().read(heard, form)
        if fold(courteous(said)) in _commands():
            raise Invalid("not_in_full")
        return said

    def _ready(self, form: Form) -> Mapping[str, str]:
        return {f"ready{n}": reason for n, reason in enumerate(form.answers.get("ready") or ())}


@cache
def _commands() -> frozenset[str]:
    """What commands and their buttons are called, in any language."""
    keys = {key for language in LANGUAGES for key in catalogue(language) if key.startswith("command.")}
    return frozenset(fold(said) for key in keys if key.endswith((".words", ".title")) for said in phrases(key))


async def ready_reasons(turn: Turn, topic: str) -> list[str]:
    """The campaign's reasons about this, as admins wrote them, or the program's own: words that stand within a sentence."""
    return [line for line in await lines_about(turn, topic) if 3 <= len(line) <= 200]
