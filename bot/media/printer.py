"""Set a paper as PDF in a child process: it takes seconds where there are many rows."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from bot.media.child import ask

SECONDS = 120.0


async def set_paper(paper: Mapping[str, Any]) -> bytes:
    """The PDF of what `Paper.dump` gave; nothing if it cannot be set."""
    child = sys.executable, "-P", "-s", "-B", str(Path(__file__).parent / "child" / "paper.py")
    return await ask(child, orjson.dumps(paper), seconds=SECONDS)
