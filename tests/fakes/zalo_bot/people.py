"""Who writes to the bot: people and groups, what they send, and what they see of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tests.fakes.zalo_bot.server import ZaloBot

Json = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """A message of the bot, as its reader has it."""

    id: str
    method: str
    text: str = ""
    photo: bytes = b""
    """The picture that the platform fetched from the address it was given."""


@dataclass
class Chat:
    """A chat with the bot. Whoever wrote may be written to."""

    api: ZaloBot
    id: str
    name: str
    kind: Literal["PRIVATE", "GROUP"] = "PRIVATE"
    inbox: list[Sent] = field(default_factory=list)
    typing: int = 0
    """How many signs that the bot is typing were shown."""
    known: bool = False
    read: int = 0

    def says(self, text: str, **more: Any) -> Json:
        """Write a text."""
        return self.event("text", text=text, **more)

    def shows(self, photo: bytes, caption: str = "", *, name: str = "photo_url", **more: Any) -> Json:
        """Send a photo; ``name`` is the field for its address: the documentation says ``photo``, live events ``photo_url``."""
        given: Json = {name: self.api.media(photo)} | ({"caption": caption} if caption else {})
        return self.event("image", **given, **more)

    def sticks(self, **more: Any) -> Json:
        """Send a sticker."""
        return self.event("sticker", sticker="1234abcd", url=self.api.media(b"sticker"), **more)

    def speaks(self, **more: Any) -> Json:
        """Send a voice message."""
        return self.event("voice", voice_url=self.api.media(b"\xff\xf1voice"), **more)

    def withheld(self, **more: Any) -> Json:
        """Send something of which the platform passes on nothing: a file, a place, or anything from a special sender."""
        return self.event("unsupported", **more)

    def event(self, what: str, *, id: str = "", seconds: bool = False, **given: Any) -> Json:
        """Make an event of this chat and bring it; ``seconds``: its date is in seconds instead of milliseconds."""
        self.known = True
        at = self.api.clock().timestamp()
        message: Json = {
            "message_id": id or self.api.message_id(),
            "date": int(at) if seconds else int(at * 1000),
            "from": {
                "id": self.id if self.kind == "PRIVATE" else "0f" * 10,
                "display_name": self.name,
                "is_bot": False,
            },
            "chat": {"id": self.id, "chat_type": self.kind},
        }
        event = {"event_name": f"message.{what}.received", "message": message | given}
        self.api.bring(event)
        return event

    async def answers(self, most: int = 1, within: float = 60.0) -> list[Sent]:
        """Wait until so many messages more have come; returns all that were not seen yet."""
        async with asyncio.timeout(within):
            while len(self.inbox) - self.read < most:
                await asyncio.sleep(0.01)
        seen, self.read = self.inbox[self.read :], len(self.inbox)
        return seen
