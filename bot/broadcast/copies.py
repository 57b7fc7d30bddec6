"""Send one copy of a broadcast, or change it where it stands, and say what became of it."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from bot.broadcast.text import amended, announcement
from bot.channels import SendFailed
from bot.context import Context
from bot.send.pace import Pacer
from bot.send.replies import next_part
from storage.attempts import SendOutcome
from storage.broadcast.broadcasts import Broadcast
from storage.broadcast.leases import Copy

log = structlog.get_logger()

LEASE = timedelta(seconds=90)
"""Longer than any single attempt to send, so that nobody else takes a copy that is on its way."""
BACKOFF = (1.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds between the attempts where nothing was sent."""
GIVE_UP = timedelta(hours=24)
MOVES = 3
"""Attempts after which a chat that says again that it moved is given up."""
AMENDING = ("correcting", "recalling")
CHANGING = (*AMENDING, "cancelling")
"""In these states what stands there already is changed, and nothing is sent."""


class Job(Struct, frozen=True):
    """One copy on its way, with the broadcast as it was when the copy was leased."""

    one: Broadcast
    copy: Copy
    at: datetime
    until: datetime
    organiser: str


class Copies:
    """Sends copies for one process. A copy in doubt is never sent again."""

    def __init__(self, context: Context, pacer: Pacer) -> None:
        self.channels, self.speeches, self.now, self.pacer = context.channels, context.speeches, context.now, pacer
        self.owner = secrets.token_hex(8)
        """Whose copies these are, of all processes."""
        self.moved: list[tuple[int, str]] = []
        """Accounts whose chat is now elsewhere."""

    async def send(self, job: Job) -> SendOutcome:
        one, copy = job.one, job.copy
        if self.pacer.paused(copy.channel) or self.now() > job.until - LEASE / 3:
            return SendOutcome(
                copy.id, "planned", again_at=self.now()
            )  # nothing was sent: the machine slept, or was told to wait
        if until := self.pacer.held_until(copy.channel, copy.address):
            return SendOutcome(copy.id, "planned", "flood", again_at=until)
        speech = self.speeches[copy.language]
        message = announcement(one, speech, job.organiser, name=copy.name, commune=copy.commune)
        if one.state in CHANGING:
            message = amended(one, speech, message, copy.message_id)
        if message is None:
            return SendOutcome(copy.id, "skipped", "language")
        channel, before = self.channels[copy.channel], "" if one.state in CHANGING else copy.message_id
        try:
            part, last = next_part(channel, message, before)
            sent_as = await channel.send(copy.address, part, f"broadcast:{copy.id}:{one.revision}:{before}")
        except SendFailed as failed:
            return self._failed(job, failed)
        except Exception as bug:
            log.error("sending failed", delivery=copy.id, exc_info=bug)
            return SendOutcome(copy.id, "unknown", "bug")
        self.pacer.took(copy.channel, copy.address)
        if one.state == "cancelling":
            return SendOutcome(copy.id, "skipped", "cancelled")
        ids = f"{before} {sent_as}".strip()
        return SendOutcome(copy.id, "sent" if last else "planned", message_id=ids, again_at=self.now())

    def _failed(self, job: Job, failed: SendFailed) -> SendOutcome:
        one, copy, now = job.one, job.copy, self.now()
        log.info("not sent", delivery=copy.id, outcome=failed.outcome, reason=failed.reason)
        reason = re.sub(r"\d+", "#", failed.reason)[:80]
        match failed.outcome:
            case "broken":
                self.pacer.standing.reject(copy.channel, failed.reason)
                return SendOutcome(copy.id, "planned", reason, again_at=now)
            case "gone":
                return SendOutcome(copy.id, "gone", reason)
            case "moved" if copy.attempts < MOVES:
                self.moved.append((copy.account_id, failed.moved_to))
                return SendOutcome(copy.id, "planned", again_at=now)
            case "closed":
                return SendOutcome(copy.id, "skipped", failed.reason)
            case "refused" if one.state == "cancelling":  # it stays as it is
                return SendOutcome(copy.id, "skipped", "not_changed")
            case "refused" | "moved":
                return SendOutcome(copy.id, "failed", reason)
            case "unknown":
                return SendOutcome(copy.id, "unknown", reason)
            case "retry":
                if failed.after:
                    self.pacer.refused(copy.channel, copy.address, failed.after)
                if one.started_at is not None and now - one.started_at > GIVE_UP:
                    return SendOutcome(copy.id, "failed", reason)
                wait = max(failed.after, 0.0 if failed.after else BACKOFF[min(copy.attempts, len(BACKOFF) - 1)])
                return SendOutcome(copy.id, "planned", reason, again_at=now + timedelta(seconds=wait))
