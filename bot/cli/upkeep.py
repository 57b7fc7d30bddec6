"""What the command line does for the operator: copy, verify."""

from __future__ import annotations

import sys

import sqlalchemy as sa

from bot import logs
from bot.channels import table
from bot.channels.kind import NotTakenOver
from bot.channels.table import KINDS
from bot.cli.opening import explained, kept_alone, must_be_there, open_app, opened
from bot.cli.staff import BY
from bot.declared import WrongSetting
from bot.process.app import surroundings
from bot.process.startup import backups, open_files, place, upgraded, utc_now, vault
from bot.settings import Settings, read_settings
from bot.turn.operate import Mistake
from storage import audit
from storage.database import Database
from storage.files import NoSuchFile, pictures, voices
from storage.upkeep import instants
from storage.upkeep.copy import CopyFailed, NotEmpty, copy


async def db_upgrade(settings: Settings) -> int:
    """Create or upgrade the database."""
    logs.set_up("INFO", settings.log_format)
    app = await open_app(settings, (), may="create", begun=False)
    await app.close()
    print(f"The database {app.database.url.database} is up to date.")
    return 0


async def db_copy(settings: Settings, to: str) -> int:
    """Copy everything into another database."""
    logs.set_up("WARNING", settings.log_format)
    target = _changed(settings, database_url=to)
    if sa.make_url(to) == sa.make_url(settings.database_url):
        raise Mistake("--to is the same database as DATABASE_URL: name the other one")
    with kept_alone(settings):
        return await _copied(settings, target)


async def _copied(settings: Settings, target: Settings) -> int:
    to = target.database_url
    with explained(settings):
        await must_be_there(settings, "upgrade")
    for name, one in (("DATABASE_URL", settings), ("--to", target)):
        with explained(one, name):
            await upgraded(sa.make_url(one.database_url), utc_now(), backups(settings))
    ring = vault(settings, place(settings))
    old, new = Database(settings.database_url, ring), Database(to, ring)
    try:
        with explained(target, "--to"):
            async for table, rows in copy(old, new):
                print(f"{table}: {rows} rows")
    except (NotEmpty, CopyFailed) as failed:
        raise Mistake(f"--to: {failed}; nothing was copied; use an empty database") from None
    finally:
        await old.close()
        await new.close()
    print(
        f"Everything has been copied to {target.shown('database_url')}. Set DATABASE_URL to it; SECRET_KEY stays the same."
    )
    return 0


async def files_copy(settings: Settings, to: str) -> int:
    """Copy every picture and voice message to another place."""
    target = _changed(settings, files_url=to)
    async with opened(settings) as app:
        there = open_files(target, place(settings), app.database.vault)
        async with app.database.read() as tx:
            names = [*await pictures.files(tx), *await voices.files(tx)]
        missing = 0
        for name in names:
            try:
                await there.put(name, await app.files.get(name))
            except NoSuchFile:
                missing += 1
            except Exception as failed:
                raise Mistake(f"--to={to}: a picture could not be stored there ({failed})") from None
    print(f"{len(names) - missing} pictures have been copied to {to.partition('?')[0]}. Set FILES_URL to it.")
    if missing:
        print(f"{missing} are named in the database but were not found at FILES_URL.")
    return 0


async def audit_verify(settings: Settings, known: str = "") -> int:
    """Say whether the audit log is whole, and goes on from the head that was noted earlier: exit status 0, or 1 with the
    number of the first broken row."""
    async with opened(settings, "look") as app, app.database.read() as tx:
        broken, head = await audit.first_broken(tx), await audit.find_head(tx)
        try:
            follows = not known or await audit.holds(tx, known)
        except ValueError:
            raise Mistake(f"--head {known}: a head looks like 128-0123456789abcdef") from None
    if broken is not None:
        print(
            f"The audit log is broken at row {broken}: it or a row before it was changed or removed.", file=sys.stderr
        )
        return 1
    if not follows:
        print(f"The audit log does not go on from {known}: this is an older database, or another.", file=sys.stderr)
        return 1
    print(
        f"The audit log is intact: {head.count if head else 0} rows. Its head is {head}: compare it with --head later."
    )
    return 0


async def clock(settings: Settings, *, agree: bool) -> int:
    """Say what time it is, and whether it is in doubt; with ``agree`` it is not any more. Exit status 1 while it is."""
    async with opened(settings) as app, app.database.write() as tx:
        since = await instants.doubted_since(tx)
        agreed = agree and await instants.agree(tx, BY, app.now())
    print(f"It is {app.now().astimezone(settings.zone):%H:%M on %d/%m/%Y} in {settings.timezone}.")
    if agreed:
        print("That is right, you say: within seconds everything that is scheduled goes on.")
    elif since is not None:
        print(f"The program doubts it: just before it was {since.astimezone(settings.zone):%H:%M on %d/%m/%Y}.")
        print("Mend the machine's clock, or say that it is right with `nhandao clock --agree`.")
    return int(since is not None and not agreed)


def _changed(settings: Settings, **new: str) -> Settings:
    """The settings with this one changed. Raises Mistake if it cannot stand."""
    try:
        return read_settings(**{name: getattr(settings, name) for name in settings.declared} | new)
    except WrongSetting as wrong:
        raise Mistake(f"--to: {wrong}") from None


async def take_over(settings: Settings, channel: str) -> int:
    """Have what people say on a channel brought to this program from now on."""
    if missing := KINDS[channel].missing(settings):
        raise Mistake(f"{' and '.join(missing)} must be set first")
    async with opened(settings) as app:
        try:
            await table.take_over(channel, surroundings(app), settings)
        except NotTakenOver as refused:
            raise Mistake(f"the platform refused ({refused}): check the token and the address, and try again") from None
    print(
        "What people write comes here from now on. Start the program, or leave it running: it notices within a minute."
    )
    return 0
