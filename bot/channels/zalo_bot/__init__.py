"""The Zalo Bot Platform: text and photos for a pilot of 50 people, without buttons; what is unknown of it is detected."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.channels import Channel
from bot.channels.kind import Kind, Seen, Surroundings
from bot.channels.zalo_bot.settings import ZaloBotSettings
from bot.channels.zalo_bot.shows import SHOWS


def _make(surroundings: Surroundings, settings: ZaloBotSettings) -> Channel:
    from bot.channels.zalo_bot.channel import ZaloBot  # aiohttp is loaded only where there is a token

    return ZaloBot(surroundings, settings)


async def _take_over(surroundings: Surroundings, settings: ZaloBotSettings) -> None:
    from bot.channels.zalo_bot.channel import ZaloBot

    channel = ZaloBot(surroundings, settings)
    try:
        await channel.take_over()
    finally:
        await channel.close()


async def _look(settings: ZaloBotSettings) -> Sequence[Seen]:
    from bot.channels.zalo_bot.look import look

    return await look(settings)


KIND = Kind(
    "zalo_bot", ZaloBotSettings, _make,
    needs=("zalo_bot_token",), address=re.compile(r"[!-~]{1,200}"), account="zalo_bot:0011223344556677aabb (/person shows it)",
    take_over=_take_over, look=_look, shows=SHOWS,
    advice="To go live on Zalo: make a bot with Zalo Bot Creator, put ZALO_BOT_TOKEN and SECRET_KEY\n"
    "into .env (docs/zalo.md has the steps), and start again.",
)  # fmt: skip
