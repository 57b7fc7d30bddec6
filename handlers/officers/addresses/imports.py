"""Humanitarian addresses from a spreadsheet: the template, and what comes of the rows: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import astuple

from bot.media.paper import Sheet
from bot.media.workbook import workbook
from bot.message import Document, Option, Text
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from bot.vietnamese.fold import exact
from handlers.buttons import DESK
from handlers.officers.access import reach
from handlers.officers.addresses.dossiers import open_address
from handlers.officers.addresses.survey import SurveyForm
from handlers.officers.addresses.table import COLUMNS, Household, Plan, is_same, ranges, read
from storage.aid import dossiers
from storage.aid.dossiers import Namesake
from storage.database import Tx

router = Router("spreadsheet", role="officer")

MOST_WRONG = 20
"""Mistakes, and rows, that are told at once; the rest when these are mended."""
MOST_CODES, MOST_BUTTONS = 10, 3
TEMPLATE = Option("/desk template", Text("command.desk.template.title"))
ADDRESSES = Option("/desk addresses", Text("command.desk.addresses.title"))
MANY = Option("/desk many verify", Text("command.desk.many.title"))


@dataclass
class Brought:
    """What became of the households of a plan: each with its code."""

    stored: list[tuple[Household, str]] = field(default_factory=list)
    known: list[tuple[Household, str]] = field(default_factory=list)
    alike: list[tuple[Household, str, str]] = field(default_factory=list)
    """Stored under the first code; the second one is of somebody with the same name, perhaps the same person."""

    def say(self, plan: Plan) -> list[Text]:
        """What is to be told row by row."""
        told: list[Text] = []
        if self.stored:
            told.append(Text("import.rows_stored", _rows_of(self.stored)))
        if self.known:
            told.append(Text("import.rows_known", _rows_of(self.known)))
        told += [
            Text("import.rows_alike", {"rows": ranges(here.rows), "code": code, "other": other})
            for here, code, other in self.alike
        ]
        return _shortened([*told, *plan.left_out])


@router.command("desk template", after=NOTHING, listed=False)
async def template(turn: Turn) -> None:
    """A spreadsheet to fill in, with an example."""
    if not turn.facts.documents:
        return turn.reply("import.no_files", [DESK])
    say = turn.speech.say
    heads = [say(f"import.column.{name}") for name in COLUMNS]
    example = [say(f"import.example.{name}") for name in COLUMNS]
    texts = [say(f"import.column.{name}") for name in ("house", "phone")]
    example[0] = turn.facts.communes[0].name if turn.facts.communes else ""
    listed = [[turn.speech(option.label)] for option in SurveyForm.category.options(SurveyForm({}, turn.facts))]
    sheets = [
        Sheet(say("import.sheet"), say("import.title"), heads, [example], texts=[heads.index(name) for name in texts]),
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
        return turn.reply("import.refused", [TEMPLATE, DESK], wrong=_shortened(plan.wrong))
    brought = await write(turn.tx, turn.campaign.id, plan, turn.now)
    for _, code in brought.stored:
        await turn.note("import", f"address:{code}")
    n, known = len(brought.stored), len(brought.known)
    alike = list(dict.fromkeys(code for _, code, _ in brought.alike))[:MOST_BUTTONS]
    options = [*map(open_address, alike), *([MANY] if n > 1 else []), ADDRESSES, DESK]
    turn.reply("import.done" if brought.stored else "import.known", options, n=n, known=known, rows=brought.say(plan))


async def write(tx: Tx, campaign_id: int, plan: Plan, now: datetime) -> Brought:
    """Add every household that is not here yet, with all its needs."""
    await tx.exclusive("import")
    brought = Brought()
    named: dict[tuple[int, str], list[Namesake]] = {}
    for one in await dossiers.find_namesakes(tx, campaign_id, [here.dossier.full_name for here in plan.households]):
        named.setdefault((one.unit_id, exact(one.who.full_name)), []).append(one)
    for here in plan.households:
        others = named.get((here.survey.unit_id, exact(here.dossier.full_name)), [])
        key = _key(tx, here)
        same = next((one for one in others if _is_here(one, here, key)), None)
        if same is not None:
            brought.known.append((here, same.code))
            continue
        code = await dossiers.add(tx, campaign_id, here.survey, here.dossier, here.needs, now, key=key)
        brought.stored.append((here, code))
        brought.alike += [(here, code, one.code) for one in others if is_same(here.dossier, one.who) is None]
    new = {id(here): code for here, code in brought.stored}
    brought.alike += [
        (one, new[id(one)], new[id(other)]) for one, other in plan.alike if id(one) in new and id(other) in new
    ]
    return brought


def _rows_of(those: Sequence[tuple[Household, str]]) -> dict[str, str]:
    """The rows of these households, and their codes unless they are too many to be read."""
    codes = ", ".join(code for _, code in those[:MOST_CODES]) + (", …" if len(those) > MOST_CODES else "")
    return {"rows": ranges(row for here, _ in those for row in here.rows), "codes": codes}


def _is_here(one: Namesake, here: Household, key: str) -> bool:
    """Whether an address is the household of these rows: the same rows came before, or the same person lives there."""
    said = (here.dossier, here.survey.shown_name, here.survey.story)
    return one.import_key == key or (one.who, one.shown_name, one.story) == said or bool(is_same(here.dossier, one.who))


def _key(tx: Tx, here: Household) -> str:
    """All that rows say of a household, as a key that says nothing to who has no key of ours."""
    who, survey = here.dossier, here.survey
    said = (survey.unit_id, *astuple(who), survey.shown_name, survey.story)
    return tx.vault.index("|".join(exact(str(word)) for word in said), kind="address").hex()


def _shortened(said: Sequence[Text]) -> list[Text]:
    """The first of them, and how many more there are."""
    more = len(said) - MOST_WRONG
    return [*said[:MOST_WRONG], *([Text("import.more", {"n": more})] if more > 0 else [])]
