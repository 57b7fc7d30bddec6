"""Run the fake as a process of its own: `python -m tests.fakes.bot_api --port 0 --history FILE`; prints its port.

Ends on SIGTERM or SIGINT, with status 1 if a request was not as the Bot API documents.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from tests.fakes.bot_api.server import TOKEN, BotApi


async def run(asked: argparse.Namespace) -> int:
    """Serve until told to stop; returns the exit status."""
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    api = BotApi(
        asked.token, seed=asked.seed, speed=asked.speed, paced=asked.paced, history=asked.history, port=asked.port
    )
    await api.up()
    print(api.port, flush=True)
    await stop.wait()
    await api.close()
    for violation in api.violations:
        print(violation, file=sys.stderr)
    return 1 if api.violations else 0


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.bot_api", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--history", type=Path, help="a file that gets a line of JSON for everything")
    parser.add_argument("--seed", type=int, help="makes chance repeatable")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--speed", type=float, default=1.0, help="divides the pauses between webhook tries")
    parser.add_argument("--paced", action="store_true", help="slow impatient clients down as the real server does")
    sys.exit(asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()
