"""The web chat's ways in and out: only our own page, only so much, and nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import websockets
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from websockets.typing import Origin

from bot.channels.web.front import preferred
from bot.web.limits import Limits
from bot.web.server import application
from storage.campaign import staff
from storage.tables import accounts, pictures, units, web_sessions
from storage.talk import sessions
from tests.desk import CUA_TUNG, staffed
from tests.fakes.served import Served
from tests.fakes.watch import Watch
from tests.figures import measured
from tests.sheet import ROW, filled
from tests.stage import Clock, RealTime, Stage


@pytest.fixture
def clock() -> Clock:
    return RealTime()


HELLO = {"id": "first-message", "text": "/start"}


def visitor(site: Served, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=site.url, headers={"origin": site.url, **headers}, timeout=30)


async def talk(client: httpx.AsyncClient, text: str, id: str) -> Any:
    return (await client.post("/say", json={"id": id, "text": text})).json()


async def answers(client: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    """The bot's messages, once there are so many."""
    for _ in range(1000):
        found = [m for m in (await client.get("/messages")).json()["messages"] if m["from"] == "bot"]
        if len(found) >= count:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"{len(found)} answers instead of {count}")


async def test_a_message_is_ticked_and_answered_and_stays_after_a_reload(site: Served) -> None:
    async with visitor(site) as client:
        assert await talk(client, "/start", "first-message") == {"tick": "first-message"}
        welcome = await answers(client, 1)
        assert welcome[0]["text"]
        again = (await client.get("/messages")).json()
        assert [m["id"] for m in again["messages"]] == [m["id"] for m in welcome]


async def test_the_same_message_sent_again_is_ticked_again_and_handled_once(site: Served) -> None:
    async with visitor(site) as client:
        await talk(client, "/start", "first-message")
        before = len(await answers(client, 1))
        for _ in range(3):
            assert (await talk(client, "/start", "first-message"))["tick"] == "first-message"
        await asyncio.sleep(0.3)
        assert len(await answers(client, before)) == before


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(site: Served) -> None:
    async with visitor(site) as client:
        cookie = (await client.post("/say", json=HELLO)).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=lax" in cookie.casefold()
        assert "Path=/" in cookie
    behind = {"x-forwarded-proto": "https", "origin": site.url.replace("http", "https")}
    async with visitor(site, **behind) as client:
        assert "Secure" in (await client.post("/say", json=HELLO)).headers["set-cookie"]


async def count_sessions(site: Served) -> int:
    async with site.app.database.read() as tx:
        return int(await tx.value(sa.select(sa.func.count()).select_from(web_sessions)))


async def test_a_number_that_is_none_is_404_and_no_error(site: Served, watch: Watch) -> None:
    watch.lines.clear()
    async with visitor(site) as client:
        for number in ("9" * 30, "9" * 5000, "-1", "%D9%A3", "1e3", "0"):
            assert (await client.get(f"/file/{number}")).status_code == 404, number[:9]
            assert (await client.get(f"/messages?after={number}")).status_code == 200, number[:9]
        for path in ("picture", "voice", "card"):
            assert (await client.get(f"/{path}/{'9' * 30}")).status_code == 404
    assert "Traceback" not in "\n".join(watch.lines)


async def test_nobody_has_a_session_before_the_first_word(site: Served) -> None:
    before = await count_sessions(site)
    async with visitor(site) as client:
        for _ in range(20):
            assert "set-cookie" not in (await client.get("/messages")).headers
            assert (await client.get("/file/1")).status_code == 404
            assert (await client.post("/say", content=b"[]")).status_code == 422
            assert (await client.post("/photo", files={"file": ("a.jpg", b"no photo")})).status_code == 422
    address = site.url.replace("http", "ws") + "/ws"
    async with websockets.connect(address, origin=Origin(site.url)) as socket:
        await socket.recv()
        await socket.send("nonsense")
        await socket.recv()
        assert await count_sessions(site) == before
        await socket.send(json.dumps(HELLO))
        assert json.loads(await asyncio.wait_for(socket.recv(), 20)) == {"tick": "first-message"}
        await socket.send(json.dumps(HELLO | {"id": "second-message"}))
        assert await count_sessions(site) == before + 1
        cookie = socket.response.headers["set-cookie"].split(";")[0]  # type: ignore[union-attr]
    async with visitor(site, cookie=cookie) as client:
        assert not (await client.get("/messages")).json()["empty"]
    measured(
        "opening the page 60 times and saying nothing", f"{await count_sessions(site) - before - 1} sessions stored"
    )


async def test_two_visitors_do_not_see_each_other(site: Served) -> None:
    async with visitor(site) as one, visitor(site) as other:
        await talk(one, "/start", "first-message")
        await answers(one, 1)
        assert (await other.get("/messages")).json()["messages"] == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_another_site_s_page_cannot_speak(site: Served, origin: str) -> None:
    async with httpx.AsyncClient(base_url=site.url, headers={"origin": origin} if origin else {}) as client:
        assert (await client.post("/say", json={"id": "first-message", "text": "x"})).status_code == 403
        assert (await client.post("/photo", files={"file": b"x"})).status_code == 403
    address = site.url.replace("http", "ws") + "/ws"
    with pytest.raises(websockets.InvalidStatus):
        async with websockets.connect(address, origin=Origin(origin) if origin else None):
            pass


