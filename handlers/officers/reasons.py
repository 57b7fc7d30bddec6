"""Why something is refused or ends: one of the campaign's ready reasons, by a button, or an officer's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialog.fields import Line
from bot.dialog.forms import Form, Invalid
from bot.message import Heard, Option
from bot.turn.turn import Turn
from handlers.ready import lines_about
from locales.writing import capital

FEW = 6
"""Fewer typed words than these may as well be a second thought: «từ từ đã», «để mai tính»."""


class Reason(Line):
    """Words that whoever is told reads. A short one counts only once it is chosen as well: no list holds all the ways to
    hesitate. The form holds the ready ones in its ``ready``, and what was typed and is asked back with them.

    ``asked_after``: the form asks whether it is sure afterwards.
    """

    full = True

    def __init__(self, *, most: int = 200, asked_after: bool = False) -> None:
        super().__init__(least=3, most=most)
        self.asked_after = asked_after

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(value, capital(reason)) for value, reason in self._ready(form).items()]

    def read(self, heard: Heard, form: Form) -> str:
        ready = self._ready(form)
        if heard.pressed in ready:
            return ready[heard.pressed]
        said = super().read(heard, form)
        if len(said.split()) < FEW and not self.asked_after:
            form.answers["ready"] = [*ready.values(), said]
            raise Invalid("reason_sure", [Option(f"ready{len(ready)}", capital(said))])
        return said

    def _ready(self, form: Form) -> Mapping[str, str]:
        return {f"ready{n}": reason for n, reason in enumerate(form.answers.get("ready") or ())}


async def ready_reasons(turn: Turn, topic: str) -> list[str]:
    """The campaign's reasons about this, as admins wrote them, or the program's own: words that stand within a sentence."""
    return [line for line in await lines_about(turn, topic) if 3 <= len(line) <= 200]
