"""What a code names, and what words, a phone number, a commune or a state find: for residents theirs, for officers their
units'.

Others use: codes.
"""

from __future__ import annotations

from handlers.search import codes, export, find

ROUTERS = (
    codes.router,
    find.router,
    export.router,
)
