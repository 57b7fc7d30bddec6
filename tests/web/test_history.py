"""A page that was prepared to be heavy is opened by its newest messages, and holds up nobody."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
import websockets
from websockets.typing import Origin

from storage.files import documents
from storage.tables import accounts, web_messages, web_sessions
from storage.tables.sealed import ON_PAGE
from storage.web import webchat
from tests.fakes.served import served
from tests.figures import measured
from tests.stage import Template

HEAVY, MANY = 2 << 20, 60
"""Bytes of one message as it was kept before, with its document in it; and how many of them."""


@pytest.mark.parametrize("by", ["socket", "http"])
async def test_a_page_of_a_hundred_megabytes_is_opened_at_once_and_holds_up_nobody(
    template: Template, tmp_path: Path, by: str
) -> None:
    template.copy(tmp_path)
    async with served(tmp_path) as site, httpx.AsyncClient(base_url=site.url, headers={"origin": site.url}) as page:
        await page.post("/say", json={"id": "first-message", "text": "/start"})
        address = await prepare(site.app.database, site.app.now())
        ticking = asyncio.create_task(longest_pause())
        begun = time.monotonic()
        if by == "http":
            got = len((await page.get("/messages")).content)
        else:
            cookie = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
            headers = {"cookie": cookie}
            url = site.url.replace("http", "ws") + "/ws"
            async with websockets.connect(url, origin=Origin(site.url), additional_headers=headers) as socket:
                got = 0
                while "ready" not in json.loads(told := str(await asyncio.wait_for(socket.recv(), 30))):
                    got += len(told)
        opened = time.monotonic() - begun
        ticking.cancel()
        pause = (await asyncio.gather(ticking, return_exceptions=True))[0]
        assert isinstance(pause, Paused)
        assert got < webchat.MOST_BYTES * 2
        async with site.app.database.read() as tx:
            assert await tx.value(sa.select(sa.func.count()).where(web_messages.c.address == address)) >= MANY
        measured(
            f"opening a page with {MANY} messages of {HEAVY >> 20} MB each, by {by}",
            f"{got >> 10} kB sent in {opened:.1f} s",
            f"the loop held up for {pause.longest * 1000:.0f} ms at most, before for 34 s",
        )


class Paused(Exception):
    """The longest time for which the event loop did nothing else."""

    def __init__(self, longest: float) -> None:
        super().__init__(longest)
        self.longest = longest


async def longest_pause() -> None:
    """Measure until cancelled; then raises Paused."""
    longest, last = 0.0, time.monotonic()
    try:
        while True:
            await asyncio.sleep(0.005)
            longest, last = max(longest, time.monotonic() - last - 0.005), time.monotonic()
    except asyncio.CancelledError:
        raise Paused(longest) from None


async def prepare(database: object, now: object) -> str:
    """Put the messages into the only visitor's conversation, as an older version kept them; returns its address."""
    from storage.database import Database

    assert isinstance(database, Database)
    body = {"text": "x", "document": ["a.json", base64.b64encode(bytes(HEAVY * 3 // 4)).decode(), "base64"]}
    async with database.write() as tx:
        address = str(await tx.value(sa.select(web_sessions.c.address)))
        for n in range(MANY):
            row = {"address": address, "dedupe_key": f"heavy:{n}", "mine": False, "created_at": now}
            sealed = ON_PAGE.seal_json(tx.vault, body, f"heavy:{n}")
            await tx.run(sa.insert(web_messages).values(**row, body=sealed))
        for n in range(3):
            row = {"address": address, "dedupe_key": f"light:{n}", "mine": False, "created_at": now}
            sealed = ON_PAGE.seal_json(tx.vault, {"text": f"light {n}"}, f"light:{n}")
            await tx.run(sa.insert(web_messages).values(body=sealed, **row))
    return address


async def test_a_document_is_fetched_by_its_owner_while_it_is_kept(template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    async with served(tmp_path) as site, httpx.AsyncClient(base_url=site.url, headers={"origin": site.url}) as page:
        await page.post("/say", json={"id": "first-message", "text": "/start"})
        app = site.app
        async with app.database.write() as tx:
            address = str(await tx.value(sa.select(web_sessions.c.address)))
            account = await tx.value(sa.select(accounts.c.id).where(accounts.c.address == address))
            kept = await documents.keep(tx, account, b"mine", app.now())
            body = {"text": "here", "document": ["a.json", kept, "kept"]}
            id = await webchat.show(tx, address, "doc", body, app.now())
        shown = (await page.get("/messages")).json()["messages"]
        assert shown[-1]["document"] == {"url": f"/file/{id}", "name": "a.json"}
        assert (await page.get(f"/file/{id}")).content == b"mine"
        async with httpx.AsyncClient(base_url=site.url) as stranger:
            assert (await stranger.get(f"/file/{id}")).status_code == 404
        async with app.database.write() as tx:
            await documents.forget(tx, app.now() + documents.LIVES * 2)
        over = await page.get(f"/file/{id}")
        assert over.status_code == 410
        assert "hết hạn" in over.text
