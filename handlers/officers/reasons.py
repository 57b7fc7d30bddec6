"""Why something is refused or ends: one of the campaign's ready reasons, by a button, or an officer's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialog.fields import Line
from bot.dialog.forms import Form
from bot.message import Heard, Option
from bot.turn.turn import Turn
from handlers.ready import lines_about
from locales.writing import capital


class Reason(Line):
    """Words that whoever is told reads. The form holds the ready ones in its ``ready``."""

    full = True

    def __init__(self, *, most: int = 200) -> None:
        super().__init__(least=3, most=most)

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(value, capital(reason)) for value, reason in self._ready(form).items()]

    def read(self, heard: Heard, form: Form) -> str:
        return self._ready(form).get(heard.pressed) or super().read(heard, form)

    def _ready(self, form: Form) -> Mapping[str, str]:
        return {f"ready{n}": reason for n, reason in enumerate(form.answers.get("ready") or ())}


async def ready_reasons(turn: Turn, topic: str) -> list[str]:
    """The campaign's reasons about this, as admins wrote them, or the program's own: words that stand within a sentence."""
    return [line for line in await lines_about(turn, topic) if 3 <= len(line) <= 200]
