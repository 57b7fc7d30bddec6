"""Which addresses of databases can be opened."""

from __future__ import annotations

import inspect
import re

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

DEFAULT = "sqlite+aiosqlite:///data/nhandao.db"
WRITTEN = re.compile(r"sqlite\+aiosqlite:///.|postgresql\+asyncpg://[^/]*/.")


def check_address(written: str) -> None:
    """Raises ValueError, with what to write instead, if nothing could be opened under this address."""
    try:
        url = sa.make_url(written)
    except (ArgumentError, ValueError):  # a port that is no number
        url = None
    if url is None or not WRITTEN.match(written) or (url.port or 0) > 65535:
        raise ValueError(f"write {DEFAULT}, or postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE")
    if url.get_backend_name() == "postgresql" and url.query:
        _check_options(url)


def _check_options(url: sa.URL) -> None:
    """What follows «?» goes to asyncpg, whose names are not those of other drivers, or to SQLAlchemy."""
    import asyncpg  # several megabytes that SQLite does not need

    known = {"prepared_statement_cache_size", *inspect.signature(asyncpg.connect).parameters}
    for name in url.query:
        if name not in known:
            raise ValueError(f"asyncpg knows no {name!r}; an encrypted connection is ?ssl=require")
