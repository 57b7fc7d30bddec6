"""How the statements of one transaction are run, whichever database it is."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeAlias, TypeVar

import sqlalchemy as sa

T = TypeVar("T")


class Run(Protocol):
    """Runs work on the transaction's connection, where a synchronous one may be used."""

    async def __call__(self, work: Callable[[sa.Connection], T], /) -> T: ...


Unit: TypeAlias = Callable[[Run], Coroutine[Any, Any, T]]
"""A unit of work that waits for nothing but its statements."""
