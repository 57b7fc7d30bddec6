"""Lead a person through a form, one message at a time. Nothing here does I/O."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase
from typing import Any

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
    tell_progress,
)
from bot.dialog.forms import Facts, Field, Form, Invalid, Stop
from bot.message import Heard, Json, Option, Reply, Text, Words, shown_of
from bot.vietnamese.courtesy import courteous
from bot.vietnamese.fold import exact, fits, fold
from bot.vietnamese.none import says_none
from bot.vietnamese.yes_no import read_yes_no

SEND, CHANGE, BACK, SKIP, CANCEL, DONE = "+send", "+change", "+back", "+skip", "+cancel", "+done"
KEEP = "+keep"
"""The answer that was given before holds."""
ORDERS = (CANCEL, BACK, SKIP, CHANGE, KEEP)
"""What may be typed at any question, instead of an answer."""
MANY = 3
"""Answers that are not thrown away on one word."""
PICKED, NEXT, MORE, HOME = "+picked", "+next", "+more", "/menu"
OFF = "-"
"""Before the value of a box that is ticked: pressing it twice does what pressing it once does."""
NUMBER = re.compile("^(so|chon) (?=[0-9])")
"""What people write before the number of a choice."""
KNOWN = "+known"
"""The button with what the program suggests."""


@dataclass(frozen=True)
class Place:
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

    @property
    def stopped_at(self) -> str:
        """The question that is open, also while the person is asked whether to leave."""
        return str((self.answers or {})[NEXT][1]) if self.asking == LEAVE else self.asking


@dataclass(frozen=True)
class Step:
    """What one message led to: replies, then a new place, or a finished form, or neither."""

    replies: tuple[Reply, ...]
    place: Place | None = None
    done: Form | None = None
    next: str = ""
    """A command line that the person chose instead of the form."""
    joined: bool = False
    """Whether the message joined an earlier answer without a word."""


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
    return replace(step, replies=tuple(replace(reply, above=None) for reply in step.replies)) if reviewed else step


def repeat(form: type[Form], place: Place, facts: Facts, above: Words | None = None) -> Step:
    """Put the open question once more, with something said above it."""
    return _ask(form(place.answers or {}, facts), place.asking, above)


def leave(form: type[Form], place: Place, facts: Facts, wanted: str) -> Step:
    """Ask whether to drop the open form for the command that was just given."""
    answers = {**(place.answers or {}), NEXT: [wanted, place.stopped_at]}
    return _ask(form(answers, facts), LEAVE)


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
            return replace(again, replies=(Reply(Text("stale.question"), passing=True), *again.replies))
        heard = replace(heard, pressed=value)
    if heard.pressed == CANCEL and (asking == LEAVE or count_given(current) < MANY):
        return Step((Reply(Text(f"{form.name}.cancelled")),))
    if heard.pressed == CANCEL:
        return leave(form, place, facts, "")
    if asking == LEAVE:
        return _left(current, heard)
    if heard.pressed == CHANGE and asking not in (REVIEW, EDIT):
        return _ask(current, EDIT)
    if asking == REVIEW:
        return _reviewed(current, heard)
    if asking == EDIT:
        chosen = heard.pressed in {field.name for field in current.asked()}
        return _ask(current, heard.pressed) if chosen else _ask(current, EDIT, _unread(heard))
    if asking not in {field.name for field in current.asked()}:
        return _ask(current)  # the question was removed while the person slept
    field = form.fields[asking]
    return _answered(current, field, _confirmed(field, place, heard, current))


def understand(heard: Heard, place: Place | None, speech_orders: dict[str, str], choices: int = 0) -> Heard:
    """Turn typed words into the order or the offered option they stand for.

    Orders may be typed without marks, but for those that are other words then: «Huy» is a given name, «huỷ» cancels.
    So may options, and by number; a number counts only where options were offered. What somebody types is kept as typed
    and not replaced by a suggestion that has other marks. With ``choices`` so many were shown at once, the next number
    asks for more, 0 for the menu, and some options have letters.
    """
    if heard.pressed or not heard.text or len(heard.text) > 200 or heard.picture:
        return heard
    if order := speech_orders.get(exact(courteous(heard.text)).replace(",", "")):
        return replace(heard, pressed=order)
    offered = place.offered if place else ()
    said = fold(heard.text)
    for value, label in offered:
        if said and said == fold(label) and _meant(heard.text, value, label):
            return replace(heard, pressed=value)
    if place and any(place.yes_no) and (yes := read_yes_no(heard.text).value) is not None:
        return replace(heard, pressed=place.yes_no[0 if yes else 1])
    return _picked(heard, said, place, offered, choices)


def _picked(heard: Heard, said: str, place: Place | None, offered: Sequence[tuple[str, str]], choices: int) -> Heard:
    """The option with this number or letter, of those that were shown; or the wish for the menu, or for more of them."""
    if place is not None and choices and place.lettered:
        number = ascii_lowercase.find(said) + 1 if len(said) == 1 else 0
    else:
        number = int(said) if (said := NUMBER.sub("", said)).isdecimal() and len(said) < 4 else -1
        if choices and number == 0 and (offered or place is None or not place.form):
            return replace(heard, pressed=HOME)
    shown = shown_of(len(offered), choices)
    if number == shown + 1 and len(offered) > shown:
        return replace(heard, pressed=MORE)
    if not 1 <= number <= shown:
        return heard
    value, label = offered[number - 1]
    return replace(heard, pressed=value, chosen=f"{said.upper()}. {label.lstrip('☐☑ ')}")


def turned(place: Place, choices: int) -> Sequence[Option]:
    """What was offered, beginning with what was not shown yet; what was shown comes last, so that nothing is lost."""
    after = [*place.offered[choices:], *place.offered[:choices]]
    return [Option(value, label) for value, label in after]


def _meant(typed: str, value: str, label: str) -> bool:
    """Marks may be missing where something is chosen, but not where a suggestion would be kept as the answer."""
    return exact(typed) == exact(label) if value.endswith(f"={KNOWN}") else fits(typed, label)


def _confirmed(field: Field[Any], place: Place, heard: Heard, form: Form) -> Heard:
    """«đúng rồi» to the one answer that was suggested, or asked back, is that answer."""
    own = {option.value for option in field.options(form)} - {KNOWN}
    values = [value.partition("=")[2] for value, _ in place.offered if value.startswith(f"{field.key}=")]
    suggested = [value for value in values if value not in own and value != SKIP]
    if heard.pressed or len(suggested) != 1 or len(values) > 1 or read_yes_no(heard.text).value is not True:
        return heard
    return replace(heard, pressed=suggested[0])


def _absorbed(form: Form, place: Place, heard: Heard) -> Step | None:
    """Give a message to the answered question that it belongs to; without a word the open question stays as it was put."""
    for field in form.applying():
        if field.name in form.answers and field.name != place.asking:
            was_open = place.asking in form.fields and place.asking not in form.answers
            taken = field.absorb(form.answers[field.name], heard, form)
            if taken is not None:
                form.answers[field.name], said = taken
                if was_open and place.asking in form.answers:
                    return _ask(form, None, said)  # it answered the open question as well
                if said is None:
                    return Step((), Place(form.name, form.answers, place.asking, place.offered), joined=True)
                return _ask(form, place.asking, said)
    return None


def _answered(form: Form, field: Field, heard: Heard) -> Step:  # type: ignore[type-arg]  # any answer
    if heard.pressed == BACK:
        return _ask(form, asked_before(form, field.name))
    answered = form.answers.get(field.name) is not None
    if answered and heard.pressed in (KEEP, SKIP):
        return _ask(form)
    none = not heard.pressed and bool(heard.text) and not heard.picture and says_none(heard.text)
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
        return Step((Reply(stop.sentence),))
    form.answers |= {field.name: field.dump(answer), **field.also(heard, answer, form)}
    return _ask(form, None, field.remark(heard, answer, form))


def _ticked(form: Form, field: Field, heard: Heard) -> Step:  # type: ignore[type-arg]  # any answer
    """Several values are ticked one by one until the person says that this is all."""
    picked = list(form.answers.get(PICKED) or [])
    if heard.pressed != DONE:
        off = heard.pressed.startswith(OFF)
        try:
            chosen = field.read(replace(heard, pressed=heard.pressed.removeprefix(OFF)), form)
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
    said = None if heard.pressed else read_yes_no(heard.text).value
    if heard.pressed == SEND or said is True:
        # A photo that joined meanwhile may have brought a question of its own.
        complete = all(field.name in form.answers for field in form.asked())
        return _done(form) if complete else _ask(form)
    if heard.pressed == BACK:
        return _ask(form, asked_before(form, REVIEW))
    if heard.pressed in {field.name for field in addable(form)}:
        return _ask(form, heard.pressed)
    if heard.pressed == CHANGE or said is False:
        return _ask(form, EDIT)
    return _ask(form, REVIEW, _unread(heard))


def _left(form: Form, heard: Heard) -> Step:
    wanted, was = form.answers.pop(NEXT, ["", ""])
    said = None if heard.pressed else read_yes_no(heard.text).value
    if heard.pressed == DONE or said is True:
        return Step((Reply(Text(f"{form.name}.cancelled")),), next=wanted)
    if heard.pressed in (BACK, CHANGE) or said is False:
        return _ask(form, was or None)
    form.answers[NEXT] = [wanted, was]
    return _ask(form, LEAVE, _unread(heard))


def _unread(heard: Heard) -> Text:
    return Text(f"wrong.{heard.problem or 'not_an_option'}")


def _ask_again(form: Form, field: Field, wrong: Invalid) -> Step:  # type: ignore[type-arg]  # any answer
    said = Text(f"wrong.{wrong.code}", wrong.params)
    return _ask(form, field.name, said, keep_picked=True, instead=wrong.options)


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

    What is said ``above`` it stands in the same message.
    """
    _drop_what_no_longer_applies(form)
    if not keep_picked:
        form.answers.pop(PICKED, None)
    applies = {f.name: f for f in form.asked()}
    if asking not in applies and asking not in (REVIEW, EDIT, LEAVE):
        asking = next_question(form)
        applies = {f.name: f for f in form.asked()}
    note_asked(form, asking)
    if asking == REVIEW and not form.review:
        return _done(form, Reply(above)) if above else _done(form)
    if asking in applies and applies[asking].several and PICKED not in form.answers:
        form.answers[PICKED] = list(form.answers.get(asking) or [])
    reply = replace(_question(form, asking, instead), above=above, in_place=in_place)
    return Step((reply,), Place(form.name, form.answers, asking))


