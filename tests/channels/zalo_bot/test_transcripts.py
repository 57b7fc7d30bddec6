"""Residents', officers' and admins' conversations read on Zalo as they do elsewhere, but for what Zalo has no means to show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.channels.on_zalo import OnZalo
from tests.channels.zalo_bot.line import WEBHOOK, connected
from tests.play import HERE, Player, check, read
from tests.stage import Template

CHANNEL = "zalo_bot"
PLAYED = (
    "start.vi", "volunteer.vi", "pledge-money.vi", "pledge-more.vi", "ask-propose.vi", "language.vi", "short.en", "rights.vi",
    "desk-pledge.vi", "desk-numbers.vi", "settings.vi", "staff.vi", "campaign.vi",
)  # fmt: skip
"""Of residents, of officers, of admins."""


@pytest.mark.parametrize("name", PLAYED)
async def test_a_conversation_on_zalo(name: str, template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    transcript = read(HERE / f"{name}.txt")
    before = Player(transcript, tmp_path, "numbers")
    before.channel, before.first = CHANNEL, OnZalo.first
    await before.prepare()
    mode = WEBHOOK if "pledge" in name else {}
    async with connected(
        tmp_path,
        now=before.stage.clock,
        zalo_bot_per_second=0,
        default_language=transcript.about.get("language", "vi"),
        **mode,
    ) as line:
        await check(OnZalo(line, transcript, tmp_path, before.stage.clock, CHANNEL))
