"""What is asked of somebody who promises something to an address, and what follows from the answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.dialog.fields import (
    Choice,
    Count,
    Day,
    Derived,
    Dong,
    Hidden,
    Known,
    Month,
    Name,
    Organisation,
    Phone,
    Story,
    Year,
)
from bot.dialog.fields.numbers import is_amount
from bot.dialog.forms import Form, Instead, Invalid
from bot.message import Heard, Json, Money, Text, Words
from bot.understanding.facts import read
from bot.understanding.sentence import Sentence
from bot.vietnamese.courtesy import courteous
from bot.vietnamese.fold import fold
from handlers.names import amount_of, initials_of
from handlers.residents.giving.gift import LEAST, MOST, SOMETHING_ELSE, counts, find_needs
from handlers.spoken import Agreed
from locales import phrases

SUMS = {dong: Text("money", {"amount": Money(dong)}) for dong in (100_000, 200_000, 500_000)}
"""What most people give, in đồng, as it is offered."""
MONTHS = (3, 6, 12)
"""For how long most people give every month."""


def count_months(first: date, until: date | None) -> int:
    """How many times it is given from this day on: every month until then, or once."""
    return 1 if until is None else max((until.year - first.year) * 12 + until.month - first.month + 1, 1)


class WhichNeed(Choice):
    """One of the address's needs that is not covered, or something else; how much is asked next, unless that was said:
    «50kg gạo» chooses the rice."""

    brings = 1

    def __init__(self) -> None:
        super().__init__(lambda form: [*form.needs, SOMETHING_ELSE])

    def read(self, heard: Heard, form: Form) -> str:
        try:
            return super().read(heard, form)
        except Invalid:
            if fold(courteous(heard.text)) in map(fold, phrases("command.addresses.words")):
                raise Instead("/addresses") from None  # «hộ khác»
            if not (given := self._given(heard, form)):
                raise
            return str(given["need"])

    def also(self, heard: Heard, answer: str, form: Form) -> Mapping[str, Json]:
        given = self._given(heard, form)
        return {name: kept for name, kept in given.items() if name != "need"} if given.get("need") == answer else {}

    def _given(self, heard: Heard, form: Form) -> dict[str, Json]:
        """The need that an amount with its unit is for, and the amount, read as where it is asked for; nothing unless both
        are clear."""
        assert isinstance(form, PledgeForm)
        if heard.pressed or heard.picture or not heard.text:
            return {}
        said = read(Sentence.of(heard.text), form.facts.communes).within("pledge")
        counted = said.amount is not None or said.quantity is not None or is_amount(heard.text)
        if not counted or said.besides or "pledge" in said.against:
            return {}
        measured = [id for id, need in form.needs.items() if counts(heard.text, need["measure"])]
        meant = find_needs(said, form.needs) if said.kind else measured
        if len(meant) != 1:
            return {}
        chosen = PledgeForm({**form.answers, "need": meant[0]}, form.facts)
        field = PledgeForm.fields["dong" if chosen.wants == "money" else "count"]
        try:
            amount = field.read(heard, chosen)
        except Invalid:
            return {}
        return {"need": meant[0], field.name: amount, **field.also(heard, amount, chosen)}

    def label(self, value: str, form: Form) -> Words:
        assert isinstance(form, PledgeForm)
        return form.needs[value]["what"] if value in form.needs else Text("pledge.need.else")


class Surplus(Choice):
    """What to do with more than is missing: what is answered here becomes the amount that the review shows."""

    def read(self, heard: Heard, form: Form) -> str:
        assert isinstance(form, PledgeForm)
        chosen = super().read(heard, form)
        if chosen == "less":
            form.answers = {name: answer for name, answer in form.answers.items() if name not in ("dong", "count")}
        elif chosen == "rest" and form.often == "monthly":
            form.answers["until"] = form.until_covered.isoformat()
        elif chosen == "rest":
            form.answers["dong" if form.wants == "money" else "count"] = form.missing
        return chosen


class ShownAs(Choice):
    """How the giver is named in public; the review shows the very letters."""

    def show(self, answer: str, form: Form) -> Words:
        assert isinstance(form, PledgeForm)
        if answer == "initials" and form.named:
            return Text("pledge.shown_as.initials.of", {"initials": initials_of(form.named)})
        return super().show(answer, form)


class Giver(Name):
    """The giver's name: what the channel calls her, until she says another."""

    def __init__(self) -> None:
        super().__init__(least=2, most=80, suggest=lambda form: form.facts.name)
        self.assumes = lambda form: self.suggested(form) or None


