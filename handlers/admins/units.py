"""The tree of units: province, commune, hamlet or branch; add one, give it another name, make two one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.dialog.fields import Choice, Day, Line, Phrase
from bot.dialog.fields import Known as Given
from bot.dialog.fields.words import MOST_OFFERED, taken, typed
from bot.dialog.forms import Form, Invalid
from bot.message import Heard, Option, Reply, Text, Words, changed
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.commune import read_commune
from bot.vietnamese.fold import fold
from bot.vietnamese.place import Known, bare
from handlers.names import unit_name
from storage.campaign import units
from storage.campaign.units import Unit

router = Router("units", role="admin")

INSIDE = {
    "province": ("district", "commune", "branch"),
    "district": ("commune", "branch"),
    "commune": ("hamlet", "branch"),
    "hamlet": ("branch",),
    "branch": ("branch",),
}
"""What each kind of unit may contain; a district is an area of today's communes."""
EVERYWHERE = "0"
MOST_SHOWN = 60
LONG_AGO = 3660
"""Days; mergers are entered late."""
BACK = Option("/units", Text("command.units.title"))


class WhichUnit(Choice):
    """One of the units that were known when the form was opened, by its id; 0 stands for everywhere. Where there are many,
    the communes are not listed: they are typed, by names of today or before."""

    def __init__(self, known: str = "units") -> None:
        super().__init__(lambda form: form.known[known])
        self.known = known

    def options(self, form: Form) -> Sequence[Option]:
        every = super().options(form)
        if len(every) <= MOST_OFFERED:
            return every
        communes = {str(unit.id) for unit in form.facts.communes}
        return [option for option in every if option.value not in communes][:MOST_OFFERED]

    def read(self, heard: Heard, form: Form) -> str:
        named: dict[str, str] = form.answers["known"][self.known]
        if len(named) <= MOST_OFFERED or heard.problem:
            return super().read(heard, form)
        if heard.pressed in named:
            return heard.pressed
        try:
            return super().read(heard, form)
        except Invalid:
            old = {unit.id: unit.aliases for unit in form.facts.communes}
            known = [Known(int(id), name, old.get(int(id), ())) for id, name in named.items() if id != EVERYWHERE]
        reading = read_commune(typed(heard, "not_a_commune"), known)
        return str(taken(reading, lambda match: Option(str(match.known.id), match.known.name)).known.id)

    def ask(self, form: Form) -> Reply:
        asked = super().ask(form)
        if len(form.answers["known"][self.known]) <= MOST_OFFERED:
            return asked
        return changed(asked, text=Text("units.type_it", {"ask": asked.text}))

    def label(self, value: str, form: Form) -> Words:
        return unit_name(form.answers["known"][self.known].get(value, ""))


class KindOfUnit(Choice):
    """One of the kinds that the unit around it may contain."""

    def __init__(self) -> None:
        super().__init__(lambda form: form.known["kinds"])

    def label(self, value: str, form: Form) -> Words:
        return Text(f"units.kind.{value}")


class NewCode(Line):
    """A unit's number, if it has one."""

    def read(self, heard: Heard, form: Form) -> str:
        code = super().read(heard, form).replace(" ", "")
        if not re.fullmatch(r"[0-9]{2,10}", code):
            raise Invalid("not_a_unit_code")
        return code


class AddUnit(Form, name="addunit"):
    """A unit inside another."""

    known = Given()
    kind = KindOfUnit()
    called = Line(least=2, most=80)
    code = NewCode(least=2, most=20).optional()
    since = Day(toward="past", within=LONG_AGO)

    def words(self) -> dict[str, object]:
        return {"parent": self.known["parent"]}


class RenameUnit(Form, name="renameunit"):
    """A unit's new name."""

    known = Given()
    called = Line(least=2, most=80)

    def words(self) -> dict[str, object]:
        return {"unit": self.known["name"]}


class MergeUnit(Form, name="mergeunit", review=False):
    """Which unit takes this one in, since when, under which code."""

    known = Given()
    into = WhichUnit("others")
    since = Day(toward="past", within=LONG_AGO)
    code = NewCode(least=2, most=20).optional()
    phrase = Phrase()

    def words(self) -> dict[str, object]:
        into = self.known["others"].get(self.into, "")
        return {"unit": self.known["name"], "into": into, "since": self.since or ""}


@router.command("units")
async def show_tree(turn: Turn) -> None:
    """The campaign's units as a tree."""
    tree = await units.tree(turn.tx, turn.today)
    chain = [*units.above(tree, turn.campaign.unit_id), tree[turn.campaign.unit_id]]
    lines = [_line(unit, depth) for depth, unit in enumerate(chain)]
    children = units.below(tree, turn.campaign.unit_id)
    lines += [_line(unit, len(chain), inside=len(units.below(tree, unit.id))) for unit in children[:MOST_SHOWN]]
    options = [Option(f"/units show u{unit.id}", unit.name) for unit in children[:MOST_SHOWN]]
    turn.reply("units.tree", [Option("/units add", Text("command.units.add.title")), *options], lines=lines)


