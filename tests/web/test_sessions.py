"""Attacks on the sessions of staff in the web chat: who copied a cookie, or finds a browser that was left open."""

from __future__ import annotations

import asyncio
import itertools
import json
from contextlib import suppress
from datetime import timedelta

import httpx
import sqlalchemy as sa
import websockets
from websockets.typing import Origin

from bot.message import Message
from bot.web.signed import Signed
from storage.campaign import invitations, staff
from storage.tables import accounts, pictures, web_sessions
from storage.tables import outbox as kept
from storage.talk import outbox, people, sessions
from storage.talk.outbox import Outgoing
from tests.fakes.served import Served
from tests.figures import measured
from tests.stage import Clock

NUMBERS = itertools.count(1)


def browser(site: Served, cookies: dict[str, str] | None = None, /, **headers: str) -> httpx.AsyncClient:
    said = {"origin": site.url, **headers}
    return httpx.AsyncClient(base_url=site.url, headers=said, cookies=httpx.Cookies(cookies), timeout=30)


async def say(client: httpx.AsyncClient, text: str, *, hears: str = "") -> str:
    """Say something; returns all that the page shows once these words are among it."""
    said = {"id": f"message-{next(NUMBERS)}", "text": text}
    assert (await client.post("/say", json=said)).status_code == 200
    return await shown(client, hears)


async def shown(client: httpx.AsyncClient, words: str = "") -> str:
    for _ in range(1500):
        found = "\n".join(m["text"] for m in (await client.get("/messages")).json()["messages"])
        if words in found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"{words!r} is not in {found!r}")


async def make_officer(site: Served, client: httpx.AsyncClient) -> int:
    """Whoever has this browser becomes an officer, and has proved who she is; returns the account's id."""
    await say(client, "/start", hears="trả lời tự động")
    async with site.app.database.write() as tx:
        newest = sa.select(accounts).where(accounts.c.channel == "web").order_by(accounts.c.id.desc())
        account = await tx.first(newest)
        assert account is not None
        await staff.grant(tx, account["person_id"], "officer", None, "operator", site.app.now())
        await sessions.confirm(tx, account["id"], site.app.now())
    return int(account["id"])


async def test_behind_tls_no_neighbour_can_plant_a_cookie(site: Served) -> None:
    behind = {"x-forwarded-proto": "https", "origin": site.url.replace("http", "https")}
    async with browser(site, **behind) as client:
        cookie = (await client.post("/say", json={"id": "first-message", "text": "/start"})).headers["set-cookie"]
        assert cookie.startswith("__Host-nhandao=")
        assert "; Path=/;" in cookie
        assert "Secure" in cookie
        assert "Domain" not in cookie
    cookie = cookie.partition(";")[0]
    async with browser(site, **behind, cookie=cookie) as his:
        before = await shown(his, "trả lời tự động")
    planted = {"nhandao": cookie.partition("=")[2]}
    async with browser(site, planted, **behind) as victim:
        assert await shown(victim) == "", "his conversation is not hers"
        said = await victim.post("/say", json={"id": "another-message", "text": "English please"})
        hers = said.headers["set-cookie"].partition(";")[0]
    assert hers.startswith("__Host-nhandao=")
    assert hers != cookie
    async with browser(site, **behind, cookie=hers) as victim, browser(site, **behind, cookie=cookie) as his:
        await shown(victim, "English")
        assert await shown(his) == before, "what she says does not come to him"
    measured("a neighbour's cookie, planted behind TLS", "opens nothing; her first word begins a session of her own")
    async with browser(site) as client:
        plain = (await client.post("/say", json={"id": "first-message", "text": "/start"})).headers["set-cookie"]
        assert plain.startswith("nhandao=")


async def test_a_cookie_that_was_copied_before_the_role_came_is_worth_nothing(site: Served, clock: Clock) -> None:
    async with browser(site) as client:
        await say(client, "/start", hears="trả lời tự động")
        copied = dict(client.cookies)
        clock.forward(minutes=1)
        await make_officer(site, client)
        renewed = await client.get("/messages")
        assert renewed.headers["set-cookie"], "the browser is given another token"
        assert (await client.get("/messages")).json()["messages"]
        async with browser(site, copied) as thief:
            assert (await thief.get("/messages")).json()["messages"] == []
            assert (await thief.get("/picture/any")).status_code == 404
    measured("a cookie copied before its owner became staff", "opens nothing from her next click on")


