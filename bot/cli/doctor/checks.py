"""The list of all that the doctor looks at, one small function each."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from pwd import getpwuid
from shlex import quote

from babel.dates import format_timedelta

from bot.channels.kind import Seen
from bot.channels.table import KINDS
from bot.cli import check
from bot.cli.doctor import bucket, certificate
from bot.cli.doctor.patient import Patient
from bot.cli.opening import RESTORE, database_file, is_on_server, public_address
from bot.process.startup import backups, place, vault
from bot.settings import strange_names
from bot.turn.operate import KEEPER
from storage.backup import proven, remembered, shelf
from storage.upkeep import instants, whole
from storage.upkeep.upgrade import head

Check = Callable[[Patient], Awaitable[Sequence[Seen]]]

TOO_OLD = timedelta(days=2)
"""The age of the last proven backup at which somebody should look."""
ADVICE = ("campaign", "staff")
"""Findings that are worth a thought, and no fault."""
EACH_USER = 0o077
WAY = Path("/usr/local/bin/nhandao")
"""Where the way to the service's user is put (deploy/nhandao-systemd, deploy/nhandao-compose)."""


async def settings(patient: Patient) -> Sequence[Seen]:
    """Names that are no settings."""
    return [Seen("settings", "wrong", line) for line in strange_names()] or [
        Seen("settings", "right", "every name is known")
    ]


async def database(patient: Patient) -> Sequence[Seen]:
    """Whether it is there, of this version, and opens with the key."""
    if patient.opened is None:
        return [_closed(patient)]
    base = patient.opened.found.base
    return [
        Seen("database", "right", f"{base.kind}, {base.size >> 20} MB, opens with SECRET_KEY"),
        Seen("migrations", "right", f"revision {base.revision}, as this version needs (the last is {head()})"),
    ]


def _closed(patient: Patient) -> Seen:
    assert patient.closed is not None
    return Seen("database", "wrong", str(patient.closed), mend=patient.closed.mend)


async def integrity(patient: Patient) -> Sequence[Seen]:
    """Whether the file and the audit log are whole."""
    if patient.opened is None:
        return []
    async with patient.opened.app.database.read() as tx:
        damage, broken = await whole.damage(tx), await whole.broken_act(tx)
    seen = []
    if damage:
        seen.append(Seen("integrity", "wrong", f"the file is damaged ({damage})", mend=RESTORE))
    if broken is not None:
        said = f"row {broken} was changed, or one before it removed"
        seen.append(Seen("audit", "wrong", said, mend="nhandao audit verify"))
    return seen or [Seen("integrity", "right", "the database and the chain of the audit log are whole")]


async def disk(patient: Patient) -> Sequence[Seen]:
    """Room where the data are, and where the backups go."""
    seen = list(check.disk(patient.settings))
    folder = backups(patient.settings)
    if patient.settings.backup_key and folder.exists():
        if not os.access(folder, os.W_OK):
            seen.append(_not_writable("backups", folder))
        elif folder.stat().st_dev == place(patient.settings).stat().st_dev:
            said = (
                f"{folder.absolute()} is on the disk of the data: set BACKUP_TO to another one, or copy them elsewhere"
            )
            seen.append(Seen("backups", "unknown", said))
    return seen


def _not_writable(what: str, path: Path) -> Seen:
    said = f"{path.absolute()} cannot be written to by this user"
    return Seen(what, "wrong", said, mend=f"{KEEPER.root} chown -R {_user()} {quote(str(path.absolute()))}")


def _user() -> str:
    return os.environ.get("USER") or str(os.geteuid())


async def clock(patient: Patient) -> Sequence[Seen]:
    """The clock beside the database's, and beside what the program lived through."""
    opened = patient.opened
    if opened is None:
        return []
    there = await opened.app.database.now() if opened.app.database.shared else None
    async with opened.app.database.read() as tx:
        last = await instants.last_lived(tx)
    seen = [
        Seen(one.what, one.state, one.said, mend="sudo timedatectl set-ntp true") for one in check.clock(last, there)
    ]
    return seen or [Seen("clock", "right", f"it is {patient.now:%Y-%m-%d %H:%M} UTC")]


