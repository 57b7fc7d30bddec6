"""A database on another machine is spoken to over TLS, or not at all."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from storage.database.address import tls_for
from storage.database.postgresql import Server, Unreachable
from tests.figures import measured

PASSWORD = "canary-password"


@pytest.mark.parametrize("where", ["db.internal", "10.0.0.5", "[2001:db8::1]", "0.0.0.0", "localhost.example"])
def test_another_machine_is_spoken_to_over_tls(where: str) -> None:
    assert tls_for(sa.make_url(f"postgresql+asyncpg://u:p@{where}/d")) == {"ssl": "require"}


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://u:p@localhost/d", "postgresql+asyncpg://u:p@127.0.0.1:5433/d", "postgresql+asyncpg://u@[::1]/d",
        "postgresql+asyncpg:///d?host=/run/postgresql", "postgresql+asyncpg://u:p@db/d?ssl=disable",
        "postgresql+asyncpg://u:p@db/d?ssl=verify-full",
    ],
)  # fmt: skip
def test_this_machine_and_whoever_says_otherwise_by_name_is_left_alone(url: str) -> None:
    assert tls_for(sa.make_url(url)) == {}


async def test_whoever_stands_between_and_speaks_no_tls_gets_neither_password_nor_data() -> None:
    heard = b""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        heard += await reader.read(1000)
        writer.write(b"N")  # «no TLS here»; who is content with that goes on in the clear
        heard += await reader.read(1000)
        writer.close()

    between = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = between.sockets[0].getsockname()[1]
    # Linux leads this address to loopback, and by its name it is none.
    server = Server(sa.make_url(f"postgresql+asyncpg://u:{PASSWORD}@0.0.0.0:{port}/d"))
    async with between:
        with pytest.raises(Unreachable, match="SSL"):
            async with server.write() as run:
                await run(lambda connection: connection.execute(sa.text("SELECT 1")))
        await server.close()
    assert heard == bytes.fromhex("0000000804d2162f"), "the question whether there is TLS, and no more"
    measured("a database server on another machine that speaks no TLS", "8 bytes said to it, no name, no password")
