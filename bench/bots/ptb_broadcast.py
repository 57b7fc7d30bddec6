"""python-telegram-bot, a broadcast one after another: here faster than workers. No ledger: who got it is known to nobody."""

from __future__ import annotations

import asyncio

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bench.bots import given
from bench.bots.ptb_bot import bot


async def send(sender: Bot, chat: int) -> None:
    try:
        await sender.send_message(chat, given.ANNOUNCEMENT)
    except RetryAfter as wait:
        after = wait.retry_after
        await asyncio.sleep(after if isinstance(after, int) else after.total_seconds())
        await send(sender, chat)
    except TelegramError:
        pass


async def main() -> None:
    async with bot() as sender:
        for chat in given.recipients():
            await send(sender, chat)


if __name__ == "__main__":
    asyncio.run(main())
