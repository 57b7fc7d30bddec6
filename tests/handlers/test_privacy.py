"""What /privacy says is kept is what is kept, to the letter."""

from __future__ import annotations

import sqlalchemy as sa

from storage.aid import volunteers
from storage.rights.retention import KEPT
from storage.tables import metadata
from storage.talk import people
from tests.sealed import fill
from tests.stage import Stage

NOT_WHOSE = {"journeys", "quotas", "channel_counts"}
"""Sums of all people."""


def test_every_table_that_names_a_person_or_an_account_is_in_a_line_of_privacy() -> None:
    told = {table for rule in KEPT for table in rule.tables}
    whose = {
        table.name
        for table in metadata.sorted_tables
        if any(key.column.table.name in ("people", "accounts") for key in table.foreign_keys)
        or {"person_id", "account_id", "address", "actor", "who"} & set(table.c.keys())
    }
    assert whose - told <= NOT_WHOSE


async def test_what_stays_of_a_registration_that_is_withdrawn_is_what_privacy_says(stage: Stage) -> None:
    person_id = await fill(stage)
    async with stage.program() as app, app.database.write() as tx:
        assert await volunteers.withdraw(tx, person_id, stage.clock())
        left = await volunteers.find(tx, person_id)
        assert left is not None
        assert (left.phone, bool(left.full_name)) == ("", True)
        account = await people.find(tx, "room", "1")
        assert account is not None
        index = sa.select(metadata.tables["accounts"].c.phone_index).where(
            metadata.tables["accounts"].c.id == account.id
        )
        assert await tx.value(index) is None
    (told,) = await stage.say("/privacy", "3")
    for said in (
        "số điện thoại đến khi anh/chị rút",
        "(chỉ giữ mã để so khớp)",
        "Telegram, Zalo cũng giữ",
        "không có tên hay lời",
    ):
        assert said in told.text