@router.command("units show")
async def show(turn: Turn) -> None:
    """One unit: its names and codes, and what it contains."""
    unit = await named_unit(turn)
    if unit is None:
        return
    tree = await units.tree(turn.tx, turn.today)
    inside = units.below(tree, unit.id)
    options = [
        Option(f"/units add u{unit.id}", Text("units.add_inside")),
        Option(f"/units rename u{unit.id}", Text("command.units.rename.title")),
        Option(f"/units merge u{unit.id}", Text("command.units.merge.title")),
        Option(f"/units recode u{unit.id}", Text("command.units.recode.title")),
        Option(f"/units remove u{unit.id}", Text("command.units.remove.title")),
        *(Option(f"/units show u{child.id}", child.name) for child in inside[:MOST_SHOWN]),
        BACK,
    ]
    old = [
        Text("units.alias" if code else "units.alias.uncoded", {"name": name, "code": code})
        for name, code in unit.aliases
    ]
    turn.reply(
        "units.card" if unit.code else "units.card.uncoded",
        options,
        name=unit.name,
        kind=Text(f"units.kind.{unit.kind}"),
        code=unit.code,
        since=unit.valid_from_on,
        aliases=old or None,
        inside=[child.name for child in inside] or None,
    )


@router.command("units add", opens=True)
async def add(turn: Turn) -> None:
    """Add a unit inside another; what follows says inside which."""
    turn.rest = turn.rest or f"u{turn.campaign.unit_id}"
    parent = await named_unit(turn)
    if parent is None:
        return
    turn.begin(AddUnit, known={"id": parent.id, "parent": parent.name, "kinds": INSIDE[parent.kind]})


@router.done(AddUnit)
async def save_new(turn: Turn, form: AddUnit) -> None:
    by, code = turn.actor, form.code or ""
    made = await units.add(turn.tx, form.known["id"], form.kind, form.called, code, form.since, by, turn.now)
    if made is None:
        turn.reply("units.code_taken", code=code)
        return turn.reopen(form, "code")
    turn.new_world = True
    turn.reply("units.added", [Option(f"/units show u{made}", form.called), BACK], name=form.called)


@router.command("units rename", opens=True)
async def rename(turn: Turn) -> None:
    """Give a unit another name; what follows says which."""
    if unit := await named_unit(turn):
        turn.begin(RenameUnit, known={"id": unit.id, "name": unit.name})


@router.done(RenameUnit)
async def save_name(turn: Turn, form: RenameUnit) -> None:
    await units.rename(turn.tx, form.known["id"], form.called, turn.actor, turn.now)
    turn.new_world = True
    turn.reply("units.renamed", [BACK], old=form.known["name"], name=form.called)


@router.command("units merge", dangerous=True, opens=True)
async def merge(turn: Turn) -> None:
    """Make a unit part of a neighbour; what follows says which."""
    unit = await named_unit(turn)
    if unit is None:
        return
    tree = await units.tree(turn.tx, turn.today)
    others = {
        str(other.id): other.name
        for other in tree.values()
        if other.kind == unit.kind and other.parent_id == unit.parent_id and other.id != unit.id
    }
    if not others:
        return turn.reply("units.no_neighbour", [BACK], unit=unit.name)
    turn.begin(MergeUnit, known={"id": unit.id, "name": unit.name, "others": others})


@router.done(MergeUnit, dangerous=True)
async def merge_into(turn: Turn, form: MergeUnit) -> None:
    by = turn.actor
    into = int(form.into)
    if not await units.merge(turn.tx, form.known["id"], into, form.since, form.code or "", by, turn.now):
        return turn.reply("units.not_merged", [BACK], unit=form.known["name"])
    turn.new_world = True
    name = await units.name(turn.tx, into)
    turn.reply("units.merged", [Option(f"/units show u{into}", name), BACK], unit=form.known["name"], into=name)


async def choices(turn: Turn) -> dict[str, str]:
    """The units of the campaign by id; «0» with no name stands for everywhere."""
    tree = await units.tree(turn.tx, turn.today)
    campaign = [tree[turn.campaign.unit_id], *units.below(tree, turn.campaign.unit_id)]
    return {EVERYWHERE: "", **{str(unit.id): unit.name for unit in campaign}}


def unit_id_of(chosen: str | None) -> int | None:
    """The unit that was chosen; None for everywhere, which is also where nobody was asked."""
    return None if chosen in (None, EVERYWHERE) else int(chosen)


async def named_unit(turn: Turn) -> Unit | None:
    """The unit that follows the command, by «u12», code or name; without one the person is told how to say it."""
    tree = await units.tree(turn.tx, turn.today)
    found = _match(turn.rest, tree.values())
    if len(found) == 1:
        return found[0]
    turn.reply("units.which" if turn.rest else "units.say_which", [BACK], said=turn.rest[:60])
    return None


def _match(said: str, known: Iterable[Unit]) -> list[Unit]:
    """The units that are meant, by what comes first: number, code, name, old name."""
    wanted, found = fold(said), list[list[Unit]]([[], [], [], []])
    for unit in known if said else ():
        names = (fold(unit.name), bare(unit.name))
        old = {key(name) for name, _ in unit.aliases for key in (fold, bare)}
        for place, meant in enumerate((said == f"u{unit.id}", said == unit.code, wanted in names, wanted in old)):
            found[place] += [unit] if meant else []
    return next(filter(None, found), [])


def _line(unit: Unit, depth: int, *, inside: int = 0) -> Text:
    given = {"indent": "\N{NO-BREAK SPACE}" * 3 * depth, "name": unit.name, "code": unit.code or "?", "n": inside}
    return Text("units.line.inside" if inside else "units.line", given)