async def test_a_renewed_cookie_that_is_lost_on_its_way_locks_nobody_out(site: Served, clock: Clock) -> None:
    async with browser(site) as client:
        await say(client, "/start", hears="trả lời tự động")
        before = dict(client.cookies)
        clock.forward(minutes=1)
        await make_officer(site, client)
    for _ in range(3):  # the answer never arrives
        async with browser(site, before) as again:
            assert (await again.get("/messages")).json()["messages"]


async def test_after_twelve_hours_a_browser_shows_nothing_and_does_nothing(site: Served, clock: Clock) -> None:
    async with browser(site) as client:
        await make_officer(site, client)
        await say(client, "/desk", hears="Việc đang chờ")
        clock.forward(hours=12, minutes=1)
        assert (await client.get("/messages")).json()["messages"] == []
        after = await say(client, "/desk", hears="đặt một mật khẩu")
        assert "Việc đang chờ" not in after
        async with site.app.database.write() as tx:
            account = await tx.first(
                sa.select(accounts).where(accounts.c.channel == "web").order_by(accounts.c.id.desc())
            )
            assert account is not None
            await sessions.confirm(tx, account["id"], clock())
        assert "Việc đang chờ" in await shown(client, "Việc đang chờ"), "who proved who she is sees it again"
    measured("a browser of staff, 12 hours later", "shows none of its messages, does none of its commands")


async def test_an_open_page_loses_what_was_ended(site: Served, clock: Clock) -> None:
    async with browser(site) as client:
        await say(client, "/start", hears="trả lời tự động")
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        address = site.url.replace("http", "ws") + "/ws"
        headers = {"cookie": cookies}
        async with websockets.connect(address, origin=Origin(site.url), additional_headers=headers) as socket:
            async with site.app.database.write() as tx:
                row = await tx.first(sa.select(web_sessions).order_by(web_sessions.c.created_at.desc()))
                assert row is not None
                assert await sessions.end(tx, row["address"])
            await socket.send(json.dumps({"id": "after-the-end", "text": "/my"}))
            with suppress(websockets.ConnectionClosedError):
                async for frame in socket:
                    assert "after-the-end" not in str(frame)
            assert socket.close_code == 4408
        assert (await client.get("/messages")).json()["messages"] == []


async def test_one_of_two_browsers_is_ended_from_the_other(site: Served, clock: Clock) -> None:
    async with browser(site) as mine, browser(site) as lost:
        await make_officer(site, lost)
        clock.forward(seconds=10)
        account_id = await make_officer(site, mine)
        async with site.app.database.write() as tx:
            rows = await tx.all(
                sa.select(accounts).where(accounts.c.channel == "web").order_by(accounts.c.id.desc()).limit(2)
            )
            here, there = rows
            assert here["id"] == account_id
            await tx.run(sa.update(accounts).where(accounts.c.id == there["id"]).values(person_id=here["person_id"]))
        listed = await say(mine, "/sessions", hears="trình duyệt khác")
        assert f"{there['id']}) trình duyệt khác" in listed
        await say(mine, f"/sessions end {there['id']}", hears="Đã kết thúc phiên")
        assert (await lost.get("/messages")).json()["messages"] == []
        assert (await mine.get("/messages")).json()["messages"]


async def test_who_logs_out_leaves_nothing_on_the_screen(site: Served, clock: Clock) -> None:
    async with browser(site) as client:
        await make_officer(site, client)
        await say(client, "/desk", hears="Việc đang chờ")
        clock.forward(seconds=5)
        after = await say(client, "/logout", hears="Đã đăng xuất")
        assert "Việc đang chờ" not in after
        assert "đặt một mật khẩu" in await say(client, "/desk", hears="đặt một mật khẩu")


