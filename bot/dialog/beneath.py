"""What is typed beneath a summary instead of pressing one of its buttons: a yes, a no, what the button is called, or words
about one of the answers, which are never taken for a yes or a no."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct

from bot.dialog.forms import Form, Invalid
from bot.dialog.orders import CHANGE, KEEP, SEND
from bot.message import Heard
from bot.vietnamese.courtesy import courteous
from bot.vietnamese.fold import exact, fold
from bot.vietnamese.spelling import has_marks, tokens
from bot.vietnamese.yes_no import yes_or_no
from locales import phrases

THINGS = ("photo", "phone", "name", "day", "money")
"""What answers are about: the sentences «called.…» list how people call it."""


NONE = re.compile(
    r"(?:(?:da|em|toi|tui|minh|con|chau|i|we|have|co) )*(?:khong|ko|k|kg|hong|chua|no|not|don't|haven't|without)\b(?: \S+){0,4}"
)
"""How people begin to say, folded, that there is none of what they name."""


class Meant(Struct, frozen=True):
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
    yes = yes_or_no(heard.text)
    if yes is None or fold(courteous(heard.text)) not in folded_phrases("bare.words"):
        if (about := _about(form, heard)) is not None:
            return about
        yes = plain_yes_no(heard.text)
    return Meant() if yes is None else Meant(SEND if yes else CHANGE)


def plain_yes_no(text: str) -> bool | None:
    """A yes or a no to what was asked, and to nothing else: «có ảnh» speaks of photos."""
    yes = yes_or_no(text)
    if yes is not None and any(mentions(text, phrases(f"called.{thing}")) for thing in THINGS):
        return None
    return yes


def mentions(text: str, called: frozenset[str]) -> bool:
    """Whether a text names something. A word alone has to bear its marks: «anh» is no «ảnh»; several may be typed without."""
    said, bare = _as_said(text)
    return any(one in said for one in _as_called(called)) or any(one in bare for one in _as_typed_bare(called))


@lru_cache(maxsize=64)
def _as_said(text: str) -> tuple[str, str]:
    """The words between spaces, to look for others in them; and once more folded, where they were typed without marks."""
    words = " ".join(exact(word) for word in tokens(text))
    return f" {words} ", "" if has_marks(text) else f" {fold(words)} "


@lru_cache(maxsize=512)
def _as_called(called: frozenset[str]) -> frozenset[str]:
    return frozenset(f" {exact(one)} " for one in called)


@lru_cache(maxsize=512)
def _as_typed_bare(called: frozenset[str]) -> frozenset[str]:
    return frozenset(f" {fold(one)} " for one in called if " " in one)


@cache
def folded_phrases(key: str) -> frozenset[str]:
    """What people may type for this, in any language, as it is found."""
    return frozenset(map(fold, phrases(key)))


def says_none_of_it(text: str) -> bool:
    """Whether words that name something say that there is none of it."""
    return "?" not in text and NONE.fullmatch(fold(courteous(text))) is not None


def _confirms(form: Form, heard: Heard) -> bool:
    """Whether the words are what this form's own button is called besides, such as «gửi» for «Gửi cho Hội». A form that
    lists none has to be confirmed by its button, or by a yes."""
    return "?" not in heard.text and fold(courteous(heard.text)) in folded_phrases(f"{form.name}.confirm.words")


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
