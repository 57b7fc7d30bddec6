"""Questions that take photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialog.beneath import mentions, says_none_of_it
from bot.dialog.forms import Field, Form, Invalid
from bot.message import LATER, Heard, Json, Option, Text, Words
from locales import phrases


class Photos(Field[dict[str, Any]]):
    """Up to ``most`` photos; an album, and photos sent later while the form is open, join the first one."""

    things = "photo"

    def __init__(self, *, most: int) -> None:
        self.most = most

    def options(self, form: Form) -> Sequence[Option]:
        """Those that were sent can be taken back, where none are needed."""
        removable = self.skippable and form.answers.get(self.name) is not None
        return [Option("none", Text("photo.none"))] if removable else []

    def instead(self, heard: Heard, form: Form) -> Mapping[str, Json] | None:
        """Who says that there are none has answered, where none are needed."""
        said = not heard.pressed and not heard.picture and mentions(heard.text, phrases(f"called.{self.things}"))
        no = said and says_none_of_it(heard.text)
        return {} if self.skippable and (heard.pressed == "none" or no) else None

    def read(self, heard: Heard, form: Form) -> dict[str, Any]:
        if not heard.picture:
            raise Invalid(heard.problem or "not_a_photo")
        return {"pictures": [heard.picture], "album": heard.album}

    def absorb(self, kept: Json, heard: Heard, form: Form) -> tuple[Json, Words | None] | None:
        if not heard.picture:
            return None
        pictures: list[str] = list((kept or {}).get("pictures", ()))
        same_album = bool(heard.album) and heard.album == (kept or {}).get("album")
        if heard.picture in pictures:
            return {**kept}, None if same_album else Text("photo.same")
        if len(pictures) >= self.most:
            told = bool((kept or {}).get("full"))
            return {**kept, "full": True}, None if told else Text("photo.full", {"most": self.most})
        pictures.append(heard.picture)
        added = None if same_album else Text("photo.added", {"n": len(pictures), "most": self.most})
        return {"pictures": pictures, "album": heard.album or (kept or {}).get("album", "")}, added

    def pictures(self, answer: dict[str, Any]) -> Sequence[str]:
        return [picture for picture in answer["pictures"] if not picture.startswith(LATER)]

    def show(self, answer: dict[str, Any], form: Form) -> Words:
        return Text("photo.count", {"n": len(answer["pictures"])})
