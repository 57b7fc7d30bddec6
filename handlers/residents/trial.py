"""Play a pledge to a made-up household, to see how it goes. Nothing is kept, and no officer hears of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialog.fields import Choice, Dong
from bot.dialog.forms import Form
from bot.message import Money, Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import FAMILY, MENU

router = Router("trial")

SUGGESTED = (100_000, 200_000, 500_000)
"""Đồng."""


class SuggestedDong(Dong):
    """An amount that can be pressed as well as typed."""

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(str(dong), Text("money", {"amount": Money(dong)})) for dong in SUGGESTED]


class Trial(Form, name="try"):
    """A pledge in small."""

    dong = SuggestedDong(least=10_000, most=10_000_000_000, monthly="often")
    often = Choice(("once", "monthly"))

    def words(self) -> Mapping[str, object]:
        return {"needed": Money(2_000_000)}


@router.command("try", opens=True, listed=False)
async def try_out(turn: Turn) -> None:
    turn.begin(Trial)


@router.done(Trial)
async def played(turn: Turn, form: Trial) -> None:
    turn.reply("try.done", [FAMILY, MENU])
