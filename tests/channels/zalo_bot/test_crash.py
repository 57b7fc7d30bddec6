"""The plug is pulled on Zalo, many times: by webhook nothing is lost or done twice; by polling what is lost is counted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.channels.killed_on_zalo import Platform, pull_the_plug
from tests.channels.zalo_bot.line import SECRET
from tests.fakes.zalo_bot import Chat, ZaloBot
from tests.stage import Stage, Template


class ByPolling(Platform):
    """The fake Zalo Bot Platform, which is asked."""

    channel, title, webhook = "zalo_bot", "Zalo by polling", False

    def open(self) -> ZaloBot:
        self.api = ZaloBot()
        return self.api

    @property
    def settings(self) -> dict[str, str]:
        return {"ZALO_BOT_TOKEN": self.api.token, "ZALO_BOT_API_URL": self.api.url, "ZALO_BOT_PER_SECOND": "0"}

    async def let_in(self, stage: Stage) -> None:
        """Its token is a setting."""

    async def connected(self) -> None:
        """It is asked whenever the program runs."""

    def chat(self, address: str) -> Chat:
        return self.api.person(address)

    def key_of(self, event: Any) -> str:
        return str(event["message"]["message_id"])


class ByWebhook(ByPolling):
    """The same, which calls."""

    title, webhook = "Zalo by webhook", True

    @property
    def settings(self) -> dict[str, str]:
        called = {"ZALO_BOT_MODE": "webhook", "ZALO_BOT_SECRET": SECRET, "WEBHOOK_URL": self.address}
        return {**super().settings, **called}

    async def connected(self) -> None:
        while self.api.webhook is None:
            await asyncio.sleep(0.05)
        self.api.webhook.tries = 10_000  # how often the real platform tries is not known


@pytest.mark.parametrize(("platform", "kills"), [(ByWebhook, 60), (ByPolling, 20)], ids=["webhook", "polling"])
async def test_the_plug_is_pulled_again_and_again(
    template: Template, tmp_path: Path, platform: type[Platform], kills: int
) -> None:
    await pull_the_plug(platform(), kills, template, tmp_path)
