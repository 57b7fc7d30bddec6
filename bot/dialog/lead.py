"""Lead a person through a form, one message at a time. Nothing here does I/O."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from bot.dialog.beneath import Meant, plain_yes_no, read_beneath
from bot.dialog.course import (
    ASKED,
    EDIT,
    LEAVE,
    REVIEW,
    addable,
    asked_before,
    count_given,
    is_assumed,
    next_question,
    note_asked,
)
from bot.dialog.forms import Facts, Field, Form, Instead, Invalid, Stop
from bot.dialog.orders import BACK, CANCEL, CHANGE, DONE, KEEP, KNOWN, NEXT, NONE, OFF, PICKED, SEND, SKIP
from bot.dialog.question import question, summary
from bot.message import Heard, Json, Option, Reply, Text, Words, changed
from bot.vietnamese.fold import fold
from bot.vietnamese.none import says_none
from bot.vietnamese.yes_no import yes_or_no

BESIDE = frozenset({PICKED, NEXT, ASKED, NONE})
"""What stands among the answers and is none."""
MANY = 3
"""Answers that are not thrown away on one word."""


class Place(Struct, frozen=True):
    """Where a person is in a form: the answers and the open question, and what was offered last. All that is stored.

    Outside every form ``form`` is empty, and only ``offered`` counts: it gives typed numbers their meaning.
    """

    form: str = ""
    answers: dict[str, Json] | None = None
    asking: str = ""
    offered: tuple[tuple[str, str], ...] = ()
    lettered: bool = False
    """Whether what was offered has letters, since a number answers the question itself."""
    yes_no: tuple[str, str] = ("", "")
    """What yes and no stand for, where no form is open and a question was put that they answer."""
    held: bool = False
    """Whether what is asked waits for an album's last photo, so that it was not said yet."""

    @property
    def stopped_at(self) -> str:
        """The question that is open, also while the person is asked whether to leave."""
        return str((self.answers or {})[NEXT][1]) if self.asking == LEAVE else self.asking


class Step(Struct, frozen=True):
    """What one message led to: replies, then a new place, or a finished form, or neither."""

    replies: tuple[Reply, ...]
    place: Place | None = None
    done: Form | None = None
    next: str = ""
    """A command line that the person chose instead of the form."""
    joined: bool = False
    """Whether the message joined an earlier answer without a word."""
    unread: bool = False
    """Whether the message could not be taken for an answer."""


def begin(
    form: type[Form],
    facts: Facts,
    answers: dict[str, Json] | None = None,
    asking: str | None = None,
    above: Words | None = None,
) -> Step:
    """Open a form, with answers that are known already, and say what is ``above`` unless the review says it all."""
    step = _ask(form(answers or {}, facts), asking, above)
    reviewed = step.place is not None and step.place.asking == REVIEW
    return changed(step, replies=tuple(changed(reply, above=None) for reply in step.replies)) if reviewed else step


def repeat(form: type[Form], place: Place, facts: Facts, above: Words | None = None) -> Step:
    """Put the open question once more, with something said above it; what is ticked stays ticked."""
    return _ask(form(place.answers or {}, facts), place.asking, above, keep_picked=True)


def told(form: type[Form], place: Place, facts: Facts) -> Sequence[tuple[Words, Words]]:
    """What was answered so far; nothing where the open question is the review, which says it all."""
    return [] if place.asking == REVIEW else summary(form(place.answers or {}, facts))


def leave(form: type[Form], place: Place, facts: Facts, wanted: str) -> Step:
    """Ask whether to drop the open form for the command that was just given."""
    answers = {**(place.answers or {}), NEXT: [wanted, place.stopped_at]}
    return _ask(form(answers, facts), LEAVE, keep_picked=True)


def started(place: Place, form: type[Form], facts: Facts) -> bool:
    """Whether there is an answer that would be lost."""
    current = form(place.answers or {}, facts)
    given = (field for name, field in form.fields.items() if name in current.answers and not field.hidden)
    return any(not is_assumed(current, field) for field in given)


