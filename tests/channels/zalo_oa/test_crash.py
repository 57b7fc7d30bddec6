"""The plug is pulled on an Official Account, many times: nothing is lost or done twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.process.startup import utc_now
from storage.platform import tokens
from tests.channels.killed_on_zalo import Platform, pull_the_plug
from tests.channels.stands import oa_settings
from tests.fakes.zalo_oa import OA_ID, ZaloOa
from tests.fakes.zalo_oa.oauth import ACCESS
from tests.fakes.zalo_oa.people import Follower
from tests.figures import size
from tests.stage import Stage, Template

KILLS = size(8, 60)


class OfficialAccount(Platform):
    """The fake Official Account, which has let the program in."""

    channel, title = "zalo_oa", "An Official Account of Zalo"

    def open(self) -> ZaloOa:
        self.api = ZaloOa()
        return self.api

    @property
    def settings(self) -> dict[str, str]:
        given = {name.upper(): str(value) for name, value in oa_settings(self.api).items()}
        return {**given, "WEBHOOK_URL": self.address}

    async def let_in(self, stage: Stage) -> None:
        pair, now = self.api.oauth.issue(), utc_now()
        async with stage.program() as app, app.database.write() as tx:
            await tokens.keep(tx, self.channel, OA_ID, pair.access, pair.refresh, now, now + ACCESS)

    async def connected(self) -> None:
        self.api.save_webhook(f"{self.address}/zalo_oa").tries = 10_000  # the real one tries for an hour

    def chat(self, address: str) -> Follower:
        return self.api.person(address)

    def key_of(self, event: Any) -> str:
        return str(event["message"]["msg_id"])


async def test_the_plug_is_pulled_again_and_again(template: Template, tmp_path: Path) -> None:
    account = OfficialAccount()
    await pull_the_plug(account, KILLS, template, tmp_path)
    assert account.api.oauth.calls == [], "the pair is good all the while, so no process asks for another"
