"""Try what the settings name: the database, the key, who may read the files, the disk, the clock, the platforms.

Every try is short and changes nothing; what cannot be told without a network is said to be so.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from shlex import quote

import sqlalchemy as sa

from bot import logs
from bot.channels.kind import NTP, Seen
from bot.channels.table import KINDS
from bot.cli.opening import address_of, explained, must_be_there, public_address
from bot.declared import Secret
from bot.process.startup import place, utc_now, vault
from bot.settings import Settings
from bot.turn.operate import COMPOSE, KEEPER, Mistake
from storage.database import Database
from storage.upkeep import instants, seals

WITHIN = 12.0
"""Seconds for all of it: the tries are made side by side."""
FEW_BYTES = 500 << 20
"""Free space under which somebody should look: a few days of photos."""
LONG_UNSEEN = timedelta(days=60)
"""A program that was not run for longer than that is rarer than a clock that is wrong."""
SECRET_FOLDERS = ("/run/secrets/", "/run/credentials/")
"""Where a container's or a service's manager keeps others out by itself."""
MARK = {"right": "  ok", "wrong": "WRONG", "unknown": "   ?"}


async def config_check(settings: Settings) -> int:
    """Print what came of every try: exit status 1 if something is wrong, and 0 if nothing is, as far as can be told."""
    logs.set_up("ERROR", settings.log_format)
    kinds = [KINDS[name] for name in settings.running if KINDS[name].is_given(settings)]
    tries = [database(settings), *(kind.look(settings) for kind in kinds if kind.look is not None)]
    seen = [*key(settings), *files(settings), *disk(settings), zone(settings)]
    for found in await asyncio.gather(*(asyncio.wait_for(one, WITHIN) for one in tries), return_exceptions=True):
        if isinstance(found, BaseException):  # its text may hold an address with a token
            seen.append(Seen("a try", "unknown", f"it ended with {type(found).__name__}"))
        else:
            seen += found
    wrong = sum(one.state == "wrong" for one in seen)
    tell(seen, f"Wrong: {wrong}." if wrong else "The settings are in order.")
    return int(wrong > 0)


def tell(seen: Sequence[Seen], end: str) -> None:
    """Print it line by line, the command that mends it below what is not right."""
    for one in seen:
        print(f"{MARK[one.state]:>5}  {one.what}: {one.said}")
        if one.mend and one.state != "right":
            print(f"       → {one.mend}")
    print(end)


async def print_addresses(settings: Settings) -> int:
    """Print where people find the bot: the web chat, on this machine and from outside, and each platform's address."""
    logs.set_up("ERROR", settings.log_format)
    public = public_address(settings)
    for name in settings.running:
        kind = KINDS[name]
        if kind.always:
            print(f"{name}: {address_of(settings)}" + (f", from outside {public}" if public else ""))
        elif kind.look is not None:
            seen = await kind.look(settings)
            print(f"{name}: {next((one.link for one in seen if one.link), seen[0].said)}")
    return 0


async def database(settings: Settings) -> Sequence[Seen]:
    """Whether there is one, of this version, sealed with this key; and whether this machine's clock fits it."""
    try:
        with explained(settings):
            await must_be_there(settings, "look")
            database = Database(settings.database_url, vault(settings, place(settings)))
            try:
                async with database.read() as tx:
                    await seals.look(tx)
                    last = await instants.last_lived(tx)
                there = await database.now() if database.shared else None
            finally:
                await database.close()
    except Mistake as mistake:
        missing = "there is no database yet" in str(mistake)
        return [Seen("database", "unknown" if missing else "wrong", str(mistake))]
    return [Seen("database", "right", "it is there, of this version, and opens with SECRET_KEY"), *clock(last, there)]


def clock(last: datetime | None, there: datetime | None) -> Iterator[Seen]:
    now = utc_now()
    if there is not None and abs(now - there) > timedelta(seconds=10):
        yield Seen(
            "clock", "wrong", f"it is {(now - there).total_seconds():.0f} seconds from the database's; set it by NTP",
            mend=NTP,
        )  # fmt: skip
    elif last is not None and now < last - timedelta(minutes=1):
        yield Seen(
            "clock", "wrong", f"it is {now:%Y-%m-%d %H:%M} UTC, but the program ran at {last:%Y-%m-%d %H:%M} already",
            mend=NTP,
        )  # fmt: skip
    elif last is not None and now - last > LONG_UNSEEN:
        yield Seen(
            "clock", "unknown", f"the program last ran {(now - last).days} days ago: is it really {now:%d %B %Y}?"
        )


def key(settings: Settings) -> Iterator[Seen]:
    if settings.secret_key is None:
        return
    yield Seen("SECRET_KEY", "right", "it is long and varied; is there a copy somewhere else?")


def files(settings: Settings) -> Iterator[Seen]:
    """Whether other users of this machine can read what is secret."""
    url = sa.make_url(settings.database_url)
    secret = [Path(".env")]
    secret += [
        Path(path)
        for name, path in os.environ.items()
        if name.endswith("_FILE") and name[:-5].lower() in _secrets(settings)
    ]
    secret += [Path(url.database or "")] if url.get_backend_name() == "sqlite" else []
    there = [path for path in secret if path.is_file() and not str(path).startswith(SECRET_FOLDERS)]
    open_ones = [path for path in there if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    for path in open_ones:
        mend = f"{KEEPER.user} chmod 600 {quote(str(path.absolute()))}"
        yield Seen("files", "wrong", f"others can read {path}", mend=mend)
    if there and not open_ones:
        yield Seen("files", "right", "nobody else can read what is secret")


def _secrets(settings: Settings) -> set[str]:
    """The names of the settings that hold a secret."""
    given = {name for name in settings.declared if isinstance(getattr(settings, name), Secret)}
    return {"database_url", *given}


def disk(settings: Settings) -> Iterator[Seen]:
    """Room, and leave to write, where the database and the pictures are, or will be."""
    folder = place(settings)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK):
        yield Seen("disk", "wrong", f"{folder.absolute()} cannot be written to by this user")
    elif free < FEW_BYTES:
        said = f"only {free >> 20} MB are free at {folder.absolute()}: see what takes so much"
        yield Seen("disk", "wrong", said, mend=f"sudo du -xh --max-depth=2 {_disk_of(folder)} | sort -h | tail")
    else:
        yield Seen("disk", "right", f"{free >> 30} GB are free at {folder.absolute()}")


def _disk_of(folder: Path) -> str:
    """Where the disk is mounted, as somebody at the machine sees it; within a container that is not to be known."""
    if KEEPER is COMPOSE:
        return "/var"
    folder = folder.absolute()
    return quote(str(next(one for one in (folder, *folder.parents) if one.is_mount())))


def zone(settings: Settings) -> Seen:
    here = datetime.now(settings.zone)
    if here.utcoffset() != timedelta(hours=7):
        return Seen("TIMEZONE", "unknown", f"it is {here:%H:%M} in {settings.timezone}; Vietnam is Asia/Ho_Chi_Minh")
    return Seen("TIMEZONE", "right", f"it is {here:%H:%M on %d/%m/%Y} there")
