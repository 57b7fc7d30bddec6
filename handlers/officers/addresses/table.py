"""A table of humanitarian addresses: every cell is read as the survey's question reads an answer, every row is accounted for.

Several rows of one household bring several needs. Whoever bears the same name is somebody else, unless the year of birth
or the telephone says that it is the same person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from bot.dialog.forms import Facts, Field, Form, Invalid
from bot.message import Heard, SheetRow, Text
from bot.vietnamese.fold import exact, fold, one_line
from bot.vietnamese.letters import find_fault
from handlers.officers.addresses.public import words_of
from handlers.officers.addresses.survey import NeedForm, SurveyForm
from locales import phrases
from storage.aid.dossiers import NewNeed, Survey
from storage.aid.sealing import Dossier

COLUMNS: dict[str, tuple[type[Form], str]] = {
    "commune": (SurveyForm, "commune"),
    "full_name": (SurveyForm, "full_name"),
    "house": (SurveyForm, "house"),
    "phone": (SurveyForm, "phone"),
    "birth_year": (SurveyForm, "birth_year"),
    "guardian": (SurveyForm, "guardian"),
    "category": (SurveyForm, "category"),
    "shown_name": (SurveyForm, "shown_name"),
    "people_count": (SurveyForm, "people_count"),
    "story": (SurveyForm, "story"),
    "consented": (SurveyForm, "consented"),
    "need_kind": (NeedForm, "kind"),
    "need_what": (NeedForm, "what"),
    "need_measure": (NeedForm, "measure"),
    "need_amount": (NeedForm, "dong"),
}
"""Each column, and the question whose answer it holds; money or a quantity stand in the same column."""
OF_HOUSEHOLD = tuple(name for name, (form, _) in COLUMNS.items() if form is SurveyForm)
OF_NEED = tuple(name for name, (form, _) in COLUMNS.items() if form is NeedForm)
WORDS = ("full_name", "shown_name", "story", "need_what", "need_measure")
"""Columns in which a figure alone says nothing."""
MOST = 1000
"""Rows below the names of the columns, as the officers' handbook says."""
HEAD = 6
"""So many names of columns in one row make it the row with the names, and so many filled cells perhaps a household."""
ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
"""What stands in a cell whose formula came to nothing."""


@dataclass
class Household:
    """One household of the table, what it needs, and the rows that say so."""

    survey: Survey
    dossier: Dossier
    answers: Mapping[str, Any]
    needs: list[NewNeed]
    rows: list[int]


@dataclass
class Plan:
    """What a table would bring, or what is wrong with it, each mistake with row, column and reason."""

    households: list[Household] = field(default_factory=list)
    wrong: list[Text] = field(default_factory=list)
    left_out: list[Text] = field(default_factory=list)
    """Rows that are no household, and why."""
    alike: list[tuple[Household, Household]] = field(default_factory=list)
    """Two with the same name, of whom nothing says whether they are one person."""
    elsewhere: bool = False
    """Whether a household is in a unit that is not for the one who sent it."""


def read(table: Sequence[SheetRow], facts: Facts, within: Collection[int] | None = None) -> Plan:
    """What a sheet says, row by row; only households of these units may be in it (None: of any). Pure."""
    names = {fold(facts.speech.say(f"import.column.{name}")): name for name in COLUMNS}
    at = next((n for n, row in enumerate(table) if _is_head(row, names)), None)
    if at is None:
        fault = next((fault for row in table for cell in row.cells if (fault := find_fault(cell))), "")
        return Plan(wrong=[Text("import.no_head"), *([Text(f"wrong.{fault}")] if fault else [])])
    head = [names.get(fold(cell), "") for cell in table[at].cells]
    if missing := [name for name in COLUMNS if name not in head]:
        return Plan(wrong=[Text("import.missing", {"columns": [Text(f"import.column.{name}") for name in missing]})])
    rows = [row for row in table[at + 1 :] if row.sheet == table[at].sheet]
    if len(rows) > MOST:
        return Plan(wrong=[Text("wrong.sheet_too_big")])
    plan = Plan()
    if hidden := [row.number for row in rows if row.hidden]:
        plan.wrong.append(Text("import.hidden", {"rows": ranges(hidden)}))
    for sheet in sorted({row.sheet for row in table} - {table[at].sheet}):
        if filled := [row.number for row in table if row.sheet == sheet and sum(map(bool, row.cells)) >= HEAD]:
            plan.wrong.append(Text("import.other_sheet", {"sheet": sheet + 1, "rows": ranges(filled)}))
    reading = _Reading(plan, facts, within)
    for row in rows:
        if why := _no_household(row, head, names, facts):
            plan.left_out.append(Text("import.left_out", {"row": row.number, "why": why}))
        else:
            dates = {head[n] for n in row.dates if n < len(head)}
            given = dict.fromkeys(COLUMNS, "") | dict(zip(head, row.cells, strict=False))
            reading.read_row(row.number, given, dates)
    if not plan.households and not plan.wrong:
        plan.wrong.append(Text("import.empty"))
    return plan


