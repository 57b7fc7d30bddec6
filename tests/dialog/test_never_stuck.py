"""Whatever people send, they are asked something, or are done, or have cancelled."""

from __future__ import annotations

import random

import orjson
from msgspec import to_builtins

from bot.dialog import lead
from bot.dialog.choose import understand
from bot.dialog.forms import Form
from bot.dialog.lead import Place
from bot.dialog.orders import CANCEL
from bot.message import Heard, Text, changed
from bot.receive.conversation import orders
from tests.questions import FACTS, FORMS, KNOWN, SPEECH, anything, offered


def test_nobody_is_ever_stuck() -> None:
    rng = random.Random(20260501)
    ends = {form.name: {"done": 0, "ended": 0, "open": 0} for form in FORMS}
    for _ in range(5000):
        form = rng.choice(FORMS)
        step = lead.begin(form, FACTS, dict(KNOWN.get(form.name, {})))
        gives_up_at = rng.randrange(5) if rng.random() < 0.2 else None
        for n in range(250):
            assert step.place is not None
            choices = offered(step) or step.place.offered
            kept = orjson.loads(orjson.dumps(to_builtins(changed(step.place, offered=choices))))
            place = Place(kept["form"], kept["answers"], kept["asking"], tuple(map(tuple, kept["offered"])))
            said = Heard(pressed=CANCEL) if n == gives_up_at else anything(rng, choices)
            step = lead.resume(form, place, understand(said, place, orders()), FACTS)
            for reply in step.replies:
                SPEECH(reply.text)
            if step.place is None:
                ends[form.name]["done" if step.done else "ended"] += 1
                if step.done:
                    complete(step.done)
                break
        else:
            ends[form.name]["open"] += 1
    assert all(how["done"] for how in ends.values()), {name: how for name, how in ends.items() if not how["done"]}
    assert all(how["ended"] for how in ends.values()), ends


def test_every_form_can_be_cancelled() -> None:
    typed = next(words for words, order in orders().items() if order == CANCEL)
    for form in FORMS:
        place = lead.begin(form, FACTS, dict(KNOWN.get(form.name, {}))).place
        assert place is not None
        step = lead.resume(form, place, understand(Heard(text=typed), place, orders()), FACTS)
        assert (step.place, step.done) == (None, None), form.name


def test_every_button_that_is_offered_is_understood() -> None:
    rng = random.Random(20260502)
    for _ in range(2000):
        form = rng.choice(FORMS)
        step = lead.begin(form, FACTS, dict(KNOWN.get(form.name, {})))
        while step.place is not None and rng.random() < 0.97:
            place = changed(step.place, offered=offered(step))
            for value, label in place.offered:
                here = changed(place, answers=dict(place.answers or {}))
                replies = lead.resume(form, here, Heard(pressed=value), FACTS).replies
                said = [words for reply in replies for words in (reply.above, reply.text)]
                assert Text("wrong.not_an_option") not in said, f"{form.name}: {label}"
            heard = understand(anything(rng, place.offered), place, orders())
            step = lead.resume(form, place, heard, FACTS)


def complete(form: Form) -> None:
    """Exactly the questions that apply are answered."""
    asked = {field.name for field in form.asked()}
    hidden = {field.name for field in form.fields.values() if field.hidden}
    assert set(form.answers) - hidden == asked
    assert all(form.answers[name] is not None or form.fields[name].skippable for name in asked)
