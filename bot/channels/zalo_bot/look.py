"""Ask the Zalo Bot Platform about a bot before it runs: whose token it is, and where messages go."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.channels.kind import Seen
from bot.channels.zalo.http import InDoubt, NotSent, Unavailable, host_of
from bot.channels.zalo_bot.client import Refused, ZaloBotClient
from bot.channels.zalo_bot.settings import ZaloBotSettings

WITHIN = 8.0
"""Seconds."""


async def look(settings: ZaloBotSettings) -> Sequence[Seen]:
    """What the platform says; nothing is changed there."""
    assert settings.zalo_bot_token is not None
    client = ZaloBotClient(settings.zalo_bot_token.get_secret_value(), settings.zalo_bot_api_url)
    try:
        async with asyncio.timeout(WITHIN):
            me, there = await client.get_me(), await client.webhook_url()
    except Refused as refused:
        said = f"Zalo refuses it ({refused.code}): copy it whole from Zalo Bot Creator's message"
        return [Seen("ZALO_BOT_TOKEN", "wrong", said)]
    except (NotSent, InDoubt, Unavailable, TimeoutError):
        return [Seen("ZALO_BOT_TOKEN", "unknown", f"{host_of(settings.zalo_bot_api_url)} does not answer: offline?")]
    finally:
        await client.close()
    known = Seen("ZALO_BOT_TOKEN", "right", f"Zalo knows it as {me.get('account_name') or '?'}")
    if there and host_of(there) != host_of(settings.webhook_url):
        moved = f"messages go to {host_of(there)}; `nhandao zalo take-over` brings them here"
        return [known, Seen("Zalo's webhook", "wrong", moved, mend="nhandao zalo take-over")]
    return [known, Seen("Zalo's webhook", "right", f"it is at {host_of(there)}" if there else "none is set")]
