"""A resident proposes a household in hardship; officers survey it before anybody else sees anything."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialog.fields import Choice, Commune, Hidden, House, Name, Phone, Story, Year, YesNo
from bot.dialog.forms import Form, Stop
from bot.message import Heard, Reply, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import ADDRESSES, ASK, MENU, open_card
from handlers.names import place_outside, unit_of
from handlers.spoken import ALL, Agreed, is_for_another, may_note, note, slip_for
from storage.aid import dossiers
from storage.aid.sealing import Dossier

router = Router("propose")

STORY = 40
"""So many letters of a sentence tell of a hardship, and do not only ask for help."""


class Told(YesNo):
    """Whether the household knows and agrees; where it does not, that is respected, and there are other ways to help."""

    def read(self, heard: Heard, form: Form) -> bool:
        if not super().read(heard, form):
            raise Stop(Text("propose.not_told"), [ASK, ADDRESSES, MENU])
        return True


class Propose(Form, name="propose"):
    """Who needs help, where, and why. The household must know of it."""

    told = Told()
    full_name = Name(least=2, most=80)
    outside = Hidden()
    commune = Commune(outside="outside")
    house = House(least=2, most=200)
    phone = Phone(own=False).optional()
    story = Story(least=20, most=1000)
    proposer = Choice(("myself", "other")).usually(lambda f: "myself")
    who = Name(least=2, most=80).when(lambda f: f.proposer == "other")
    birth_year = Year().when(lambda f: f.proposer == "other")
    agreed = Agreed().when(lambda f: f.proposer == "other")

    def words(self) -> Mapping[str, object]:
        return {"name": self.answers.get("who") or "", "words": Text("propose.read_out")}


@router.command("propose", consent="take_part", opens=True, menu=4)
async def propose(turn: Turn) -> None:
    said = turn.said.within("propose")
    answers = {
        "proposer": "other" if is_for_another(turn.words) else "",
        "full_name": said.name,
        "commune": said.commune and said.commune.id,
        "house": said.hamlet,
        "phone": said.phone,
        "story": turn.words if len(turn.words) >= STORY else "",
    }
    turn.begin_said(Propose, {name: answer for name, answer in answers.items() if answer})


@router.done(Propose)
async def save(turn: Turn, form: Propose) -> None:
    place, unit_id = place_outside(form), unit_of(form, turn.campaign)
    if form.proposer == "other" and not await may_note(turn, form.who, form.birth_year):
        return
    by = turn.person.id
    if form.proposer == "other":
        by = await note(turn, form.who, form.birth_year, "propose.read_out")
    who = Dossier(form.full_name, ", ".join(filter(None, (form.house, place))), form.phone or "")
    code = await dossiers.propose(turn.tx, turn.campaign.id, unit_id, who, form.story, by, turn.now)
    thanks = Text("propose.thanks.outside" if place else "propose.thanks", {"code": code})
    if form.proposer == "other":
        slip_code, slip = await slip_for(turn, by)
        turn.reply(
            "propose.thanks.other",
            [ALL, MENU],
            copies=slip_code,
            who=form.who,
            thanks=thanks,
            slip=slip,
        )
    else:
        turn.reply(Reply(thanks, (MENU,)))
    commune = Propose.commune.show(form.commune, form)
    turn.tell_officers(
        "propose.notice",
        [open_card("address", code)],
        unit_id=unit_id,
        about=f"address:{code}",
        code=code,
        commune=commune,
    )
