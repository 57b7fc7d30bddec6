"""Telegram: one bot that is talked to by polling or by webhook.

Others use: settings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.channels import Channel
from bot.channels.kind import Kind, Seen, Surroundings
from bot.channels.telegram.settings import TelegramSettings


def _make(surroundings: Surroundings, settings: TelegramSettings) -> Channel:
    from bot.channels.telegram.channel import Telegram  # python-telegram-bot is loaded only where there is a token

    return Telegram(surroundings, settings)


async def _look(settings: TelegramSettings) -> Sequence[Seen]:
    from bot.channels.telegram.look import look

    return await look(settings)


KIND = Kind(
    "telegram", TelegramSettings, _make,
    needs=("telegram_token",), address=re.compile(r"[0-9]+"), account="telegram:123456 (@userinfobot tells you your id)",
    look=_look,
    advice="To go live on Telegram: get a token from @BotFather, put TELEGRAM_TOKEN and SECRET_KEY\n"
    "into .env (see .env.example), and start again.",
)  # fmt: skip
