"""What a code names, and what words, a phone number, a commune or a state find: for residents theirs, for officers their
units'; and what can be done here at all.

Others use: codes.
"""

from __future__ import annotations

from handlers.search import codes, export, find, help

ROUTERS = (
    codes.router,
    find.router,
    export.router,
    help.router,
)
