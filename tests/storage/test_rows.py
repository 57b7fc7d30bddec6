"""Rows as Structs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from msgspec import Struct

from tests.stage import BOTH, Stage

pytestmark = BOTH


class Village(Struct, frozen=True):
    name: str
    houses: int
    river: str = ""


VILLAGE = sa.select(
    sa.literal(30).label("houses"), sa.literal("ignored").label("more"), sa.literal("Hiền Lương").label("name")
)


async def test_columns_are_taken_by_name_and_more_of_them_do_no_harm(stage: Stage) -> None:
    wanted = VILLAGE.add_columns(sa.literal("Bến Hải").label("river"))
    async with stage.program() as app, app.database.read() as tx:
        assert await tx.one(wanted, into=Village) == Village("Hiền Lương", 30, "Bến Hải")
        assert await tx.all(wanted, into=Village) == [Village("Hiền Lương", 30, "Bến Hải")]


async def test_without_a_row_there_is_nothing(stage: Stage) -> None:
    nobody = VILLAGE.where(sa.false())
    async with stage.program() as app, app.database.read() as tx:
        assert await tx.one(nobody, into=Village) is None
        assert await tx.all(nobody, into=Village) == []


async def test_a_missing_column_is_a_mistake_also_where_the_field_has_a_default(stage: Stage) -> None:
    async with stage.program() as app, app.database.read() as tx:
        with pytest.raises(sa.exc.NoSuchColumnError, match="river"):
            await tx.all(VILLAGE, into=Village)
