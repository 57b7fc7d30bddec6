"""Let a crowd meet a bot over the benchmark's server, in a process and on a core of its own.

    python -m bench.meeting '{"scenario": "talk", …}'

It prints one JSON line for each thing that happens: listening, ready, finished.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import orjson

from bench.crowd import SCENARIOS
from bench.server import Server, Trouble, tell
from bench.wire import Incoming


async def main(given: dict[str, Any]) -> None:
    loop = asyncio.get_running_loop()
    scenario = SCENARIOS[given.pop("scenario")]
    trouble = Trouble(**given.pop("trouble", {}))
    crowd = scenario(**given)
    server = Server(crowd.hear, trouble)
    listening = await loop.create_server(lambda: Incoming(server.handle), "127.0.0.1", 0, backlog=1024)
    tell("listening", port=listening.sockets[0].getsockname()[1])
    found = await crowd.run(server)
    tell("finished", **found)


if __name__ == "__main__":
    asyncio.run(main(orjson.loads(sys.argv[1])))
