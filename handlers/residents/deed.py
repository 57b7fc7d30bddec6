"""A resident tells of a kind deed («Người tốt, việc thiện»): as little as one photo with a caption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from bot.dialog.fields import Called, Choice, Commune, Day, Hidden, Known, Line, Name, People, Photos, Story
from bot.dialog.fields.words import lacks_something
from bot.dialog.forms import Facts, Form, Invalid
from bot.message import Heard, Json, Text, Words
from bot.turn.router import Router
from bot.turn.turn import THIS, Turn
from bot.vietnamese.fold import fold
from bot.vietnamese.yes_no import read_yes_no
from handlers.buttons import MENU, MY, open_card
from handlers.names import place_outside, unit_of
from handlers.residents.late_photos import CAPTION, STORY, TOLD, Faces, ask_what_for, join_album, shown_with
from handlers.stories import kind_of_doer, read_story
from handlers.usual import agree_to_be_named, find_usual
from locales import phrases
from storage.aid import deeds
from storage.aid.deeds import MOST_PICTURES, NewDeed

router = Router("deed")


class AlbumPhotos(Photos):
    """Photos with the story as their caption, under any of them. Who has none says so, or tells the story at once."""

    def instead(self, heard: Heard, form: Form) -> Mapping[str, Json] | None:
        if (none := super().instead(heard, form)) is not None:
            return none
        if not heard.text or heard.picture or heard.pressed:
            return None
        if read_yes_no(heard.text).value is False or fold(heard.text) in map(fold, phrases("deed.photos.none.words")):
            return {}
        told = _told_in(heard.text, form.facts)
        return told | form.answers if told else None

    def also(self, heard: Heard, answer: dict[str, Any], form: Form) -> Mapping[str, Json]:
        return {} if "what" in form.answers else _told_in(heard.text, form.facts)

    def absorb(self, kept: Json, heard: Heard, form: Form) -> tuple[Json, Words | None] | None:
        taken = super().absorb(kept, heard, form)
        if taken is not None and len(heard.text) >= CAPTION and "what" not in form.answers:
            form.answers |= _told_in(heard.text, form.facts) | form.answers
        if kept is not None and taken is not None and taken[1] is not None and _is_more(kept, taken[0]):
            form.answers.pop("faces", None)  # it was answered of other photos
        return taken


def _is_more(kept: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return len(now["pictures"]) > len(kept["pictures"])


class Told(Story):
    """The story; what it tells besides is not asked any more. «Không có ảnh», said late, is none."""

    def accept(self, text: str) -> str:
        if lacks_something(text):
            raise Invalid("not_in_full")
        return super().accept(text)

    def also(self, heard: Heard, answer: str, form: Form) -> Mapping[str, Json]:
        told = read_story(answer, form.facts.communes, form.facts.today)
        return {name: found for name, found in told.items() if name not in form.answers}


def _own_name(form: Form) -> str:
    """The name of whoever tells: as she registered it, or as the channel calls her."""
    assert isinstance(form, DeedForm)
    return str((form.known or {}).get("name") or form.facts.name)


class Reporter(Name):
    """Who tells: under the name that is known, until she says another."""

    def __init__(self) -> None:
        super().__init__(least=2, most=80, suggest=_own_name)
        self.assumes = lambda form: self.suggested(form) or None


class DeedForm(Form, name="deed"):
    """What must be known so that an officer can check it, and what may be published."""

    known = Known()
    photos = AlbumPhotos(most=MOST_PICTURES).optional()
    what = Told(least=CAPTION, most=STORY)
    doer_name = Called(least=2, most=120, suggest=_own_name)
    doer_kind = Choice(("individual", "group")).usually(lambda f: kind_of_doer(f.doer_name or ""))
    outside = Hidden()
    commune = Commune(outside="outside").usually(lambda f: (f.known or {}).get("commune"))
    done_on = Day(toward="past").usually(lambda f: f.facts.today.isoformat())
    helped = Line(least=2, most=200).in_review()
    helped_count = People(least=0, most=100_000).in_review()
    faces = Faces().typed().when(lambda f: f.photos is not None)
    reporter = (
        Choice(("named", "anonymous"))
        .typed()
        .usually(lambda f: "named" if (f.known or {}).get("publish") and _own_name(f) else "anonymous")
    )
    reporter_name = Reporter().when(lambda f: f.reporter == "named")

    def words(self) -> Mapping[str, object]:
        return {"doer": self.answers.get("doer_name") or ""}


@router.command("deed", consent="take_part", campaign=True, opens=True, photo=True, menu=3)
async def deed(turn: Turn) -> None:
    """Begin a report; with a photo and its caption most of it is there already."""
    heard = turn.heard
    usual = await find_usual(turn)
    known = {"commune": usual.commune, "name": usual.name, "publish": usual.publish}
    if heard.problem:
        turn.reply(f"wrong.{heard.problem}")
        return turn.begin(DeedForm, known=known)
    if not heard.picture:
        return turn.begin_said(DeedForm, _from_words(turn), known=known)
    if turn.rest != THIS and (await join_album(turn) or (len(heard.text) < CAPTION and await ask_what_for(turn))):
        return
    pictures = [heard.picture, *heard.more]
    if len(pictures) > MOST_PICTURES:
        turn.reply("photo.full", most=MOST_PICTURES)
    photos = {"pictures": pictures[:MOST_PICTURES], "album": heard.album}
    turn.begin_said(DeedForm, _told_in(heard.text, turn.facts), photos=photos, known=known)


@router.done(DeedForm, campaign=True)
async def save(turn: Turn, form: DeedForm) -> None:
    photos = form.photos["pictures"] if form.photos else []
    if form.reporter == "named":
        await agree_to_be_named(turn, turn.speech.say("deed.reporter.ask"))
    code = await deeds.add(turn.tx, _new(turn, form), photos, turn.now)
    turn.reply("deed.thanks", [MY, MENU], copies=code, code=code)
    commune = DeedForm.commune.show(form.commune, form)
    turn.tell_officers(
        "deed.notice",
        [open_card("deed", code)],
        unit_id=unit_of(form, turn.campaign),
        about=f"deed:{code}",
        code=code,
        commune=commune,
        n=len(photos),
    )


def _from_words(turn: Turn) -> dict[str, Any]:
    """The answers in a sentence that tells of a deed; «tôi muốn kể một việc tốt» tells of none yet."""
    said = turn.said.within("deed")
    told = said.name or said.date or said.organisation or said.quantity is not None or len(turn.words) >= TOLD
    if told:
        return _told_in(turn.words, turn.facts)
    return {"commune": said.commune.id} if said.commune else {}


def _told_in(text: str, facts: Facts) -> dict[str, Any]:
    """The answers in a caption or a story; a few letters tell nothing."""
    if len(text) < CAPTION:
        return {}
    return {"what": text[:STORY], **read_story(text, facts.communes, facts.today)}


def _new(turn: Turn, form: DeedForm) -> NewDeed:
    place = place_outside(form)
    return NewDeed(
        campaign_id=turn.campaign.id,
        prefix=turn.campaign.prefix,
        person_id=turn.person.id,
        doer_kind=form.doer_kind,
        doer_name=form.doer_name,
        done_by_teller=fold(form.doer_name) in (fold(_own_name(form)), fold(form.reporter_name or "")),
        what=turn.say(Text("deed.at", {"what": form.what, "place": place})) if place else form.what,
        unit_id=unit_of(form, turn.campaign),
        done_on=form.done_on,
        helped=form.helped or "",
        helped_count=form.helped_count,
        album=form.photos["album"] if form.photos else "",
        **asdict(shown_with(form.faces)),
        reporter_name=form.reporter_name or "",
        dedupe_key=turn.key,
    )
