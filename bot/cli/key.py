"""Exchange the key that encrypts what is kept, and say which keys are needed."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from bot.cli.opening import kept_alone, opened
from bot.settings import Settings
from bot.turn.operate import Mistake
from storage.tables.sealed import CELLS
from storage.upkeep import processes, seals

ENV = Path(".env")


async def rotate(settings: Settings) -> int:
    """Make a new key, and write it and the old one into ``.env``, or say where to set them."""
    if settings.secret_key is None:
        raise Mistake("there is no SECRET_KEY: the demo keeps one of its own")
    new, old = secrets.token_hex(32), settings.secret_key.get_secret_value()
    with kept_alone(settings):  # a program that runs would not know the new key
        async with opened(settings, "look") as app, app.database.read() as tx:
            if running := await processes.running(tx, app.now()):
                raise Mistake(f"the program runs on {running[0].host}: stop it first; nothing was changed")
            if (await seals.read(tx)).walk is not None or not (await seals.read_files(tx)).done:
                raise Mistake(
                    "not all is encrypted with SECRET_KEY yet: start the program, and see `nhandao key status`"
                )
        written = _write(new, old)
    if written:
        print(f"The new key is in {ENV.absolute()}, and the old one beside it as SECRET_KEY_BEFORE.")
    else:
        print(f"SECRET_KEY={new}")
        print("Set it so where SECRET_KEY is set, and the old one as SECRET_KEY_BEFORE, before the program is started.")
    print("Keep a copy of the new key somewhere else, with the old one: backups of before need that.")
    print("Start every process with both. `nhandao key status` says when SECRET_KEY_BEFORE can go.")
    return 0


async def status(settings: Settings) -> int:
    """Say which keys are needed; exit status 1 while not all is encrypted with the newest."""
    async with opened(settings, "look") as app, app.database.read() as tx:
        state, needed, files = await seals.read(tx), await seals.needed(tx), await seals.read_files(tx)
    print(f"SECRET_KEY has the id {app.database.vault.key_ids[0].hex()}. Needed here: {', '.join(needed)}.")
    if state.walk is not None:
        done = min(state.walk[0], len(CELLS))
        print(f"What is kept is being encrypted anew while the program runs: {done} of {len(CELLS)} columns are done.")
        return 1
    if not files.done:
        print("Pictures and voice messages are being encrypted anew while the program runs.")
        return 1
    print(
        "All that is kept is encrypted with SECRET_KEY; SECRET_KEY_BEFORE is not needed here, only for older backups."
    )
    return 0


def _write(new: str, old: str) -> bool:
    """Exchange the key in ``.env``, in one step and for nobody else to read; False where it does not stand there."""
    try:
        lines = ENV.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    stands = [line for line in lines if re.match(r"SECRET_KEY\s*=", line)]
    if len(stands) != 1 or old not in stands[0] or os.environ.get("SECRET_KEY") or os.environ.get("SECRET_KEY_FILE"):
        return False
    beside = ENV.with_name(f"{ENV.name}.new")
    kept = [line for line in lines if not re.match(r"SECRET_KEY(_BEFORE)?\s*=", line)]
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        before = stands[0].partition("=")[2]
        file.write("\n".join([*kept, f"SECRET_KEY={new}", f"SECRET_KEY_BEFORE={before}", ""]))
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, ENV)
    return True
