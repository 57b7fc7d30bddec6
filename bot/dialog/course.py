"""The course through a form: what is asked next, what is taken as usual instead, what was asked, and how much is left."""

from __future__ import annotations

from typing import Any

from bot.dialog.forms import Field, Form
from bot.message import Json, Text

REVIEW, EDIT, LEAVE = "+review", "+edit", "+leave"
ASKED = "+asked"
"""Under this stand the questions that were put, in their order."""


def next_question(form: Form) -> str:
    """The first question without an answer, or the review; what need not be asked is taken as usual on the way."""
    for field in form.asked():  # what is taken for an answer may decide whether the next one applies
        if field.name in form.answers:
            continue
        usual = usual_answer(form, field)
        if usual is None and not field.later:
            return field.name
        form.answers[field.name] = usual
    return REVIEW


def usual_answer(form: Form, field: Field[Any]) -> Json:
    return field.assumes(form) if field.assumes is not None else None


def is_assumed(form: Form, field: Field[Any]) -> bool:
    """Whether its answer is the one that was taken unasked."""
    return (field.later or field.assumes is not None) and form.answers.get(field.name) == usual_answer(form, field)


def count_given(form: Form) -> int:
    """How many of the questions that were put have an answer."""
    return sum(form.answers.get(name) is not None for name in form.answers.get(ASKED) or ())


def note_asked(form: Form, asking: str) -> None:
    """Remember which questions were put; what is only changed in the review is none of them."""
    asked = list(form.answers.get(ASKED) or ())
    if REVIEW in asked or asking in (EDIT, LEAVE):
        return
    form.answers[ASKED] = [*asked[: asked.index(asking) if asking in asked else len(asked)], asking]


def asked_before(form: Form, asking: str) -> str:
    """The question that was put before this one; the review, where this one is only being changed.

    A question that a change brought has to be answered before the review: then what can be changed.
    """
    asked = list(form.answers.get(ASKED) or ())
    if asking != REVIEW and REVIEW in asked:
        return REVIEW if asking in form.answers else EDIT
    earlier = asked[: asked.index(asking)] if asking in asked else []
    if asking == REVIEW:
        form.answers[ASKED] = earlier
    return earlier[-1] if earlier else EDIT if asking == REVIEW else asking


def tell_progress(form: Form, asking: str) -> Text | None:
    """Where the person is: «3/6», the review included; nothing in a short form, and where an answer is only changed."""
    asked = form.answers.get(ASKED) or ()
    if asking not in asked or REVIEW in asked:
        return None
    open_ = [f for f in form.asked() if f.name not in form.answers and f.name != asking and not f.later]
    left = [field for field in open_ if usual_answer(form, field) is None]
    n = asked.index(asking) + 1
    of = n + max(len(left), form.fields[asking].brings) + form.review
    return Text("+progress", {"n": n, "of": of}) if of > 2 else None


def addable(form: Form) -> list[Field[Any]]:
    """What the review offers to add."""
    return [field for field in form.asked() if field.offered and form.answers.get(field.name) is None]
