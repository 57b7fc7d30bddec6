"""A resident proposes a household in hardship; officers survey it before anybody else sees anything."""

from __future__ import annotations

from bot.dialog.fields import Commune, Hidden, House, Name, Phone, Story, YesNo
from bot.dialog.forms import Form, Stop
from bot.message import Heard, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import ADDRESSES, ASK, MENU, open_card
from handlers.names import place_outside, unit_of
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


@router.command("propose", consent="take_part", opens=True, menu=4)
async def propose(turn: Turn) -> None:
    said = turn.said.within("propose")
    answers = {"full_name": said.name, "commune": said.commune and said.commune.id, "house": said.hamlet, "phone": said.phone,
               "story": turn.words if len(turn.words) >= STORY else ""}  # fmt: skip
    turn.begin_said(Propose, {name: answer for name, answer in answers.items() if answer})


@router.done(Propose)
async def save(turn: Turn, form: Propose) -> None:
    place, unit_id = place_outside(form), unit_of(form, turn.campaign)
    who = Dossier(form.full_name, ", ".join(filter(None, (form.house, place))), form.phone or "")
    code = await dossiers.propose(turn.tx, turn.campaign.id, unit_id, who, form.story, turn.person.id, turn.now)
    turn.reply("propose.thanks.outside" if place else "propose.thanks", [MENU], code=code)
    commune = Propose.commune.show(form.commune, form)
    turn.tell_officers(
        "propose.notice",
        [open_card("address", code)],
        unit_id=unit_id,
        about=f"address:{code}",
        code=code,
        commune=commune,
    )
