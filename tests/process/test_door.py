"""Attacks on the door of a real process: what it costs in memory, in descriptors and in lines of the log."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import signal
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.figures import measured
from tests.started import running, set_up


def memory(pid: int) -> int:
    """The most that a process has ever held, in bytes."""
    told = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", told)
    assert found
    return int(found[1]) * 1024


async def upload(url: str, source: str, size: int) -> int:
    """Send a file of this size; returns the answer's status."""
    transport = httpx.AsyncHTTPTransport(local_address=source)
    async with httpx.AsyncClient(base_url=url, headers={"origin": url}, transport=transport, timeout=90) as client:
        file = {"file": ("a.jpg", bytes(size))}
        try:
            return (await client.post("/photo", data={"id": "many-uploads"}, files=file)).status_code
        except httpx.TransportError:
            return 0


async def test_sixty_large_uploads_at_once_take_no_more_memory_than_is_set(tmp_path: Path) -> None:
    settings = await set_up(tmp_path)
    async with running(tmp_path, "run", **settings, HTTP_UPLOADS_MB="48") as (process, url):
        before = memory(process.pid)
        found = await asyncio.gather(*(upload(url, f"127.0.0.{2 + n % 3}", 11 << 20) for n in range(60)))
        grown = memory(process.pid) - before
        assert await upload(url, "127.0.0.9", 100) == 422
    heard = sum(status in (200, 422) for status in found)
    assert heard
    assert grown < 300 << 20  # as received, as read, and on its way to the process that makes it safe
    measured(
        "60 uploads of 11 MB at once, 48 MB allowed",
        f"the process grew by {grown >> 20} MB",
        f"{heard} heard, {60 - heard} told to come later",
    )


async def test_out_of_descriptors_it_waits_and_writes_one_line(tmp_path: Path) -> None:
    settings = await set_up(tmp_path)
    async with running(tmp_path, "run", **settings) as (process, url):
        few = len(os.listdir(f"/proc/{process.pid}/fd")) + 20
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (few, few))
        port = urlsplit(url).port
        opened = [await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0)) for _ in range(100)]
        await asyncio.sleep(5)
        assert process.returncode is None
        for _, writer in opened:
            writer.transport.abort()
        begun = time.monotonic()
        async with httpx.AsyncClient(timeout=20) as client:
            assert (await client.get(f"{url}/livez")).status_code == 200
        waited = time.monotonic() - begun
        process.send_signal(signal.SIGTERM)
        _, log = await process.communicate()
    assert log.count(b"out of descriptors") == 1
    assert len(log) < 4000
    measured(
        "100 connections, descriptors for 20, 5 s long",
        f"{len(log)} bytes of log",
        f"answering {waited:.1f} s after they left",
    )