async def zone(patient: Patient) -> Sequence[Seen]:
    """The time zone."""
    return [check.zone(patient.settings)]


async def keys(patient: Patient) -> Sequence[Seen]:
    """Whether the key is good."""
    return list(check.key(patient.settings))


async def modes(patient: Patient) -> Sequence[Seen]:
    """Who else may read what is secret, and whether it all belongs to one user."""
    seen = list(check.files(patient.settings))
    folder = place(patient.settings)
    if not folder.is_dir():
        return seen
    if folder.stat().st_mode & EACH_USER and folder.absolute() != Path.cwd():
        said = f"others can look into {folder.absolute()}"
        seen.append(Seen("files", "wrong", said, mend=f"{KEEPER.user} chmod 700 {quote(str(folder.absolute()))}"))
    return [*seen, *_owners(patient, folder)]


def _as_owner(owner: int) -> str:
    """This very command by the user to whom the data belong: by the way that was made for it, or with what is set here."""
    if WAY.exists():
        return f"{WAY} doctor"
    try:
        return f"runuser -u {getpwuid(owner).pw_name} -- {quote(os.path.abspath(sys.argv[0]))} doctor"
    except KeyError:  # a user of another machine
        return f"setpriv --reuid={owner} --clear-groups {quote(os.path.abspath(sys.argv[0]))} doctor"


def _owners(patient: Patient, folder: Path) -> Iterator[Seen]:
    owner = folder.stat().st_uid
    theirs = [] if is_on_server(patient.settings) else sorted(folder.glob(f"{database_file(patient.settings).name}*"))
    if any(path.stat().st_uid != owner for path in theirs):
        said = f"files in {folder.absolute()} belong to another user than the folder: a command was run as that one"
        there = quote(str(folder.absolute()))
        yield Seen("files", "wrong", said, mend=f"{KEEPER.root} chown -R --reference={there} {there}")
    if os.geteuid() == 0 and owner != 0:
        said = "you are root: what commands write now, the service cannot read"
        yield Seen("files", "unknown", said, mend=_as_owner(owner))


async def platforms(patient: Patient) -> Sequence[Seen]:
    """The tokens, and where the platforms bring what people say."""
    kinds = [KINDS[name] for name in patient.settings.running if KINDS[name].is_given(patient.settings)]
    return [one for kind in kinds if kind.look is not None for one in await kind.look(patient.settings)]


async def certificates(patient: Patient) -> Sequence[Seen]:
    """The certificate of the public address."""
    return await certificate.look(public_address(patient.settings), patient.now)


async def process(patient: Patient) -> Sequence[Seen]:
    """Whether one runs, here or elsewhere, and how it says that it is."""
    port, answer = patient.settings.http_port, patient.answer
    if answer is not None and not answer.said:
        said = f"another program listens on port {port}"
        return [Seen("program", "wrong", said, mend=f"sudo ss --listening --tcp --processes 'sport = :{port}'")]
    if answer is not None and not answer.said["ok"]:
        return [Seen("program", "wrong", f"it runs and is not ready: {_unready(answer.said)}", mend=KEEPER.log)]
    running = patient.opened.found.processes if patient.opened else []
    places = ", ".join(f"{one.host} ({one.version}, since {one.started_at:%Y-%m-%d %H:%M} UTC)" for one in running)
    if answer is not None:
        return [Seen("program", "right", f"it runs and is ready{': ' if places else ''}{places}"), *_versions(patient)]
    if running:
        return [
            Seen("program", "right", f"it runs elsewhere, or behind another address: {places}"),
            *_versions(patient),
        ]
    return [Seen("program", "unknown", "it does not run", mend=KEEPER.start)]


def _unready(said: object) -> str:
    return re.sub(
        r"[{}']", "", str({k: v for k, v in said.items() if k != "channels"} if isinstance(said, dict) else said)
    )


def _versions(patient: Patient) -> Iterator[Seen]:
    versions = sorted({one.version for one in patient.opened.found.processes} if patient.opened else ())
    if len(versions) > 1:
        yield Seen("program", "wrong", f"several versions run: {', '.join(versions)}", mend=KEEPER.restart)


