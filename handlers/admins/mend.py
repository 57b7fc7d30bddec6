"""Mend what was entered wrongly about units: another code, or a unit too many."""

from __future__ import annotations

from bot.dialog.fields import Known, Phrase
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.admins.units import BACK, NewCode, named_unit
from storage.campaign import units

router = Router("mend", role="admin")


class RecodeUnit(Form, name="recodeunit"):
    """A unit's right code."""

    known = Known()
    code = NewCode(least=2, most=20)

    def words(self) -> dict[str, object]:
        return {"unit": self.known["name"]}


class RemoveUnit(Form, name="removeunit", review=False):
    """The one question before a unit is taken out."""

    known = Known()
    phrase = Phrase()

    def words(self) -> dict[str, object]:
        return {"unit": self.known["name"]}


@router.command("units recode", opens=True)
async def recode(turn: Turn) -> None:
    """Correct a unit's code; what follows says which unit."""
    if unit := await named_unit(turn):
        turn.begin(RecodeUnit, known={"id": unit.id, "name": unit.name})


@router.done(RecodeUnit)
async def recoded(turn: Turn, form: RecodeUnit) -> None:
    unit_id, by = form.known["id"], f"person:{turn.person.id}"
    if not await units.recode(turn.tx, unit_id, form.code, turn.today, by, turn.now):
        turn.reply("units.code_taken", code=form.code)
        return turn.reopen(form, "code")
    turn.reply(
        "units.recoded",
        [Option(f"/units show u{unit_id}", form.known["name"]), BACK],
        code=form.code,
        unit=form.known["name"],
    )


@router.command("units remove", dangerous=True, opens=True)
async def remove(turn: Turn) -> None:
    """Ask before a unit is taken out that was entered by mistake; what follows says which."""
    if unit := await named_unit(turn):
        turn.begin(RemoveUnit, known={"id": unit.id, "name": unit.name})


@router.done(RemoveUnit, dangerous=True)
async def removed(turn: Turn, form: RemoveUnit) -> None:
    """Only what nothing hangs on."""
    hanging = await units.remove(turn.tx, form.known["id"], f"person:{turn.person.id}", turn.now)
    if hanging:
        merge = Option(f"/units merge u{form.known['id']}", Text("command.units.merge.title"))
        return turn.reply("units.hanging", [merge, BACK], n=hanging, unit=form.known["name"])
    turn.new_world = True
    turn.reply("units.removed", [BACK], unit=form.known["name"])
