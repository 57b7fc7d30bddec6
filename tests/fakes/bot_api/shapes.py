"""The recorded updates (tests/data/updates): every kind that the Bot API has, the future's, and wrong ones.

`broken_…` are shaped as no documentation says, `future_…` hold what nobody knows yet; all others are as Telegram sends
them, with the fields that it still writes for old bots.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes.bot_api.updates import Json

FOLDER = Path(__file__).parents[2] / "data" / "updates"


def shapes() -> dict[str, Json]:
    """The updates by name."""
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(FOLDER.glob("*.json"))}
