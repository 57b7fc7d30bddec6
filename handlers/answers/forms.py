"""What admins are asked for a ready answer, and for the account for gifts."""

from __future__ import annotations

import re
from typing import Any

from bot.dialog.fields import Known, Line, Story
from bot.dialog.forms import Each, Field, Form, Invalid
from bot.message import Heard, Text
from bot.vietnamese.fold import fold
from locales import FIRST, LANGUAGES, phrases

LONGEST = 900
"""Characters of an answer: three of them make one message."""
NUMBER = re.compile(r"[0-9A-Z]{6,20}")
"""Of an account: Vietnamese banks give 6 to 19 digits, some with letters chosen by the holder."""


def _answer(language: str) -> Field[Any]:
    field = Story(least=10, most=LONGEST)
    return field if language == FIRST else field.optional()


class AnswerForm(Form, name="readyanswer"):
    """What is said about a topic; languages that are left out hear the first."""

    known = Known()
    texts: Each[str] = Each(_answer, LANGUAGES)

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
