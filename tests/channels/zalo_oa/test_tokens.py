"""Tokens: who may give them, got once however many need them, kept before they are used, and what is said when none come."""

from __future__ import annotations

import asyncio

import httpx
import pytest
import sqlalchemy as sa

from bot.channels import SendFailed
from bot.channels.zalo_oa.consent import challenge_of
from bot.message import Message
from bot.process.app import surroundings
from storage.platform import tokens
from storage.tables import channel_tokens
from tests.channels.zalo_oa.line import LAN, Line, line
from tests.stage import Stage

TOKENS, CS = "/v4/oa/access_token", "/v3.0/oa/message/cs"
VERIFIER = "a-verifier-of-the-tests-that-is-forty-three-long"


async def said(one: Line, text: str = "Chào bác") -> str:
    return await one.channel.send(LAN, Message(text), "test:1")


async def pairs(one: Line) -> int:
    async with one.app.database.read() as tx:
        return len(await tx.all(sa.select(channel_tokens)))


async def test_an_administrator_lets_the_program_in_by_the_link_that_admins_are_told(stage: Stage) -> None:
    async with line(stage, zalo_oa_code_verifier=VERIFIER) as one:
        await one.channel.look()
        [trouble] = one.channel.troubles()
        assert trouble.sentence == "oa.trouble.first"
        begun = await one.call("GET", str(trouble.params["link"]))
        at_zalo = query_of(begun.headers["location"])
        assert at_zalo["code_challenge"] == challenge_of(VERIFIER)
        code = one.api.oauth.consent(at_zalo["code_challenge"])
        forged = await one.call("GET", "/zalo_oa/callback", params={"code": code, "oa_id": "EVIL", "state": "made up"})
        assert (forged.status_code, await pairs(one), one.api.oauth.calls) == (403, 0, [])
        asked = {"code": code, "oa_id": "OA1", "state": at_zalo["state"]}
        assert (await one.call("GET", "/zalo_oa/callback", params=asked)).status_code == 200
        assert await pairs(one) == 1
        assert (await one.call("GET", "/zalo_oa/callback", params=asked)).status_code == 400, "a code is good once"
        await one.channel.look()
        assert not one.channel.troubles()
        await one.wrote()
        assert await said(one)


async def test_ten_that_need_a_new_pair_at_once_get_it_by_one_call_and_nothing_is_said_with_the_old_one(
    stage: Stage,
) -> None:
    async with line(stage) as one:
        await one.let_in()
        await one.wrote(hours=26)
        await asyncio.gather(*(said(one, f"Tin {n}") for n in range(10)))
        assert len(one.api.oauth.calls) == 1
        assert len(one.api.person(LAN).inbox) == 10
        assert await pairs(one) == 2, "the old one is kept"


async def test_another_process_that_has_renewed_the_pair_is_believed(stage: Stage) -> None:
    async with line(stage) as one:
        await one.let_in()
        await one.wrote()
        await said(one)
        other = type(one.channel)(surroundings(one.app), one.channel.settings)
        stage.clock.forward(hours=21)
        await other.look()
        await other.close()
        await said(one)
        assert len(one.api.oauth.calls) == 1


async def test_a_pair_is_renewed_ahead_of_its_end(stage: Stage) -> None:
    async with line(stage) as one:
        await one.let_in()
        stage.clock.forward(hours=19)
        await one.channel.look()
        assert not one.api.oauth.calls
        stage.clock.forward(hours=1)
        await one.channel.look()
        assert len(one.api.oauth.calls) == 1
        async with one.app.database.read() as tx:
            pair = await tokens.current(tx, "zalo_oa")
        assert pair is not None
        assert one.api.oauth.pair is not None
        assert pair.access == one.api.oauth.pair.access


async def test_a_pair_that_was_lost_between_the_answer_and_the_disk_is_asked_for_once_more_and_then_a_human(
    stage: Stage,
) -> None:
    async with line(stage) as one:
        await one.let_in()
        stage.clock.forward(hours=21)
        one.api.fail(TOKENS, answer="cut", accepted=True)
        await one.channel.look()
        assert len(one.api.oauth.calls) == 1
        for _ in range(5):  # as a process that starts again
            again = type(one.channel)(surroundings(one.app), one.channel.settings)
            await again.look()
            [trouble] = again.troubles()
            assert trouble.sentence == "oa.trouble.consent"
            assert str(trouble.params["link"]).startswith("http")
            await one.wrote()
            with pytest.raises(SendFailed) as failed:
                await again.send(LAN, Message("Chào"), "test:1")
            assert failed.value.outcome == "retry"
            await again.close()
        assert len(one.api.oauth.calls) == 2, "never a loop"


async def test_a_process_that_ends_while_it_gets_a_new_pair_keeps_it_first(stage: Stage) -> None:
    async with line(stage) as one:
        await one.let_in()
        stage.clock.forward(hours=21)
        looking = asyncio.ensure_future(one.channel.look())
        while not one.api.oauth.calls:
            await asyncio.sleep(0)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        assert await pairs(one) == 2
        await one.wrote()
        assert await said(one)
        assert len(one.api.oauth.calls) == 1


async def test_while_tokens_cannot_be_reached_they_are_not_asked_for_with_each_message(stage: Stage) -> None:
    async with line(stage) as one:
        await one.let_in()
        await one.wrote(hours=26)
        one.api.fail(TOKENS, answer="page", times=100)
        for _ in range(5):
            with pytest.raises(SendFailed) as failed:
                await said(one)
            assert failed.value.outcome == "retry"
        assert len(one.api.said_to(TOKENS)) == 1


async def test_a_token_that_is_refused_out_of_season_is_renewed_once(stage: Stage) -> None:
    async with line(stage) as one:
        await one.let_in()
        await one.wrote(hours=1)
        one.api.fail(CS, code=-216)
        assert await said(one)
        assert len(one.api.oauth.calls) == 1
        one.api.fail(CS, code=-216, times=5)
        for _ in range(5):
            with pytest.raises(SendFailed) as failed:
                await said(one)
            assert failed.value.outcome == "retry"
            assert [trouble.name for trouble in one.channel.troubles()] == ["human"]
            await one.channel.books.mend("human")  # as when time has passed
        assert len(one.api.oauth.calls) == 1, "a fresh one that is refused brings no further ones"


def query_of(url: str) -> dict[str, str]:

    return dict(httpx.URL(url).params)
