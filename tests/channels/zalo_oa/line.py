"""The channel of an Official Account and its platform, without a server of the program's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.channels.zalo_oa.channel import ZaloOa as Channel
from bot.channels.zalo_oa.client import Given
from bot.channels.zalo_oa.settings import ZaloOaSettings
from bot.process.app import App, surroundings
from storage.talk import people
from storage.talk.inbox import Arrival
from tests.fakes.zalo_oa import APP_ID, APP_SECRET, OA_ID, OA_SECRET, ZaloOa
from tests.fakes.zalo_oa.hook import sign
from tests.stage import Stage

HERE = "http://127.0.0.1:9"
LAN = "U1"


@dataclass
class Line:
    api: ZaloOa
    app: App
    channel: Channel
    stage: Stage
    taken: list[Arrival] = field(default_factory=list)

    async def let_in(self) -> None:
        """As a consent would."""
        pair = self.api.oauth.issue()
        await self.channel.tokens.keep(OA_ID, Given(pair.access, pair.refresh, 90_000))

    async def call(self, method: str, path: str, **how: Any) -> httpx.Response:
        """One call of what the channel serves."""

        async def receive(arrivals: Any) -> None:
            self.taken += arrivals

        served = httpx.ASGITransport(Starlette(routes=self.channel.routes(receive)))
        async with httpx.AsyncClient(transport=served, base_url=HERE) as client:
            return await client.request(method, path, **how)

    async def bring(self, body: str, at: str, *, first: str = APP_ID, secret: str = OA_SECRET, **headers: str) -> int:
        """One call of the webhook, signed; returns its status."""
        mac = sign(first, body.encode(), at, secret)
        signed = {"X-ZEvent-Signature": f"mac={mac}", **headers}
        return (await self.call("POST", "/zalo_oa", content=body.encode(), headers=signed)).status_code

    async def wrote(self, *whos: str, **ago: float) -> None:
        """These people, or Lan, did something here so long ago, and Zalo knows it too."""
        now, seen = self.stage.clock(), whos or (LAN,)
        for who in seen:
            self.api.person(who).seen_at = now
        async with self.app.database.write() as tx:
            met = await people.meet(tx, {("zalo_oa", who): "vi" for who in seen}, now)
            await people.heard(tx, [account for _, account in met.values()], now)
        self.stage.clock.forward(**ago)


@asynccontextmanager
async def line(stage: Stage, **settings: Any) -> AsyncIterator[Line]:
    async with ZaloOa(clock=stage.clock) as api, stage.program() as app:
        given = {
            "zalo_oa_app_id": APP_ID, "zalo_oa_app_secret": APP_SECRET, "zalo_oa_secret_key": OA_SECRET,
            "zalo_oa_api_url": api.url, "zalo_oa_oauth_url": api.url, "webhook_url": HERE, **settings,
        }  # fmt: skip
        channel = Channel(surroundings(app), ZaloOaSettings.of(given))
        try:
            yield Line(api, app, channel, stage)
        finally:
            await channel.close()
