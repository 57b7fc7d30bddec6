"""aiogram, a broadcast to many by workers that share a queue. No ledger: who got it is known to nobody."""

from __future__ import annotations

import asyncio

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter

from bench.bots import given
from bench.bots.aiogram_bot import bot

WORKERS = 50


async def work(bot: Bot, waiting: asyncio.Queue[int]) -> None:
    while True:
        await send(bot, await waiting.get())
        waiting.task_done()


async def send(bot: Bot, chat: int) -> None:
    try:
        await bot.send_message(chat, given.ANNOUNCEMENT)
    except TelegramRetryAfter as wait:
        await asyncio.sleep(wait.retry_after)
        await send(bot, chat)
    except TelegramAPIError:
        pass


async def main() -> None:
    async with bot() as sender:
        await sender.get_me()
        waiting: asyncio.Queue[int] = asyncio.Queue()
        for chat in given.recipients():
            waiting.put_nowait(chat)
        workers = [asyncio.create_task(work(sender, waiting)) for _ in range(WORKERS)]
        await waiting.join()
        for worker in workers:
            worker.cancel()


if __name__ == "__main__":
    asyncio.run(main())
