"""The terminal: one person at one keyboard. `nhandao chat` makes it, since it needs somebody who types.

Others use: channel.
"""

from __future__ import annotations

from pydantic import BaseModel

from bot.channels.kind import Kind

KIND = Kind("console", BaseModel, None)
