"""The month's messages: when they are due, what they say, and what officers decide about them.

Others use: decide, list.
"""

from __future__ import annotations

from handlers.calendar import cli, commands, decide, lines, switch, tick, undated

ROUTERS = (
    commands.router,
    switch.router,
    lines.router,
    decide.router,
    tick.router,
    undated.router,
    cli.router,
)