def is_same(one: Dossier, other: Dossier) -> bool | None:
    """Whether two of the same name are one person, by the year of birth and the telephone; None if these say nothing, or
    contradict each other."""
    said = {
        mine == theirs
        for mine, theirs in ((one.birth_year, other.birth_year), (one.phone, other.phone))
        if mine and theirs
    }
    return said.pop() if len(said) == 1 else None


def ranges(numbers: Iterable[int]) -> str:
    """Numbers of rows, briefly: «4–7, 9»."""
    ordered = sorted(set(numbers))
    cuts = [0, *(n for n, (one, next_) in enumerate(pairwise(ordered), 1) if next_ > one + 1), len(ordered)]
    runs = [ordered[start:end] for start, end in pairwise(cuts) if start < end]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _is_head(row: SheetRow, names: Mapping[str, str]) -> bool:
    return len({fold(cell) for cell in row.cells} & names.keys()) >= HEAD


def _no_household(row: SheetRow, head: Sequence[str], names: Mapping[str, str], facts: Facts) -> Text | None:
    """Why a row is no household: the names of the columns once more, the example of the template, a sum."""
    if _is_head(row, names):
        return Text("import.left_out.head")
    given = dict(zip(head, row.cells, strict=False))
    if fold(given.get("full_name", "")) == fold(facts.speech.say("import.example.full_name")):
        return Text("import.left_out.example")
    first = fold(next(cell for cell in row.cells if cell))
    sums = {fold(word) for word in phrases("import.sum.words")}
    if re.split(r"\W*\d|:", first)[0].strip() in sums and not given.get("need_what"):
        return Text("import.left_out.sum")
    return None


