"""Answer what people ask most: whom to call, how to give, giving blood, who we are, what is a fraud. Nothing is promised."""

from __future__ import annotations

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import ADDRESSES, MENU, MY
from handlers.ready import ACCOUNT, said_about

router = Router("answers")

PASS_ON = Option("/ask +this", Text("understood.pass_on"))
ASK = Option("/ask", Text("command.ask.title"))
PLEDGE = Option("/pledge", Text("command.pledge.title"))
GIVEN = {"money": ("money", ACCOUNT), "goods": ("goods",), "work": ("goods",)}
"""What is said where only one kind of giving was asked about."""


@router.command("emergency", urgent=True, listed=False)
async def emergency(turn: Turn) -> None:
    """Somebody is in danger: the numbers to call, at once."""
    turn.reply("emergency")
    _hotline(turn)


@router.command("hotline")
async def hotline(turn: Turn) -> None:
    """Whom to call and when, and the way to the officers."""
    said = await said_about(turn)
    turn.reply("ready.several", [*_pass_on(turn), MENU], lines=[said["hotline"], said["hours"]])


@router.command("how_to_give", listed=False)
async def how_to_give(turn: Turn) -> None:
    """How money, goods and work reach a household: a pledge first, then the officers call."""
    said = await said_about(turn)
    topics = GIVEN.get(turn.said.kind, ("money", "goods", ACCOUNT))
    turn.reply("ready.several", [PLEDGE, ADDRESSES, *_pass_on(turn)], lines=[said[topic] for topic in topics])
    _hotline(turn)


@router.command("give_blood", listed=False)
async def give_blood(turn: Turn) -> None:
    """Who may give blood, and who knows when and where."""
    await _say(turn, "give_blood")
    _hotline(turn)


@router.command("about", listed=False)
async def about(turn: Turn) -> None:
    """Who is behind this program, and what it is for."""
    await _say(turn, "about")


@router.command("unsafe", listed=False)
async def unsafe(turn: Turn) -> None:
    """What the Society never asks for, and what to do about a fraud."""
    await _say(turn, "unsafe")
    _hotline(turn)


@router.command("complaint", listed=False)
async def complaint(turn: Turn) -> None:
    """Somebody is not content: an officer should hear it."""
    turn.reply("complaint", [*_pass_on(turn), MY, MENU], organiser=turn.campaign.organiser)


@router.command("thanks", listed=False)
async def thanks(turn: Turn) -> None:
    turn.reply("thanks", [MENU])


async def _say(turn: Turn, topic: str) -> None:
    turn.reply("ready.several", [*_pass_on(turn), MENU], lines=[(await said_about(turn))[topic]])


def _pass_on(turn: Turn) -> list[Option]:
    """The way to an officer: with the sentence that led here, or to a new question."""
    return [PASS_ON] if turn.words else [ASK]


def _hotline(turn: Turn) -> None:
    if turn.campaign.hotline:
        turn.reply("help.hotline", organiser=turn.campaign.organiser, hotline=turn.campaign.hotline)
