"""A resident tells of a kind deed («Người tốt, việc thiện»): as little as one photo with a caption."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.dialog.fields import Choice, Commune, Day, Line, Name, People, Photos, Story, YesNo
from bot.dialog.forms import Form
from bot.message import Heard, Json, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.place import find_place
from handlers.buttons import MENU, MY, open_card
from storage.aid import deeds
from storage.aid.deeds import MOST_PICTURES, NewDeed

router = Router("deed")

TOLD = 60
"""Shortest sentence, in characters, that tells of a deed and does not only say that somebody wants to tell of one."""
CAPTION, STORY = 10, 1000
"""Shortest caption that counts as the story, and longest story, in characters."""
ALBUM = timedelta(minutes=10)
"""How long after a report the last photos of its album may still arrive, on a slow line."""


class AlbumPhotos(Photos):
    """The caption of an album may stand under any of its photos."""

    def absorb(self, kept: Json, heard: Heard, form: Form) -> tuple[Json, Words | None] | None:
        taken = super().absorb(kept, heard, form)
        if taken is not None and len(heard.text) >= CAPTION and "what" not in form.answers:
            form.answers["what"] = heard.text[:STORY]
        return taken


class DeedForm(Form, name="deed"):
    """What must be known so that an officer can check it, and what may be published."""

    photos = AlbumPhotos(most=MOST_PICTURES).optional()
    what = Story(least=CAPTION, most=STORY)
    doer_kind = Choice(("individual", "group"))
    doer_name = Line(least=2, most=120)
    commune = Commune()
    done_on = Day(toward="past")
    helped = Line(least=2, most=200)
    helped_count = People(least=0, most=100_000).optional()
    shows_people = YesNo().when(lambda f: f.photos is not None)
    shown_consented = YesNo().when(lambda f: bool(f.shows_people))
    shows_child = YesNo().when(lambda f: bool(f.shows_people))
    guardian_consented = YesNo().when(lambda f: bool(f.shows_child))
    reporter = Choice(("named", "anonymous"))
    reporter_name = Name(least=2, most=80, suggest=lambda form: form.facts.name).when(lambda f: f.reporter == "named")

    def words(self) -> Mapping[str, object]:
        return {"doer": self.answers.get("doer_name") or ""}


@router.command("deed", consent="take_part", campaign=True, opens=True, photo=True, menu=3)
async def deed(turn: Turn) -> None:
    """Begin a report; with a photo and its caption most of it is there already."""
    heard = turn.heard
    if heard.problem:
        turn.reply(f"wrong.{heard.problem}")
        return turn.begin(DeedForm)
    if not heard.picture:
        return turn.begin_said(DeedForm, _from_words(turn))
    if (
        heard.album
        and not heard.text
        and await deeds.add_late_photo(turn.tx, turn.person.id, heard.picture, turn.now, ALBUM)
    ):
        return
    turn.begin(DeedForm, **_from_caption(turn))


@router.done(DeedForm, campaign=True)
async def save(turn: Turn, form: DeedForm) -> None:
    photos = form.photos["pictures"] if form.photos else []
    code = await deeds.add(turn.tx, _new(turn, form), photos, turn.now)
    turn.reply("deed.thanks", [MY, MENU], copies=code, code=code)
    commune = DeedForm.commune.show(form.commune, form)
    turn.tell_officers(
        "deed.notice",
        [open_card("deed", code)],
        unit_id=form.commune,
        about=f"deed:{code}",
        code=code,
        commune=commune,
        n=len(photos),
    )


def _from_words(turn: Turn) -> dict[str, Any]:
    """The answers in a sentence that tells of a deed; «tôi muốn kể một việc tốt» tells of none yet."""
    said = turn.said.within("deed")
    told = said.name or said.date or said.organisation or said.quantity is not None or len(turn.words) >= TOLD
    answers = {"what": turn.words[:STORY] if told else "", "commune": said.commune and said.commune.id}
    return {name: answer for name, answer in answers.items() if answer}


def _from_caption(turn: Turn) -> dict[str, Any]:
    """The answers that a photo with a caption gives already."""
    heard = turn.heard
    pictures = [heard.picture, *heard.more][:MOST_PICTURES]
    found: dict[str, Any] = {"photos": {"pictures": pictures, "album": heard.album}}
    if len(heard.text) >= CAPTION:
        found["what"] = heard.text[:STORY]
        places = find_place(heard.text, turn.facts.communes)
        if len(places) == 1:
            found["commune"] = places[0].known.id
    return found


def _new(turn: Turn, form: DeedForm) -> NewDeed:
    return NewDeed(
        campaign_id=turn.campaign.id,
        prefix=turn.campaign.prefix,
        person_id=turn.person.id,
        doer_kind=form.doer_kind,
        doer_name=form.doer_name,
        what=form.what,
        unit_id=form.commune,
        done_on=form.done_on,
        helped=form.helped,
        helped_count=form.helped_count,
        shows_people=bool(form.shows_people),
        shown_consented=bool(form.shown_consented),
        shows_child=bool(form.shows_child),
        guardian_consented=bool(form.guardian_consented),
        reporter_name=form.reporter_name or "",
        dedupe_key=turn.key,
    )
