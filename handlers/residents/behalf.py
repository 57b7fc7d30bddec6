"""A person registers somebody who has no phone: she says yes by word of mouth, and a slip lets her go on herself later."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialog.fields import ELSEWHERE, Choices, Commune, Hamlet, Hidden, Name, Sure
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.arguments import read_number
from handlers.buttons import DESK, MENU
from handlers.names import place_outside, unit_of
from handlers.officers.access import yours
from handlers.residents.giving.form import PledgeForm
from handlers.residents.giving.pledge import known_of
from handlers.residents.propose import Propose
from handlers.residents.volunteer import WITHOUT_GUARDIAN, BirthYear
from handlers.spoken import ALL, Agreed, may_note, new_slip, note, slip_for
from storage.aid import addresses, dossiers, volunteers
from storage.aid.volunteers import ACTIVITIES, Registration
from storage.rights import erase, spoken
from storage.rights.spoken import Spoken

router = Router("behalf")
at_desk = Router("atdesk", role="officer")
"""What residents do for themselves, an officer writes down for a villager at the desk who has no phone: the same forms."""


class TheirBirthYear(BirthYear):
    """The same, said to who writes for somebody else."""

    def sure(self, year: int) -> Text:
        return Text("behalf.birth_year.sure", {"year": str(year)})

    def other_way(self, age: int) -> Text:
        return Text("behalf.child" if age < WITHOUT_GUARDIAN else "behalf.youth")


class BehalfForm(Form, name="behalf"):
    """What the Society must know of a volunteer who has no phone; the last question is hers."""

    full_name = Name(least=2, most=80)
    birth_year = TheirBirthYear()
    outside = Hidden()
    commune = Commune(hamlet="hamlet", outside="outside")
    hamlet = Hamlet(most=100).in_review(offered=True)
    activities = Choices(ACTIVITIES)
    agreed = Agreed()

    def words(self) -> Mapping[str, object]:
        return {"name": self.full_name, "words": Text("behalf.read_out")}


class Remove(Form, name="behalfremove", review=False):
    """Whether all that was noted for somebody is to go."""

    which = Hidden()
    who = Hidden()
    sure = Sure(("keep", "remove"))

    def words(self) -> Mapping[str, object]:
        return {"name": self.who}


@router.command("behalf", consent="take_part", for_others=True, opens=True)
async def behalf(turn: Turn) -> None:
    """Register somebody, or («/behalf all») look after those whom one has registered and who have not come themselves:
    «/behalf slip 7» makes a new slip, «/behalf remove 7» takes back what was noted."""
    noted = await spoken.of_noter(turn.tx, turn.person.id)
    match turn.rest.split():
        case ["all"]:
            return _list(turn, noted)
        case ["slip" | "remove" as act, number]:
            one = await _find(turn, number)
            if one is None:
                return turn.reply("behalf.over", [MENU])
            if act == "slip":
                code, until = await new_slip(turn, one.person_id)
                return turn.reply("behalf.slip", [MENU], copies=code, name=one.name, code=code, until=until)
            return turn.begin(Remove, which=str(one.id), who=one.name)
    if await may_note(turn):
        turn.begin(BehalfForm)


async def _find(turn: Turn, number: str) -> Spoken | None:
    which = read_number(number, digits=15)
    return None if which is None else await spoken.find(turn.tx, which, turn.person.id)


def _list(turn: Turn, noted: list[Spoken]) -> None:
    if not noted:
        return turn.reply("behalf.none", [Option("/behalf", Text("behalf.another")), MENU])
    options = [Option(f"/behalf slip {one.id}", Text("behalf.new_slip", {"name": one.name})) for one in noted]
    options += [
        Option(f"/behalf remove {one.id}", Text("behalf.remove", {"name": one.name}), sense="danger") for one in noted
    ]
    lines = [Text("behalf.line", {"name": one.name, "day": turn.day(one.noted_at)}) for one in noted]
    turn.reply("behalf.list", [Option("/behalf", Text("behalf.another")), *options, MENU], lines=lines)


@router.done(BehalfForm)
async def save(turn: Turn, form: BehalfForm) -> None:
    if not await may_note(turn, form.full_name, form.birth_year):
        return
    person_id = await note(turn, form.full_name, form.birth_year, "behalf.read_out")
    home = ", ".join(filter(None, (form.hamlet, place_outside(form))))
    unit_id, elsewhere = unit_of(form, turn.campaign), form.commune == ELSEWHERE
    given = Registration(form.full_name, form.birth_year, "", unit_id, home, form.activities, "", "", outside=elsewhere)
    await volunteers.register(turn.tx, person_id, given, turn.now)
    others = [Option("/behalf", Text("behalf.another")), ALL, MENU]
    code, slip = await slip_for(turn, person_id)
    turn.reply("behalf.thanks", others, copies=code, name=form.full_name, slip=slip)
    card = Option(f"/desk volunteer {person_id}", Text("volunteer.look"))
    commune = BehalfForm.commune.show(form.commune, form)
    turn.tell_officers("volunteer.notice", [card], unit_id=unit_id, about=f"volunteer:{person_id}", commune=commune)


@router.done(Remove)
async def remove(turn: Turn, form: Remove) -> None:
    """She took her word back: everything that was noted for her goes, as if she had asked for it herself."""
    one = await _find(turn, form.which)
    if one is None:
        return turn.reply("behalf.over", [MENU])
    if form.sure != "remove":
        return turn.reply("behalf.stays", [MENU])
    await erase.forget(turn.tx, one.person_id, turn.now)
    await turn.note("take_back_consent", f"person:{one.person_id}")
    turn.reply("behalf.removed", [MENU])


@at_desk.command("desk promise", opens=True, listed=False)
async def promise(turn: Turn) -> None:
    """What somebody at the desk promises to the household with this code."""
    kept = await yours(turn, "address", dossiers.find)
    if kept is None:
        return
    address = await addresses.find(turn.tx, kept.code)
    if address is None:
        return turn.reply("pledge.closed", [DESK])
    known = await known_of(turn, address) | {"phone": "", "last": {}, "name": "", "publish": False}
    turn.begin(PledgeForm, address=address.code, known=known, behalf="other")


@at_desk.command("desk propose", after=NOTHING, opens=True, listed=False)
async def propose(turn: Turn) -> None:
    """A household in hardship of which somebody at the desk tells."""
    turn.begin(Propose, proposer="other")
