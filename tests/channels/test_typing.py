"""Who waits sees a sign, who was answered sees none."""

from __future__ import annotations

import asyncio

from bot.channels.typing import Typing


async def until(seen: list[str], many: int) -> None:
    async with asyncio.timeout(60):
        while len(seen) < many:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)  # no more than that are to come


async def test_a_sign_is_seen_by_all_who_still_wait_and_by_nobody_else() -> None:
    seen: list[str] = []

    async def show(chat: str) -> None:
        seen.append(chat)

    typing = Typing(show, after=0)
    for chat in ("answered", "again", "first"):
        typing.expect(chat)
    typing.answered("answered")
    typing.answered("again")
    typing.expect("again")
    typing.expect("first")  # she wrote once more, and waits since her first word
    await until(seen, 2)
    assert seen == ["first", "again"]
    typing.expect("late")
    await until(seen, 3)
    typing.expect("first")
    await typing.close()
    await until(seen, 3)
    assert seen == ["first", "again", "late"]


async def test_a_sign_is_shown_again_until_she_is_answered() -> None:
    seen: list[str] = []

    async def show(chat: str) -> None:
        seen.append(chat)
        if len(seen) == 2:
            typing.answered(chat)

    typing = Typing(show, after=0, every=0.01, times=5)
    typing.expect("1")
    await until(seen, 2)
    assert seen == ["1", "1"]
    await typing.close()
