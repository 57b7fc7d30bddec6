"""Seal pictures and voice messages with the newest key, in small steps, in the background.

What a step deals with is noted before it begins, so a killed process deals with the same again: also with a file that was
erased while it was being written, which would be left behind.
"""

from __future__ import annotations

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Database, Tx
from storage.files import NoSuchFile, pictures, voices
from storage.files import sealed as at_rest
from storage.tables import pictures as images
from storage.tables import voices as sounds
from storage.upkeep import seals
from storage.upkeep.seals import FilesWalk

MOST = 20
"""Files in one step."""


class Step(Struct, frozen=True):
    """What one step came to. ``lost``: the names of files that are missing or were altered."""

    finished: bool
    changed: int = 0
    lost: tuple[str, ...] = ()


async def step(database: Database, files: at_rest.Sealed) -> Step:
    """Deal with the next files. Several processes may; each file is written whole or not at all."""
    async with database.read() as tx:
        walk = await seals.read_files(tx)
        if walk.rests:
            return Step(finished=True)
    changed, lost = 0, []
    for name in walk.hand:
        try:
            changed += await files.seal_anew(name)
        except NoSuchFile:
            async with database.read() as tx:
                if await _is_used(tx, name):
                    lost.append(name)
            continue
        async with database.read() as tx:
            used = await _is_used(tx, name)
        if not used:  # it was erased meanwhile
            await files.delete(name)

    async def go_on(tx: Tx) -> None:
        await tx.exclusive("seals")
        if await seals.read_files(tx) == walk:  # otherwise another process went on
            await seals.write_files(tx, _went_on(walk, await _next(tx, walk.after), changed=changed > 0))

    await database.transact(go_on)
    return Step(finished=False, changed=changed, lost=tuple(lost))


def _went_on(walk: FilesWalk, hand: list[str], *, changed: bool) -> FilesWalk:
    changed = changed or walk.changed
    if hand:
        return FilesWalk(hand[-1], hand, changed, walk.done)
    return FilesWalk(done=walk.done) if changed else FilesWalk(done=True, rests=True)


async def _next(tx: Tx, after: str) -> list[str]:
    both = sa.union(*(sa.select(table.c.file).where(table.c.file > after) for table in (images, sounds))).subquery()
    return [row["file"] for row in await tx.all(sa.select(both.c.file).order_by(both.c.file).limit(MOST))]


async def _is_used(tx: Tx, name: str) -> bool:
    return await pictures.is_used(tx, name) or await voices.is_used(tx, name)