def _done(form: Form, *replies: Reply) -> Step:
    form.answers.pop(ASKED, None)
    return Step(replies, done=form)


def _drop_what_no_longer_applies(form: Form) -> None:
    """One answer may decide whether another applies, so look until nothing changes."""
    while True:
        names = {field.name for field in form.applying()} | {PICKED, NEXT, ASKED}
        gone = form.answers.keys() - names
        if not gone:
            return
        form.answers = {name: answer for name, answer in form.answers.items() if name in names}


def _question(form: Form, asking: str, instead: Sequence[Option]) -> Reply:
    def qualified(options: Sequence[Option]) -> tuple[Option, ...]:
        return tuple(replace(o, value=f"{form.name}.{asking}={o.value}") for o in options)

    if asking == REVIEW:
        text = Text(REVIEW, {"title": Text(f"{form.name}.title"), "answers": _summary(form)})
        confirm = Option(SEND, Text(f"{form.name}.confirm"), sense="goes")
        add = [Option(field.name, Text(f"{field.key}.add")) for field in addable(form)]
        return Reply(text, qualified([confirm, *add, *(Option(order, Text(order)) for order in (CHANGE, CANCEL))]))
    if asking == EDIT:
        return Reply(Text(EDIT), qualified([Option(f.name, f.title(form)) for f in form.asked()]))
    if asking == LEAVE:
        wanted = (form.answers.get(NEXT) or [""])[0]
        text = Text(LEAVE if wanted else f"{LEAVE}.for_good", {"title": Text(f"{form.name}.title")})
        return Reply(text, qualified([Option(BACK, Text("+stay")), Option(DONE, Text("+drop"), sense="danger")]))
    field = form.fields[asking]
    options = instead or field.options(form)
    if field.several:
        picked = form.answers.get(PICKED) or []
        options = [_box(o, o.value in picked) for o in options]
        options.append(Option(DONE, Text("+done")))
    kept = form.answers.get(asking) is not None and not field.several  # what is ticked is kept by being done
    order = KEEP if kept else SKIP if field.skippable else ""
    skip = Option(f"{form.name}.{asking}={order}", Text(order)) if order else None
    return replace(
        field.ask(form),
        options=qualified(options),
        skip=skip,
        lettered=field.numeric,
        secret=field.secret,
        progress=tell_progress(form, asking),
    )


def _box(option: Option, picked: bool) -> Option:
    """The option as a box that is ticked or not, and that is turned into the other when it is chosen."""
    label = Text("+picked" if picked else "+unpicked", {"label": option.label})
    return Option(f"{OFF}{option.value}" if picked else option.value, label)


def _summary(form: Form) -> list[tuple[Words, Words]]:
    return [(f.title(form), said) for f in form.applying() if (said := f.in_summary(form)) is not None]
