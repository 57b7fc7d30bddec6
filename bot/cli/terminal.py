"""Lead whoever sits at the terminal through a form: the same questions, orders and review as in a chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.channels import Capabilities
from bot.channels.fit import fit
from bot.dialog import lead
from bot.dialog.choose import understand
from bot.dialog.forms import Facts, Form
from bot.dialog.orders import SKIP
from bot.message import Heard, changed
from bot.receive.conversation import orders
from bot.turn.render import offered, render
from bot.vietnamese.fold import clean

PLAIN = Capabilities()


def ask(
    form: type[Form],
    answers: Mapping[str, Any],
    facts: Facts,
    *,
    read: Callable[[], str],
    write: Callable[[str], Any],
) -> Form | None:
    """The form with everything answered; None if it was cancelled or the input ended. ``read`` returns "" at the end.

    An empty line takes what is offered alone, or skips what may be skipped.
    """
    step = lead.begin(form, facts, dict(answers))
    while step.done is None:
        messages = [render(reply, facts.speech) for reply in step.replies]
        for message in messages:
            write(fit(message, PLAIN).text)
        line = read() if step.place is not None else ""
        if step.place is None or not line:
            return None
        place = changed(step.place, offered=offered(messages) or ())
        heard = understand(Heard(text=clean(line.strip())), place, orders())
        if not heard.text:
            heard = Heard(pressed=_alone(place, skippable=bool(messages[-1].skip)))
        step = lead.resume(form, place, heard, facts)
    return step.done


def _alone(place: lead.Place, *, skippable: bool) -> str:
    if skippable:
        return SKIP
    return place.offered[0][0] if len(place.offered) == 1 else ""
