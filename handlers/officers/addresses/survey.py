"""Officers survey a household: who and where, sealed; what everybody may read; what it needs; a photo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from bot.dialog.fields import (
    Choice,
    Commune,
    Count,
    Dong,
    Hidden,
    House,
    Name,
    People,
    Phone,
    Photos,
    Spoken,
    Year,
    YesNo,
)  # fmt: skip
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.buttons import DESK
from handlers.officers.access import not_yours, reach
from handlers.officers.addresses.changes import ask_second
from handlers.officers.addresses.dossiers import find, not_now, open_address, show
from handlers.officers.addresses.public import PublicLine, PublicStory, words_of
from handlers.officers.reveal import reveal
from storage.aid import changes, dossiers
from storage.aid.dossiers import KeptAddress, NewNeed, Survey
from storage.aid.sealing import Dossier

router = Router("survey", role="officer")

CATEGORIES = (
    "poor", "near_poor", "special", "elderly_alone", "disabled", "agent_orange", "orphan", "poor_pupil", "minority_pupil",
    "serious_illness", "disaster", "accident", "fisher",
)  # fmt: skip


class SurveyForm(Form, name="survey"):
    """What an officer finds at the household; who and where it is stays sealed, but for the commune."""

    code = Hidden()
    full_name = Name(least=2, most=80)
    commune = Commune()
    house = House(least=2, most=200)
    phone = Phone(own=False).optional()
    birth_year = Year().optional()
    guardian = Spoken(least=2, most=120).optional()
    category = Choice(CATEGORIES)
    shown_name = PublicLine(least=2, most=60)
    people_count = People(least=1, most=50)
    story = PublicStory(least=20, most=900)
    consented = YesNo()


class NeedForm(Form, name="need"):
    """One thing that the household needs."""

    code = Hidden()
    kind = Choice(("money", "goods", "work"))
    what = PublicLine(least=2, most=80)
    dong = Dong(least=10_000, most=10_000_000_000).when(lambda f: f.kind == "money")
    measure = PublicLine(least=1, most=20).when(lambda f: f.kind != "money")
    count = Count(least=1, most=100_000, measure=lambda f: f.measure or "").when(lambda f: f.kind != "money")

    def words(self) -> Mapping[str, object]:
        return {"measure": self.answers.get("measure") or ""}


class Picture(Form, name="picture", review=False):
    """A photo that everybody may see."""

    code = Hidden()
    photo = Photos(most=1)


@router.command("desk add", after=NOTHING, opens=True, listed=False)
async def add(turn: Turn) -> None:
    """An address that nobody proposed: it begins with its survey."""
    turn.begin(SurveyForm, code="")


@router.command("desk survey", opens=True, listed=False)
async def survey(turn: Turn) -> None:
    """Survey what was proposed, or survey again; what is known already is there to be changed."""
    kept = await find(turn)
    if kept is None:
        return
    if kept.state not in dossiers.SURVEYABLE:
        return not_now(turn, kept)
    who = await dossiers.dossier(turn.tx, kept)
    known: dict[str, Any] = {"code": kept.code, "commune": kept.unit_id}
    if who is not None:
        if not await reveal(turn, f"address:{kept.code}", why="survey"):  # its review says who and where they are
            return
        known |= {"full_name": who.full_name, "house": who.house, "phone": who.phone or None}
    if kept.state != "proposed" and who is not None:
        known |= {
            "birth_year": who.birth_year or None,
            "guardian": who.guardian or None,
            "category": kept.category,
            "shown_name": kept.shown_name,
            "people_count": kept.people_count,
            "story": kept.story,
            "consented": kept.consented,
        }
        return turn.begin(SurveyForm, "+edit", **known)
    turn.begin(SurveyForm, **known)


@router.done(SurveyForm)
async def save_survey(turn: Turn, form: SurveyForm) -> None:
    within = await reach(turn)
    if within is not None and form.commune not in within:
        return await not_yours(turn, "address")
    what = Survey(form.commune, form.category, form.shown_name, form.people_count, form.story, bool(form.consented))
    who = Dossier(form.full_name, form.house, form.phone or "", form.birth_year or 0, form.guardian or "")
    commune = next((unit.name for unit in turn.facts.communes if unit.id == form.commune), "")
    for asking, text in (("shown_name", form.shown_name), ("story", form.story)):
        if words := words_of(who, text, commune):  # the name or the house was changed afterwards
            turn.reply("wrong.discloses", words=words)
            return turn.reopen(form, asking)
    if not form.code:
        code = await dossiers.add(turn.tx, turn.campaign.id, what, who, (), turn.now)
    else:
        kept = await dossiers.find(turn.tx, form.code, within)
        if kept is None:
            return await not_yours(turn, "address")
        if not await dossiers.survey(turn.tx, kept, what, who):
            return not_now(turn, kept)
        code = kept.code
    await turn.note("survey", f"address:{code}")
    need = Option(f"/desk need {code}", Text("command.desk.need.title"))
    turn.reply("survey.done", [need, open_address(code), DESK], code=code)


@router.command("desk need", opens=True, listed=False)
async def need(turn: Turn) -> None:
    kept = await _find_changeable(turn)
    if kept is not None:
        turn.begin(NeedForm, code=kept.code)


@router.done(NeedForm)
async def save_need(turn: Turn, form: NeedForm) -> None:
    kept = await _find_changeable(turn, form.code)
    if kept is None:
        return
    who = await dossiers.dossier(turn.tx, kept)
    if words := words_of(who, f"{form.what}\n{form.measure or ''}", kept.unit_name):
        turn.reply("wrong.discloses", words=words)
        return turn.reopen(form, "what")
    wanted = NewNeed(form.kind, form.what, form.measure or "", form.dong or form.count or 0)
    if kept.state in changes.CHANGEABLE:
        return await ask_second(turn, kept, "need", asdict(wanted))
    await dossiers.add_need(turn.tx, kept, wanted)
    await turn.note("need", f"address:{kept.code}")
    await show(turn, kept.code)


@router.command("desk picture", opens=True, listed=False)
async def picture(turn: Turn) -> None:
    kept = await _find_changeable(turn)
    if kept is not None:
        turn.begin(Picture, code=kept.code)


@router.done(Picture)
async def save_picture(turn: Turn, form: Picture) -> None:
    kept = await _find_changeable(turn, form.code)
    if kept is None:
        return
    photo = form.photo["pictures"][0]
    if kept.state in changes.CHANGEABLE:
        return await ask_second(turn, kept, "picture", photo, was=kept.picture)
    await dossiers.show_picture(turn.tx, kept, photo)
    await turn.note("picture", f"address:{kept.code}")
    await show(turn, kept.code)


async def _find_changeable(turn: Turn, code: str = "") -> KeptAddress | None:
    """The address, if it has not ended; otherwise she is answered already."""
    kept = await find(turn, code)
    if kept is not None and kept.state not in (*dossiers.SURVEYABLE, *changes.CHANGEABLE):
        not_now(turn, kept)
        return None
    return kept
