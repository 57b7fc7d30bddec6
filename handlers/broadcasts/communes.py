"""Where an announcement goes: some of the communes in which its officer works."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.dialog.fields import Choices, read_numbers
from bot.dialog.fields.words import MOST_OFFERED, taken, typed
from bot.dialog.forms import Form
from bot.dialog.orders import PICKED
from bot.message import Heard, Option, Reply, Text, Words, changed
from bot.vietnamese.commune import read_commune
from bot.vietnamese.place import Known


class Communes(Choices):
    """Some of the communes in which the officer works, which ``known`` of the form has; none means all of these."""

    def __init__(self) -> None:
        super().__init__((), least=0)

    def options(self, form: Form) -> Sequence[Option]:
        """All of them; where there are many, those that were chosen, and others are typed."""
        every = [Option(str(unit.id), unit.name) for unit in within_reach(form)]
        if len(every) <= MOST_OFFERED:
            return every
        chosen = {*(form.answers.get(PICKED) or ()), *(form.answers.get(self.name) or ())}
        return [option for option in every if option.value in chosen]

    def ask(self, form: Form) -> Reply:
        asked = super().ask(form)
        if len(within_reach(form)) <= MOST_OFFERED:
            return asked
        return changed(asked, text=Text("broadcast.communes.type", {"ask": asked.text}))

    def read(self, heard: Heard, form: Form) -> list[str]:
        communes = within_reach(form)
        if heard.pressed in {str(unit.id) for unit in communes}:
            found = [heard.pressed]
        elif len(communes) <= MOST_OFFERED and not re.search(r"[^\W\d]", heard.text):
            return read_numbers(heard, [option.value for option in self.options(form)])
        else:
            named = [part for part in re.split(r"[,;\n]", typed(heard, "not_a_commune")) if part.strip()]
            readings = [read_commune(part, communes) for part in named]
            found = [str(taken(one, lambda m: Option(str(m.known.id), m.known.name)).known.id) for one in readings]
        form.answers[PICKED] = [*(form.answers.get(PICKED) or ()), *found]  # so that they are offered, ticked
        return found

    def show(self, answer: list[str], form: Form) -> Words:
        names = [unit.name for unit in form.facts.communes if str(unit.id) in answer]
        return ", ".join(names) or Text("broadcast.communes.all")


def reach_of(form: Form) -> list[int] | None:
    """The communes beyond which the officer does not work; None where nothing is beyond her."""
    reach: list[int] | None = (form.answers.get("known") or {}).get("reach")
    return reach


def within_reach(form: Form) -> list[Known]:
    """Those of the campaign in which she works."""
    reach = reach_of(form)
    return [unit for unit in form.facts.communes if reach is None or unit.id in reach]


def chosen_of(form: Form, answer: Sequence[str] | None) -> tuple[int, ...]:
    """The communes to which her announcement is kept: those that she chose, or else all that she reaches."""
    return tuple(int(id) for id in answer or ()) or tuple(reach_of(form) or ())
