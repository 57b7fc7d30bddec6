"""aiogram, an echo: nothing is kept."""

from __future__ import annotations

from aiogram import Dispatcher
from aiogram.types import Message

from bench.bots.aiogram_bot import run

dispatcher = Dispatcher()


@dispatcher.message()
async def echo(message: Message) -> None:
    await message.answer(message.text or "")


if __name__ == "__main__":
    run(dispatcher)
