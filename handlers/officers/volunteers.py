"""Officers look for volunteers. A phone number is shown to who says why, and that is written down."""

from __future__ import annotations

from bot.dialog.fields import Choice, Hidden
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.fold import fold
from bot.vietnamese.phone import mask_phone
from handlers.arguments import fitting, read_page, without_page
from handlers.buttons import DESK, write_to
from handlers.names import home_of
from handlers.officers.access import PAGE, find_volunteer, pages, reach, tell_apart, tell_spoken, yours
from handlers.officers.colleagues.noting import show_last
from handlers.officers.colleagues.takings import show_holder
from handlers.officers.own import show_own
from handlers.officers.reveal import reveal as reveal_to
from storage.aid import volunteers
from storage.aid.colleagues.notes import Subject
from storage.aid.threads import Matter
from storage.aid.volunteers import Listed

router = Router("volunteers", role="officer")

WHY = ("task", "check", "asked")
"""Why an officer looks at what is sealed: a task, to check what was written, because she was asked to get in touch."""


class Contact(Form, name="contact", review=False):
    """Why an officer wants to call a volunteer."""

    who = Hidden()
    why = Choice(WHY)


@router.command("volunteers")
async def search(turn: Turn) -> None:
    """Everybody, or those whose name holds these words; with or without diacritics."""
    page = read_page(turn.rest)
    typed = without_page(turn.rest)
    wanted = " ".join(fitting(fold(typed).split()))  # nothing is left of signs alone, which are in nobody's name
    listed, total = await volunteers.search(turn.tx, await reach(turn), wanted or typed, (page - 1) * PAGE, PAGE)
    await turn.note("list", "volunteers", n=total)
    if not listed:
        return turn.reply("volunteers.none", [DESK])
    numbers = [str(volunteer.person_id) for volunteer in listed]
    labels = tell_apart(turn, [volunteer.full_name for volunteer in listed], numbers)
    options = [Option(f"/desk volunteer {number}", label) for number, label in zip(numbers, labels, strict=True)]
    more = pages(" ".join(filter(None, ["/volunteers", wanted])), page, total)
    if turn.facts.documents:
        quoted = f'"{wanted}"' if wanted else ""  # a name, whatever else its words may mean
        more.append(Option(" ".join(filter(None, ["/export volunteer", quoted])), Text("export.take")))
    lines = [
        Text("volunteers.line.outside", {"name": volunteer.full_name})
        if volunteer.outside
        else Text("volunteers.line", {"name": volunteer.full_name, "commune": volunteer.unit_name})
        for volunteer in listed
    ]
    turn.reply("volunteers.page", [*options, *more, DESK], total=total, lines=lines)


@router.command("desk volunteer", listed=False)
async def card(turn: Turn) -> None:
    """One volunteer, the phone number masked; who opens the card has noticed them."""
    volunteer = await _find(turn)
    if volunteer is None:
        return
    number = str(volunteer.person_id)
    registered = Matter("volunteer", number, volunteer.person_id, volunteer.unit_id)
    theirs, hers = await show_own(turn, registered), volunteer.person_id == turn.person.id
    if not theirs and await volunteers.notice(turn.tx, volunteer.person_id, turn.now):
        await turn.note("notice", f"volunteer:{number}", **({"own": True} if hers else {}))
    notes = await show_last(turn, Subject("volunteer", "", volunteer.person_id))
    noted = await tell_spoken(turn, volunteer.person_id)
    contact = Option(f"/desk contact {number}", Text("command.desk.contact.title"))
    options = [*([contact] if volunteer.phone else []), *([write_to(number)] if noted is None and not hers else [])]
    options += [*([] if hers else await show_holder(turn, "volunteer", number)), *notes]
    turn.reply(
        "volunteers.card",
        [*options, Option("/desk volunteers", Text("desk.next")), DESK],
        name=volunteer.full_name,
        birth_year=str(volunteer.birth_year),
        home=home_of(volunteer.hamlet, volunteer.unit_name, outside=volunteer.outside),
        phone=mask_phone(volunteer.phone) if volunteer.phone else Text("not_noted"),
        activities=[Text(f"volunteer.activities.{name}") for name in volunteer.activities],
        free_time=volunteer.free_time or None,
        organisation=volunteer.organisation or None,
        spoken=Text("volunteers.spoken", noted) if noted else None,
    )


@router.command("desk contact", opens=True, listed=False)
async def contact(turn: Turn) -> None:
    volunteer = await _find(turn)
    if volunteer is not None:
        turn.begin(Contact, who=str(volunteer.person_id))


@router.done(Contact)
async def reveal(turn: Turn, form: Contact) -> None:
    """The phone number, after it was written down who wanted to know it, and why."""
    volunteer = await _find(turn, form.who)
    if volunteer is None:
        return
    if not await reveal_to(turn, f"volunteer:{volunteer.person_id}", why=form.why):
        return
    turn.reply(
        "volunteers.contact", [DESK], private=True, name=volunteer.full_name, phone=volunteer.phone or Text("not_noted")
    )


async def _find(turn: Turn, who: str = "") -> Listed | None:
    """The registered volunteer whom the line names, if she lives in the officer's units; otherwise it is answered."""
    return await yours(turn, "volunteer", find_volunteer, who)
