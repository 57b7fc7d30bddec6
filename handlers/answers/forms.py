"""What admins are asked for a ready answer, and for the account for gifts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.dialog.fields import AnnouncedStory, Known, Line, Story
from bot.dialog.forms import Each, Field, Form, Invalid
from bot.message import Heard, Text, changed
from bot.understanding import whom
from bot.understanding.sentence import Sentence
from bot.vietnamese.disclosure.contacts import find_contacts
from bot.vietnamese.fold import fold
from handlers.ready import lines_of
from locales import FIRST, LANGUAGES, phrases

LONGEST = 900
"""Characters of an answer: three of them make one message."""
SHORTEST_LINE, LONGEST_LINE = 3, 200
"""Characters of one line that officers choose."""
NUMBER = re.compile(r"[0-9A-Z]{6,20}")
"""Of an account: Vietnamese banks give 6 to 19 digits, some with letters chosen by the holder."""


def _answer(language: str) -> Field[Any]:
    field = AnnouncedStory(least=10, most=LONGEST)
    return field if language == FIRST else field.optional()


class AnswerForm(Form, name="readyanswer"):
    """What is said about a topic; languages that are left out hear the first."""

    known = Known()
    texts: Each[str] = Each(_answer, LANGUAGES)

    def words(self) -> dict[str, object]:
        return {"topic": Text(f"ready.{self.known['topic']}.title")}


class Lines(Story):
    """What officers choose from, one on each line. They write it to anybody: nobody is named in it, and nothing leads to
    somebody."""

    def __init__(self) -> None:
        super().__init__(least=3, most=LONGEST)

    def read(self, heard: Heard, form: Form) -> str:
        lines = lines_of(super().read(heard, form))
        if leads := find_contacts("\n".join(lines)).shown:
            raise Invalid("line_leads", words=leads)
        if names := [name for line in lines if (name := _name_in(line, form))]:
            raise Invalid("line_names", words=names)
        if wrong := [line for line in lines if not SHORTEST_LINE <= len(line) <= LONGEST_LINE]:
            raise Invalid("line_length", line=wrong[0][:60], least=SHORTEST_LINE, most=LONGEST_LINE)
        seen: set[str] = set()
        for line in lines:
            if fold(line) in seen:
                raise Invalid("line_twice", line=line)
            seen.add(fold(line))
        return "\n".join(lines)

    def words(self, form: Form) -> Mapping[str, object]:
        """With the first two lines of what the program says by itself, in the language of the answer, as the example."""
        default = changed(form.facts.speech, language=self.language).say(
            f"ready.{form.answers['known']['topic']}.default"
        )
        return {**super().words(form), "example": "\n".join(f"• {line}" for line in default.split("\n")[:2])}


def _name_in(line: str, form: Form) -> str:
    """Somebody's name; no place is one."""
    name = whom.name(Sentence.of(line), form.facts.communes)
    return "" if name and form.facts.province_of(name) else name


def _lines(language: str) -> Field[Any]:
    return Lines() if language == FIRST else Lines().optional()


class ListForm(Form, name="readylist"):
    """What officers choose from on a topic; languages that are left out get the first."""

    known = Known()
    texts: Each[str] = Each(_lines, LANGUAGES)

    def words(self) -> dict[str, object]:
        return {"topic": Text(f"ready.{self.known['topic']}.title")}


class AccountNumber(Line):
    """The number of a bank account, without spaces."""

    def read(self, heard: Heard, form: Form) -> str:
        number = re.sub(r"[\s.-]", "", super().read(heard, form)).upper()
        if not NUMBER.fullmatch(number) or sum(c.isdigit() for c in number) < 6:
            raise Invalid("not_an_account")
        return number


class Holder(Line):
    """Whose account it is, as the bank writes it: the Society's, and nobody's own."""

    def read(self, heard: Heard, form: Form) -> str:
        holder = super().read(heard, form)
        if not any(fold(name) in fold(holder) for name in phrases("giftaccount.holder.words")):
            raise Invalid("not_the_society")
        return holder


class AccountForm(Form, name="giftaccount"):
    """The account for gifts of money."""

    bank = Line(least=2, most=80)
    number = AccountNumber(least=6, most=30)
    holder = Holder(least=5, most=80)
