"""Short codes that people can read aloud, such as «TND26-7K3PQ»."""

from __future__ import annotations

import re
import secrets

import sqlalchemy as sa

from storage.database import Tx

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 O, 1 I L and U, which are taken for each other."""
LENGTH = 5
RECORD = re.compile(rf"TND[0-9]{{2}}-[0-9A-Z]{{{LENGTH}}}", re.IGNORECASE)
"""A pledge, a deed or a question of any year's campaign."""


def long_code(groups: int, letters: int) -> str:
    """Letters in groups, such as «7K3PQ-2WXYZ», that nobody finds by trying."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(letters)) for _ in range(groups))


async def new_code(tx: Tx, prefix: str, taken: sa.Column[str]) -> str:
    """A code that does not stand in this column yet. The column's unique rule has the last word."""
    while True:
        code = f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"
        if await tx.first(sa.select(taken).where(taken == code)) is None:
            return code
