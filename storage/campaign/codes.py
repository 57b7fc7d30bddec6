"""Short codes that people can read aloud, such as «TND26-7K3PQ»."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from storage.database import Tx

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 O, 1 I L and U, which are taken for each other."""
LENGTH = 5


def long_code(groups: int, letters: int) -> str:
    """Letters in groups, such as «7K3PQ-2WXYZ», that nobody finds by trying."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(letters)) for _ in range(groups))


async def new_code(tx: Tx, prefix: str, taken: sa.Column[str]) -> str:
    """A code that does not stand in this column yet. The column's unique rule has the last word."""
    while True:
        code = f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"
        if await tx.first(sa.select(taken).where(taken == code)) is None:
            return code
