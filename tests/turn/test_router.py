"""Commands and subcommands: found by their names and words, in any language, and only by those who may."""

from __future__ import annotations

import pytest

from bot.message import Reply
from bot.turn.router import Router
from bot.turn.turn import Turn
from tests.stage import Stage

router = Router("trial")


@router.command("start")
async def start(turn: Turn) -> None:
    turn.reply(Reply("welcome"))


@router.command("menu")
async def menu(turn: Turn) -> None:
    turn.reply(Reply("menu"))


@router.command("link")
async def link(turn: Turn) -> None:
    turn.reply(Reply(f"link [{turn.rest}]"))


@router.command("link stop")
async def link_stop(turn: Turn) -> None:
    turn.reply(Reply(f"stopped [{turn.rest}]"))


@router.command("link menu", role="admin")
async def link_menu(turn: Turn) -> None:
    turn.reply(Reply("only admins"))


@pytest.fixture
async def trial(stage: Stage) -> Stage:
    stage.routers = (router,)
    await stage.say("/start")
    return stage


async def answer(stage: Stage, text: str) -> str:
    return (await stage.say(text))[0].text


async def test_a_subcommand_is_an_act_of_its_own_with_what_follows_it(trial: Stage) -> None:
    assert await answer(trial, "/link") == "link []"
    assert await answer(trial, "/link stop  7 8") == "stopped [7 8]"
    assert await answer(trial, "/link STOP") == "stopped []"


async def test_a_subcommand_of_another_role_is_as_if_it_were_not_there(trial: Stage) -> None:
    assert "only admins" not in await answer(trial, "/link menu")
