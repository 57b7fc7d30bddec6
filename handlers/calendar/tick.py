"""The clock's work with the calendar: what is due becomes a broadcast, once, whoever ticks and however often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo

import structlog

from bot.broadcast.card import about
from bot.broadcast.restored import Heartbeat
from bot.broadcast.text import announcement, headed
from bot.channels import Channel
from bot.message import Message, Text
from bot.turn.notices import written
from bot.turn.turn import Notice
from handlers.calendar.ask import question
from handlers.calendar.content import drafted
from handlers.calendar.list import scheduled, span
from handlers.calendar.rules import Occurrence, month
from locales import Speech
from storage import audit
from storage.broadcast import broadcasts
from storage.broadcast.broadcasts import Occasion
from storage.campaign import calendar, campaigns, staff
from storage.campaign.calendar import CampaignMessage
from storage.campaign.campaigns import Campaign
from storage.database import Database, Tx
from storage.talk import outbox, paces, people
from storage.talk.outbox import Outgoing

log = structlog.get_logger()

EXPIRED = timedelta(days=1)
"""What is later than this is not even asked about: the day is over."""


class Month:
    """The calendar's side of one process."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        speeches: Mapping[str, Speech],
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        language: str,
        grace: timedelta,
        rehearsal: time | None,
        sent: Callable[[], None],
        heartbeat: Heartbeat,
    ) -> None:
        self.database, self.channels, self.speeches = database, channels, speeches
        self.now, self.zone, self.language, self.sent = now, zone, language, sent
        self.grace, self.rehearsal, self.heartbeat = grace, rehearsal, heartbeat

    async def tick(self) -> int:
        """Let what is due go out, and rehearse tomorrow in the evening. Harmless twice, late, and on several machines."""
        if not await self._is_due():
            return 0
        done = await self.database.again(self._work)
        self.sent()
        return done

    async def _is_due(self) -> bool:
        now = self.now()
        async with self.database.read() as tx:
            campaign = await campaigns.active(tx)
            return (
                campaign is not None
                and campaign.active
                and bool(await self._due(tx, campaign, now) or await self._unrehearsed(tx, campaign, now))
            )

    async def _work(self, tx: Tx) -> int:
        await tx.alone("calendar")
        now, campaign = self.now(), await campaigns.active(tx)
        if campaign is None or not campaign.active:
            return 0
        due = await self._due(tx, campaign, now)
        for message, occurrence in due:
            await self._occur(tx, campaign, message, occurrence, now)
        unrehearsed = await self._unrehearsed(tx, campaign, now)
        for message, occurrence in unrehearsed:
            await self._rehearse(tx, campaign, message, occurrence, now)
        return len(due) + len(unrehearsed)

    # -- what is due ------------------------------------------------------------------------------------------------

    async def _due(self, tx: Tx, campaign: Campaign, now: datetime) -> list[tuple[CampaignMessage, Occurrence]]:
        """What should have gone out by now and was never decided."""
        active = {one.id: one for one in await calendar.all_of(tx, campaign.id) if one.active}
        passed = [
            (active[one.message_id], one)
            for one in month([scheduled(one) for one in active.values()], span(campaign), self.zone)
            if one.state != "skipped" and one.at <= now and one.at >= (active[one.message_id].since or now)
        ]
        if not passed:
            return []
        decided = await calendar.happened(tx, campaign.id)
        return [(message, one) for message, one in passed if one.key not in decided]

    async def _occur(
        self, tx: Tx, campaign: Campaign, message: CampaignMessage, one: Occurrence, now: datetime
    ) -> None:
        """Write the broadcast of an occurrence, or note why there is none."""
        expires_at = None if message.urgent else one.at + self.grace
        occasion = Occasion(message.id, one.key, one.at, expires_at)
        forgotten = self.heartbeat.ahead_of(await paces.last_sent(tx))
        unsaid = "gave_way" if one.state == "gives_way" else "expired" if now - one.at > EXPIRED else ""
        on = one.at.astimezone(self.zone).date()
        said = None if unsaid else await drafted(tx, message, campaign, self.speeches, self.language, on)
        if said is None:
            unsaid = unsaid or "nothing"
            await broadcasts.occur(tx, campaign.id, occasion, message.draft(self.language), now, unsaid=unsaid)
        else:
            draft = await said.illustrated(tx, now, kept=True)
            id = await broadcasts.occur(tx, campaign.id, replace(occasion, subject=said.subject), draft, now)
            if forgotten and one.at <= forgotten:
                await self._hold(tx, id, now)
        await audit.add(tx, now, "program", "calendar.occur", one.key, {"unsaid": unsaid})
        if unsaid in ("nothing", "expired"):
            why = Text(f"calendar.unsaid.{unsaid}", {"title": message.titles, "at": one.at})
            told = [(f"{one.key}:{unsaid}", Notice(why, "officer", campaign.unit_id))]
            await outbox.add(tx, await written(tx, told, self.speeches, self.channels), now)

    async def _hold(self, tx: Tx, id: int, now: datetime) -> None:
        """A restored database does not know whether it was sent: an officer decides."""
        await broadcasts.hold(tx, id, "restored")
        await audit.add(tx, now, "program", "broadcast.hold", about(id), {"why": "restored"})
        held = await broadcasts.find(tx, id)
        assert held is not None
        asked = [(f"{about(id)}:restored", await question(tx, held, "restored", {}))]
        await outbox.add(tx, await written(tx, asked, self.speeches, self.channels), now)

    # -- the evening before -----------------------------------------------------------------------------------------

    async def _unrehearsed(self, tx: Tx, campaign: Campaign, now: datetime) -> list[tuple[CampaignMessage, Occurrence]]:
        """Tomorrow's messages, once it is time to rehearse them and nobody has."""
        local = now.astimezone(self.zone)
        if self.rehearsal is None or local.time() < self.rehearsal:
            return []
        tomorrow = local.date() + timedelta(days=1)
        active = {one.id: one for one in await calendar.all_of(tx, campaign.id) if one.active}
        coming = [
            (active[one.message_id], one)
            for one in month([scheduled(one) for one in active.values()], span(campaign), self.zone)
            if one.state == "planned" and one.at.astimezone(self.zone).date() == tomorrow
        ]
        return [(message, one) for message, one in coming if message.rehearsed_on != tomorrow]

    async def _rehearse(
        self, tx: Tx, campaign: Campaign, message: CampaignMessage, one: Occurrence, now: datetime
    ) -> None:
        """Show an occurrence to the officers, as it would read now."""
        officers = await staff.holders(tx, "officer", campaign.unit_id)
        on = one.at.astimezone(self.zone).date()
        found = await drafted(tx, message, campaign, self.speeches, self.language, on)
        draft = await found.illustrated(tx, now) if found else None
        outgoing = []
        for person_id, account in (await people.reachable(tx, officers)).items():
            speech = self.speeches[officers[person_id]]
            said = announcement(draft, speech, campaign.organiser) if draft else None
            head = speech.say("calendar.rehearsal", title=message.titles, at=one.at)
            body = headed(head, said or Message(speech.say("calendar.rehearsal.nothing")))
            key = f"rehearsal:{one.key}:{one.at.isoformat()}:{person_id}"
            outgoing.append(Outgoing(account.channel, account.address, account.id, key, body.dump(), "notice"))
        await outbox.add(tx, outgoing, now)
        await calendar.rehearsed(tx, [message.id], on)
