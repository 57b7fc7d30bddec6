"""Keep so many pages of the web chat open, each somebody else's, who has said her first word.

    python -m bench.pages 8080 1000

It prints one JSON line when all are open, and keeps them until it is ended.
"""

from __future__ import annotations

import asyncio
import sys

import orjson
import websockets
from websockets.typing import Origin

from bench.server import tell

AT_ONCE = 20
HELLO = orjson.dumps({"id": "first-message", "text": "/start"}).decode()


async def main(port: int, pages: int) -> None:
    room = asyncio.Semaphore(AT_ONCE)
    opened = await asyncio.gather(*(_open(port, n, room) for n in range(pages)))
    tell("open", pages=len(opened))
    await asyncio.gather(*(_read(page) for page in opened))


async def _open(port: int, n: int, room: asyncio.Semaphore) -> websockets.ClientConnection:
    """A page, from an address of its own as far as this machine has any."""
    here = f"127.{1 + n // 62_500}.{n // 250 % 250}.{1 + n % 250}"
    async with room:
        page = await websockets.connect(
            f"ws://127.0.0.1:{port}/ws", origin=Origin(f"http://127.0.0.1:{port}"), local_addr=(here, 0)
        )
        await page.recv()
        await page.send(HELLO)
        while "message" not in orjson.loads(await page.recv()):
            pass  # that it is kept, before it is answered
        return page


async def _read(page: websockets.ClientConnection) -> None:
    async for _ in page:
        pass


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
