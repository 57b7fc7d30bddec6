"""Notifications of browsers: who is told and how often, that nothing of what was said is in them, and attacks."""

from __future__ import annotations

import base64
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
import websockets
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.typing import Origin

from bot.channels.web import channel
from bot.channels.web.channel import Web
from bot.channels.web.push_services import PublicOnly, PushServices
from bot.channels.web.subscription import Subscription
from storage.rights import erase
from storage.tables import accounts, consents, web_pushes
from storage.talk import outbox, people
from storage.talk.outbox import Outgoing
from storage.web import pushes
from tests.fakes.push_service import HOST, Browser, Names, PushService, push_service
from tests.fakes.served import Served, served
from tests.figures import measured
from tests.stage import Clock, Template

KEY = "1f" * 32
NUMBERS = itertools.count(1)
PUBLIC = "https://chat.example.org"


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[PushService]:
    async with push_service(tmp_path) as running:
        yield running


@pytest_asyncio.fixture
async def site(
    template: Template, tmp_path: Path, clock: Clock, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Served]:
    """The program with notifications, which are sent only when a test says so."""
    monkeypatch.setattr(channel, "EVERY", 86400)
    template.copy(tmp_path)
    async with served(
        tmp_path, now=clock, webhook_url=PUBLIC, web_push_key=KEY, web_push_hosts=f"{HOST}, *.example.net"
    ) as running:
        notifications = web(running).notifications
        assert notifications is not None
        assert isinstance(notifications.services, PushServices)
        notifications.services.connector = service.connector
        yield running


def web(site: Served) -> Web:
    found = site.app.channels["web"]
    assert isinstance(found, Web)
    return found


async def tell(site: Served, clock: Clock) -> None:
    """As long after the news as a page that is open elsewhere has time to say so, the work that comes round."""
    clock.forward(seconds=pushes.GRACE.total_seconds())
    notifications = web(site).notifications
    assert notifications is not None
    await notifications.tell()


class Guest:
    """Somebody who takes part in the web chat, with her browser."""

    def __init__(self, site: Served, service: PushService) -> None:
        self.site, self.service, self.browser = site, service, Browser(f"/sub/{next(NUMBERS)}")
        self.client = httpx.AsyncClient(base_url=site.url, headers={"origin": site.url}, timeout=30)
        self.address = ""

    async def come(self, *, agreed: bool = True) -> Guest:
        said = {"id": f"message-{next(NUMBERS)}", "text": "/menu"}
        assert (await self.client.post("/say", json=said)).status_code == 200
        await self.site.app.engine.settle()
        await self.site.app.settle()
        async with self.site.app.database.write() as tx:
            row = await tx.first(sa.select(accounts).where(accounts.c.channel == "web").order_by(accounts.c.id.desc()))
            assert row is not None
            self.address, self.account_id = row["address"], row["id"]
            given: dict[str, Any] = {"text_version": "t", "text_hash": "t", "language": "vi", "channel": "web"}
            if agreed:
                given |= {"person_id": row["person_id"], "purpose": "take_part", "given_at": self.site.app.now()}
                await tx.run(sa.insert(consents).values(**given))
        return self

    async def subscribe(self, browser: Browser | None = None) -> int:
        return (await self.client.post("/push", json=(browser or self.browser).to_json())).status_code

    async def row(self) -> dict[str, Any]:
        async with self.site.app.database.read() as tx:
            found = await tx.first(sa.select(web_pushes).where(web_pushes.c.address == self.address))
        return dict(found) if found else {}

    async def hears(self, words: str) -> None:
        """An officer's word reaches her conversation."""
        key = f"news:{next(NUMBERS)}"
        said = Outgoing("web", self.address, self.account_id, key, {"text": words}, kind="notice")
        async with self.site.app.database.write() as tx:
            await outbox.add(tx, [said], self.site.app.now())
        await self.site.app.settle()

    def brought(self) -> list[tuple[dict[str, str], bytes]]:
        return [(headers, body) for path, headers, body in self.service.brought if path == self.browser.path]


@pytest_asyncio.fixture
async def guest(site: Served, service: PushService) -> AsyncIterator[Guest]:
    her = Guest(site, service)
    async with her.client:
        await her.come()
        assert await her.subscribe() == 204
        yield her


