"""What the database knows of its keys: which it needs, and how far it is with sealing all with the newest."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from storage import audit
from storage.database import Tx
from storage.database.insert import insert_or_replace
from storage.database.secret import MARK, raw
from storage.database.vault import VERSION, Tampered
from storage.tables import people, seals
from storage.tables.sealed import CELLS, NOTED, SHEET, WORDS, Cell, WordsCell, unpack

FIRST = "key"
"""What earlier versions noted: something that their only key had sealed."""
NEEDS = "key:"
"""Followed by the id of a key that sealed something here."""
FILES = "files:"
"""The same for a key that sealed files: how far they are sealed with it."""
STATE = "state"
WORD_COLUMNS = [cell.name for cell in WORDS]


class WrongKey(RuntimeError):
    """What is in the database was sealed with another key. Its text is the id of one that is missing, if that is known;
    ``partly`` if another one that is needed is there."""

    def __init__(self, missing: str, *, partly: bool = False) -> None:
        super().__init__(missing)
        self.partly = partly


class Altered(RuntimeError):
    """What is noted of the keys is not what this program noted: somebody put back what an earlier version had."""


class SealState(Struct):
    """How what is kept here is sealed."""

    index: str
    """The key of the indexes, in hex: it stays when the secret that it was made from is exchanged."""
    unbound: bool = False
    """Whether there may be something that an earlier version sealed, bound to no row."""
    audited: bool = False
    """Whether the audit log's chain is keyed: from then on its end is noted."""
    words: list[str] = []
    """The columns of which no words are left in clear that an earlier version wrote."""
    walk: tuple[int, int | str | None, int] | None = None
    """While all is sealed anew: which cell is dealt with, after which primary key, and how many were sealed anew since the
    first cell. None: all is sealed with the newest key."""


class FilesWalk(Struct, frozen=True):
    """How far the files are sealed with the newest key: these are in hand, and then come those after this name."""

    after: str = ""
    hand: list[str] = []
    changed: bool = False
    """Whether any was not, so that all are looked through once more: another process may have put some meanwhile."""
    done: bool = False
    """Whether all were found sealed."""
    rests: bool = False
    """Whether none need be looked at until the next start."""


BEGINNING = (0, None, 0)


async def check(tx: Tx) -> None:
    """Compare the keys with those that are needed, and have all sealed with the newest. Raises WrongKey and Altered."""
    await tx.exclusive("start")
    noted = await _noted(tx)
    state = await _read(tx, noted)
    newest = _newest(tx)
    fresh = [newest] if newest not in noted else []
    if FIRST in noted:
        await tx.run(sa.delete(seals).where(seals.c.name == FIRST))
        fresh = [NEEDS + id.hex() for id in tx.vault.key_ids]  # which of them sealed what, is not said
    if not noted and await tx.first(sa.select(people.c.id).limit(1)) is not None:
        state.words, state.walk = [], BEGINNING
        state.audited = True  # somebody removed what was noted: that is found as the missing end of the audit log
    if not noted and state.walk is None:
        await write_files(tx, FilesWalk(done=True, rests=True))
    elif (files := await read_files(tx)).rests or FILES + _id(tx) not in noted:
        # At every start all are looked through: a process of an earlier version may have run beside.
        await write_files(tx, FilesWalk(done=files.done))
    begins = not state.audited
    if begins:
        await audit.begin(tx)
        state.audited = True
    if fresh or begins:
        await _note(tx, dict.fromkeys(fresh, b""))
        await write(tx, state)
    _apply(tx, state)


async def look(tx: Tx) -> None:
    """Compare the keys with those that are needed. Raises WrongKey and Altered."""
    _apply(tx, await _read(tx, await _noted(tx)))


async def read(tx: Tx) -> SealState:
    """How all is sealed now. Raises WrongKey and Altered."""
    state = await _read(tx, await _noted(tx))
    _apply(tx, state)
    return state


async def is_sealed_now(tx: Tx, cell: Cell) -> bool:
    """Whether this column holds anything that is sealed as earlier versions did not."""
    if cell is SHEET:
        sheets = sa.select(cell.column).where(sa.cast(cell.column, sa.Text).like('%"sheet"%'))
        return any(unpack(cell, row[cell.column.name])[:1] == VERSION for row in await tx.all(sheets))
    if isinstance(cell, WordsCell):
        return await tx.first(sa.select(sa.literal(1)).where(raw(cell.column).startswith(MARK)).limit(1)) is not None
    first = sa.func.substr(cell.column, 1, 1)
    return await tx.first(sa.select(sa.literal(1)).where(first == VERSION).limit(1)) is not None