class PledgeForm(Form, name="pledge"):
    """A promise to one address. ``amount`` is for each time: every month if it is monthly."""

    address = Hidden()
    known = Known()
    household = Derived(lambda f: f.told_household)
    need = WhichNeed().usually(lambda f: f.only_need).voids("count", "over")
    kind = Choice(("money", "goods", "work")).when(lambda f: f.need == SOMETHING_ELSE)
    what = Story(least=2, most=300).when(lambda f: f.need == SOMETHING_ELSE and f.kind in ("goods", "work"))
    dong = Dong(least=LEAST, most=MOST, monthly="often", until="until", quick=lambda f: f.quick)
    dong.voids("over").when(lambda f: f.wants == "money")
    count = Count(least=1, most=100_000, measure=lambda f: f.measure, quick=lambda f: f.quick)
    count.voids("over").when(lambda f: f.counted)
    due_on = Day(toward="future").in_review(offered=True).when(lambda f: f.wants == "work")
    often = (
        Choice(("once", "monthly")).typed().usually(lambda f: "once").voids("over").when(lambda f: f.wants == "money")
    )
    until = Month(lengths=MONTHS).voids("over").when(lambda f: f.often == "monthly")
    over = Surplus(("rest", "anyway", "less")).when(lambda f: f.too_much)
    altogether = Derived(lambda f: f.told_total)
    behalf = Choice(("myself", "other", "organisation")).usually(lambda f: f.last("behalf") or "myself")
    who = Name(least=2, most=80).when(lambda f: f.for_other)
    birth_year = Year().when(lambda f: f.for_other)
    organisation = Organisation(least=2, most=120).when(lambda f: f.behalf == "organisation")
    organisation.usually(lambda f: f.last("organisation"))
    shown_as = ShownAs(("full_name", "initials", "anonymous")).typed().when(lambda f: f.behalf != "organisation")
    shown_as.usually(lambda f: f.usually_shown)
    giver = Giver().when(lambda f: f.must_name)
    agreed = Agreed().when(lambda f: f.for_other)
    here = Derived(lambda f: None if f.phone else Text("pledge.here.shown"))
    phone = Phone().in_review(offered=True)
    phone.usually(lambda f: (f.known or {}).get("phone") or None)

    @property
    def needs(self) -> dict[str, dict[str, Any]]:
        """The needs that were not covered when the form was opened, by id."""
        return dict((self.known or {}).get("needs", {}))

    @property
    def wants(self) -> str:
        """Money, goods or work; empty while that is not known."""
        if self.need == SOMETHING_ELSE:
            return self.kind or ""
        return str(self.needs.get(self.need, {}).get("kind", ""))

    @property
    def counted(self) -> bool:
        return self.need in self.needs and self.wants != "money"

    @property
    def for_other(self) -> bool:
        """Whether somebody without a phone promises it, who is a person of her own."""
        return self.behalf == "other"

    @property
    def must_name(self) -> bool:
        return not self.for_other and self.shown_as in ("full_name", "initials") and not (self.known or {}).get("name")

    @property
    def named(self) -> str:
        """Whom the public would read of, if she wants that."""
        return self.who or self.giver or str((self.known or {}).get("name", ""))

    def last(self, what: str) -> Any:
        """How she gave last time."""
        return (self.known or {}).get("last", {}).get(what)

    @property
    def usually_shown(self) -> str:
        """As last time, or by initials; never by name where she did not agree to that."""
        if self.for_other or not (self.known or {}).get("publish"):
            return "anonymous"
        named = self.named or PledgeForm.fields["giver"].assumes(self)  # type: ignore[misc]
        return self.last("shown_as") or ("initials" if named else "anonymous")

    @property
    def only_need(self) -> str | None:
        """The need, where there is no other."""
        return next(iter(self.needs)) if len(self.needs) == 1 else None

    @property
    def measure(self) -> str:
        return str(self.needs.get(self.need or "", {}).get("measure", ""))

    @property
    def quick(self) -> dict[int, Words]:
        """The amounts that most people give: some sums, what is missing, and as much as last time."""
        money = self.wants == "money"
        offered: dict[int, Words] = {
            dong: shown for dong, shown in SUMS.items() if money and (not self.missing or dong < self.missing)
        }
        if money and (last := self.last("dong")) and LEAST <= last <= (self.missing or last):
            offered[last] = Text("pledge.quick.last", {"amount": Money(last)})
        if self.missing:
            offered[self.missing] = Text("pledge.quick.missing", {"missing": self.words()["missing"]})
        return dict(sorted(offered.items()))

    @property
    def told_household(self) -> Words | None:
        known = self.known or {}
        return Text("pledge.household.shown", known) if known.get("commune") else None

    @property
    def told_total(self) -> Words | None:
        """What comes together in all months, in digits and words."""
        if self.months < 2:
            return None
        return Text(
            "pledge.altogether.shown",
            {"months": self.months, "total": Text("money.in_words", {"amount": Money(self.amount)})},
        )

    @property
    def until_covered(self) -> date:
        """The month in which what is missing has come together."""
        first = self.facts.today.replace(day=1)
        month = first.month - 1 + max(-(-self.missing // (self.dong or 1)) - 1, 0)
        return first.replace(year=first.year + month // 12, month=month % 12 + 1)

    @property
    def months(self) -> int:
        """How many times it is given."""
        return count_months(self.facts.today, self.until if self.often == "monthly" else None)

    @property
    def total(self) -> int:
        """In đồng, or in the need's own measure."""
        return (self.dong or 0) * self.months if self.wants == "money" else self.count or 0

    @property
    def missing(self) -> int:
        return int(self.needs.get(self.need, {}).get("missing", 0))

    @property
    def too_much(self) -> bool:
        return self.need in self.needs and self.total > self.missing

    @property
    def amount(self) -> int:
        """What is promised in all: what was named, or the rest that the person saw and chose."""
        return self.missing if self.over == "rest" else self.total

    def words(self) -> Mapping[str, object]:
        kind, measure = self.needs.get(self.need or "", {}).get("kind", ""), self.measure
        return {
            "household": (self.known or {}).get("household", ""),
            "missing": amount_of(self.missing, kind, measure),
            "total": amount_of(self.total, kind, measure) if self.total else "",
            "measure": measure,
            "n": self.total,
            "name": self.who or "",
            "words": Text("pledge.read_out"),
        }
