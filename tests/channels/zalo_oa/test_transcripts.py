"""A resident's, an officer's and an admin's conversation read on an Official Account as they do elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.channels.on_zalo import Chat, OnZalo
from tests.channels.stands import OnZaloOa
from tests.play import HERE, Player, check, read
from tests.stage import Template

CHANNEL = "zalo_oa"


class Line:
    """The platform with the program on it."""

    def __init__(self, stand: OnZaloOa) -> None:
        self.stand, self.bot = stand, stand.bot

    def chat(self, address: str) -> Chat:
        return self.stand.api.person(address)

    async def quiet(self) -> None:
        await self.stand.quiet()


@pytest.mark.parametrize("name", ["pledge-money.vi", "desk-pledge.vi", "settings.vi"])
async def test_a_conversation_on_an_official_account(name: str, template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    transcript = read(HERE / f"{name}.txt")
    before = Player(transcript, tmp_path, "numbers")
    before.channel, before.first = CHANNEL, OnZalo.first
    await before.prepare()
    stand = OnZaloOa(tmp_path, now=before.stage.clock, beside=("web",))
    async with stand.open(), stand.running():
        await check(OnZalo(Line(stand), transcript, tmp_path, before.stage.clock, CHANNEL))
