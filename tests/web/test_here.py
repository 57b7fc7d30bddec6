"""Attacks on the demo, whose panes let anybody play anybody: no page of another site speaks in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
import websockets
from websockets.typing import Origin

from bot.web.here import is_loopback
from tests.fakes.served import Served, served
from tests.figures import measured
from tests.stage import Template

PANES = ("/resident", "/officer", "/admin")
EVIL = "rebound.example"
PROXIES = (
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "cf-connecting-ip",
    "x-original-host",
)  # fmt: skip


@pytest_asyncio.fixture
async def demo(template: Template, tmp_path: Path) -> AsyncIterator[Served]:
    template.copy(tmp_path)
    async with served(tmp_path, demo=True) as running:
        yield running


async def statuses(demo: Served, host: str, origin: str, **headers: str) -> list[int]:
    """What a browser is answered that was led here under this name, on every pane and in every way."""
    found = []
    named = {"host": host, "origin": origin, **headers}
    async with httpx.AsyncClient(base_url=demo.url, headers=named) as client:
        found.append((await client.get("/")).status_code)
        for pane in PANES:
            found.append((await client.post(f"{pane}/say", json={"id": "evil-one", "text": "/staff"})).status_code)
            found.append((await client.post(f"{pane}/photo", files={"file": ("a.xlsx", b"x")})).status_code)
            found += [(await client.get(f"{pane}/{path}")).status_code for path in ("messages", "picture/a", "file/1")]
            found.append(await socket_status(demo, pane, named))
    return found


async def socket_status(demo: Served, pane: str, headers: dict[str, str]) -> int:
    port = urlsplit(demo.url).port
    more = {name: value for name, value in headers.items() if name not in ("host", "origin")}
    try:
        # The name of the address is what the browser says; the machine is this one.
        async with websockets.connect(
            f"ws://{headers['host']}{pane}/ws", host="127.0.0.1", port=port,
            origin=Origin(headers["origin"]), additional_headers=more,
        ):  # fmt: skip
            return 101
    except websockets.InvalidStatus as refused:
        return refused.response.status_code


async def test_a_page_that_rebinds_its_own_name_to_this_machine_is_refused_everywhere(demo: Served) -> None:
    port = urlsplit(demo.url).port
    tried = 0
    for host in (f"{EVIL}:{port}", EVIL, f"127.0.0.1.{EVIL}:{port}", f"localhost.{EVIL}:{port}", f"0.0.0.0:{port}"):
        found = await statuses(demo, host, f"http://{host}")
        assert set(found) == {403}, host
        tried += len(found)
    measured("another site's page leads its own name to the demo's machine", f"{tried} of {tried} requests refused")


async def test_what_came_through_a_proxy_is_refused(demo: Served) -> None:
    for header in PROXIES:
        found = await statuses(demo, urlsplit(demo.url).netloc, demo.url, **{header: "203.0.113.9"})
        assert set(found) == {403}, header


async def test_another_site_s_form_socket_and_picture_are_refused(demo: Served) -> None:
    host = urlsplit(demo.url).netloc
    evil = f"https://{EVIL}"
    async with httpx.AsyncClient(base_url=demo.url, headers={"origin": evil}) as client:
        assert (await client.post("/admin/say", data={"id": "evil-one", "text": "/staff"})).status_code == 403
        for site in ("cross-site", "same-site"):
            embedded = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
            assert (await client.get("/admin/picture/a", headers=embedded)).status_code == 403
    assert await socket_status(demo, "/admin", {"host": host, "origin": evil}) == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "127.0.0.2", "[::1]"])
async def test_the_person_at_this_machine_opens_it_as_before(demo: Served, name: str) -> None:
    host = f"{name}:{urlsplit(demo.url).port}"
    found = await statuses(demo, host, f"http://{host}")
    assert 403 not in found
    assert found.count(101) == len(PANES)


async def test_whoever_is_refused_is_told_where_it_opens(demo: Served) -> None:
    async with httpx.AsyncClient(base_url=demo.url, headers={"host": "192.168.1.7:8080"}) as client:
        assert "http://127.0.0.1" in (await client.get("/")).text


def test_only_names_that_nobody_can_give_away_mean_this_machine() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.1.2.3", "::1")))
    assert not any(
        map(is_loopback, ("", "localhost.", "a.localhost", "127.0.0.1.nip.io", "0.0.0.0", "10.0.0.1", "2130706433"))
    )
