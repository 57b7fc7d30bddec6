"""Humanitarian addresses from a spreadsheet: every cell is read as the survey's question reads an answer; all rows or none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.dialog.forms import Facts, Field, Form, Invalid
from bot.media.paper import Sheet
from bot.media.workbook import workbook
from bot.message import Document, Heard, Option, Text
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from bot.vietnamese.fold import exact, fold
from handlers.buttons import DESK
from handlers.officers.access import reach
from handlers.officers.addresses.public import words_of
from handlers.officers.addresses.survey import NeedForm, SurveyForm
from storage.aid import dossiers
from storage.aid.dossiers import Dossier, NewNeed, Survey
from storage.database import Tx

router = Router("spreadsheet", role="officer")

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
MOST_WRONG = 20
"""Mistakes that are told at once; the rest when these are mended."""
TEMPLATE = Option("/desk template", Text("command.desk.template.title"))
ADDRESSES = Option("/desk addresses", Text("command.desk.addresses.title"))


@dataclass(frozen=True)
class Row:
    """One household of the spreadsheet, with its first need."""

    survey: Survey
    dossier: Dossier
    need: NewNeed


@dataclass(frozen=True)
class Plan:
    """What a spreadsheet would bring: its rows, or what is wrong with it, each mistake with row, column and reason."""

    rows: Sequence[Row]
    wrong: Sequence[Text]
    elsewhere: bool = False
    """Whether a household is in a unit that is not for the one who sent it."""


@router.command("desk template", after=NOTHING, listed=False)
async def template(turn: Turn) -> None:
    """A spreadsheet to fill in, with an example."""
    if not turn.facts.documents:
        return turn.reply("import.no_files", [DESK])
    say = turn.speech.say
    heads = [say(f"import.column.{name}") for name in COLUMNS]
    example = [say(f"import.example.{name}") for name in COLUMNS]
    example[0] = turn.facts.communes[0].name if turn.facts.communes else ""
    listed = [[turn.speech(option.label)] for option in SurveyForm.category.options(SurveyForm({}, turn.facts))]
    sheets = [
        Sheet(say("import.sheet"), say("import.title"), heads, [example]),
        Sheet(say("import.column.category"), say("import.column.category"), [say("import.column.category")], listed),
    ]
    turn.reply("import.template", [DESK], document=Document(f"{say('import.name')}.xlsx", workbook(sheets)))


@router.command("desk import", listed=False, sheet=True)
async def bring(turn: Turn) -> None:
    """Add the households of the spreadsheet that was sent: all of them, or none if a row is wrong."""
    if turn.heard.sheet is None:
        return turn.reply("import.send", [TEMPLATE, DESK])
    within = await reach(turn)
    plan = read(turn.heard.sheet, turn.facts, within)
    if plan.elsewhere:
        await turn.refuse("/desk import")
    if plan.wrong:
        more = len(plan.wrong) - MOST_WRONG
        wrong = [*plan.wrong[:MOST_WRONG], *([Text("import.more", {"n": more})] if more > 0 else [])]
        return turn.reply("import.refused", [TEMPLATE, DESK], wrong=wrong)
    codes, known = await write(turn.tx, turn.campaign.id, plan, turn.now)
    for code in codes:
        await turn.note("import", f"address:{code}")
    turn.reply("import.done" if codes else "import.known", [ADDRESSES, DESK], n=len(codes), known=known)


def read(table: Sequence[Sequence[str]], facts: Facts, within: Collection[int] | None = None) -> Plan:
    """What a sheet says, row by row; only households of these units may be in it (None: of any). Pure."""
    names = {fold(facts.speech.say(f"import.column.{name}")): name for name in COLUMNS}
    at = next((n for n, row in enumerate(table) if len({fold(cell) for cell in row} & names.keys()) > 5), None)
    if at is None:
        return Plan((), [Text("import.no_head")])
    head = [names.get(fold(cell), "") for cell in table[at]]
    if missing := [name for name in COLUMNS if name not in head]:
        columns = [Text(f"import.column.{name}") for name in missing]
        return Plan((), [Text("import.missing", {"columns": columns})])
    rows: list[Row] = []
    wrong: list[Text] = []
    elsewhere = False
    for n, cells in enumerate(table[at + 1 :], at + 2):
        if any(cells):
            before = len(rows)
            given = dict(zip(head, [*cells, *[""] * len(head)], strict=False))
            _read_row(n, given, facts, rows, wrong)
            if within is not None and len(rows) > before and rows[-1].survey.unit_id not in within:
                wrong.append(_wrong(n, "commune", Text("wrong.not_your_commune")))
                elsewhere = True
    if not rows and not wrong:
        wrong.append(Text("import.empty"))
    return Plan(rows, wrong, elsewhere)


async def write(tx: Tx, campaign_id: int, plan: Plan, now: datetime) -> tuple[list[str], int]:
    """Add every row that is not here yet; returns the new codes, and how many rows were here already."""
    await tx.exclusive("import")
    keyed = {_key(tx, row): row for row in plan.rows}
    known = await dossiers.find_imported(tx, list(keyed))
    new = {key: row for key, row in keyed.items() if key not in known}
    codes = [
        await dossiers.add(tx, campaign_id, row.survey, row.dossier, [row.need], now, key=key)
        for key, row in new.items()
    ]
    return codes, len(plan.rows) - len(codes)


def _key(tx: Tx, row: Row) -> str:
    """The same household in the same place has the same key, which says nothing to who has no key of ours."""
    person = row.dossier
    who = f"{row.survey.unit_id}|{exact(person.full_name)}|{exact(person.house)}|{person.birth_year}"
    return tx.vault.index(who, kind="address").hex()


def _read_row(n: int, given: dict[str, str], facts: Facts, rows: list[Row], wrong: list[Text]) -> None:
    forms: dict[type[Form], Form] = {SurveyForm: SurveyForm({}, facts), NeedForm: NeedForm({}, facts)}
    before = len(wrong)
    for name, (kind, question) in COLUMNS.items():
        form = forms[kind]
        if name == "need_amount" and form.answers.get("kind") != "money":
            question = "count"
        field = kind.fields[question]
        if (field.skippable or (name == "need_measure" and form.answers.get("kind") == "money")) and not given[name]:
            form.answers[question] = None
            continue
        try:
            form.answers[question] = _answer(field, given[name], form)
        except Invalid as invalid:
            wrong.append(_wrong(n, name, Text(f"wrong.{invalid.code}", invalid.params)))
    if len(wrong) > before:
        return
    row = _row(forms[SurveyForm], forms[NeedForm])
    if words := words_of(row.dossier, f"{row.need.what}\n{row.need.measure}", given["commune"]):
        wrong.append(_wrong(n, "need_what", Text("wrong.discloses", {"words": words})))
    else:
        rows.append(row)


def _wrong(row: int, column: str, reason: Text) -> Text:
    return Text("import.wrong", {"row": row, "column": Text(f"import.column.{column}"), "reason": reason})


def _answer(field: Field[Any], cell: str, form: Form) -> Any:
    """A cell read as a typed answer; what names an offered choice is that choice."""
    heard = Heard(text=cell)
    for option in field.options(form):
        if fold(form.facts.speech(option.label)) == fold(cell):
            heard = Heard(pressed=option.value)
    return field.dump(field.read(heard, form))


def _row(survey: Form, need: Form) -> Row:
    assert isinstance(survey, SurveyForm) and isinstance(need, NeedForm)
    return Row(
        Survey(survey.commune, survey.category, survey.shown_name, survey.people_count, survey.story, survey.consented),
        Dossier(survey.full_name, survey.house, survey.phone or "", survey.birth_year or 0, survey.guardian or ""),
        NewNeed(need.kind, need.what, need.measure or "", need.dong or need.count or 0),
    )
