"""What is known when a form is opened, and never asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.dialog.forms import Field, Form
from bot.message import Heard, Json, Text, Words


class Hidden(Field[str]):
    """Something known when the form was opened; never asked, never shown."""

    hidden = True


class Fact(Hidden):
    """The same, for what the review says: it is put into words when the form is opened, and cannot be changed."""

    told = True

    def show(self, answer: str, form: Form) -> Words:
        return answer


class Voices(Field[list[str]]):
    """Voice messages that the form is about: those that it was opened with, and any that come while it is open."""

    hidden = True

    def absorb(self, kept: Json, heard: Heard, form: Form) -> tuple[Json, Words | None] | None:
        return ([*kept, heard.voice], Text("voice.added")) if heard.voice else None


class Derived(Field[str]):
    """What the review says that follows from the answers, such as a total; it is nobody's answer."""

    hidden = told = True

    def __init__(self, says: Callable[[Any], Words | None]) -> None:
        self.says = says

    def in_summary(self, form: Form) -> Words | None:
        return self.says(form)


class Known(Field[dict[str, Any]]):
    """What was known when the form was opened, for its questions to be put by; never asked, never shown."""

    hidden = True
