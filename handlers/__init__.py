"""The campaign: one file for each thing people can ask for. Knows no channel and writes no SQL."""

from __future__ import annotations

from collections.abc import Sequence

from bot.router import Router
from handlers import addresses, broadcast, broadcast_sent, deed, link, mine, pledge, rights, start, volunteer

ROUTERS: Sequence[Router] = tuple(
    module.router
    for module in (start, volunteer, addresses, pledge, deed, mine, link, rights, broadcast, broadcast_sent)
)
