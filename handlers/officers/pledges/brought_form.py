"""What is asked of an officer to whom somebody brought something that nobody had promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialog.fields import Choice, Count, Day, Dong, Hidden, Known, Name, Organisation, Phone, Story, Sure
from bot.dialog.forms import Form
from bot.message import Text, Words

SOMETHING_ELSE = "else"
SOMEBODY_NEW = "new"
MOST = 10_000_000_000
"""Đồng."""


class ForWhich(Choice):
    """One of the needs of the household, or something else."""

    def __init__(self) -> None:
        super().__init__(lambda form: [*form.needs, SOMETHING_ELSE])

    def label(self, value: str, form: Form) -> Words:
        assert isinstance(form, BroughtForm)
        return form.needs[value]["what"] if value in form.needs else Text("pledge.need.else")


class BroughtForm(Form, name="brought"):
    """What was brought for a household, when, and how whoever brought it wants to be named."""

    code = Hidden()
    known = Known()
    need = ForWhich().voids("count").when(lambda f: bool(f.needs))
    kind = Choice(("money", "goods", "work")).when(lambda f: f.other)
    what = Story(least=2, most=300).when(lambda f: f.other and f.kind in ("goods", "work"))
    dong = Dong(least=1_000, most=MOST).when(lambda f: f.wants == "money")
    count = Count(least=1, most=100_000, measure=lambda f: f.measure).when(lambda f: f.wants in ("goods", "work"))
    value = Dong(least=1_000, most=MOST).optional().when(lambda f: f.wants in ("goods", "work"))
    arrived_on = Day(toward="past").usually(lambda f: f.facts.today.isoformat())
    method = Choice(("cash", "transfer")).usually(lambda f: "cash").when(lambda f: f.wants == "money")
    shown_as = Choice(("full_name", "initials", "anonymous", "organisation"))
    giver = Name(least=2, most=80).when(lambda f: f.shown_as in ("full_name", "initials"))
    organisation = Organisation(least=2, most=120).when(lambda f: f.shown_as == "organisation")
    phone = Phone(own=False).optional()

    @property
    def needs(self) -> dict[str, dict[str, Any]]:
        """What the household needs, by id."""
        return dict((self.known or {}).get("needs", {}))

    @property
    def other(self) -> bool:
        """Whether it is none of what the household needs."""
        return not self.needs or self.need == SOMETHING_ELSE

    @property
    def wants(self) -> str:
        """Money, goods or work; empty while that is not known."""
        return (self.kind or "") if self.other else str(self.needs.get(self.need or "", {}).get("kind", ""))

    @property
    def measure(self) -> str:
        return str(self.needs.get(self.need or "", {}).get("measure", ""))

    @property
    def amount(self) -> int:
        """In đồng, or in the need's own measure."""
        return (self.dong if self.wants == "money" else self.count) or 0

    @property
    def named(self) -> str:
        """What it is, for the receipt."""
        return str(self.needs[self.need]["what"]) if self.need in self.needs else self.what or ""

    def words(self) -> Mapping[str, object]:
        household = (self.known or {}).get("household", "")
        return {"household": household, "measure": self.measure or Text("desk.items"), "what": self.named}


class WhoBrought(Choice):
    """Somebody who is known already, or somebody new."""

    def __init__(self) -> None:
        super().__init__(lambda form: [*form.alike, SOMEBODY_NEW])

    def label(self, value: str, form: Form) -> Words:
        assert isinstance(form, SureBrought)
        one = form.alike.get(value)
        if one is None:
            return Text("surebrought.same.new")
        way = "phone" if one["by_phone"] else "name"
        return Text(f"surebrought.same.{way}" if one["name"] else "surebrought.same.unnamed", one)


class SureBrought(Form, name="surebrought", review=False):
    """Whether a receipt that looks like a slip is right, and whether its giver is somebody who is known already."""

    known = Known()
    sure = Sure(("look", "write")).when(lambda f: bool((f.known or {}).get("doubted")))
    same = WhoBrought().when(lambda f: bool(f.alike) and f.sure != "look")

    @property
    def alike(self) -> dict[str, dict[str, Any]]:
        """Who it may be, by id."""
        return dict((self.known or {}).get("alike", {}))
