"""The program, dead as by a pulled plug right before or after it commits for the n-th time at one place in the code.

`python -m tests.fakes.dying_bot PLACE before|after N FILE`; every place that commits is written into FILE.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from storage.database import Database, Tx


def arm(place: str, moment: str, times: int, places: Path) -> None:
    """Wrap every write transaction of this process."""
    write = Database.write
    seen: set[str] = set()
    left = times

    def dies(here: str, now: str) -> None:
        nonlocal left
        if (here, now) == (place, moment):
            left -= 1
            if left <= 0:
                os._exit(137)

    @asynccontextmanager
    async def watched(database: Database, here: str) -> AsyncIterator[Tx]:
        async with write(database) as tx:
            yield tx
            dies(here, "before")
        dies(here, "after")

    def watched_write(database: Database) -> AbstractAsyncContextManager[Tx]:
        here = sys._getframe(1).f_code.co_qualname
        if here not in seen:
            seen.add(here)
            with places.open("a", encoding="utf-8") as file:
                file.write(f"{here}\n")
        return watched(database, here)

    setattr(Database, "write", watched_write)  # noqa: B010  # in a process of its own


if __name__ == "__main__":
    arm(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
    sys.argv[1:] = ["run"]
    from bot.__main__ import main

    main()