async def test_the_owner_of_a_page_that_nobody_looks_at_is_told_once_that_there_is_news_and_not_what(
    site: Served, clock: Clock, guest: Guest
) -> None:
    for words in ("Cán bộ gọi số 0912345678", "Nhà ông V.", "Tin thứ ba"):
        await guest.hears(words)
    await tell(site, clock)
    await tell(site, clock)
    ((headers, body),) = guest.brought()
    assert guest.browser.open(body) == {"title": "Có tin mới", "body": "Bấm để mở trang và đọc.", "lang": "vi"}
    assert headers["topic"] == "news"
    assert headers["signed-by"] == (await guest.client.get("/push")).json()["key"]
    await guest.client.get("/messages")
    await tell(site, clock)
    assert len(guest.brought()) == 1, "what she has looked at is no news"
    await guest.hears("Tin thứ tư")
    await tell(site, clock)
    assert len(guest.brought()) == 2
    measured("three words from an officer while nobody looks", "1 push, which says none of them")


async def test_nobody_is_told_while_the_page_is_open(site: Served, clock: Clock, guest: Guest) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in guest.client.cookies.items())
    address = site.url.replace("http", "ws") + "/ws"
    async with websockets.connect(address, origin=Origin(site.url), additional_headers={"cookie": cookie}) as page:
        while "ready" not in str(await page.recv()):
            pass
        await guest.hears("Tin")
        assert "Tin" in str(await page.recv())
        async with site.app.database.write() as tx:
            await pushes.note_news(tx, guest.address, clock())  # as another process would, which does not see the page
        await tell(site, clock)
    assert guest.brought() == []
    assert (await guest.row())["due_at"] is None


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_its_push_service_knows_no_more_is_forgotten(
    site: Served, clock: Clock, service: PushService, guest: Guest, status: int
) -> None:
    service.status = status
    await guest.hears("Tin")
    await tell(site, clock)
    assert len(guest.brought()) == 1
    assert (await guest.row())["subscription"] is None


async def test_what_a_push_service_cannot_take_now_is_brought_later_and_given_up_in_the_end(
    site: Served, clock: Clock, service: PushService, guest: Guest
) -> None:
    service.status, service.answer = 503, {"retry-after": "600"}
    await guest.hears("Tin")
    await tell(site, clock)
    await tell(site, clock)
    assert len(guest.brought()) == 1, "not before the time that it asked for"
    for _ in range(len(pushes.BACKOFF) + 1):
        clock.forward(seconds=pushes.BACKOFF[-1])
        await tell(site, clock)
    assert len(guest.brought()) == 1 + len(pushes.BACKOFF)
    assert (await guest.row())["due_at"] is None
    service.status = 201
    await guest.hears("Tin khác")
    await tell(site, clock)
    assert (await guest.row())["told_at"] is not None


async def test_a_page_that_listens_to_an_earlier_key_is_forgotten(
    site: Served, clock: Clock, service: PushService, guest: Guest
) -> None:
    notifications = web(site).notifications
    assert notifications is not None
    notifications.services = PushServices("2f" * 32, PUBLIC, (HOST,), clock, connector=service.connector)
    await guest.hears("Tin")
    await tell(site, clock)
    assert guest.brought() == []
    assert (await guest.row())["subscription"] is None


async def test_a_redirect_is_not_followed(site: Served, clock: Clock, service: PushService, guest: Guest) -> None:
    service.status, service.answer = 307, {"location": f"https://{HOST}/elsewhere"}
    await guest.hears("Tin")
    await tell(site, clock)
    assert [path for path, _, _ in service.brought] == [guest.browser.path]
    assert (await guest.row())["due_at"] is None


async def test_only_who_takes_part_subscribes_from_our_own_page_and_not_in_a_hurry(
    site: Served, clock: Clock, service: PushService
) -> None:
    her = Guest(site, service)
    async with her.client as client:
        assert await her.subscribe() == 403, "before her first word"
        await her.come(agreed=False)
        assert await her.subscribe() == 403, "before she agreed"
        await her.come()
        foreign = {"origin": "https://evil.example"}
        assert (await client.post("/push", json=her.browser.to_json(), headers=foreign)).status_code == 403
        assert await her.subscribe() == 204
        assert await her.subscribe() == 429
        clock.forward(seconds=60)
        assert await her.subscribe() == 204
        kept = (await her.row())["subscription"]
    assert HOST.encode() not in kept
    assert her.browser.path.encode() not in kept


