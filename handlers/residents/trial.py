"""Play a pledge to a made-up household, to see how it goes. Nothing is kept, and no officer hears of it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialog.fields import Choice, Dong
from bot.dialog.forms import Form
from bot.message import Money
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import FAMILY, MENU
from handlers.residents.giving.form import SUMS
from handlers.residents.giving.gift import LEAST, MOST

router = Router("trial")


class Trial(Form, name="try"):
    """A pledge in small."""

    dong = Dong(least=LEAST, most=MOST, monthly="often", quick=lambda _: dict(SUMS))
    often = Choice(("once", "monthly"))

    def words(self) -> Mapping[str, object]:
        return {"needed": Money(2_000_000)}


@router.command("try", opens=True, listed=False)
async def try_out(turn: Turn) -> None:
    turn.begin(Trial)


@router.done(Trial)
async def played(turn: Turn, form: Trial) -> None:
    turn.reply("try.done", [FAMILY, MENU])
