"""What is acted on at once is written out: a bare yes or no would answer another question."""

from __future__ import annotations

import pytest

from bot.dialog import lead
from bot.dialog.choose import understand
from bot.dialog.fields import Line
from bot.dialog.forms import Form
from bot.dialog.lead import Step
from bot.message import Heard, changed
from bot.receive.conversation import orders
from locales.writing import capital
from tests.desk import LAN, RESIDENT, last, promise, staffed
from tests.questions import FACTS, FORMS, KNOWN
from tests.stage import Stage

ACTED_ON = [form for form in FORMS if any(isinstance(f, Line) and f.full for f in form.fields.values())]


def at_its_reason(form: type[Form]) -> Step:
    """The form, where it asks for what is to be written out."""
    asking = next(name for name, field in form.fields.items() if isinstance(field, Line) and field.full)
    return lead.begin(form, FACTS, dict(KNOWN.get(form.name, {})), asking)


def answer(form: type[Form], asked: Step, said: str) -> Step:
    """What comes of these words, typed when this was asked."""
    assert asked.place is not None
    offered = [(o.value, o.label) for reply in asked.replies for o in reply.options if isinstance(o.label, str)]
    place = changed(asked.place, offered=tuple(offered))
    return lead.resume(form, place, understand(Heard(text=said), place, orders()), FACTS)


@pytest.mark.parametrize("said", ["không", "không có", "bỏ qua", "thôi", "đồng ý", "đúng rồi", "skip", "no"])
def test_no_reason_is_given_by_a_yes_or_a_no(said: str) -> None:
    for form in ACTED_ON:
        begun = at_its_reason(form)
        assert begun.place is not None
        step = answer(form, begun, said)
        assert step.done is None and step.place is not None, form.name
        assert step.place.asking == begun.place.asking, form.name


@pytest.mark.parametrize(
    "said",
    [
        "Không liên lạc được",
        "không có thật",
        "gia đình không cần nữa",
        "hết khó khăn rồi",
        "không đúng",
        "no longer needed",
    ],
)
def test_a_reason_that_begins_with_a_no_is_one(said: str) -> None:
    for form in ACTED_ON:
        begun = at_its_reason(form)
        assert begun.place is not None
        step = answer(form, begun, said)
        if step.done is None and step.place and step.place.asking == begun.place.asking:
            step = answer(form, step, capital(said))  # a short one is asked back, and then chosen
        assert step.done is not None or (step.place and step.place.asking != begun.place.asking), form.name


async def test_an_officer_who_says_no_when_asked_for_a_reason_cancels_no_pledge(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await stage.say(f"/desk cancel {code}", LAN)
    assert "viết rõ" in (await stage.say("không", LAN))[0].text
    assert "đã hủy" not in last(stage, RESIDENT)
    assert "vẫn giữ nguyên" in (await stage.say("hủy", LAN))[0].text
