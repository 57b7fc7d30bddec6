"""Who and where a household is, as it lies sealed beside its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict, replace

from storage.database import Tx
from storage.database.written import plain
from storage.tables import addresses
from storage.tables.sealed import DOSSIER

PARTS = ("full_name", "house", "phone", "birth_year", "guardian")


class Dossier(Struct, frozen=True):
    """Who and where a household is: for officers only, and sealed."""

    full_name: str
    house: str
    phone: str = ""
    birth_year: int = 0
    guardian: str = ""


def seal(tx: Tx, code: str, who: Dossier) -> Mapping[str, bytes | None]:
    """The dossier as it is kept, and what finds it again: its whole name, without marks, and its phone number."""
    return {
        "dossier": DOSSIER.seal_json(tx.vault, asdict(who), code),
        "name_index": tx.vault.index(plain(who.full_name), kind="name"),
        "phone_index": tx.vault.index(who.phone, kind="phone") if who.phone else None,
    }


def unseal(tx: Tx, code: str, sealed: bytes) -> Dossier:
    """What was sealed for the address with this code."""
    return Dossier(**DOSSIER.open_json(tx.vault, sealed, code))


async def read(tx: Tx, code: str) -> Dossier | None:
    """Who and where the household of this address is; None if nobody wrote it down."""
    sealed = await tx.value(sa.select(addresses.c.dossier).where(addresses.c.code == code))
    return None if sealed is None else unseal(tx, code, sealed)


async def correct(tx: Tx, code: str, part: str, becomes: Any) -> None:
    """Let one of `PARTS` be this from now on."""
    who = replace(await read(tx, code) or Dossier("", ""), **{part: becomes})
    await tx.run(sa.update(addresses).where(addresses.c.code == code).values(**seal(tx, code, who)))