async def troubles(patient: Patient) -> Sequence[Seen]:
    """What the program itself knows to be wrong: the same as /status says, in the same words."""
    if patient.opened is None:
        return []
    return [
        Seen(
            one.name,
            # A program that stands still only tells what was so when it last ran.
            "wrong" if patient.runs and one.name.partition(":")[0] not in ADVICE else "unknown",
            patient.speech(one.text),
            mend=one.mend,
        )
        for one in await patient.opened.app.find_wrong()
        if one.name not in ("backup:old", "audit:broken")  # `kept` and `integrity` look by themselves
    ]


async def channels(patient: Patient) -> Sequence[Seen]:
    """When each channel last heard and spoke."""
    if patient.opened is None:
        return []
    found = patient.opened.found
    return [
        Seen(
            f"channel {name}", "right",
            f"heard {_ago(patient, max((at for at in (heard, found.answered.get(name)) if at), default=None))}, "
            f"spoke {_ago(patient, said)}",
        )
        for name, (heard, said) in found.channels.items()
    ]  # fmt: skip


def _ago(patient: Patient, at: datetime | None) -> str:
    return f"{format_timedelta(patient.now - at, locale='en')} ago" if at else "never"


async def queues(patient: Patient) -> Sequence[Seen]:
    """What waits."""
    if patient.opened is None:
        return []
    found = patient.opened.found
    waiting = {"to handle": found.to_handle, "to send": found.to_send, "to announce": found.to_announce}
    said = ", ".join(
        f"{queue.n} {name}" + (f" (the oldest {_ago(patient, queue.since)})" if queue.since else "")
        for name, queue in waiting.items()
    )
    return [Seen("queues", "right", said)]


async def kept(patient: Patient) -> Sequence[Seen]:
    """When the last backup was made that proved itself, and whether it is still there."""
    if not patient.settings.backup_key:
        return [Seen("backups", "wrong", "none is ever made: there is no BACKUP_KEY", mend="nhandao backup --keys")]
    folder, seen = backups(patient.settings), []
    last = patient.opened.found.proven_at if patient.opened else None
    there = sorted((at, path) for path in (folder.iterdir() if folder.is_dir() else ()) if (at := shelf.made_at(path)))
    if patient.opened and last is None:
        seen.append(Seen("backups", "wrong", "none was made yet", mend="nhandao backup"))
    elif last is not None and patient.now - last > TOO_OLD:
        said = f"the last that was restored on trial is {_ago(patient, last)}"
        seen.append(Seen("backups", "wrong", said, mend="nhandao backup"))
    if last is not None and not there:
        seen.append(Seen("backups", "wrong", f"there is none in {folder.absolute()}", mend="nhandao backup"))
    try:
        remembered.read(folder, vault(patient.settings, place(patient.settings)))
    except (OSError, ValueError) as failed:
        file = folder / remembered.NAME
        said = f"{file} cannot be read ({failed}): a restored backup would bring back who was erased"
        # The database knows all that was in it, and writes it anew within a minute.
        away = quote(str(file.absolute())), quote(f"{file.absolute()}.changed")
        seen.append(Seen("backups", "wrong", said, mend=f"{KEEPER.user} mv {away[0]} {away[1]}"))
    try:
        changed = await asyncio.to_thread(proven.changed, folder)
    except (OSError, ValueError) as failed:
        said = f"{folder / proven.NAME} cannot be read ({failed}): whether a backup was changed cannot be known"
        seen.append(Seen("backups", "wrong", said, mend="nhandao backup"))
        changed = []
    for name in changed:
        said = f"{name} is not what it was when it proved itself: the disk is failing, or somebody changed it"
        seen.append(Seen("backups", "wrong", said, mend="nhandao backup"))
    if not seen and last is not None:
        seen.append(Seen("backups", "right", f"{len(there)} there, the last one proven {_ago(patient, last)}"))
    return seen


async def elsewhere(patient: Patient) -> Sequence[Seen]:
    """The backups in the bucket."""
    return await bucket.look(patient.settings, patient.now, TOO_OLD)


CHECKS: tuple[Check, ...] = (
    settings, database, integrity, disk, clock, zone, keys, modes, platforms, certificates, process, troubles, channels,
    queues, kept, elsewhere,
)  # fmt: skip
"""In the order in which they are told."""
