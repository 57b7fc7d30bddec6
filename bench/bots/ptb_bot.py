"""How a python-telegram-bot bot is built and started, by polling or by webhook."""

from __future__ import annotations

from typing import Any

from telegram import Bot
from telegram.ext import Application, ApplicationBuilder

from bench.bots import given


def bot() -> Bot:
    """A bot that talks to the benchmark's server."""
    return Bot(given.TOKEN, base_url=f"{given.API}/bot")


def builder() -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    """An application that talks to the benchmark's server."""
    return ApplicationBuilder().token(given.TOKEN).base_url(f"{given.API}/bot")


def run(app: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Receive and answer until the process is ended."""
    if given.MODE == "polling":
        app.run_polling()
        return
    app.run_webhook(
        listen="127.0.0.1",
        port=given.PORT,
        url_path="hook",
        webhook_url=f"{given.URL}/hook",
        secret_token=given.SECRET,
        max_connections=100,
    )
