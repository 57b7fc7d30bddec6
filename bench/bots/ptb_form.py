"""python-telegram-bot, a form of three questions with persistence: written to a file once a minute, as is its default."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes, ConversationHandler, MessageHandler, PicklePersistence, filters

from bench.bots.ptb_bot import builder, run

NAME, YEAR, COMMUNE = range(3)
WORDS = filters.TEXT & ~filters.COMMAND


async def begin(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    assert update.message is not None
    await update.message.reply_text("Họ và tên của anh/chị là gì?")
    return NAME


async def name(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    assert update.message is not None
    assert context.user_data is not None
    context.user_data["name"] = update.message.text
    await update.message.reply_text("Anh/chị sinh năm nào?")
    return YEAR


async def year(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    assert update.message is not None
    assert context.user_data is not None
    if not (update.message.text or "").isdecimal():
        await update.message.reply_text("Năm chưa đúng, ví dụ 1990.")
        return YEAR
    context.user_data["year"] = int(update.message.text or "")
    await update.message.reply_text("Anh/chị ở xã nào?")
    return COMMUNE


async def commune(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    assert update.message is not None
    assert context.user_data is not None
    known = context.user_data
    await update.message.reply_text(f"Cảm ơn {known['name']}! Sinh năm {known['year']}, {update.message.text}.")
    known.clear()
    return ConversationHandler.END


if __name__ == "__main__":
    app = builder().persistence(PicklePersistence("answers.pickle")).build()
    app.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("volunteer", begin)],
            states={
                NAME: [MessageHandler(WORDS, name)],
                YEAR: [MessageHandler(WORDS, year)],
                COMMUNE: [MessageHandler(WORDS, commune)],
            },
            fallbacks=[],
            name="volunteer",
            persistent=True,
        )
    )
    run(app)
