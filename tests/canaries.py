"""Words that stand nowhere else, planted in every column that holds words, and a search for them in every form."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping

import orjson
import sqlalchemy as sa

from storage import words
from storage.database import Tx
from storage.database.secret import SealedJson
from storage.database.written import plain
from storage.tables import metadata
from storage.tables.sealed import CELLS, pack
from tests.listed import listed
from tests.sealed import names

LETTERS = "bcdghklmnp"
LEAST = 8
"""Bytes."""


def canary(n: int) -> str:
    """The one with this number."""
    return "Chính" + "".join(LETTERS[int(figure)] for figure in f"{n:06}") + "Yến"


def forms(said: bytes) -> set[bytes]:
    """How it may stand in a file: as it is, in UTF-16, in small letters without marks, in base64 from any byte on; nothing so
    short that it stands among random bytes as well."""
    found = {said}
    try:
        text = said.decode()
    except UnicodeDecodeError:
        pass
    else:
        found |= {
            text.encode("utf-16-le"),
            text.encode("utf-16-be"),
            plain(text).encode(),
            plain(text.split()[-1]).encode(),
        }
    for before in range(3):
        encoded = b64encode(bytes(before) + said)
        found.add(encoded[4 if before else 0 : -4])
    return {said, *(form for form in found if len(form) >= LEAST)}


def where(values: Iterable[bytes], files: Mapping[str, bytes]) -> dict[str, set[bytes]]:
    """By file which of these values stand there in any form."""
    searched = {value: forms(value) for value in values}
    found = {
        name: {value for value, its in searched.items() if any(form in content for form in its)}
        for name, content in files.items()
    }
    return {name: there for name, there in found.items() if there}


async def plant(tx: Tx, public: Mapping[str, set[str]]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """A canary of its own in each sealed column, in every row of it, and one in each of these ``public`` columns of text;
    returns them by «table.column», the sealed ones first."""
    sealed, shown = {}, {}
    for n, cell in enumerate(CELLS):
        said = orjson.dumps(canary(n)) if isinstance(cell.column.type, SealedJson) else canary(n).encode()
        table, (key,) = cell.column.table, cell.column.table.primary_key
        rows = await tx.all(sa.select(key, *cell.by))
        for row in rows:
            kept = pack(cell, cell.seal(tx.vault, said, *names(cell, row)))
            await tx.run(sa.update(table).where(key == row[key.name]).values({cell.column.name: kept}))
        assert rows, f"{cell.name}: there is no row of it; let tests/sealed.py fill it"
        sealed[cell.name] = canary(n).encode()
    columns = [column for table in metadata.sorted_tables for column in table.columns]
    texts = [one for one in columns if one.name in public.get(one.table.name, ()) and not isinstance(one.type, sa.JSON)]
    for n, column in enumerate(texts, 1000):
        if await tx.run(sa.update(column.table).values({column.name: canary(n)})):
            shown[f"{column.table.name}.{column.name}"] = canary(n).encode()
    for table in words.TABLES:
        await words.note(tx, table.c.id, *(row["id"] for row in await tx.all(sa.select(table.c.id))))
    return sealed, shown


LEAST, WORDS = 12, 3
"""Letters and words of what stands nowhere by chance."""


async def astray(tx: Tx, said: Iterable[str]) -> set[str]:
    """Which of these sentences stand in a column of which docs/security.md says that it holds no free text, and in none that
    is public."""
    told = {text for text in said if len(text) >= LEAST and len(text.split()) >= WORDS and not text.startswith("/")}
    found = await _standing(tx, told, "no free text")
    public = set((await _standing(tx, set(found.values()), "public by decision")).values()) if found else ()
    return {f"{where}: {text}" for where, text in found.items() if text not in public}


async def _standing(tx: Tx, told: set[str], kind: str) -> dict[str, str]:
    """By «table.column», in columns of this kind, one of these sentences that stands there."""
    found: dict[str, str] = {}
    for table, columns in listed()[kind].items():
        its = [metadata.tables[table].c[name] for name in columns]
        for row in await tx.all(sa.select(*its)) if its and told else ():
            for name, value in row.items():
                kept = value if isinstance(value, bytes) else str(value).encode()
                found |= {f"{table}.{name}": text for text in told if text.encode() in kept}
    return found
