"""What is posted arrives once or not at all, or it is said that this is in doubt; and nobody gets another's answer."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channels.telegram import posting, transport
from bot.channels.telegram.errors import NotSent
from bot.channels.telegram.transport import Transport
from tests.fakes.bot_api import BotApi
from tests.fakes.certificates import certified
from tests.fakes.nginx import nginx

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
Answer = Callable[[Reader, Writer], Awaitable[None]]

BODY = b'{"ok":true,"result":{"message_id":7}}'
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
SAID = {"chat_id": 5, "text": "Chào bà con"}


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    """Something that answers each connection so; gives the address of a method."""

    async def serve(reader: Reader, writer: Writer) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):  # the client went
            await answer(reader, writer)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/bot1:a/sendMessage"


@asynccontextmanager
async def connections(most: int = 3) -> AsyncIterator[Transport]:
    carries = Transport(most)
    yield carries
    await carries.shutdown()


async def read(reader: Reader) -> Any:
    """One request: what its JSON says."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    return json.loads(await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0])))


async def fails(carries: Transport, url: str) -> type[Exception]:
    with pytest.raises(TelegramError) as failed:
        await carries.call(url, SAID)
    return failed.type


@pytest.mark.parametrize("whole", [WHOLE, CHUNKED], ids=["length", "chunked"])
async def test_an_answer_that_is_cut_at_any_byte_leaves_it_in_doubt(whole: bytes) -> None:
    asked = 0

    async def cut(reader: Reader, writer: Writer) -> None:
        nonlocal asked
        await read(reader)
        writer.write(whole[:asked])
        asked += 1

    async with server(cut) as url, connections() as carries:
        for _ in range(len(whole)):
            assert await fails(carries, url) is NetworkError
        assert await carries.call(url, SAID) == {"message_id": 7}
    assert asked == len(whole) + 1


async def test_a_request_that_is_cut_at_any_byte_is_in_doubt_too() -> None:
    taken = 0

    async def cut(reader: Reader, writer: Writer) -> None:
        await reader.readexactly(taken)

    async with server(cut) as url, connections() as carries:
        whole = len(posting.read_address(url)[1]) + len(json.dumps(SAID, ensure_ascii=False).encode())
        while taken < whole:
            assert await fails(carries, url) is NetworkError
            taken += 1


async def test_an_answer_in_single_bytes_after_another_that_only_says_go_on_is_read_whole() -> None:
    async def slowly(reader: Reader, writer: Writer) -> None:
        for _ in range(2):
            assert await read(reader) == SAID
            for byte in b"HTTP/1.1 100 Continue\r\n\r\n" + WHOLE:
                writer.write(bytes([byte]))
                await writer.drain()

    async with server(slowly) as url, connections() as carries:
        for _ in range(2):
            assert await carries.call(url, SAID) == {"message_id": 7}


async def test_what_cannot_have_been_seen_was_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(reader: Reader, writer: Writer) -> None:
        raise AssertionError("somebody came")

    async with server(nothing) as url, connections() as carries:
        monkeypatch.setattr(posting, "CONNECTING", 0.2)
        assert await fails(carries, url.replace("http:", "https:").replace("127.0.0.1", "localhost")) is NotSent
    async with connections() as carries:
        assert await fails(carries, url) is NotSent  # nobody listens any more
    assert await fails(carries, url) is NotSent  # it is closed


async def test_an_answer_that_does_not_come_leaves_it_in_doubt_and_whoever_found_no_room_sent_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came, over = asyncio.Event(), asyncio.Event()

    async def never(reader: Reader, writer: Writer) -> None:
        came.set()
        await over.wait()

    async with server(never) as url, connections(1) as carries:
        monkeypatch.setattr(transport, "TOTAL", 1.0)
        first = asyncio.create_task(fails(carries, url))
        await came.wait()
        monkeypatch.setattr(transport, "TOTAL", 0.05)
        assert await fails(carries, url) is NotSent
        assert await first is TimedOut
        over.set()


