"""Why something is refused or ends: one of the campaign's ready reasons, by a button, or an officer's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialog.fields import Line
from bot.dialog.forms import Form
from bot.message import Heard, Option, Text
from bot.turn.turn import Turn
from locales import FIRST
from storage.campaign import answers


class Reason(Line):
    """Words that whoever is told reads. The form holds the ready ones in its ``ready``."""

    full = True

    def __init__(self) -> None:
        super().__init__(least=3, most=200)

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(value, reason[0].upper() + reason[1:]) for value, reason in self._ready(form).items()]

    def read(self, heard: Heard, form: Form) -> str:
        return self._ready(form).get(heard.pressed) or super().read(heard, form)

    def _ready(self, form: Form) -> Mapping[str, str]:
        return {f"ready{n}": reason for n, reason in enumerate(form.answers.get("ready") or ())}


async def ready_reasons(turn: Turn, topic: str) -> list[str]:
    """The campaign's reasons about this, as admins wrote them one on each line, or the program's own: words that stand within
    a sentence."""
    written = (await answers.live(turn.tx, turn.campaign.id)).get(topic)
    if written is None:
        said = turn.say(Text(f"ready.{topic}.default"))
    else:
        said = written.texts.get(turn.speech.language) or written.texts[FIRST]
    lines = (line.strip(" •-").rstrip(".") for line in said.split("\n"))
    return [line for line in lines if 3 <= len(line) <= 200]
