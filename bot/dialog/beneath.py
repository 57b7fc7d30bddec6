"""What is typed beneath a summary instead of pressing one of its buttons: a yes, a no, what the button is called, or words
about one of the answers, which are never taken for a yes or a no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.dialog.forms import Form, Invalid
from bot.dialog.orders import CHANGE, KEEP, SEND
from bot.message import Heard
from bot.vietnamese.courtesy import courteous
from bot.vietnamese.fold import exact, fold
from bot.vietnamese.spelling import has_marks, tokens
from bot.vietnamese.yes_no import read_yes_no
from locales import phrases

THINGS = ("photo", "phone", "name", "day", "money")
"""What answers are about: the sentences «called.…» list how people call it."""


NONE = re.compile(
    r"(?:(?:da|em|toi|tui|minh|con|chau|i|we|have|co) )*(?:khong|ko|k|kg|hong|chua|no|not|don't|haven't|without)\b(?: \S+){0,4}"
)
"""How people begin to say, folded, that there is none of what they name."""


@dataclass(frozen=True)
class Meant:
    """An order, or the name of the question that was meant, with its new answer or what to ask back; with neither it was
    only named."""

    order: str = ""
    name: str = ""
    answer: Any = None
    wrong: Invalid | None = None


def read_beneath(form: Form, heard: Heard) -> Meant:
    """What was typed, or shared, beneath this form's summary."""
    if _confirms(form, heard):
        return Meant(SEND)
    yes = read_yes_no(heard.text).value
    if yes is None or fold(courteous(heard.text)) not in map(fold, phrases("bare.words")):
        if (about := _about(form, heard)) is not None:
            return about
        yes = plain_yes_no(heard.text)
    return Meant() if yes is None else Meant(SEND if yes else CHANGE)


def plain_yes_no(text: str) -> bool | None:
    """A yes or a no to what was asked, and to nothing else: «có ảnh» speaks of photos."""
    if any(mentions(text, phrases(f"called.{thing}")) for thing in THINGS):
        return None
    return read_yes_no(text).value


def mentions(text: str, called: frozenset[str]) -> bool:
    """Whether a text names something. A word alone has to bear its marks: «anh» is no «ảnh»; several may be typed without."""
    words = [exact(word) for word in tokens(text)]
    said = f" {' '.join(words)} "
    bare = "" if has_marks(text) else f" {fold(' '.join(words))} "
    return any(f" {exact(one)} " in said or (" " in one and f" {fold(one)} " in bare) for one in called)


def says_none_of_it(text: str) -> bool:
    """Whether words that name something say that there is none of it."""
    return "?" not in text and NONE.fullmatch(fold(courteous(text))) is not None


def _confirms(form: Form, heard: Heard) -> bool:
    """Whether the words are what this form's own button is called besides, such as «gửi» for «Gửi cho Hội». A form that
    lists none has to be confirmed by its button, or by a yes."""
    called = {fold(words) for words in phrases(f"{form.name}.confirm.words")}
    return "?" not in heard.text and fold(courteous(heard.text)) in called


def _about(form: Form, heard: Heard) -> Meant | None:
    """The question whose answer was typed, or that was named; what can be changed, where several were."""
    taken, asked = [], []
    for field in form.asked():
        try:
            answer = field.besides(heard, form)
        except Invalid as wrong:
            asked.append(Meant(name=field.name, wrong=wrong))
            continue
        if answer is not None:
            taken.append(Meant(name=field.name, answer=answer))
    found = taken or asked or _named(form, heard)
    return found[0] if len(found) == 1 else Meant(CHANGE) if found else None


def _named(form: Form, heard: Heard) -> list[Meant]:
    """The questions that were named; nothing is to be done where there is no answer, and it was said that there is none."""
    none = says_none_of_it(heard.text)
    named = [field for field in form.asked() if mentions(heard.text, field.called_besides(form))]
    return [Meant(KEEP if none and form.answers.get(one.name) is None else "", one.name) for one in named]
