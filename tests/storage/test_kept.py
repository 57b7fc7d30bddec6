"""Of every column that holds words it is said in docs/security.md whether they are sealed; what was altered spoils no list."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.aid import appeals, changes, dossiers
from storage.aid import volunteers as registered
from storage.aid.threads import last_said
from storage.database.secret import BROKEN_SIGN, MARK, Broken, raw, seal_words
from storage.database.vault import Tampered
from storage.tables import address_changes, addresses, inbox, metadata, outbox, thread_messages, threads, volunteers
from storage.tables.sealed import CELLS, NOTED
from storage.talk import inbox as receive
from storage.talk import sending
from tests.fakes.postgres import Server
from tests.listed import KINDS, listed
from tests.sealed import NAME, fill
from tests.stage import BOTH, NINE, Stage
from tests.upgraded import to_revision, try_on_postgresql, try_on_sqlite


def holds_words(column: sa.Column[object]) -> bool:
    kind = column.type.impl if isinstance(column.type, sa.types.TypeDecorator) else column.type
    return isinstance(kind, sa.String | sa.JSON | sa.LargeBinary)


def test_of_every_column_of_words_it_is_said_whether_it_is_sealed() -> None:
    said = listed()
    for table in metadata.sorted_tables:
        columns = {column.name for column in table.columns if holds_words(column)}
        named = [name for kind in KINDS for name in said[kind].get(table.name, ())]
        assert sorted(named) == sorted(columns), f"{table.name}: name each column once in the table of docs/security.md"
        sealed = {cell.column.name for cell in (*CELLS, NOTED) if cell.column.table is table}
        assert said["sealed"].get(table.name, set()) == sealed, f"{table.name}: what is said to be sealed, is"


@BOTH
async def test_one_altered_value_is_a_sign_in_its_row_and_spoils_no_list(stage: Stage) -> None:
    await fill(stage)
    async with stage.program() as app, app.database.write() as tx:
        ids = [row["id"] for row in await tx.all(sa.select(volunteers.c.id).order_by(volunteers.c.id.desc()).limit(2))]
        kept = await tx.value(sa.select(raw(volunteers.c.full_name)).where(volunteers.c.id == ids[0]))
        spoilt = {"full_name": kept[:-8] + "AAAAAAA=", "phone": b"\2 altered"}
        await tx.run(sa.update(volunteers).where(volunteers.c.id == ids[0]).values(**spoilt))
        await tx.run(sa.update(volunteers).where(volunteers.c.id == ids[1]).values(full_name=f"{MARK}no base64"))
        found, _ = await registered.search(tx, None, "", 0, 50)
        broken = [one for one in found if one.full_name == BROKEN_SIGN]
        assert len(broken) == 2 < len(found)
        assert [one.phone for one in broken].count(BROKEN_SIGN) == 1
        assert {isinstance(one.full_name, Broken) for one in broken} == {True}
        with pytest.raises(Tampered):  # nothing writes the sign over what was altered
            seal_words(tx.vault, volunteers, {"full_name": broken[0].full_name}, person_id=1)
        said = sa.update(thread_messages).values(sealed=b"\2 altered")
        await tx.run(said.where(thread_messages.c.id == sa.select(sa.func.min(thread_messages.c.id)).scalar_subquery()))
    async with stage.program() as app, app.database.read() as tx:
        of = [row["code"] for row in await tx.all(sa.select(threads.c.code))]
        last = await last_said(tx, of)
        assert [one.said for one in last.values()].count(BROKEN_SIGN) == 1 < len(last)


async def test_an_appeal_that_was_altered_is_shown_and_not_answered_and_a_namesake_is_found(stage: Stage) -> None:
    await fill(stage)
    async with stage.program() as app, app.database.write() as tx:
        table = metadata.tables["appeals"]
        await tx.run(sa.update(table).where(table.c.code == "TND26-AAAA0").values(words=b"\2 altered"))
        appeal = await appeals.find(tx, "TND26-AAAA0", None)
        assert appeal is not None
        assert {appeal.refusal, appeal.said, appeal.answer} == {BROKEN_SIGN}
        with pytest.raises(Tampered):
            await appeals.decide(tx, appeal, 1, "upheld", "đã xem lại", NINE)
        last = sa.select(sa.func.max(addresses.c.id)).where(addresses.c.name_index.is_not(None)).scalar_subquery()
        await tx.run(sa.update(addresses).where(addresses.c.id == last).values(dossier=b"\2 altered"))
        campaign = await tx.value(sa.select(addresses.c.campaign_id).limit(1))
        found = await dossiers.find_namesakes(tx, campaign, [NAME])
        assert [one.who.full_name for one in found] == [NAME, BROKEN_SIGN]


async def test_a_message_that_was_altered_is_set_aside_and_holds_up_no_other(stage: Stage) -> None:
    await fill(stage)
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(inbox).where(inbox.c.update_key == "sheet:0").values(payload=b"\2 altered"))
        await tx.run(sa.update(outbox).where(outbox.c.dedupe_key == "o:0").values(body=b"\2 altered"))
        now = app.now()
        assert [one.payload for one in await receive.claim(tx, ["none"], now, 9)] == [b"{}"]
        leased = [await sending.lease(tx, ["none"], "us", now, now, 9) for _ in range(2)]
        assert [[one.body for one in its] for its in leased] == [[], [{"text": "chào"}]]
        assert await tx.value(sa.select(inbox.c.error).where(inbox.c.state == "dead")) == "altered"
        assert await tx.value(sa.select(outbox.c.reason).where(outbox.c.state == "failed")) == "altered"


@BOTH
async def test_an_altered_change_is_shown_and_never_accepted(stage: Stage) -> None:
    await fill(stage)
    async with stage.program() as app, app.database.write() as tx:
        address = await tx.value(sa.select(address_changes.c.address_id).limit(1))
        number = await changes.ask(tx, address, "people_count", 3, 1, NINE, was=2)
        its = address_changes.c.id == number
        asked = await changes.find(tx, str(number), None)
        assert asked is not None
        assert (asked.was, asked.becomes) == (2, 3)
        kept = await tx.value(sa.select(raw(address_changes.c.was)).where(its))
        assert kept.startswith(MARK)
        await tx.run(sa.update(address_changes).where(its).values(becomes=kept))
        moved = await changes.find(tx, str(number), None)
        assert moved is not None
        assert moved.becomes == BROKEN_SIGN
        with pytest.raises(Tampered):
            await changes.accept(tx, moved, 2, NINE)


def test_changes_that_an_earlier_version_wrote_stay_readable(tmp_path: Path) -> None:
    try_on_sqlite(tmp_path, upgrade_a_change)


async def test_changes_that_an_earlier_version_wrote_stay_readable_on_postgresql_too(postgres: Server) -> None:
    await try_on_postgresql(postgres, upgrade_a_change, "SET LOCAL session_replication_role = replica")


def upgrade_a_change(connection: sa.Connection) -> None:
    to_revision(connection, "0055")
    said = "INSERT INTO address_changes (id, address_id, what, was, becomes, asked_at) VALUES "
    connection.execute(
        sa.text(said + "(1, 7, 'need_amount', '5', '500000', 1), (2, 7, 'story', NULL, '\"Chuyện\"', 2)")
    )
    to_revision(connection, "head")
    kept = sa.select(raw(address_changes.c.was), raw(address_changes.c.becomes)).order_by(address_changes.c.id)
    assert [tuple(row) for row in connection.execute(kept)] == [("5", "500000"), ("", '"Chuyện"')]
