"""A resident registers as a volunteer."""

from __future__ import annotations

from typing import Any

from bot.dialog.fields import (
    ELSEWHERE,
    Choices,
    Commune,
    FreeTime,
    Hamlet,
    Hidden,
    Name,
    Organisation,
    Phone,
    Year,
    YesNo,
)
from bot.dialog.forms import Form, Invalid, Stop
from bot.message import Heard, Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.phone import mask_phone
from handlers.buttons import ADDRESSES, MENU
from handlers.names import home_of, place_outside, unit_of
from storage.aid import volunteers
from storage.aid.volunteers import ACTIVITIES, Registration, Volunteer

router = Router("volunteer")

CHANGE = Option("/volunteer change", Text("volunteer.change"))
ADULT, WITHOUT_GUARDIAN = 18, 16
"""Years. A volunteer is 18 or older, Red Cross youth 16 to 30; under 16 a guardian acts with the child."""


class BirthYear(Year):
    """Who is younger than 18 all this year is told how to join instead, and nothing is kept; a slip is asked about."""

    def read(self, heard: Heard, form: Form) -> int:
        year = super().read(heard, form)
        age = form.facts.today.year - year
        if age < ADULT and not heard.pressed:
            raise Invalid("young_sure", [Option(str(year), self.sure(year))])
        if age < ADULT:
            raise Stop(self.other_way(age))
        return year

    def sure(self, year: int) -> Text:
        """What to press if the year is right although she would be young."""
        return Text("volunteer.birth_year.sure", {"year": str(year)})

    def other_way(self, age: int) -> Text:
        """How somebody of this age may join."""
        return Text("volunteer.child" if age < WITHOUT_GUARDIAN else "volunteer.youth")


class VolunteerForm(Form, name="volunteer"):
    """What the Society must know of a volunteer, and no more."""

    full_name = Name(least=2, most=80, suggest=lambda form: form.facts.name)
    birth_year = BirthYear()
    phone = Phone().optional(named=True)
    outside = Hidden()
    commune = Commune(hamlet="hamlet", outside="outside")
    hamlet = Hamlet(most=100).in_review(offered=True)
    activities = Choices(ACTIVITIES)
    free_time = FreeTime(most=200).in_review()
    organisation = Organisation(most=120).in_review()


class Withdraw(Form, name="withdraw", review=False):
    """Whether she really wants to stop."""

    sure = YesNo()


@router.command("volunteer", consent="take_part", opens=True, menu=2)
async def volunteer(turn: Turn) -> None:
    """Register, or look at what is registered and change it."""
    known = await volunteers.find(turn.tx, turn.person.id)
    if known is None or known.state != "registered":
        return turn.begin_said(VolunteerForm, _from_words(turn))
    if turn.rest == "change":
        return turn.begin(
            VolunteerForm,
            "+edit",
            full_name=known.full_name,
            birth_year=known.birth_year,
            phone=known.phone or None,
            **_place_of(known),
            activities=known.activities,
            free_time=known.free_time or None,
            organisation=known.organisation or None,
        )
    if turn.rest == "withdraw":
        return turn.begin(Withdraw)
    options = [
        CHANGE,
        Option("/volunteer withdraw", Text("volunteer.withdraw"), sense="danger"),
        MENU,
    ]
    turn.reply(
        "volunteer.registered",
        options,
        name=known.full_name,
        phone=mask_phone(known.phone) if known.phone else None,
        home=home_of(known.hamlet, known.unit_name, outside=known.outside),
        activities=[Text(f"volunteer.activities.{name}") for name in known.activities],
    )


def _place_of(known: Volunteer) -> dict[str, Any]:
    """Where a volunteer lives, as the form keeps it: a place outside stands where a hamlet does."""
    if known.outside:
        return {"commune": ELSEWHERE, "outside": known.hamlet or None, "hamlet": None}
    return {"commune": known.unit_id, "hamlet": known.hamlet or None}


def _from_words(turn: Turn) -> dict[str, Any]:
    """The answers that a sentence held."""
    said = turn.said.within("volunteer")
    answers = {
        "full_name": said.name,
        "phone": said.phone,
        "commune": said.commune and said.commune.id,
        "hamlet": said.hamlet,
        "organisation": said.organisation,
    }
    return {name: answer for name, answer in answers.items() if answer}


@router.done(VolunteerForm)
async def save(turn: Turn, form: VolunteerForm) -> None:
    known = await volunteers.find(turn.tx, turn.person.id)
    given = Registration(
        form.full_name,
        form.birth_year,
        form.phone or "",
        unit_of(form, turn.campaign),
        ", ".join(filter(None, (form.hamlet, place_outside(form)))),
        form.activities,
        form.free_time or "",
        form.organisation or "",
        outside=form.commune == ELSEWHERE,
    )
    await volunteers.register(turn.tx, turn.person.id, given, turn.now)
    if known is not None and known.state == "registered":
        return turn.reply("volunteer.changed", [MENU])
    if form.phone:
        turn.reply("volunteer.thanks", [ADDRESSES, MENU], name=form.full_name)
    else:
        turn.reply("volunteer.thanks.no_phone", [CHANGE, ADDRESSES, MENU], name=form.full_name)
    commune = VolunteerForm.commune.show(form.commune, form)
    # Without the name: what an officer's chat keeps could not be forgotten with the person.
    card = Option(f"/desk volunteer {turn.person.id}", Text("volunteer.look"))
    about = f"volunteer:{turn.person.id}"
    turn.tell_officers("volunteer.notice", [card], unit_id=unit_of(form, turn.campaign), about=about, commune=commune)


@router.done(Withdraw)
async def confirm_withdrawal(turn: Turn, form: Withdraw) -> None:
    if form.sure:
        await volunteers.withdraw(turn.tx, turn.person.id, turn.now)
    turn.reply("withdraw.done" if form.sure else "withdraw.stays", [MENU])
