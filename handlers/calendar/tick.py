"""The clock's work with the calendar: what is due becomes a broadcast, once, whoever ticks and however often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec.structs import replace

from bot.broadcast.card import about
from bot.broadcast.text import announcement, headed
from bot.message import Button, Message, Text, changed
from bot.turn.router import Router
from bot.turn.turn import Notice
from bot.turn.work import Work
from handlers.calendar import whom
from handlers.calendar.content import draft_message
from handlers.calendar.decide import question
from handlers.calendar.list import schedule_of, span
from handlers.calendar.rules import Occurrence, month
from locales import Speech
from storage import audit
from storage.broadcast import broadcasts
from storage.broadcast.broadcasts import Occasion
from storage.campaign import calendar, campaigns, staff
from storage.campaign.calendar import CampaignMessage
from storage.campaign.campaigns import Campaign
from storage.database import Tx
from storage.talk import outbox, people
from storage.talk.outbox import Outgoing

EXPIRED = timedelta(days=1)
"""What is later than this is not even asked about: the day is over."""


router = Router("calendar.clock")


@router.every(10, "calendar")
async def tick(work: Work) -> int:
    """Let what is due go out, and rehearse tomorrow in the evening. Harmless twice, late, and on several machines."""
    month = Month(work)
    async with work.database.read() as tx:
        if not await month.is_due(tx):
            return 0
    done = await work.database.transact(month.work_off)
    work.wake()
    return done


class Month:
    """The calendar, when the clock ticks."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.zone, self.now = work.zone, work.now()

    async def is_due(self, tx: Tx) -> bool:
        """Whether there is anything to do."""
        campaign = await campaigns.active(tx)
        if campaign is None or not campaign.active:
            return False
        return bool(await self._due(tx, campaign) or await self._unrehearsed(tx, campaign))

    async def work_off(self, tx: Tx) -> int:
        """Do all that is due, once; returns how much it was."""
        await tx.exclusive("calendar")
        campaign = await campaigns.active(tx)
        if campaign is None or not campaign.active:
            return 0
        due = await self._due(tx, campaign)
        for message, occurrence in due:
            await self._occur(tx, campaign, message, occurrence)
        unrehearsed = await self._unrehearsed(tx, campaign)
        for message, occurrence in unrehearsed:
            await self._rehearse(tx, campaign, message, occurrence)
        return len(due) + len(unrehearsed)

    async def _due(self, tx: Tx, campaign: Campaign) -> list[tuple[CampaignMessage, Occurrence]]:
        """What should have gone out by now and was never decided."""
        active = {message.id: message for message in await calendar.all_of(tx, campaign.id) if message.active}
        passed = [
            (whom.beside(active[occurrence.message_id], occurrence, active), occurrence)
            for occurrence in self._month(active, campaign)
            if occurrence.state != "skipped"
            and (active[occurrence.message_id].since or self.now) <= occurrence.at <= self.now
        ]
        if not passed:
            return []
        decided = await calendar.find_past(tx, campaign.id)
        return [(message, occurrence) for message, occurrence in passed if occurrence.key not in decided]

    def _month(self, active: Mapping[int, CampaignMessage], campaign: Campaign) -> list[Occurrence]:
        return month([schedule_of(message) for message in active.values()], span(campaign), self.zone)

    async def _occur(self, tx: Tx, campaign: Campaign, message: CampaignMessage, occurrence: Occurrence) -> None:
        """Write the broadcast of an occurrence, or note why there is none."""
        now, language = self.now, self.work.language
        grace = (await self.work.schedule.holding(tx)).grace
        expires_at = None if message.urgent else occurrence.at + grace
        occasion = Occasion(message.id, occurrence.key, occurrence.at, expires_at)
        forgotten = await self.work.forgotten(tx)
        unsaid = "gave_way" if occurrence.state == "gives_way" else "expired" if now - occurrence.at > EXPIRED else ""
        said = (
            None
            if unsaid
            else await draft_message(tx, message, campaign, self.work.speeches, language, self._on(occurrence))
        )
        if said is None:
            unsaid = unsaid or "nothing"
            await broadcasts.occur(tx, campaign.id, occasion, message.draft(language), now, unsaid=unsaid)
        else:
            draft = await said.illustrated(tx, now, kept=True)
            id = await broadcasts.occur(tx, campaign.id, replace(occasion, subject=said.subject), draft, now)
            if forgotten and occurrence.at <= forgotten:
                await self._hold(tx, id)
        await audit.add(tx, now, "program", "calendar.occur", occurrence.key, {"unsaid": unsaid})
        if unsaid in ("nothing", "expired"):
            why = Text(f"calendar.unsaid.{unsaid}", {"title": await whom.name(tx, message), "at": occurrence.at})
            unit_id = whom.unit_of(campaign.unit_id, message.audience)
            await self.work.tell(tx, [(f"{occurrence.key}:{unsaid}", Notice(why, "officer", unit_id))])

    def _on(self, occurrence: Occurrence) -> date:
        return occurrence.at.astimezone(self.zone).date()

    async def _hold(self, tx: Tx, id: int) -> None:
        """A restored database does not know whether it was sent: an officer decides."""
        await broadcasts.hold(tx, id, "restored")
        await audit.add(tx, self.now, "program", "broadcast.hold", about(id), {"why": "restored"})
        held = await broadcasts.find(tx, id)
        assert held is not None
        await self.work.tell(tx, [(f"{about(id)}:restored", await question(tx, held, "restored", {}))])

    async def _unrehearsed(self, tx: Tx, campaign: Campaign) -> list[tuple[CampaignMessage, Occurrence]]:
        """Tomorrow's messages, once it is time to rehearse them and nobody has."""
        local, rehearsal = self.now.astimezone(self.zone), (await self.work.schedule.holding(tx)).rehearsal
        if rehearsal is None or local.time() < rehearsal:
            return []
        tomorrow = local.date() + timedelta(days=1)
        active = {message.id: message for message in await calendar.all_of(tx, campaign.id) if message.active}
        coming = [
            (whom.beside(active[occurrence.message_id], occurrence, active), occurrence)
            for occurrence in self._month(active, campaign)
            if occurrence.state == "planned" and self._on(occurrence) == tomorrow
        ]
        return [(message, occurrence) for message, occurrence in coming if message.rehearsed_on != tomorrow]

    async def _rehearse(self, tx: Tx, campaign: Campaign, message: CampaignMessage, occurrence: Occurrence) -> None:
        """Show an occurrence to the officers, as it would read now."""
        officers = await staff.holders(tx, "officer", whom.unit_of(campaign.unit_id, message.audience))
        title = await whom.name(tx, message)
        speeches, on = self.work.speeches, self._on(occurrence)
        found = await draft_message(tx, message, campaign, speeches, self.work.language, on)
        draft = await found.illustrated(tx, self.now) if found else None
        outgoing = []
        for person_id, account in (await people.reachable(tx, officers)).items():
            speech = speeches[officers[person_id]]
            said = announcement(draft, speech, campaign.organiser) if draft else None
            head = speech.say("calendar.rehearsal", title=title, at=occurrence.at)
            body = headed(head, said or Message(speech.say("calendar.rehearsal.nothing")))
            body = changed(body, buttons=_acts(message, occurrence, speech))
            key = f"rehearsal:{occurrence.key}:{occurrence.at.isoformat()}:{person_id}"
            outgoing.append(Outgoing(account.channel, account.address, account.id, key, body.dump(), "notice"))
        await outbox.add(tx, outgoing, self.now)
        await calendar.note_rehearsed(tx, [message.id], on)


def _acts(message: CampaignMessage, occurrence: Occurrence, speech: Speech) -> tuple[Button, ...]:
    """What an officer may still do about a message of tomorrow."""
    on = occurrence.on.isoformat()
    lines = {"edit": f"{message.id}", "move": f"{message.id} {on}", "skip": f"{message.id} {on}"}
    return tuple(
        Button(f"/calendar {act} {about}", speech.say(f"calendar.rehearsal.{act}")) for act, about in lines.items()
    )