def resume(form: type[Form], place: Place, heard: Heard, facts: Facts) -> Step:
    """Take one message, already understood, as the answer to the open question."""
    current = form(place.answers or {}, facts)
    asking = place.asking
    if absorbed := _absorbed(current, place, heard):
        return absorbed
    if "=" in heard.pressed:
        question, _, value = heard.pressed.partition("=")
        if question != f"{form.name}.{asking}":
            again = _ask(current, asking)
            return changed(again, replies=(Reply(Text("stale.question"), passing=True), *again.replies))
        heard = changed(heard, pressed=value)
    if heard.pressed == CANCEL and (asking == LEAVE or count_given(current) < MANY):
        return Step((Reply(Text(f"{form.name}.cancelled")),))
    if heard.pressed == CANCEL:
        return leave(form, place, facts, "")
    if asking == LEAVE:
        return _left(current, heard)
    if heard.pressed == CHANGE and asking not in (REVIEW, EDIT):
        answered = any(current.answers.get(field.name) is not None for field in current.asked())
        return _ask(current, EDIT if answered else asking, keep_picked=True)
    if asking == REVIEW:
        return _reviewed(current, heard)
    if asking == EDIT and heard.pressed == BACK:
        return _ask(current, REVIEW)
    if asking == EDIT:
        return _ask(current, heard.pressed) if current.asks(heard.pressed) else _typed_instead(current, heard)
    if not current.asks(asking):
        return _ask(current)  # the question was removed while the person slept
    field = form.fields[asking]
    return _answered(current, field, _confirmed(field, place, heard, current))


def _confirmed(field: Field[Any], place: Place, heard: Heard, form: Form) -> Heard:
    """«đúng rồi» to the one answer that was suggested, or asked back, is that answer."""
    if heard.pressed:
        return heard
    own = f"{field.key}="
    values = [value.removeprefix(own) for value, _ in place.offered if value.startswith(own)]
    if len(values) != 1 or values[0] == SKIP or yes_or_no(heard.text) is not True:
        return heard
    offered = {option.value for option in field.options(form)} - {KNOWN}
    return heard if values[0] in offered else changed(heard, pressed=values[0])


def _absorbed(form: Form, place: Place, heard: Heard) -> Step | None:
    """Give a message to the answered question that it belongs to; without a word the open question stays as it was put."""
    for field in form.absorbs():
        if field.name in form.answers and field.name != place.asking:
            was_open = place.asking in form.fields and place.asking not in form.answers
            taken = field.absorb(form.answers[field.name], heard, form)
            if taken is not None:
                form.answers[field.name], said = taken
                if was_open and place.asking in form.answers:
                    return _ask(form, None, said)  # it answered the open question as well
                if said is None:
                    return Step((), changed(place, answers=form.answers), joined=True)
                return _ask(form, place.asking, said)
    return None


def _answered(form: Form, field: Field[Any], heard: Heard) -> Step:
    if heard.pressed == BACK:
        return _ask(form, asked_before(form, field.name))
    answered = form.answers.get(field.name) is not None
    if answered and heard.pressed in (KEEP, SKIP):
        return _ask(form)
    typed = field.skippable and not heard.pressed and not heard.picture
    none = typed and bool(heard.text) and says_none(heard.text)
    twice = form.answers.pop(NONE, None) == field.name
    if none and field.skip_named and not twice:
        label = Text(f"{field.key}.skip")  # a key of Telegram's keyboard types its words
        if fold(heard.text) != fold(form.facts.speech(label)):
            form.answers[NONE] = field.name
            return _ask_again(form, field, Invalid("none_sure", skip=label))
    if field.skippable and (heard.pressed == SKIP or none):
        form.answers[field.name] = None
        return _ask(form)
    if (instead := field.instead(heard, form)) is not None:
        form.answers |= {field.name: None, **instead}
        return _ask(form)
    if field.several:
        return _ticked(form, field, heard)
    try:
        answer = field.read(heard, form)
    except Invalid as wrong:
        return _ask_again(form, field, wrong)
    except Stop as stop:
        return Step((Reply(stop.sentence, stop.options),))
    except Instead as wish:
        return Step((), next=wish.line)
    if heard.pressed == SKIP:  # free text would take the order for what is asked
        return _ask_again(form, field, Invalid("not_skippable"))
    return _taken(form, field, heard, answer)


def _taken(form: Form, field: Field[Any], heard: Heard, answer: Any) -> Step:
    """Keep an answer with what it says besides, and go on."""
    also = field.also(heard, answer, form)
    holds = {name: kept for name, kept in form.answers.items() if name not in field.void}
    form.answers = {**holds, field.name: field.dump(answer), **also}
    return _ask(form, None, field.remark(heard, answer, form))


def _ticked(form: Form, field: Field[Any], heard: Heard) -> Step:
    """Several values are ticked one by one until the person says that this is all."""
    picked = list(form.answers.get(PICKED) or [])
    if heard.pressed != DONE:
        off = heard.pressed.startswith(OFF)
        try:
            chosen = field.read(changed(heard, pressed=heard.pressed.removeprefix(OFF)), form)
        except Invalid as wrong:
            return _ask_again(form, field, wrong)
        ticked = {*picked} - {*chosen} if off else {*picked, *chosen}
        form.answers[PICKED] = [o.value for o in field.options(form) if o.value in ticked]
        return _ask(form, field.name, keep_picked=True, in_place=True)
    form.answers[PICKED] = picked
    try:
        field.check(picked, form)
    except Invalid as wrong:
        return _ask_again(form, field, wrong)
    form.answers[field.name] = field.dump(picked)
    return _ask(form)