@pytest.mark.parametrize(
    "said",
    [
        WHOLE + WHOLE,
        WHOLE + b"?",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY),
    ],
    ids=["another", "rubbish", "its end"],
)
async def test_what_comes_after_an_answer_is_not_the_next_one(said: bytes) -> None:
    came = 0

    async def speak(reader: Reader, writer: Writer) -> None:
        nonlocal came
        came += 1
        await read(reader)
        writer.write(said)
        await reader.read()

    async with server(speak) as url, connections() as carries:
        for _ in range(3):
            assert await carries.call(url, SAID) == {"message_id": 7}
            await asyncio.sleep(0)
    assert came == 3


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-x\r\n", WHOLE[:15] + b"X: " + b"a" * transport.MOST, b"HTTP/1.1 101 OK\r\nUpgrade: h\r\n\r\n"]
)
async def test_what_is_no_answer_leaves_it_in_doubt(said: bytes) -> None:
    async def speak(reader: Reader, writer: Writer) -> None:
        await read(reader)
        writer.write(said)
        await reader.read()

    async with server(speak) as url, connections() as carries:
        assert await fails(carries, url) is NetworkError


@pytest.mark.parametrize(
    ("status", "more", "meant"),
    [
        (400, {}, BadRequest),
        (403, {}, Forbidden),
        (429, {"parameters": {"retry_after": 3}}, RetryAfter),
        (502, {}, NetworkError),
    ],
)
async def test_what_the_platform_refuses_has_the_names_of_the_library(
    status: int, more: dict[str, Any], meant: type[TelegramError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    body = json.dumps({"ok": False, "error_code": status, "description": "it says why", **more}).encode()

    async def refuse(reader: Reader, writer: Writer) -> None:
        await read(reader)
        writer.write(b"HTTP/1.1 %d No\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body))
        await writer.drain()

    async with server(refuse) as url, connections() as carries:
        assert await fails(carries, url) is meant


async def test_a_connection_is_used_again_until_it_has_waited_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    came = 0

    async def speak(reader: Reader, writer: Writer) -> None:
        nonlocal came
        came += 1
        while await read(reader):
            writer.write(WHOLE)

    async with server(speak) as url, connections() as carries:
        for _ in range(3):
            await carries.call(url, SAID)
        assert came == 1
        monkeypatch.setattr(posting, "IDLE", 0)
        await carries.call(url, SAID)
        assert came == 2


async def test_nobody_gets_the_answer_of_another_however_many_are_cancelled() -> None:
    chance = random.Random(5)

    async def echo(reader: Reader, writer: Writer) -> None:
        while said := await read(reader):
            await asyncio.sleep(chance.random() / 100)
            body = json.dumps({"ok": True, "result": said["n"]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    async def ask(carries: Transport, url: str, n: int) -> int | None:
        """Every other one thinks better of it at some moment."""
        asking = asyncio.create_task(carries.call(url, {"n": n}))
        if n % 2:
            await asyncio.sleep(chance.random() / 5)
            asking.cancel()
        done, _ = await asyncio.wait([asking])
        return None if asking.cancelled() else int(done.pop().result())

    async with server(echo) as url, connections(8) as carries:
        found = await asyncio.gather(*(ask(carries, url, n) for n in range(300)))
    assert found[::2] == [*range(0, 300, 2)]
    assert all(said in (None, n) for n, said in enumerate(found))


async def test_over_tls_through_a_real_server_each_message_arrives_as_often_as_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certified(tmp_path, "localhost")
    async with BotApi() as api, nginx(tmp_path, certificate, api.url) as front, connections(10) as carries:
        url, people = f"{front.url}/bot{api.token}/sendMessage", [api.person(n + 1) for n in range(200)]
        assert await fails(carries, url) is NotSent  # nobody we trust has signed it
        posting.trusted.cache_clear()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

        async def send(n: int) -> BaseException | None:
            if n in (40, 80, 120):
                await front.reload()
            try:
                await carries.call(url, {"chat_id": n + 1, "text": f"số {n}"})
            except TelegramError as failed:
                return failed
            return None

        found = await asyncio.gather(*(send(n) for n in range(len(people))))
        for person, failed in zip(people, found, strict=True):
            may = {1} if failed is None else {0} if isinstance(failed, NotSent) else {0, 1}
            assert len(person.inbox) in may, failed
        assert sum(failed is None for failed in found) > len(people) / 2
    posting.trusted.cache_clear()


async def test_whoever_waited_long_hears_more_than_one_answer_may_hold() -> None:
    came = [{"update_id": n, "message": {"text": "ế" * 4096}} for n in range(100)]

    async def all_at_once(reader: Reader, writer: Writer) -> None:
        await read(reader)
        body = json.dumps({"ok": True, "result": came}).encode()
        assert len(body) > 2 * transport.MOST
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    async with server(all_at_once) as url, connections() as carries:
        status, body = await carries.do_request(url, "POST", read_timeout=60.0)
    assert (status, json.loads(body)["result"]) == (200, came)
