"""Change one line of a message: it is chosen by its number, and the whole text is shown before it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialog.fields import Choice, Hidden, Known, Story
from bot.dialog.fields.languages import LanguageChoice
from bot.dialog.forms import Form, Invalid
from bot.message import Heard, Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.fold import fold
from handlers.calendar.access import BACK, find_message, show_kept
from handlers.calendar.form import LEAST, LONGEST, check_text
from locales import phrases
from storage.campaign import calendar

router = Router("calendar_lines", role="officer")

SHOWN = 40
"""So many characters of a line stand on its button."""


class InWhich(LanguageChoice):
    """One of the languages in which the message says something."""

    def __init__(self) -> None:
        super().__init__()
        self.values = lambda form: form.texts

    def label(self, value: str, form: Form) -> Words:
        return Text(f"language.inside.{value}")


class Which(Choice):
    """One of the lines, by its number or its words."""

    def __init__(self) -> None:
        super().__init__(lambda form: [str(n) for n in form.filled])

    def read(self, heard: Heard, form: Form) -> str:
        assert isinstance(form, LineForm)
        *words, number = fold(heard.text).split() or [""]
        counted = " ".join(words) in {"", *map(fold, phrases("line.number.words"))} and number.isdecimal()
        if heard.pressed or not counted:
            return super().read(heard, form)
        if int(number) not in form.filled:
            raise Invalid("calendar_no_such_line", got=int(number), most=len(form.filled))
        return str(int(number))

    def label(self, value: str, form: Form) -> Words:
        assert isinstance(form, LineForm)
        said = form.lines[form.filled[int(value)]]
        return f"{value}. {said if len(said) <= SHOWN else said[: SHOWN - 1].rstrip() + '…'}"


class What(Choice):
    """What becomes of the line; the last one is not taken away."""

    def read(self, heard: Heard, form: Form) -> str:
        assert isinstance(form, LineForm)
        act = super().read(heard, form)
        if act == "remove" and len(form.text_with(act, "")) < LEAST:
            raise Invalid("calendar_last_line")
        return act


class LineText(Story):
    """A new line, or several, as the text of a message may be."""

    def read(self, heard: Heard, form: Form) -> str:
        assert isinstance(form, LineForm)
        said = super().read(heard, form)
        check_text(said, form.content)
        if (got := len(form.text_with(str(form.act), said))) > LONGEST:
            raise Invalid("calendar_too_long", most=LONGEST, got=got)
        return said


class LineForm(Form, name="line", review=False):
    """Which line of which text, and what becomes of it."""

    id = Hidden()
    known = Known()
    language = InWhich().voids("number", "act", "said").when(lambda f: len(f.texts) > 1)
    number = Which()
    act = What(("rewrite", "after", "remove")).when(lambda f: bool(f.number))
    said = LineText(least=1, most=LONGEST).when(lambda f: f.act in ("rewrite", "after"))
    sure = Choice(("save", "unchanged")).when(lambda f: bool(f.number and f.act and (f.said or f.act == "remove")))

    @property
    def texts(self) -> Mapping[str, str]:
        """What the message said when this was begun, by language."""
        return dict((self.known or {}).get("texts", {}))

    @property
    def content(self) -> str:
        """What is computed into the texts."""
        return str((self.known or {}).get("content", ""))

    @property
    def spoken(self) -> str:
        """The language whose text is changed."""
        return self.language or next(iter(self.texts))

    @property
    def lines(self) -> Sequence[str]:
        return self.texts[self.spoken].split("\n")

    @property
    def filled(self) -> Mapping[int, int]:
        """Where each line that is not empty stands, by its number from 1."""
        return dict(enumerate((at for at, line in enumerate(self.lines) if line.strip()), 1))

    @property
    def becomes(self) -> str:
        """The whole text as it will be; as long as nothing is chosen, nothing."""
        return self.text_with(self.act, self.said or "") if self.act else ""

    def text_with(self, act: str, said: str) -> str:
        """The whole text with this done to the line."""
        at = self.filled[int(self.number)]
        becomes = {"rewrite": [said], "after": [self.lines[at], said], "remove": []}[act]
        return "\n".join([*self.lines[:at], *becomes, *self.lines[at + 1 :]]).strip()

    def words(self) -> Mapping[str, object]:
        if not self.number:
            return {}
        return {"line": self.lines[self.filled[int(self.number)]], "text": self.becomes}


@router.command("calendar line", opens=True)
async def line(turn: Turn) -> None:
    """Change one line of what a message says."""
    if message := await find_message(turn, change=True):
        texts = {language: text for language, text in message.texts.items() if text.strip()}
        if not texts:
            turn.next = f"/calendar edit {message.id}"
            return
        turn.begin(LineForm, id=str(message.id), known={"texts": texts, "content": message.content})


@router.done(LineForm)
async def save(turn: Turn, form: LineForm) -> None:
    """Keep the whole text, unless somebody changed it meanwhile."""
    again = Option(f"/calendar line {form.id}", Text("command.calendar.line.title"))
    if form.sure != "save":
        return turn.reply("line.cancelled", [again, BACK])
    turn.rest = form.id
    message = await find_message(turn, change=True)
    if message is None:
        return
    if message.texts.get(form.spoken) != form.texts[form.spoken]:
        return turn.reply("line.changed", [again, BACK])
    await calendar.change(turn.tx, message, turn.now, texts={**message.texts, form.spoken: form.becomes})
    await turn.note("calendar.edit", f"message:{message.id}", changed=["texts"])
    await show_kept(turn, message.id, on=message.active)
