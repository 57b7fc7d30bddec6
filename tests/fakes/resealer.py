"""Seals what is kept with the newest key while messages come in: a step for each line that it is sent. Made to be killed."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

from bot.process.startup import utc_now
from storage.database import Database
from storage.database.vault import Vault
from storage.files import Folder
from storage.files.sealed import Sealed
from storage.talk import inbox
from storage.talk.inbox import Arrival
from storage.upkeep import resealing, sealing_files, seals


async def keep_writing(database: Database) -> None:
    """Say which message is kept, once it is."""
    for n in range(1_000_000):
        arrival = Arrival("load", f"{os.getpid()}:{n}", "9", b"{}")
        await database.transact(partial(inbox.keep, arrivals=[arrival], now=utc_now()))
        print(f"kept {arrival.key}", flush=True)
        await asyncio.sleep(0.005)


async def main() -> None:
    database = Database(os.environ["DATABASE_URL"], Vault(os.environ["SECRET_KEY"], os.environ["SECRET_KEY_BEFORE"]))
    await database.transact(seals.check)
    writing = asyncio.create_task(keep_writing(database))
    files = Sealed(Folder(Path(os.environ["FILES_URL"])), database.vault)
    while await asyncio.to_thread(sys.stdin.readline):
        done = [
            (await sealing_files.step(database, files)).finished,
            (await database.transact(resealing.step)).finished,
        ]
        if all(done):
            break
        print("step", flush=True)
    writing.cancel()
    await asyncio.wait([writing])
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
