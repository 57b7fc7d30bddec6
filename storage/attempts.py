"""What became of one attempt to send something: a reply, a notice, or one person's copy of a broadcast."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class SendOutcome(Struct, frozen=True):
    """What became of one attempt. ``again_at`` only where it is to be tried again."""

    id: int
    state: str
    reason: str = ""
    message_id: str = ""
    """The platform's ids of all parts that were sent so far, in their order."""
    again_at: datetime | None = None