async def test_a_page_that_was_opened_without_tls_cannot_speak_to_one_that_is_behind_it(site: Served) -> None:
    behind = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9"}  # said by a proxy on this machine
    async with httpx.AsyncClient(base_url=site.url, headers=behind) as client:
        for origin, status in ((site.url, 403), (site.url.replace("http", "https"), 200)):
            said = await client.post("/say", json=HELLO, headers={"origin": origin})
            assert said.status_code == status, origin
            assert said.headers["strict-transport-security"] == "max-age=31536000"
    async with visitor(site) as client:
        assert "strict-transport-security" not in (await client.get("/")).headers


async def test_the_socket_brings_ticks_and_answers_and_what_was_missed(site: Served) -> None:
    address = site.url.replace("http", "ws") + "/ws"
    async with websockets.connect(address, origin=Origin(site.url)) as socket:
        assert json.loads(await socket.recv()) == {"ready": {"empty": True, "whose": "", "locked": False}}
        cookie = socket.response.headers["set-cookie"].split(";")[0]  # type: ignore[union-attr]
        await socket.send(json.dumps({"id": "first-message", "text": "/start"}))
        heard = [json.loads(await asyncio.wait_for(socket.recv(), 20)) for _ in range(2)]
    assert {"tick": "first-message"} in heard
    said = [h["message"] for h in heard if "message" in h]
    back = {"cookie": cookie}
    async with websockets.connect(address, origin=Origin(site.url), additional_headers=back) as socket:
        assert [json.loads(await socket.recv()).get("message") for _ in said] == said
        ready = json.loads(await socket.recv())["ready"]
        assert ready == {"empty": False, "whose": ready["whose"], "locked": False}
        assert ready["whose"], "a conversation that began has a name"
    last = f"{address}?after={said[-1]['id']}"
    async with websockets.connect(last, origin=Origin(site.url), additional_headers=back) as socket:
        assert json.loads(await socket.recv()) == {"ready": ready}


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        '{"id": 5, "text": "x"}',
        '{"text": "x"}',
        '{"id": "short", "text": "x"}',
        "x" * 60_000,
    ],
)
async def test_a_frame_that_no_page_of_ours_sends_gets_a_sentence(site: Served, frame: str) -> None:
    async with visitor(site) as client:
        answer = await client.post("/say", content=frame.encode())
        assert answer.status_code == 422
        assert answer.json()["error"]["text"]


async def test_a_deep_or_huge_body_is_refused_quickly(site: Served) -> None:
    async with visitor(site) as client:
        assert (await client.post("/say", content=b"[" * 60_000)).status_code == 422
        assert (await client.post("/say", content=b"x" * 1_000_000)).status_code in (413, 422)
        assert (await client.post("/photo", content=b"x" * (25 << 20))).status_code == 413


async def test_a_socket_frame_that_is_too_large_ends_only_that_socket(site: Served) -> None:
    address = site.url.replace("http", "ws") + "/ws"
    async with websockets.connect(address, origin=Origin(site.url)) as socket:
        await socket.recv()
        await socket.send("x" * 200_000)
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 20)
    async with visitor(site) as client:
        assert (await client.get("/healthz")).json()["ok"]


async def test_a_page_that_opens_too_many_sockets_is_refused_the_ninth(site: Served) -> None:
    async with visitor(site) as client:
        cookie = (await client.post("/say", json=HELLO)).headers["set-cookie"].split(";")[0]
    address, headers = site.url.replace("http", "ws") + "/ws", {"cookie": cookie}
    sockets = [await websockets.connect(address, origin=Origin(site.url), additional_headers=headers) for _ in range(8)]
    with pytest.raises(websockets.InvalidStatus):
        await websockets.connect(address, origin=Origin(site.url), additional_headers=headers)
    await asyncio.gather(*(socket.close() for socket in sockets))


