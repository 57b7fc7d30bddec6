"""Put a form's question: its words, its options as buttons that carry it, and in the end the review."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialog.course import EDIT, LEAVE, REVIEW, addable, asked_before, tell_progress
from bot.dialog.forms import Form
from bot.dialog.orders import BACK, CANCEL, CHANGE, DONE, KEEP, NEXT, OFF, PICKED, SEND, SKIP
from bot.message import Option, Reply, Text, Words, changed


def question(form: Form, asking: str, instead: Sequence[Option] = ()) -> Reply:
    """The open question as it is put; ``instead`` are the options that are offered instead of its own."""

    def qualified(options: Sequence[Option]) -> tuple[Option, ...]:
        return tuple(changed(o, value=f"{form.name}.{asking}={o.value}") for o in options)

    if asking == REVIEW:
        text = Text(REVIEW, {"title": Text(f"{form.name}.title"), "answers": summary(form)})
        confirm = Option(SEND, Text(f"{form.name}.confirm"), sense="goes")
        add = [Option(field.name, Text(f"{field.key}.add")) for field in addable(form)]
        choices = [confirm, *add, Option(CHANGE, Text(CHANGE), sense="beside"), Option(CANCEL, Text(CANCEL))]
        return Reply(text, qualified(choices), thumbs=pictures(form))
    if asking == EDIT:
        answers = [Option(f.name, f.title(form)) for f in form.asked()]
        return Reply(Text(EDIT), qualified(answers), ways=qualified([Option(BACK, Text(BACK))]))
    if asking == LEAVE:
        wanted = (form.answers.get(NEXT) or [""])[0]
        text = Text(LEAVE if wanted else f"{LEAVE}.for_good", {"title": Text(f"{form.name}.title")})
        return Reply(text, qualified([Option(BACK, Text("+stay")), Option(DONE, Text("+drop"), sense="danger")]))
    field = form.fields[asking]
    options = instead or field.options(form)
    if field.several:
        picked = form.answers.get(PICKED) or []
        options = [_box(o, o.value in picked) for o in options]
        options.append(Option(DONE, Text("+done"), sense="goes"))
    kept = form.answers.get(asking) is not None and not field.several  # what is ticked is kept by being done
    order = KEEP if kept else SKIP if field.skippable else ""
    words = Text(f"{field.key}.skip" if order == SKIP and field.skip_named else order)
    skip = Option(f"{form.name}.{asking}={order}", words) if order else None
    return changed(
        field.ask(form),
        options=qualified(options),
        skip=skip,
        ways=qualified(_ways(form, asking)),
        lettered=field.numeric,
        secret=field.secret,
        progress=tell_progress(form, asking),
    )


def _ways(form: Form, asking: str) -> list[Option]:
    """The ways out of a question: back, if anything was put before it, and to cancel."""
    orders = [CANCEL] if asked_before(form, asking) == asking else [BACK, CANCEL]
    return [Option(order, Text(order)) for order in orders]


def _box(option: Option, picked: bool) -> Option:
    """The option as a box that is ticked or not, and that is turned into the other when it is chosen."""
    label = Text("+picked" if picked else "+unpicked", {"label": option.label})
    return Option(f"{OFF}{option.value}" if picked else option.value, label)


def summary(form: Form) -> list[tuple[Words, Words]]:
    """What the review says of every answer so far."""
    return [(f.title(form), said) for f in form.applying() if (said := f.in_summary(form)) is not None]


def pictures(form: Form) -> tuple[str, ...]:
    """The names of all pictures among the answers so far."""
    kept = [(field, form.answers.get(field.name)) for field in form.applying()]
    return tuple(name for field, answer in kept if answer is not None for name in field.pictures(field.load(answer)))
