"""Pages of the campaign that anybody may open: what they say, without how they look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from msgspec import Struct

from locales import Speech
from storage.database import Tx


class Visit(Struct, frozen=True):
    """What a page gets: a view of the database, and the visitor's language."""

    tx: Tx
    speech: Speech
    now: datetime
    rest: str = ""
    """What follows the path of the page."""


Page = Callable[[Visit], Awaitable[Mapping[str, str]]]
"""The words of a page, by the names that stand in its template."""