class _Reading:
    """Reads row after row into a plan; a row with needs alone goes on with the household above."""

    def __init__(self, plan: Plan, facts: Facts, within: Collection[int] | None) -> None:
        self.plan, self.facts, self.within = plan, facts, within
        self.above: Household | None = None
        self.begun = False
        """Whether there is a household above, even one that could not be read."""
        self.named: dict[tuple[int, str], list[Household]] = {}

    def read_row(self, number: int, given: Mapping[str, str], dates: Collection[str]) -> None:
        before = len(self.plan.wrong)
        goes_on = self.begun and not any(given[name] for name in OF_HOUSEHOLD)
        self.begun = True
        form = SurveyForm({}, self.facts) if goes_on else self._form(SurveyForm, OF_HOUSEHOLD, number, given, dates)
        need = self._form(NeedForm, OF_NEED, number, given, dates)
        if not goes_on:
            self.above = None
        if len(self.plan.wrong) > before or (goes_on and self.above is None):
            return
        wanted = NewNeed(need.kind, need.what, need.measure or "", need.dong or need.count or 0)
        here = self.above if goes_on and self.above else _household(form)
        if self._discloses(number, here, wanted):
            return
        if self.within is not None and here.survey.unit_id not in self.within:
            self.plan.wrong.append(_wrong(number, "commune", Text("wrong.not_your_commune")))
            self.plan.elsewhere = True
            return
        self.above = here if goes_on else self._place(number, here)
        if self.above is not None:
            self._add(number, self.above, wanted)

    def _form(
        self, kind: Any, columns: Sequence[str], number: int, given: Mapping[str, str], dates: Collection[str]
    ) -> Any:
        """The answers that stand in these columns; what is wrong with one is noted in the plan."""
        form = kind({}, self.facts)
        for name in columns:
            question = COLUMNS[name][1]
            if name == "need_amount" and form.answers.get("kind") != "money":
                question = "count"
            asked = kind.fields[question]
            unasked = name == "need_measure" and form.answers.get("kind") == "money"
            if (asked.skippable or unasked) and not given[name]:
                form.answers[question] = None
                continue
            try:
                form.answers[question] = _answer(asked, name, given[name], name in dates, form)
            except Invalid as invalid:
                self.plan.wrong.append(_wrong(number, name, Text(f"wrong.{invalid.code}", invalid.params)))
        return form

    def _discloses(self, number: int, here: Household, need: NewNeed) -> bool:
        commune = next((unit.name for unit in self.facts.communes if unit.id == here.survey.unit_id), "")
        words = words_of(here.dossier, f"{need.what}\n{need.measure}", commune)
        if words:
            self.plan.wrong.append(_wrong(number, "need_what", Text("wrong.discloses", {"words": words})))
        return bool(words)

    def _place(self, number: int, here: Household) -> Household | None:
        """The household of a row: one that is there already, or a new one; None if the row says otherwise than another."""
        others = self.named.setdefault((here.survey.unit_id, exact(here.dossier.full_name)), [])
        for other in others:
            if here.answers == other.answers:
                return other
            if is_same(here.dossier, other.dossier):
                return other if self._agrees(number, here, other) else None
        alike = [(here, other) for other in others if is_same(here.dossier, other.dossier) is None]
        self.plan.alike += alike
        others.append(here)
        self.plan.households.append(here)
        return here

    def _agrees(self, number: int, here: Household, other: Household) -> bool:
        """Whether two rows of one household say the same of it, as far as both say something."""
        differing = [
            Text(f"import.column.{name}")
            for name in OF_HOUSEHOLD
            if None not in (mine := here.answers[name], theirs := other.answers[name])
            and _plain(mine) != _plain(theirs)
        ]
        if differing:
            said = {"row": number, "other": other.rows[0], "columns": differing}
            self.plan.wrong.append(Text("import.differs", said))
            return False
        who, more = other.dossier, here.dossier
        other.dossier = replace(
            who,
            phone=who.phone or more.phone,
            birth_year=who.birth_year or more.birth_year,
            guardian=who.guardian or more.guardian,
        )
        return True

    def _add(self, number: int, here: Household, need: NewNeed) -> None:
        if need in here.needs:
            other = here.rows[here.needs.index(need)]
            self.plan.wrong.append(Text("import.twice", {"row": number, "other": other}))
            return
        here.needs.append(need)
        here.rows.append(number)


def _household(form: SurveyForm) -> Household:
    survey = Survey(form.commune, form.category, form.shown_name, form.people_count, form.story, form.consented)
    dossier = Dossier(form.full_name, form.house, form.phone or "", form.birth_year or 0, form.guardian or "")
    return Household(survey, dossier, dict(form.answers), [], [])


def _plain(answer: Any) -> Any:
    return exact(answer) if isinstance(answer, str) else answer


def _wrong(row: int, column: str, reason: Text) -> Text:
    return Text("import.wrong", {"row": row, "column": Text(f"import.column.{column}"), "reason": reason})


def _answer(asked: Field[Any], column: str, cell: str, is_date: bool, form: Form) -> Any:
    """A cell read as a typed answer; what names an offered choice is that choice. Raises Invalid."""
    if is_date:
        raise Invalid("cell_is_a_date", cell=cell)
    if ERROR.fullmatch(cell):
        raise Invalid("cell_is_an_error", cell=cell)
    match find_fault(cell):
        case "old_font":
            raise Invalid("old_font")
        case "broken_letters":
            raise Invalid("broken_letters")
    if column in WORDS and cell and not any(letter.isalpha() for letter in cell):
        raise Invalid("no_letters", cell=one_line(cell)[:40])
    if column == "phone" and re.fullmatch(r"[235789]\d{8,9}", cell):
        cell = f"0{cell}"  # a spreadsheet took it for a figure
    heard = Heard(text=cell)
    for option in asked.options(form):
        if fold(form.facts.speech(option.label)) == fold(cell):
            heard = Heard(pressed=option.value)
    return asked.dump(asked.read(heard, form))