def jpeg(size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return out.getvalue()


async def agree(site: Served, client: httpx.AsyncClient) -> None:
    """The visitor agrees to take part."""
    await talk(client, "/consent", "first-message")
    await answers(client, 1)
    await client.post("/say", json={"id": "agree-to-take-part", "text": "Tham gia"})
    for _ in range(1000):
        if (await client.get("/photo")).json()["may"]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("a visitor who agreed may send no photo")


async def test_before_consent_no_photo_is_stored_and_the_page_is_told_to_keep_it(site: Served) -> None:
    async with visitor(site) as client:
        await talk(client, "/start", "first-message")
        async with site.app.database.read() as tx:
            before = await tx.value(sa.select(sa.func.count()).select_from(pictures))
        assert (await client.get("/photo")).json() == {"may": False}
        for n in range(20):
            sent = await client.post("/photo", data={"id": f"photo-number-{n}"}, files={"file": ("a.jpg", jpeg())})
            assert sent.status_code == 422
            assert "đồng ý tham gia" in sent.json()["error"]["text"]
        async with site.app.database.read() as tx:
            assert await tx.value(sa.select(sa.func.count()).select_from(pictures)) == before
        measured("20 photos uploaded in the web chat before consent", "0 stored; the page keeps its photo until then")


async def test_a_photo_is_stored_safely_and_shown_only_in_a_conversation(site: Served) -> None:
    async with visitor(site) as client:
        await agree(site, client)
        sent = await client.post("/photo", data={"id": "second-message"}, files={"file": ("a.jpg", jpeg())})
        assert sent.json() == {"tick": "second-message"}
        mine = [m for m in (await client.get("/messages")).json()["messages"] if m["from"] == "me"]
        shown = await client.get(mine[-1]["picture"]["url"])
        assert shown.headers["content-type"] == "image/jpeg"
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert Image.open(io.BytesIO(shown.content)).size == (40, 30)
        url = mine[-1]["picture"]["url"]
    async with visitor(site) as stranger:
        assert (await stranger.get(url)).status_code == 404


async def test_an_officer_uploads_a_spreadsheet_and_a_resident_s_is_not_read(site: Served, stage: Stage) -> None:
    await staffed(stage)
    table = (await filled(stage, ROW)).read_bytes()
    async with visitor(site) as client:
        await talk(client, "/start", "first-message")
        count = len(await answers(client, 1))
        await upload(client, "second-message", table)
        assert not [m for m in await answers(client, count + 1) if "Đã nhập" in m["text"]]
        await appoint_visitor(site)
        for n, (raw, told) in enumerate(
            (
                (table, "Đã nhập 1 hộ"),
                (b"PK no", "không đọc được tệp"),
                (bytes(6 << 20), "lớn quá"),
                (table, "có từ trước"),
            )
        ):
            await upload(client, f"upload-number-{n}", raw)
            await answered(client, told)
        mine = [m["text"] for m in (await client.get("/messages")).json()["messages"] if m["from"] == "me"]
        assert mine == ["Bảng.xlsx"] * 5


async def upload(client: httpx.AsyncClient, id: str, raw: bytes) -> None:
    sent = await client.post("/photo", data={"id": id}, files={"file": ("Bảng.xlsx", raw)})
    assert sent.json() == {"tick": id}


async def answered(client: httpx.AsyncClient, words: str) -> None:
    """Wait until the bot has said these words."""
    for _ in range(1000):
        if any(words in m["text"] for m in (await client.get("/messages")).json()["messages"]):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"the bot did not say {words!r}")


async def appoint_visitor(site: Served) -> None:
    """Make whoever came last to the web chat an officer of Cửa Tùng."""
    async with site.app.database.write() as tx:
        newest = sa.select(accounts).where(accounts.c.channel == "web").order_by(accounts.c.id.desc())
        unit = await tx.value(sa.select(units.c.id).where(units.c.code == CUA_TUNG))
        account = await tx.first(newest)
        assert account is not None
        await staff.grant(tx, account["person_id"], "officer", unit, "operator", site.app.now())
        await sessions.confirm(tx, account["id"], site.app.now())


async def test_a_page_cannot_claim_a_file(site: Served) -> None:
    async with visitor(site) as client:
        await client.post("/say", json={"id": "first-message", "text": "/start"})
        before = len(await answers(client, 1))
        await client.post("/say", json={"id": "second-message", "text": "hello", "file": "x.xlsx", "sheet": [["x"]]})
        await answers(client, before + 1)
        mine = [m["text"] for m in (await client.get("/messages")).json()["messages"] if m["from"] == "me"]
        assert mine == ["hello"]


async def test_what_is_no_photo_gets_a_sentence(site: Served) -> None:
    async with visitor(site) as client:
        answer = await client.post("/photo", data={"id": "second-message"}, files={"file": ("a.jpg", b"<html>")})
        assert answer.status_code == 422
        assert answer.json()["error"]["text"]


async def test_every_answer_forbids_foreign_code(site: Served) -> None:
    async with visitor(site) as client:
        for path in ("/", "/static/chat.js", "/messages", "/healthz", "/nowhere"):
            headers = (await client.get(path)).headers
            assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
            assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in (await client.get("/")).headers


async def test_so_does_the_answer_to_a_mistake_of_ours() -> None:
    async def broken(request: Request) -> Response:
        raise ZeroDivisionError

    async def healthy() -> dict[str, Any]:
        return {"ok": True}

    app = application([Route("/broken", broken)], healthy, Limits(), frozenset())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://test"
    ) as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", ""), ("vi", "vi"), ("fr,en;q=0.8,vi;q=0.9", "vi"), ("en-US,vi;q=0.9", "en"), ("zh;q=x,,;", ""), ("*", "")],
)
def test_a_browser_says_which_language_it_likes_best(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


async def test_static_files_stay_in_their_folder(site: Served) -> None:
    async with visitor(site) as client:
        for path in ("/static/../chat.py", "/static/%2e%2e/chat.py", "/picture/../../etc/passwd", "/picture/x"):
            assert (await client.get(path)).status_code == 404
