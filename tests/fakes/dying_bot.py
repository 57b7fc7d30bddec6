"""The program, dead as by a pulled plug right before or after it commits for the n-th time at one place in the code.

`python -m tests.fakes.dying_bot PLACE before|after N FILE`; every place that commits is written into FILE.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from storage.database import Database, Tx

T = TypeVar("T")
CHANGES = sa.text("SELECT total_changes()")
"""Of rows, on the connection that writes. Who looks and finds nothing to do commits nothing."""


def arm(place: str, moment: str, times: int, places: Path) -> None:
    """Wrap every transaction of this process that changes anything."""
    write, transact = Database.write, Database.transact
    seen: set[str] = set()
    left = times

    def dies(here: str, now: str) -> None:
        nonlocal left
        if (here, now) == (place, moment):
            left -= 1
            if left <= 0:
                os._exit(137)

    def met(here: str) -> None:
        if here not in seen:
            seen.add(here)
            with places.open("a", encoding="utf-8") as file:
                file.write(f"{here}\n")

    @asynccontextmanager
    async def watched(database: Database, here: str) -> AsyncIterator[Tx]:
        changed = False
        async with write(database) as tx:
            changes = await tx.value(CHANGES)
            yield tx
            if changed := await tx.value(CHANGES) > changes:
                met(here)
                dies(here, "before")
        if changed:
            dies(here, "after")

    async def watched_unit(database: Database, unit: Callable[[Tx], Coroutine[Any, Any, T]], here: str) -> T:
        changed = False

        async def work(tx: Tx) -> T:
            nonlocal changed
            changes = await tx.value(CHANGES)
            done = await unit(tx)
            if changed := await tx.value(CHANGES) > changes:
                met(here)
                dies(here, "before")
            return done

        done = await transact(database, work)
        if changed:
            dies(here, "after")
        return done

    def watched_write(database: Database) -> AbstractAsyncContextManager[Tx]:
        return watched(database, sys._getframe(1).f_code.co_qualname)

    def watched_transact(database: Database, unit: Callable[[Tx], Coroutine[Any, Any, T]]) -> Coroutine[Any, Any, T]:
        return watched_unit(database, unit, sys._getframe(1).f_code.co_qualname)

    setattr(Database, "write", watched_write)  # noqa: B010  # in a process of its own
    setattr(Database, "transact", watched_transact)  # noqa: B010


if __name__ == "__main__":
    arm(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
    sys.argv[1:] = ["run"]
    from bot.__main__ import main

    main()
