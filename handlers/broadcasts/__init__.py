"""Compose, check, approve and follow broadcasts.

Others use: access, communes, fields.
"""

from __future__ import annotations

from handlers.broadcasts import compose, correct, history, sent, templates

ROUTERS = (
    compose.router,
    sent.router,
    correct.router,
    history.router,
    templates.router,
)