ATTACKS: dict[str, dict[str, Any]] = {
    "loopback": {"host": "127.0.0.1"},
    "loopback by name": {"host": "localhost"},
    "the cloud's own address": {"host": "169.254.169.254"},
    "an IPv6 address": {"host": "[::1]"},
    "another host": {"host": "evil.example.org"},
    "a host that ends alike": {"host": f"evil{HOST}"},
    "a host that begins alike": {"host": f"{HOST}.evil.org"},
    "the star itself": {"host": "example.net"},
    "a user before the host": {"host": f"{HOST}@evil.org"},
    "another port": {"host": f"{HOST}:22"},
    "a backslash": {"path": "\\@evil.org/"},
    "a line break": {"path": "/x\r\nhost: evil.org"},
    "an endless address": {"path": "/" + "x" * 1001},
    "an oversized body": {"path": "/" + "x" * 200_000},
    "a key that is none": {"public": b"\x04" + b"\x01" * 64},
    "a short key": {"public": b"\x04"},
    "a secret of the wrong length": {"secret": b"x" * 15},
}


async def test_no_address_but_a_push_service_is_taken(site: Served, clock: Clock, service: PushService) -> None:
    her = Guest(site, service)
    async with her.client:
        await her.come()
        for attack, how in ATTACKS.items():
            browser = Browser()
            vars(browser).update(how)
            assert await her.subscribe(browser) in (413, 422), attack
        for body in ("", "[]", "null", '{"endpoint": 7, "keys": 8}', '{"endpoint": "https://push.example.org/1"}'):
            assert (await her.client.post("/push", content=body)).status_code == 422
        assert await her.row() == {}
        assert await her.subscribe(Browser("/ok", "a.b.example.net")) == 204
    measured("endpoints that are no push service", f"{len(ATTACKS)} of {len(ATTACKS)} refused")


@pytest.mark.parametrize("leads_to", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "192.168.1.1", "::1", "fd00::1"])
async def test_a_name_that_leads_into_our_own_network_is_not_called(
    clock: Clock, service: PushService, leads_to: str
) -> None:
    names = Names({HOST: leads_to}, service.port)
    services = PushServices(
        KEY,
        PUBLIC,
        (HOST,),
        clock,
        connector=lambda: aiohttp.TCPConnector(resolver=PublicOnly(names), ssl=service.trusted),
    )
    browser = Browser()
    try:
        outcome = await services.push(Subscription(browser.endpoint, browser.public, browser.secret), b"x")
        assert outcome.what == "later"
        assert names.asked == [HOST]
        assert (
            await services.push(Subscription("https://other.org/1", browser.public, browser.secret), b"x")
        ).what == "refused"
        assert names.asked == [HOST], "a host that the setting no longer has is not even looked up"
    finally:
        await services.close()
    assert service.brought == []


async def test_who_logs_out_or_erases_herself_is_told_nothing_more(
    site: Served, clock: Clock, service: PushService, guest: Guest
) -> None:
    async def say(her: Guest, text: str) -> None:
        clock.forward(seconds=5)
        await her.client.post("/say", json={"id": f"message-{next(NUMBERS)}", "text": text})
        await site.app.settle()

    await say(guest, "/logout")
    assert (await guest.row())["subscription"] is not None, "she is asked first"
    await say(guest, "có")
    assert (await guest.row())["subscription"] is None
    other = Guest(site, service)
    async with other.client:
        await other.come()
        assert await other.subscribe() == 204
        async with site.app.database.write() as tx:
            account = await people.find(tx, "web", other.address)
            assert account is not None
            await erase.forget(tx, account.person_id, clock())
        assert await other.row() == {}


async def test_without_a_key_there_are_none(template: Template, tmp_path: Path, clock: Clock) -> None:
    template.copy(tmp_path)
    async with served(tmp_path, now=clock) as site, httpx.AsyncClient(base_url=site.url) as client:
        assert (await client.get("/push")).json() == {"key": ""}
        assert (await client.post("/push", json=Browser().to_json(), headers={"origin": site.url})).status_code == 403
        assert not site.app.channels["web"].capabilities.notifies


def test_the_browser_of_these_tests_opens_what_the_standard_has_sealed() -> None:
    """RFC 8291, 5: so it is the standard, and not our own idea of it, that what we seal is compared with."""
    private, secret, body = (
        base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        for text in (
            "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
            "BTBZMqHH6r4Tts7J_aSIgg",
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
            "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
        )
    )
    key = ec.derive_private_key(int.from_bytes(private, "big"), ec.SECP256R1())
    assert Browser(secret=secret, private=key).unseal(body) == b"When I grow up, I want to be a watermelon"
