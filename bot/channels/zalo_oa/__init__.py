"""Zalo's Official Account: what carries a whole commune on Zalo, within the hours in which it may write to somebody."""

from __future__ import annotations

import re

from bot.channels import Channel
from bot.channels.kind import Kind, Surroundings
from bot.channels.zalo_oa.settings import ZaloOaSettings


def _make(surroundings: Surroundings, settings: ZaloOaSettings) -> Channel:
    from bot.channels.zalo_oa.channel import ZaloOa  # aiohttp is loaded only where there is an app

    return ZaloOa(surroundings, settings)


KIND = Kind(
    "zalo_oa", ZaloOaSettings, _make,
    needs=("zalo_oa_app_id", "zalo_oa_app_secret"), address=re.compile(r"[!-~]{1,200}"),
    account="zalo_oa:1234567890123456789 (/person shows it)",
    advice="To go live with an Official Account of Zalo: verify it, make an app for developers, put ZALO_OA_APP_ID,\n"
    "ZALO_OA_APP_SECRET and WEBHOOK_URL into .env (docs/zalo-oa.md has the steps), and start again.",
)  # fmt: skip