def _reviewed(form: Form, heard: Heard) -> Step:
    meant = Meant(heard.pressed) if heard.pressed else read_beneath(form, heard)
    if meant.order == SEND:
        # A photo that joined meanwhile may have brought a question of its own.
        complete = all(field.name in form.answers for field in form.asked())
        return _done(form) if complete else _ask(form)
    if meant.order == BACK:
        return _ask(form, asked_before(form, REVIEW))
    if meant.order in {field.name for field in addable(form)}:
        return _ask(form, meant.order)
    if meant.order == CHANGE:
        return _ask(form, EDIT)
    return _about(form, meant, heard) if meant.name else _unread(form, REVIEW, heard)


def _typed_instead(form: Form, heard: Heard) -> Step:
    """Where it was asked what to change, the new answer itself; a yes is none, and «gửi» shows once more what is sent."""
    meant = Meant() if heard.pressed else read_beneath(form, heard)
    if meant.order == SEND and yes_or_no(heard.text) is None:
        return _ask(form, REVIEW)
    return _about(form, meant, heard) if meant.name else _unread(form, EDIT, heard)


def _about(form: Form, meant: Meant, heard: Heard) -> Step:
    """What was typed of one of the answers: another one, that there is none, or only its name."""
    if meant.order == KEEP:
        return _ask(form, REVIEW, Text("+as_is"))
    field = form.fields[meant.name]
    if meant.wrong is not None:
        return _ask_again(form, field, meant.wrong)
    if meant.answer is not None:  # read once more, since reading may note another answer in the form
        return _taken(form, field, heard, field.read(heard, form))
    return _ask(form, field.name)


def _left(form: Form, heard: Heard) -> Step:
    wanted, was = form.answers.pop(NEXT, ["", ""])
    said = None if heard.pressed else plain_yes_no(heard.text)
    if heard.pressed == DONE or said is True:
        return Step((Reply(Text(f"{form.name}.cancelled")),), next=wanted)
    if heard.pressed in (BACK, CHANGE) or said is False:
        return _ask(form, was or None, keep_picked=True)
    form.answers[NEXT] = [wanted, was]
    return _unread(form, LEAVE, heard)


def _unread(form: Form, asking: str, heard: Heard) -> Step:
    said = Text(f"wrong.{heard.problem or 'not_an_option'}")
    return changed(_ask(form, asking, said, keep_picked=True), unread=True)


def _ask_again(form: Form, field: Field[Any], wrong: Invalid) -> Step:
    said = Text(f"wrong.{wrong.code}", wrong.params)
    return changed(_ask(form, field.name, said, keep_picked=True, instead=wrong.options), unread=True)


def _ask(
    form: Form,
    asking: str | None = None,
    above: Words | None = None,
    *,
    keep_picked: bool = False,
    in_place: bool = False,
    instead: Sequence[Option] = (),
) -> Step:
    """Put the given question, or the first without an answer, or the review; without a review, be done.

    Nobody reaches the review, or is done, while a question is open, whichever way she took through the form.
    What is said ``above`` it stands in the same message.
    """
    _drop_what_no_longer_applies(form)
    if not keep_picked:
        form.answers.pop(PICKED, None)
    if asking is None or not (asking in (EDIT, LEAVE) or form.asks(asking)):
        asking = next_question(form)
    note_asked(form, asking)
    if asking == REVIEW and not form.review:
        return _done(form, Reply(above)) if above else _done(form)
    field = form.fields.get(asking)
    if field is not None and field.several and PICKED not in form.answers:
        form.answers[PICKED] = list(form.answers.get(asking) or field.ticked(form))
    reply = changed(question(form, asking, instead), above=above, in_place=in_place)
    return Step((reply,), Place(form.name, form.answers, asking))


def _done(form: Form, *replies: Reply) -> Step:
    form.answers.pop(ASKED, None)
    return Step(replies, done=form)


def _drop_what_no_longer_applies(form: Form) -> None:
    """One answer may decide whether another applies, so look until nothing changes."""
    while gone := {name for name in form.answers.keys() - BESIDE if not form.applies(name)}:
        form.answers = {name: answer for name, answer in form.answers.items() if name not in gone}
