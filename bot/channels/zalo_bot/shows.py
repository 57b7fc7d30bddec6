"""What can be shown on the Zalo Bot Platform."""

from __future__ import annotations

from bot.channels import Capabilities
from bot.channels.zalo.parts import MOST

SHOWS = Capabilities(choices=7, text=MOST, caption=MOST, vouches=True, resends=False)