async def test_who_works_in_the_web_chat_alone_sets_a_passphrase_with_her_invitation(
    site: Served, clock: Clock
) -> None:
    secret = "bốn con ngựa ô trên đồi"
    async with browser(site) as client:
        await say(client, "/start", hears="trả lời tự động")
        await say(client, "1")
        await say(client, "xong", hears="Anh/chị muốn làm gì")
        async with site.app.database.write() as tx:
            _, code = await invitations.invite(tx, "officer", None, None, clock())
        await say(client, f"/start {code}", hears="đặt một mật khẩu")
        await say(client, "aaaaaaaaaaaaaaa", hears="dễ đoán")
        found = await say(client, secret, hears="Đã đặt mật khẩu")
        assert secret not in found
        assert "••••••" in found
        clock.forward(hours=13)
        await say(client, "/desk", hears="xin gõ mật khẩu")
        assert "Việc đang chờ" not in await say(client, "sai mật khẩu rồi", hears="Chưa đúng")
        assert "Việc đang chờ" in await say(client, secret, hears="Việc đang chờ")
    async with site.app.database.read() as tx:
        account = await people.find(
            tx, "web", (await tx.value(sa.select(web_sessions.c.address).order_by(web_sessions.c.created_at.desc())))
        )
        assert account is not None
        assert account.confirmed_at is not None
        assert clock() - account.confirmed_at < timedelta(minutes=1)


async def test_a_locked_page_is_shown_no_notice_on_a_socket_or_without_until_she_proves_who_she_is(
    site: Served, clock: Clock
) -> None:
    async with browser(site) as client:
        account_id = await make_officer(site, client)
        await say(client, "/desk", hears="Việc đang chờ")
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        address = site.url.replace("http", "ws") + "/ws"
        async with websockets.connect(
            address, origin=Origin(site.url), additional_headers={"cookie": cookies}
        ) as socket:
            while "ready" not in json.loads(await socket.recv()):
                pass
            clock.forward(hours=12)
            await tell(site, account_id, "Bà Nguyễn Thị A. gửi một việc thiện")
            heard = []
            with suppress(websockets.ConnectionClosedError):
                while True:
                    heard.append(str(await socket.recv()))
            assert socket.close_code == 4408, "the page must come back, and learn that it is locked"
            assert not any("Nguyễn" in one for one in heard)
        locked = (await client.get("/messages")).json()
        assert locked["locked"]
        assert "Nguyễn" not in str(locked)
        assert "Nguyễn" not in await say(client, "/desk", hears="đặt một mật khẩu")
        await say(client, "bốn con ngựa ô trên đồi", hears="Việc đang chờ")
        opened = (await client.get("/messages")).json()
        assert not opened["locked"]
        assert opened["whose"] == locked["whose"]
        assert "Nguyễn" in str(opened)
    measured("a notice that reaches a locked browser", "is not shown before she proves who she is")


async def test_pictures_and_files_are_not_served_to_a_locked_browser(site: Served, clock: Clock) -> None:
    async with browser(site) as client:
        await make_officer(site, client)
        await say(client, "/report", hears="Bảng tính để in")
        shows = (await client.get("/messages")).json()["messages"]
        files = [message["document"]["url"] for message in shows if "document" in message]
        assert files
        assert [(await client.get(url)).status_code for url in files] == [200] * len(files)
        async with site.app.database.read() as tx:
            row = await tx.first(sa.select(web_sessions.c.address).order_by(web_sessions.c.created_at.desc()))
            name = await tx.value(sa.select(pictures.c.name).limit(1))
        assert row is not None
        signed = Signed(site.app.database.vault, clock, "web")
        url = "/picture/" + signed.write("picture", name, row["address"], int(clock().timestamp()) + 2 * 86400)
        assert (await client.get(url)).status_code == 200
        clock.forward(hours=12)
        assert [(await client.get(one)).status_code for one in (*files, url)] == [404] * (len(files) + 1)


async def tell(site: Served, account_id: int, words: str) -> None:
    """A notice for this account, and time for it to be sent."""
    async with site.app.database.write() as tx:
        row = await tx.first(sa.select(accounts).where(accounts.c.id == account_id))
        assert row is not None
        said = Outgoing("web", row["address"], account_id, f"told:{words}", Message(words).dump(), "notice")
        await outbox.add(tx, [said], site.app.now())
    site.app.delivery.wake()
    for _ in range(1500):
        async with site.app.database.read() as tx:
            state = await tx.value(sa.select(kept.c.state).where(kept.c.dedupe_key == said.dedupe_key))
        if state == "sent":
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the notice was not sent")
