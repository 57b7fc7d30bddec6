"""Ready answers to what people ask most: whom to call, how to give, giving blood, what is a fraud. They promise nothing."""

from __future__ import annotations

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import ADDRESSES, MENU, MY

router = Router("answers")

PASS_ON = Option("/ask +this", Text("understood.pass_on"))
ASK = Option("/ask", Text("command.ask.title"))
PLEDGE = Option("/pledge", Text("command.pledge.title"))


@router.command("emergency", urgent=True, listed=False)
async def emergency(turn: Turn) -> None:
    """Somebody is in danger: the numbers to call, at once."""
    turn.reply("emergency")
    _hotline(turn)


@router.command("hotline")
async def hotline(turn: Turn) -> None:
    """Whom to call, and the way to the officers."""
    if not turn.campaign.hotline:
        return turn.reply("hotline.none", [*_pass_on(turn), MENU], organiser=turn.campaign.organiser)
    turn.reply(
        "help.hotline", [*_pass_on(turn), MENU], organiser=turn.campaign.organiser, hotline=turn.campaign.hotline
    )


@router.command("how_to_give", listed=False)
async def how_to_give(turn: Turn) -> None:
    """How money, goods and work reach a household: a pledge first, then the officers call."""
    turn.reply("how_to_give", [PLEDGE, ADDRESSES, *_pass_on(turn)], organiser=turn.campaign.organiser)
    _hotline(turn)


@router.command("give_blood", listed=False)
async def give_blood(turn: Turn) -> None:
    """Who may give blood, and who knows when and where."""
    turn.reply("give_blood", [*_pass_on(turn), MENU], organiser=turn.campaign.organiser)
    _hotline(turn)


@router.command("unsafe", listed=False)
async def unsafe(turn: Turn) -> None:
    """What the Society never asks for, and what to do about a fraud."""
    turn.reply("unsafe", [*_pass_on(turn), MENU], organiser=turn.campaign.organiser)
    _hotline(turn)


@router.command("complaint", listed=False)
async def complaint(turn: Turn) -> None:
    """Somebody is not content: an officer should hear it."""
    turn.reply("complaint", [*_pass_on(turn), MY, MENU], organiser=turn.campaign.organiser)


@router.command("thanks", listed=False)
async def thanks(turn: Turn) -> None:
    turn.reply("thanks", [MENU])


def _pass_on(turn: Turn) -> list[Option]:
    """The way to an officer: with the sentence that led here, or to a new question."""
    return [PASS_ON] if turn.words else [ASK]


def _hotline(turn: Turn) -> None:
    if turn.campaign.hotline:
        turn.reply("help.hotline", organiser=turn.campaign.organiser, hotline=turn.campaign.hotline)