async def needed(tx: Tx) -> list[str]:
    """The ids of the keys that sealed something here, and must be given."""
    return sorted({name.partition(":")[2] for name in await _noted(tx) if name.startswith((NEEDS, FILES))})


async def read_files(tx: Tx) -> FilesWalk:
    """How far the files are sealed with the newest key."""
    name = FILES + _id(tx)
    noted = await tx.value(sa.select(seals.c.sealed).where(seals.c.name == name))
    return FilesWalk() if noted is None else FilesWalk(**NOTED.open_json(tx.vault, noted, name))


async def write_files(tx: Tx, walk: FilesWalk) -> None:
    """Note it; where all are, no earlier key is needed for them."""
    name = FILES + _id(tx)
    if walk.done:
        await tx.run(sa.delete(seals).where(seals.c.name.startswith(FILES, autoescape=True), seals.c.name != name))
    await _note(tx, {name: NOTED.seal_json(tx.vault, asdict(walk), name)})


async def write(tx: Tx, state: SealState) -> None:
    """Note it."""
    await _note(tx, {STATE: NOTED.seal_json(tx.vault, asdict(state), STATE)})


async def finish(tx: Tx, state: SealState) -> None:
    """All is sealed with the newest key, and bound: nothing else is taken, and no earlier key needed any more."""
    newest = _newest(tx)
    await audit.seal_head_anew(tx)
    await tx.run(sa.delete(seals).where(seals.c.name.startswith(NEEDS, autoescape=True), seals.c.name != newest))
    state.unbound, state.words, state.walk = False, [*WORD_COLUMNS], None
    await write(tx, state)
    _apply(tx, state)


async def _read(tx: Tx, noted: dict[str, bytes]) -> SealState:
    if not noted:  # a new database: all that is written is sealed
        return SealState(tx.vault.index_key.hex(), words=[*WORD_COLUMNS])
    if FIRST in noted:
        # Whoever kept one value that an earlier version had sealed could have all of it count again.
        for cell in CELLS:
            if await is_sealed_now(tx, cell):
                raise Altered(cell.name)
        tx.vault.takes_unbound = True
        _open(tx, noted, FIRST)
        return SealState(tx.vault.index_key.hex(), unbound=True, walk=BEGINNING)
    known = {id.hex() for id in tx.vault.key_ids}
    wanted = {name.partition(":")[2] for name in noted if name.startswith((NEEDS, FILES))}
    if missing := sorted(wanted - known):
        raise WrongKey(missing[0], partly=bool(wanted & known))
    state = SealState(**_open(tx, noted, STATE))
    if state.walk is None and not set(WORD_COLUMNS) <= set(state.words):
        state.walk = BEGINNING
    if _newest(tx) not in noted:  # nothing was sealed with it yet
        state.walk = BEGINNING
    return state


def _newest(tx: Tx) -> str:
    return NEEDS + _id(tx)


def _id(tx: Tx) -> str:
    return tx.vault.key_ids[0].hex()


def _open(tx: Tx, noted: dict[str, bytes], name: str) -> Any:
    try:
        opened = NOTED.open(tx.vault, noted.get(name, b""), name)
    except Tampered:
        raise WrongKey("") from None
    if name == FIRST:
        return None
    state: dict[str, Any] = orjson.loads(opened)
    if isinstance(state.get("words"), bool):  # of a version that did not say of which columns
        state["words"] = []
    return state


def _apply(tx: Tx, state: SealState) -> None:
    tx.vault.index_key, tx.vault.takes_unbound = bytes.fromhex(state.index), state.unbound


async def _noted(tx: Tx) -> dict[str, bytes]:
    keys = (seals.c.name.startswith(kind, autoescape=True) for kind in (NEEDS, FILES))
    names = sa.or_(seals.c.name.in_([FIRST, STATE]), *keys)
    return {row["name"]: row["sealed"] for row in await tx.all(sa.select(seals).where(names))}


async def _note(tx: Tx, noted: dict[str, bytes]) -> None:
    await insert_or_replace(tx, seals, [{"name": name, "sealed": sealed} for name, sealed in noted.items()])
