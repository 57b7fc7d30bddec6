"""The terminal: one person at one keyboard. `nhandao chat` makes it, since it needs somebody who types."""

from __future__ import annotations

from pydantic import BaseModel

from bot.channels.kind import Kind
from bot.message import Text

KIND = Kind("console", Text("channel.console"), BaseModel, None)
