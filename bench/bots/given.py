"""What the harness tells a bot, in its environment."""

from __future__ import annotations

import os

API = os.environ["BENCH_API"]
"""Instead of https://api.telegram.org."""
TOKEN = os.environ["BENCH_TOKEN"]
MODE = os.environ.get("BENCH_MODE", "polling")
PORT = int(os.environ.get("BENCH_PORT", "0"))
"""Where the bot listens for its webhook."""
URL = f"http://127.0.0.1:{PORT}"
SECRET = os.environ.get("BENCH_SECRET", "")
RECIPIENTS = int(os.environ.get("BENCH_RECIPIENTS", "0"))
FIRST_RECIPIENT = int(os.environ.get("BENCH_FIRST_RECIPIENT", "0"))
ANNOUNCEMENT = os.environ.get("BENCH_ANNOUNCEMENT", "")


def recipients() -> range:
    """The chats that a broadcast goes to."""
    return range(FIRST_RECIPIENT, FIRST_RECIPIENT + RECIPIENTS)
