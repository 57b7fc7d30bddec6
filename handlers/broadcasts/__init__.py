"""Compose, check, approve and follow broadcasts."""

from __future__ import annotations

from handlers.broadcasts import compose, sent

ROUTERS = (
    compose.router,
    sent.router,
)
