"""Give the labelled answers to the questions of the real forms, as a person would, and count what became of them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialog import lead
from bot.dialog.choose import understand
from bot.dialog.forms import Facts, Form
from bot.dialog.lead import Place
from bot.message import Heard, changed
from bot.receive.conversation import orders
from bot.vietnamese.amounts.amount import in_words
from bot.vietnamese.amounts.weight import read_weight
from bot.vietnamese.fold import fold
from handlers.broadcasts.form import Compose
from handlers.residents.deed import DeedForm
from handlers.residents.giving.form import PledgeForm
from handlers.residents.own.mine import TakeBack
from handlers.residents.propose import Propose
from handlers.residents.volunteer import VolunteerForm
from locales import Speech
from tests.questions import KNOWN
from tests.vietnamese.communes import COMMUNES

DATA = Path(__file__).parent.parent / "data" / "language"
SETS = ("answers", "more_answers", "third_answers", "fourth_answers")
SPEECH = Speech("vi", ZoneInfo("Asia/Ho_Chi_Minh"), in_words)
FACTS = Facts(
    date(2026, 5, 12), SPEECH, COMMUNES, now=datetime(2026, 5, 12, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
)  # fmt: skip
HEADINGS = ("right", "asked, rightly", "refused, rightly", "asked needlessly", "refused needlessly", "silently wrong")
ASKED = re.compile(
    r"wrong\.(?:\w+_unclear|\w+_sure|lunar_day\w*|which_\w+|one_\w+|hour_wanted|district_or_commune|whole_kilograms)"
)
"""The sentences that ask which value is meant; all others refuse."""
MONEY = {**KNOWN["pledge"], "need": "else", "kind": "money"}
CHOICES: dict[str, tuple[type[Form], str, dict[str, Any]]] = {
    "individual, group": (DeedForm, "doer_kind", {}),
    "once, monthly": (PledgeForm, "often", MONEY),
    "myself, organisation": (PledgeForm, "behalf", MONEY),
    "full_name, initials, anonymous": (PledgeForm, "shown_as", {**MONEY, "behalf": "myself"}),
    "money, goods, work": (PledgeForm, "kind", {**KNOWN["pledge"], "need": "else"}),
}
QUESTIONS: dict[str, tuple[type[Form], str, dict[str, Any]]] = {
    "birth_year": (VolunteerForm, "birth_year", {}),
    "phone": (VolunteerForm, "phone", {}),
    "commune": (VolunteerForm, "commune", {}),
    "hamlet": (VolunteerForm, "hamlet", {}),
    "full_name": (VolunteerForm, "full_name", {}),
    "money": (PledgeForm, "dong", MONEY),
    "yes_no": (TakeBack, "sure", {"kind": "cancel", "code": "TND26-XXXXX"}),
    "day_past": (DeedForm, "done_on", {}),
    "day_future": (PledgeForm, "due_on", {**MONEY, "kind": "work"}),
    "month_until": (PledgeForm, "until", {**MONEY, "often": "monthly"}),
    "moment": (Compose, "when", {"known": {}}),
    "helped_count": (DeedForm, "helped_count", {}),
    "organisation": (PledgeForm, "organisation", {**MONEY, "behalf": "organisation"}),
}
OPTIONAL: dict[str, tuple[type[Form], str, dict[str, Any]]] = {
    "organisation": (VolunteerForm, "organisation", {}),
    "phone of the household": (Propose, "phone", {}),
    "free time": (VolunteerForm, "free_time", {}),
}


@dataclass(frozen=True)
class Row:
    """A labelled answer, and what the program took it for: a value, ASK or REFUSE."""

    question: str
    text: str
    value: str
    got: str

    @property
    def right(self) -> bool:
        if self.question in ("full_name", "hamlet", "organisation", "skip_optional"):
            return fold(self.got) == fold(self.value)
        return self.got == self.value

    @property
    def silently_wrong(self) -> bool:
        """A value was taken that is not the one meant."""
        return not self.right and self.got not in ("ASK", "REFUSE")


def rows(name: str) -> Iterator[Row]:
    """The rows of one set, read anew."""
    with (DATA / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            got = taken(row["question"], row["text"], row["note"] or "")
            yield Row(row["question"], row["text"], row["value"], got)


def taken(question: str, text: str, note: str) -> str:
    """What the program takes this answer for."""
    if question == "count_kg":
        weight = read_weight(text)
        return f"{weight.value.normalize():f}" if weight.value else "ASK" if weight.asks else "REFUSE"
    form, name, answers = asked(question, note)
    field = form.fields[name]
    place = Place(form.name, dict(answers), name)
    if question == "choice_one" and "shown" in note:
        options = field.options(form(place.answers or {}, FACTS))
        offered = tuple((f"{field.key}={option.value}", SPEECH(option.label)) for option in options)
        place = changed(place, offered=offered)
    step = lead.resume(form, place, understand(Heard(text=text), place, orders()), FACTS)
    kept = step.place.answers if step.place and step.place.answers else step.done.answers if step.done else {}
    if name in kept:
        return shown(question, kept[name])
    keys = [getattr(words, "key", "") for reply in step.replies for words in (reply.above, reply.text)]
    return "ASK" if any(ASKED.fullmatch(key) for key in keys) else "REFUSE"


def asked(question: str, note: str) -> tuple[type[Form], str, dict[str, Any]]:
    """The form, its question, and the answers that lead to it."""
    if question == "choice_one":
        options = re.sub(r"\d ", "", note.split(": ")[1].split(";")[0])
        return CHOICES[options]
    if question == "skip_optional":
        return OPTIONAL[note.removeprefix("asked: ").split(";")[0]]
    if question == "count_other":
        measure = note.removeprefix("measure: ").split(";")[0]
        need = {"kind": "goods", "what": measure, "measure": measure, "missing": 5000}
        known = {"household": "Bà M.", "name": "", "needs": {"1": need}}
        return PledgeForm, "count", {"address": "DC-0001", "known": known, "need": "1"}
    return QUESTIONS[question]


def shown(question: str, kept: object) -> str:
    """A kept answer as the sets write it."""
    if kept is None:
        return "none"
    if question == "commune":
        return next(unit.name for unit in COMMUNES if unit.id == kept)
    if isinstance(kept, bool):
        return "yes" if kept else "no"
    return str(kept)[: {"month_until": 7, "moment": 16}.get(question, 200)]


def report(*, misses: bool = False) -> None:
    """Print a table for each set: what was right, asked, refused, and silently wrong, by question."""
    for name in SETS:
        found = list(rows(name))
        print(f"\n{name}: {len(found)} answers\n")
        print(f"| question | rows | {' | '.join(HEADINGS)} |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|")
        for question in dict.fromkeys(row.question for row in found):
            line(question, [row for row in found if row.question == question])
        line("all", found)
        with_value, well = shares(found)
        print(f"\nOf the answers with a value {with_value:.1%} are right without asking;")
        print(f"of all, {well:.1%} are right, or asked or refused where that is right.")
        if misses:
            for row in found:
                if not row.right:
                    print(f"  {row.question}\t{row.text}\twanted {row.value}\tgot {row.got}")


def shares(found: list[Row]) -> tuple[float, float]:
    """What is right without asking among answers that have a value; what is treated rightly among all."""
    valued = [row for row in found if row.value not in ("ASK", "REFUSE")]
    return sum(row.right for row in valued) / len(valued), sum(row.right for row in found) / len(found)


def line(question: str, found: list[Row]) -> None:
    """One row of the table."""
    count = Counter(
        "silent" if row.silently_wrong
        else f"{row.got} rightly" if row.right and row.got in ("ASK", "REFUSE")
        else "right" if row.right
        else row.got
        for row in found
    )  # fmt: skip
    kinds = ("right", "ASK rightly", "REFUSE rightly", "ASK", "REFUSE", "silent")
    figures = [len(found), *(count[kind] for kind in kinds)]
    print(f"| {question} | {' | '.join(map(str, figures))} |")
