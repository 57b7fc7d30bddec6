"""What somebody said in a sentence, read by the same readers as answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.understanding.lists import (
    BEGINS,
    BURNS,
    DANGER,
    DECLINES,
    EACH,
    GIVEN,
    KILOS,
    NO_DANGER,
    PAST_DAYS,
    PROPOSING,
    VOLUNTEERING,
)
from bot.understanding.sentence import Sentence, letters_of
from bot.understanding.things import money, monthly, more_counted, things
from bot.understanding.times_places import commune, date, hamlet
from bot.understanding.whom import household, households, name, organisation, phone
from bot.vietnamese.fold import fold
from bot.vietnamese.place import Known

GIVES = frozenset({"addresses", "address", "pledge", "my", "cancel_mine", "propose", "how_to_give", "complaint"})
"""Where goods, money and work are given, needed or handed over."""
TELLS = frozenset({"deed"})
"""Where what was given is told."""
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Said:
    """The facts of one sentence; empty, None or False where nothing was said."""

    amount: int | None = None
    """Đồng, each time if it is monthly."""
    monthly: bool = False
    kind: str = ""
    """Money, goods or work."""
    quantity: Decimal | None = None
    unit: str = ""
    what: str = ""
    household: str = ""
    """A code such as DC-0003, or the one initial by which a household is shown."""
    commune: Known | None = None
    hamlet: str = ""
    date: str = ""
    """As it was said."""
    name: str = ""
    organisation: str = ""
    phone: str = ""
    """E.164."""
    against: frozenset[str] = field(default=NOTHING, repr=False, compare=False)
    """The intents that the words speak against: who declines is led into nothing."""
    besides: frozenset[str] = field(default=NOTHING, repr=False, compare=False)
    """The intents of which this is only the first wish of several."""
    each: bool = field(default=False, repr=False, compare=False)
    """Whether the amount is for each of several."""
    kinds: frozenset[str] = field(default_factory=frozenset, repr=False, compare=False)
    """What the words of the sentence were taken for, as evidence of what is wanted."""

    @property
    def danger(self) -> bool:
        """Whether words were said that people say when somebody is in danger."""
        return "danger" in self.kinds

    @property
    def kilos(self) -> Decimal | None:
        """The quantity in kilograms, where that is what was counted."""
        per_unit = KILOS.get(self.unit)
        return None if self.quantity is None or per_unit is None else self.quantity * per_unit

    def within(self, intent: str) -> Said:
        """What of this belongs to such an intent."""
        if intent == "pledge" and self.each:
            return replace(self, amount=None)
        if intent in GIVES:
            return self
        if intent in TELLS and self.quantity is not None and self.kind == "goods":
            return replace(self, kind="")
        return replace(self, kind="", quantity=None, unit="", what="")


def read(sentence: Sentence, communes: Sequence[Known]) -> Said:
    """The facts of a sentence; its words are marked with what they were taken for."""
    called = phone(sentence)
    whom = household(sentence)
    dong = money(sentence)
    amount = dong[0] if len(dong) == 1 else None
    often = monthly(sentence)
    when = date(sentence)
    where = hamlet(sentence, communes)
    group = organisation(sentence)
    person = name(sentence, communes)
    place = commune(sentence, communes)
    for phrases, what in ((BURNS, "danger"), (NO_DANGER, "idiom"), (DANGER, "danger")):
        for begin, end in phrases.spans(sentence):
            sentence.take(begin, end, what)
    thing = things(sentence, paid=bool(dong))
    more = len(households(sentence)) > 1 or more_counted(sentence)
    other = _besides(sentence, gives=bool(dong or whom)) | (frozenset({"pledge"}) if more else NOTHING)
    return Said(
        amount, often, thing.kind, thing.quantity, thing.unit, thing.what, whom, place, where, when, person, group, called,
        _against(sentence, when), other, any(EACH.spans(sentence)), frozenset(sentence.taken.values()),
    )  # fmt: skip


def may_tell_danger(text: str) -> bool:
    """Whether there may be danger in these words; nothing else need be read of them to know that there is none."""
    words = letters_of(text)
    listed = [phrases for phrases in (BURNS, DANGER) if phrases.may_be_among(words)]
    if not listed:
        return False
    sentence = Sentence.of(text)
    return any(next(phrases.spans(sentence), None) for phrases in listed)


def _against(sentence: Sentence, date: str) -> frozenset[str]:
    """The intents that it speaks against: «không muốn tham gia nữa», «gửi 500k hôm qua rồi»; ``date`` as it was said."""
    if next(DECLINES.spans(sentence), None):
        return BEGINS
    past = fold(date).endswith(PAST_DAYS) and "roi" in sentence.folded
    return frozenset({"pledge"}) if past or next(GIVEN.spans(sentence), None) else NOTHING


def _besides(sentence: Sentence, *, gives: bool) -> frozenset[str]:
    """The intents beside which another one is wished; ``gives`` if an amount or a household was named."""
    volunteers = next(VOLUNTEERING.spans(sentence), None)
    proposes = next(PROPOSING.spans(sentence), None)
    return frozenset({"pledge", "volunteer", "propose"}) if volunteers and (gives or proposes) else NOTHING
