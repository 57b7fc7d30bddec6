"""An officer corrects what everybody reads of an approved address, or who and where it is; a second one must agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from bot.dialog.fields import (
    Choice,
    Count,
    Dong,
    Hidden,
    House,
    Known,
    Name,
    People,
    Phone,
    Spoken,
    Sure,
    Year,
)  # fmt: skip
from bot.dialog.forms import Form
from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import DESK
from handlers.names import amount_of
from handlers.officers.addresses.changes import ask_second
from handlers.officers.addresses.dossiers import find, not_now, open_address
from handlers.officers.addresses.public import PublicLine, PublicStory, words_of
from handlers.officers.addresses.survey import CATEGORIES
from storage.aid import addresses, changes, dossiers
from storage.aid.changes import OF_DOSSIER, OF_NEED
from storage.aid.dossiers import KeptAddress
from storage.aid.sealing import Dossier

router = Router("corrections", role="officer")

TYPED = ("shown_name", "story", "category", "people_count")
"""What of an address is corrected in words; a photo and one more need have commands of their own."""
SEALED = "dossier"
"""Who and where it is."""
EMPTY = Dossier("", "")


class What(Choice):
    """What is to be corrected; of needs only where there are any."""

    def options(self, form: Form) -> Sequence[Option]:
        assert isinstance(form, CorrectAddress)
        return [option for option in super().options(form) if form.needs or option.value not in OF_NEED]


class Category(Choice):
    """What kind of household it is."""

    def label(self, value: str, form: Form) -> Words:
        return Text(f"address.category.{value}")


class WhichNeed(Choice):
    """One of the things that the household needs."""

    def __init__(self) -> None:
        super().__init__(())

    def options(self, form: Form) -> Sequence[Option]:
        assert isinstance(form, CorrectAddress)
        return [Option(id, self.label(id, form)) for id in form.needs]

    def label(self, value: str, form: Form) -> Words:
        assert isinstance(form, CorrectAddress)
        need = form.needs.get(value, {"what": value, "amount": 0, "kind": "money", "measure": ""})
        return Text(
            "need.short",
            {"what": need["what"], "amount": amount_of(need["amount"], need["kind"], need["measure"])},
        )


class CorrectAddress(Form, name="correctaddress", review=False):
    """What is to be corrected, and how; until a second officer agrees it stays as it is."""

    code = Hidden()
    known = Known()
    what = What((*TYPED, SEALED, *OF_NEED))
    part = Choice(OF_DOSSIER).when(lambda f: f.what == SEALED)
    need = WhichNeed().when(lambda f: f.what in OF_NEED)
    shown_name = PublicLine(least=2, most=60).when(lambda f: f.what == "shown_name")
    story = PublicStory(least=20, most=900).when(lambda f: f.what == "story")
    category = Category(lambda form: CATEGORIES).when(lambda f: f.what == "category")
    people_count = People(least=1, most=50).when(lambda f: f.what == "people_count")
    full_name = Name(least=2, most=80).when(lambda f: f.part == "full_name")
    house = House(least=2, most=200).when(lambda f: f.part == "house")
    phone = Phone(own=False).optional().when(lambda f: f.part == "phone")
    birth_year = Year().optional().when(lambda f: f.part == "birth_year")
    guardian = Spoken(least=2, most=120).optional().when(lambda f: f.part == "guardian")
    need_what = PublicLine(least=2, most=80).when(lambda f: f.what == "need_what")
    dong = Dong(least=10_000, most=10_000_000_000).when(lambda f: f.what == "need_amount" and f.kind == "money")
    count = Count(least=1, most=100_000, measure=lambda f: f.measure).when(
        lambda f: f.what == "need_amount" and f.kind != "money"
    )
    sure = Sure(("keep", "end")).when(lambda f: f.what == "need_end")

    @property
    def needs(self) -> Mapping[str, Any]:
        """What the household needs, by number."""
        found: Mapping[str, Any] = (self.known or {}).get("needs", {})
        return found

    @property
    def kind(self) -> str:
        return str(self.needs.get(self.need or "", {}).get("kind", ""))

    @property
    def measure(self) -> str:
        return str(self.needs.get(self.need or "", {}).get("measure", ""))

    @property
    def about(self) -> str:
        """What it is that changes."""
        return str(self.part if self.what == SEALED else self.what)

    @property
    def becomes(self) -> Any:
        """What it is to be."""
        match self.what:
            case "need_amount":
                return self.dong if self.kind == "money" else self.count
            case "need_end":
                return self.sure == "end"
            case "dossier":
                said = getattr(self, self.about)
                return getattr(EMPTY, self.about) if said is None else said
        return self.answers[self.what]

    def words(self) -> Mapping[str, object]:
        return {
            "code": self.code or "",
            "measure": self.measure,
            "need": self.needs.get(self.need or "", {}).get("what", ""),
        }


@router.command("desk correct", opens=True, listed=False)
async def correct(turn: Turn) -> None:
    """Ask for a correction of what everybody reads, or of what is sealed."""
    kept = await find(turn)
    if kept is None:
        return
    if kept.state not in changes.CHANGEABLE:
        return not_now(turn, kept)
    open_ = [need for need in await addresses.needs_of(turn.tx, kept.id) if need.ended_at is None]
    said = ("kind", "what", "measure", "amount")
    known = {"needs": {str(need.id): {name: getattr(need, name) for name in said} for need in open_}}
    turn.begin(CorrectAddress, code=kept.code, known=known)


@router.done(CorrectAddress)
async def save_correction(turn: Turn, form: CorrectAddress) -> None:
    kept = await find(turn, form.code)
    if kept is None:
        return
    if form.what == "need_end" and not form.becomes:
        return turn.reply("correctaddress.cancelled", [open_address(kept.code), DESK])
    if form.what in ("shown_name", "story", "need_what") and await _discloses(turn, kept, form.becomes):
        return turn.reopen(form, form.what)
    if form.what == SEALED:
        return await _correct_sealed(turn, kept, form)
    was: Any = None
    need = None
    if form.what in OF_NEED:
        needs = {str(need.id): need for need in await addresses.needs_of(turn.tx, kept.id)}
        need = needs.get(form.need or "")
        if need is None or need.ended_at is not None:
            return turn.reply("address.change.need_gone", [open_address(kept.code), DESK], code=kept.code)
        was = False if form.what == "need_end" else getattr(need, form.what.removeprefix("need_"))
    else:
        was = getattr(kept, form.what)
    if was == form.becomes:
        return turn.reply("address.change.same", [open_address(kept.code), DESK], code=kept.code)
    await ask_second(turn, kept, form.what, form.becomes, was=was, need=need)


async def _correct_sealed(turn: Turn, kept: KeptAddress, form: CorrectAddress) -> None:
    """What it was is told to nobody who did not open it, not even that it was the same."""
    who = await dossiers.dossier(turn.tx, kept) or EMPTY
    then = replace(who, **{form.about: form.becomes})
    await ask_second(turn, kept, form.about, form.becomes, was=getattr(who, form.about), then=then)


async def _discloses(turn: Turn, kept: KeptAddress, text: str) -> bool:
    """Whether a text tells who the household is; she is told which words do."""
    words = words_of(await dossiers.dossier(turn.tx, kept), text, kept.unit_name)
    if words:
        turn.reply("wrong.discloses", words=words)
    return bool(words)
