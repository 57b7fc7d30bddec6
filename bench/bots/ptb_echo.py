"""python-telegram-bot, an echo: nothing is kept."""

from __future__ import annotations

from telegram import Update
from telegram.ext import ContextTypes, MessageHandler, filters

from bench.bots.ptb_bot import builder, run


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


if __name__ == "__main__":
    app = builder().build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    run(app)
