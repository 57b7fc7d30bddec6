"""Enter what somebody asked about her data at the office, by letter or by telephone: with or without an account."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.dialog.fields import Day, Line, Story
from bot.dialog.forms import Form, Invalid
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.buttons import DESK, MENU
from handlers.requests import Kind, named, open_request
from storage.campaign.workdays import OPENS
from storage.figures import search
from storage.rights import requests
from storage.rights.requests import KINDS

router = Router("entering", role="officer")

ACCOUNT = re.compile(r"#?\s*(\d{1,12})")


class AccountNumber(Line):
    """The number of a person as `/person` shows it."""

    def accept(self, text: str) -> str:
        found = ACCOUNT.fullmatch(super().accept(text))
        if not found:
            raise Invalid("not_a_person")
        return found[1]


class EnterRequest(Form, name="enterrequest"):
    """Who asks for what, when it came, and which account is hers, if anybody knows."""

    kind = Kind(KINDS)
    who = Line(least=3, most=200).in_full()
    said = Story(least=3, most=1000).in_full()
    came_on = Day(toward="past", within=60).usually(lambda f: f.facts.today.isoformat())
    account = AccountNumber(most=14).optional()


@router.command("requests new", opens=True, after=NOTHING)
async def begin(turn: Turn) -> None:
    """Ask who asks for what."""
    turn.begin(EnterRequest)


@router.done(EnterRequest)
async def enter(turn: Turn, form: EnterRequest) -> None:
    """Keep it; its time runs from when it came, which was in the office's hours."""
    person_id = int(form.account) if form.account else None
    if person_id is not None and await search.person(turn.tx, person_id) is None:
        return turn.reply("request.no_such_person", [AGAIN, MENU], person=str(person_id))
    zone = turn.speech.zone
    came_at = turn.now if form.came_on == turn.today else datetime.combine(form.came_on, OPENS, zone).astimezone(UTC)
    asker = (
        requests.asker_at_office(turn.tx, form.who)
        if person_id is None
        else await requests.asker_of(turn.tx, person_id)
    )
    number = await requests.enter(
        turn.tx, form.kind, "office", asker, turn.now, zone,
        key=f"office:{turn.key}", said=form.said, asked_at=came_at, by=turn.person.id,
    )  # fmt: skip
    made = await requests.find(turn.tx, number)
    assert made is not None
    turn.tell_admins("request.told", [open_request(made)], until=made.answer_due_at, **named(made))
    ways = [open_request(made)] if turn.person.has_role("admin") else [DESK]
    turn.reply("request.entered", [*ways, MENU], until=made.answer_due_at, act=made.act_due_at, **named(made))


AGAIN = Option("/requests new", Text("command.requests.new.title"))
