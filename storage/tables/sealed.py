"""Which columns are sealed, and what each of their values is bound to: it opens in its own table, column and row only."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from storage.database import secret
from storage.database.secret import BROKEN_SIGN, Broken, SealedWords
from storage.database.vault import VERSION, Tampered, Vault
from storage.tables.aid import address_changes, addresses, appeals, notes, pledges, thread_messages, volunteers
from storage.tables.columns import metadata
from storage.tables.files import documents
from storage.tables.rights import papers, rights_requests
from storage.tables.talk import channel_tokens, inbox, outbox, places, web_messages, web_pushes
from storage.tables.upkeep import seals


class Cell:
    """A sealed column. ``row``, wherever it is asked for, are the values of the columns ``by``, which name a row and stay
    as they are as long as it is there."""

    def __init__(
        self, column: sa.Column[Any], *by: sa.Column[Any], earlier: Callable[..., str] = lambda *row: ""
    ) -> None:
        """``earlier`` says to what earlier versions bound it."""
        self.column, self.by, self._earlier = column, by, earlier
        self.name = f"{column.table.name}.{column.name}"

    def seal(self, vault: Vault, plain: bytes, *row: Any) -> bytes:
        """These bytes, for this row."""
        return vault.seal(plain, about=self._about(row))

    def open(self, vault: Vault, sealed: bytes, *row: Any) -> bytes:
        """What was sealed for this row. Raises Tampered."""
        return vault.open(sealed, about=self._about(row), earlier=self._earlier(*row).encode())

    def open_in(self, vault: Vault, row: Mapping[Any, Any]) -> bytes:
        """What is sealed in a row of its table. Raises Tampered."""
        return self.open(vault, row[self.column.name], *(row[column.name] for column in self.by))

    def show_in(self, vault: Vault, row: Mapping[Any, Any]) -> str:
        """The words that are sealed in a row, for a list: a sign in the place of those that somebody altered."""
        return self.show(vault, row[self.column.name], *(row[column.name] for column in self.by))

    def show(self, vault: Vault, sealed: bytes | None, *row: Any) -> str:
        """The same of what was sealed for this row."""
        try:
            return self.open(vault, sealed, *row).decode() if sealed else ""
        except Tampered:
            return Broken(BROKEN_SIGN)

    def seal_json(self, vault: Vault, value: Any, *row: Any) -> bytes:
        """This value, for this row."""
        return vault.seal_json(value, about=self._about(row))

    def open_json(self, vault: Vault, sealed: bytes, *row: Any) -> Any:
        """The value that was sealed for this row. Raises Tampered."""
        return vault.open_json(sealed, about=self._about(row), earlier=self._earlier(*row).encode())

    def read_json(self, vault: Vault, sealed: bytes, *row: Any) -> Any:
        """The same of one among many, which must not stop the others; None where somebody altered it."""
        try:
            return self.open_json(vault, sealed, *row)
        except Tampered:
            return None

    def _about(self, row: tuple[Any, ...]) -> bytes:
        return secret.about(self.name, *row)


class WordsCell(Cell):
    """A column of sealed words, which an earlier version wrote in clear."""

    def open(self, vault: Vault, sealed: bytes, *row: Any) -> bytes:
        return super().open(vault, sealed, *row) if sealed[:1] == VERSION else sealed


VOLUNTEER_PHONE = Cell(volunteers.c.phone, volunteers.c.person_id)
DOSSIER = Cell(addresses.c.dossier, addresses.c.code)
CORRECTED = Cell(
    address_changes.c.sealed, address_changes.c.address_id, address_changes.c.what, address_changes.c.asked_at
)
PLEDGE_PHONE = Cell(pledges.c.phone, pledges.c.code, earlier=lambda code: f"pledge:{code}")
APPEALED = Cell(appeals.c.words, appeals.c.kind, appeals.c.code, earlier=lambda kind, code: f"appeal:{kind}:{code}")
SAID = Cell(
    thread_messages.c.sealed, thread_messages.c.thread_id, thread_messages.c.by_officers, thread_messages.c.said_at,
    earlier=lambda thread_id, *_: f"thread:{thread_id}",
)  # fmt: skip
REQUESTED = Cell(rights_requests.c.words, rights_requests.c.request_key)
NOTE = Cell(notes.c.sealed, notes.c.kind, notes.c.code, notes.c.written_at)
PLACE = Cell(places.c.place, places.c.person_id)
PAYLOAD = Cell(inbox.c.payload, inbox.c.channel, inbox.c.update_key)
SHEET = Cell(inbox.c.media, inbox.c.channel, inbox.c.update_key)
BODY = Cell(outbox.c.body, outbox.c.dedupe_key)
ON_PAGE = Cell(web_messages.c.body, web_messages.c.dedupe_key)
SUBSCRIPTION = Cell(web_pushes.c.subscription, web_pushes.c.address, earlier=lambda address: f"push {address}")
PAPER = Cell(papers.c.content, papers.c.account_id, papers.c.asked_at)
TOKENS = Cell(
    channel_tokens.c.sealed, channel_tokens.c.channel, channel_tokens.c.made_at, earlier=lambda channel, _: f"tokens {channel}"
)  # fmt: skip
DOCUMENT = Cell(documents.c.content, documents.c.id)
NOTED = Cell(seals.c.sealed, seals.c.name)

WORDS = tuple(
    WordsCell(column, *(table.c[name] for name in column.type.by))
    for table in metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, SealedWords)
)
"""They open themselves where they are read (storage/database/secret.py)."""
CELLS = (
    VOLUNTEER_PHONE, DOSSIER, CORRECTED, PLEDGE_PHONE, APPEALED, SAID, NOTE, PLACE, PAYLOAD, SHEET, BODY, ON_PAGE, SUBSCRIPTION,
    PAPER, DOCUMENT, TOKENS, REQUESTED, *WORDS,
)  # fmt: skip
"""All but what `seals` notes of them."""


def unpack(cell: Cell, kept: Any) -> bytes:
    """The sealed bytes of what a column keeps; a spreadsheet's are within what became of a message's file."""
    if isinstance(cell, WordsCell):
        return secret.unpack(kept)
    return secret.decode(kept.get("sheet", "")) if cell is SHEET else kept


def pack(cell: Cell, sealed: bytes) -> Any:
    """The same the other way."""
    if isinstance(cell, WordsCell):
        return secret.pack(sealed)
    return {"sheet": b64encode(sealed).decode()} if cell is SHEET else sealed
