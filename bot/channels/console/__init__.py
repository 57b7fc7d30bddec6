"""The terminal: one person at one keyboard. `nhandao chat` makes it, since it needs somebody who types.

Others use: channel.
"""

from __future__ import annotations

from bot.channels.kind import Kind
from bot.declared import Part

KIND = Kind("console", Part, None)
