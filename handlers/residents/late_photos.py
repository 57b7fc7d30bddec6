"""Photos that come without their story: what they are for is asked, and none is lost while that is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.dialog.fields import Choice, Known, Photos
from bot.dialog.forms import Form, Invalid
from bot.message import Heard, Json, Reply, Text, Words
from bot.turn.router import Router
from bot.turn.turn import THIS, Turn
from handlers.buttons import MENU, MY
from handlers.threads import matter_named
from locales import phrases
from storage.aid import deeds
from storage.aid.deeds import MOST_PICTURES, Shown
from storage.aid.threads import Thread

router = Router("latephotos")

JUST_NOW = timedelta(minutes=10)
"""So long after a report it is asked of other photos whether they belong to it."""
CAPTION, STORY, TOLD = 10, 1000, 60
"""Shortest caption that counts as the story of a deed, and longest story, in characters; and the shortest sentence that
tells of a deed and does not only say that somebody wants to tell of one."""
FACES = ("nobody", "agreed", "children_agreed", "not_agreed")
"""Who can be recognised in photos, and whether they, and a child's parents, agreed to be shown."""
SENT, ANOTHER = "sent", "another"
"""The deed that was just reported, and another one; else it is the code of a talk with the officers."""
MOST_WAITING = 10
MOST_THREADS = 4


class Faces(Choice):
    """Whether who is seen in the photos agreed to be shown."""

    all_again = True

    def __init__(self) -> None:
        super().__init__(FACES)


class Waiting(Photos):
    """The photos that wait, with the words under them; others that come meanwhile wait as well, in one question."""

    def absorb(self, kept: Json, heard: Heard, form: Form) -> tuple[Json, Words | None] | None:
        taken = super().absorb(kept, heard, form)
        if taken is None:
            return None
        assert isinstance(form, LatePhotos)
        now = {**taken[0], "words": str(kept.get("words", "")) or heard.text}
        tells, answered = len(heard.text) >= CAPTION, "belongs" in form.answers
        if answered and not tells:
            return now, taken[1]
        form.answers.pop("belongs", None)  # with a story it may be of another deed than the photos before it
        if tells and not answered and not form.talks:
            form.answers["belongs"] = ANOTHER  # the story came after its photos
            return now, None
        same = bool(heard.album) and heard.album == kept.get("album")
        return now, None if same else taken[1]


class Belongs(Choice):
    """What the photos are for; whoever tells the story of another deed instead has said so."""

    def __init__(self) -> None:
        super().__init__(lambda form: [*([SENT] if form.sent else []), *form.talks, ANOTHER])

    def ask(self, form: Form) -> Reply:
        assert isinstance(form, LatePhotos)
        n = len(form.photos["pictures"])
        if form.talks:
            return Reply(Text("thread.which_photo"))
        return Reply(Text("deed.which" if n == 1 else "deed.which.several", {"code": form.sent, "n": n}))

    def label(self, value: str, form: Form) -> Words:
        assert isinstance(form, LatePhotos)
        if value == SENT:
            return Text("deed.which.this", {"code": form.sent})
        if value == ANOTHER:
            return Text("deed.which.another") if form.sent else Text("command.deed.title")
        return Text("thread.to", {"matter": matter_named(form.talks[value], value)})

    def called(self, option: Any, form: Form) -> frozenset[str]:
        known = phrases(f"said.{option.value}") if option.value in (SENT, ANOTHER) else frozenset()
        return known | {form.facts.speech(option.label)}

    def read(self, heard: Heard, form: Form) -> str:
        try:
            return super().read(heard, form)
        except Invalid:
            if len(heard.text) < TOLD:
                raise
            form.answers["photos"] = {**form.answers["photos"], "words": heard.text[:STORY]}
            return ANOTHER


class LatePhotos(Form, name="latephotos", review=False):
    """What photos are for that came without their story."""

    known = Known()
    photos = Waiting(most=MOST_WAITING)
    belongs = Belongs()
    faces = Faces().when(lambda f: f.belongs == SENT)

    @property
    def sent(self) -> str:
        """The code of the deed that was just reported; empty if there is none."""
        return str((self.known or {}).get("sent", ""))

    @property
    def talks(self) -> Mapping[str, str]:
        """The talks with the officers that the photos may be for: by its code, what each is about."""
        return dict((self.known or {}).get("talks", {}))


async def join_album(turn: Turn) -> bool:
    """Whether this photo belongs to the album of a deed that was reported: then it is there."""
    heard = turn.heard
    turn.joined = bool(heard.album) and await deeds.add_of_album(turn.tx, turn.person.id, heard.album, heard.picture)
    return turn.joined


async def ask_what_for(turn: Turn, hers: Sequence[Thread] = ()) -> bool:
    """Ask what the photos are for: a deed that was just reported, a talk with the officers, or another deed; False if
    nothing but another deed is possible."""
    heard = turn.heard
    recent = await deeds.recent(turn.tx, turn.person.id, turn.now - JUST_NOW)
    if recent is None and not hers:
        return False
    known = {"sent": recent or "", "talks": {one.code: one.kind for one in hers[:MOST_THREADS]}}
    photos = {"pictures": [heard.picture, *heard.more], "album": heard.album, "words": heard.text}
    turn.begin(LatePhotos, known=known, photos=photos)
    return True


@router.done(LatePhotos)
async def save(turn: Turn, form: LatePhotos) -> None:
    """Give the photos to what they are for; another deed, and a talk, take them up as if they came just now."""
    brought: list[str] = form.photos["pictures"]
    if form.belongs != SENT:
        first, *more = brought
        turn.words = str(form.photos.get("words", ""))
        turn.heard = turn.heard.with_(
            text=turn.words, pressed="", picture=first, more=tuple(more), album=form.photos.get("album", "")
        )
        turn.next = f"/deed {THIS}" if form.belongs == ANOTHER else f"/reply {form.belongs} {THIS}"
        return
    added = await deeds.add_photos(turn.tx, turn.person.id, form.sent, brought, shown_with(form.faces))
    said = "thanks" if added == len(brought) else "some" if added else "not_now"
    turn.reply(f"deed.add.{said}", [MY, MENU], code=form.sent, n=added, of=len(brought), most=MOST_PICTURES)


def shown_with(faces: str | None) -> Shown:
    """What the answer about the people in the photos allows."""
    agreed = faces in ("agreed", "children_agreed")
    child = faces == "children_agreed"
    return Shown(faces not in (None, "nobody"), agreed, child, child)
