"""Which addresses of databases can be opened, and how: over TLS to a server on another machine."""

from __future__ import annotations

import inspect
import os
import re
from ipaddress import ip_address

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


def tls_for(url: sa.URL) -> dict[str, str]:
    """What asyncpg is told besides the address: to speak to another machine over TLS only. Whoever wants it otherwise says so
    in the address (``?ssl=disable``, ``?ssl=verify-full``) or in PGSSLMODE."""
    if "ssl" in url.query or os.environ.get("PGSSLMODE") or is_here(url):
        return {}
    return {"ssl": "require"}


def is_here(url: sa.URL) -> bool:
    """Whether the server is on this machine."""
    asked = url.query.get("host") or url.host or os.environ.get("PGHOST", "")
    return all(map(_is_here, (asked,) if isinstance(asked, str) else asked))


def _is_here(host: str) -> bool:
    if not host or host.startswith("/") or host == "localhost":
        return True  # a socket in the file system, or loopback
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_options(url: sa.URL) -> None:
    """What follows «?» goes to asyncpg, whose names are not those of other drivers, or to SQLAlchemy."""
    import asyncpg  # several megabytes that SQLite does not need

    known = {"prepared_statement_cache_size", *inspect.signature(asyncpg.connect).parameters}
    for name in url.query:
        if name not in known:
            raise ValueError(f"asyncpg knows no {name!r}; an encrypted connection is ?ssl=require")
