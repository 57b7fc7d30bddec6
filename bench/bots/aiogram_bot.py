"""How an aiogram bot is started, by polling or by webhook."""

from __future__ import annotations

import asyncio

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from bench.bots import given


def bot() -> Bot:
    """A bot that talks to the benchmark's server."""
    return Bot(given.TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(given.API)))


def run(dispatcher: Dispatcher) -> None:
    """Receive and answer until the process is ended."""
    if given.MODE == "polling":
        asyncio.run(dispatcher.start_polling(bot()))
        return
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot(), secret_token=given.SECRET).register(app, path="/hook")
    dispatcher.startup.register(set_webhook)
    setup_application(app, dispatcher, bot=bot())
    web.run_app(app, host="127.0.0.1", port=given.PORT, print=None)


async def set_webhook(bot: Bot) -> None:
    """Say where updates go."""
    await bot.set_webhook(f"{given.URL}/hook", secret_token=given.SECRET, max_connections=100)
