"""Handle a batch of messages in one transaction: meet the people, let each say what she says, write all that it causes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.channels import Capabilities, Unreadable
from bot.context import Context
from bot.dialog.forms import Facts
from bot.dialog.lead import Place
from bot.message import LATER, Document, Heard, Message, Reply, SheetRow, Text, changed
from bot.receive import flood, groups
from bot.receive.conversation import answered, converse
from bot.receive.standing import dump_place, load_place
from bot.turn.bubbles import joined
from bot.turn.gather import gather
from bot.turn.notices import compose
from bot.turn.render import echoed, gathered, offered, render
from bot.turn.routes import Routes
from bot.turn.rules import Rules
from bot.turn.turn import Notice, Redraw, Turn
from bot.understanding import teaching
from bot.understanding.judge import model
from bot.understanding.model import Model
from bot.vietnamese.place import Known
from locales import LANGUAGES
from storage.campaign import campaigns, lessons
from storage.campaign.campaigns import Campaign
from storage.campaign.country import province_of
from storage.database import Tx
from storage.files import documents
from storage.talk import inbox, journeys, outbox, people, places
from storage.talk.inbox import WaitingMessage
from storage.talk.journeys import FormEvent
from storage.talk.outbox import Outgoing

WORLD_KEEPS = timedelta(seconds=5)
ALBUM_ENDS = timedelta(seconds=2)
"""So long after a photo of an album its last one has come: only then something is asked about it."""


class World(Struct, frozen=True):
    """The campaign, its communes and what admins have set, as every turn of a batch sees them."""

    campaign: Campaign
    communes: Sequence[Known]
    hamlets: Sequence[tuple[int, int, str]]
    rules: Rules
    model: Model
    seen_at: datetime


class NoCampaign(RuntimeError):
    """No campaign is switched on, so there is nothing to talk about."""


class Handling:
    """Handles messages for one program. Its turns wait for nothing but the database."""

    def __init__(self, context: Context, routes: Routes, rules: Rules) -> None:
        self.context, self.routes, self.rules = context, routes, rules
        self.albums = flood.Albums()
        self._world: World | None = None
        self._model: Model | None = None
        self._learned_at: datetime | None = None

    async def handle(self, tx: Tx, batch: Sequence[WaitingMessage]) -> None:
        """Answer these messages, which are claimed. Raises NoCampaign in a database without any, and what handlers raise."""
        now = self.context.now()
        world = await self._see(tx, now)
        heard = {one.id: self._hear(one) for one in batch}
        await groups.meet(
            tx, [(one, heard[one.id]) for one in batch if heard[one.id].event in groups.EVENTS], self.context
        )
        talks = [one for one in batch if heard[one.id].event not in (*groups.EVENTS, "nothing")]
        languages = {(one.channel, one.address): self._language(heard[one.id]) for one in talks}
        met = await people.meet(tx, languages, now)
        kept = await places.load(tx, {person.id for person, _ in met.values()})
        at: dict[int, Place | None] = {person_id: load_place(place, now) for person_id, place in kept.items()}
        outgoing: list[Outgoing] = []
        notices: list[tuple[str, Notice | Redraw]] = []
        changed: dict[int, Place | None] = {}
        forgotten: list[int] = []
        moments: list[FormEvent] = []
        again: list[int] = []
        for one in talks:
            person, account = met[one.channel, one.address]
            if account.state == "blocked" and heard[one.id].event not in ("blocked", "unblocked", "followed"):
                account.state = "open"  # whoever writes can be reached, whatever was said before
                await people.set_state(tx, account.id, account.state)
            turn = self._turn(tx, world, one, heard[one.id], person, account, at.get(person.id), now)
            shared = self._offers_contact(turn)
            held, about = turn.place is not None and turn.place.held, _held_about(turn)
            if turn.heard.album:  # here is one more photo
                turn.held_back = await self._withdraw_question(turn.tx, about, outgoing)
            await self._gated(turn)
            if held and not turn.heard.album and any(not reply.passing for reply in turn.replies):
                await self._withdraw_question(turn.tx, about, outgoing)  # answered, or put anew, before it was said
            outgoing += await self._answers(turn, shared)
            notices += [(f"{turn.key}:notice:{n}", notice) for n, notice in enumerate(turn.notices)]
            moments += turn.moments
            again += [int(number) for later in turn.photos if (number := later.removeprefix(LATER)).isdecimal()]
            if turn.new_world:
                self._world = None
            account.new = False
            if turn.became is not None:
                person.id = account.person_id = turn.became
            at[person.id] = changed[person.id] = turn.place
            if turn.touched:
                await _see_again(tx, turn.touched, [pair[0] for pair in met.values()])
            if turn.secret:
                forgotten.append(one.id)
            if turn.farewell:
                changed.pop(person.id)
                forgotten.append(one.id)
                met = {who: pair for who, pair in met.items() if pair[0].id != person.id}
        outgoing += await gather(tx, await compose(tx, notices, self.context), self.context)
        await outbox.add(tx, outgoing, now)
        await places.save(tx, {who: dump_place(place, now) for who, place in changed.items()}, now)
        await people.heard(tx, [account for _, account in met.values()], now)
        await journeys.count(tx, self.context.day(now), moments)
        await inbox.finish(tx, [one.id for one in batch])
        await inbox.hear_again(tx, again, now)
        await inbox.empty(tx, forgotten)

    async def _withdraw_question(self, tx: Tx, about: str, outgoing: list[Outgoing]) -> bool:
        """Take back what was to be asked after the last photo of an album. Whether anything was."""
        kept = [one for one in outgoing if one.about != about]
        here, outgoing[:] = len(kept) < len(outgoing), kept
        return await outbox.withdraw(tx, about) or here

    async def _gated(self, turn: Turn) -> None:
        if turn.person.blocked:
            return
        if turn.heard.event and not answered(turn):
            return await converse(turn)
        weight = self.albums.weigh(turn.account.id, turn.heard.album)
        match flood.gate(turn.account, turn.now, weight=weight):
            case "open":
                await converse(turn)
            case "notice":
                turn.dropped = True
                turn.reply("flood")
            case "silence":
                turn.dropped = True

    async def _see(self, tx: Tx, now: datetime) -> World:
        if self._world is None or not timedelta(0) <= now - self._world.seen_at < WORLD_KEEPS:
            campaign = await campaigns.active(tx)
            if campaign is None:
                raise NoCampaign
            units = await campaigns.communes(tx, campaign, self.context.day(now))
            communes = [Known(u.id, u.name, u.aliases, u.district) for u in units]
            rules = replace(self.rules, schedule=await self.rules.usual.holding(tx))
            hamlets = await campaigns.hamlets(tx, campaign, self.context.day(now))
            self._world = World(campaign, communes, hamlets, rules, await self._taught(tx), now)
        return self._world

    async def _taught(self, tx: Tx) -> Model:
        """The table that ships, with what officers have taught since; read again only when something was learned."""
        learned_at = await lessons.newest(tx)
        if self._model is None or learned_at != self._learned_at:
            kept = await lessons.patch(tx)
            self._model, self._learned_at = (teaching.load(kept) if kept else None) or model(), learned_at
        return self._model

    def _hear(self, one: WaitingMessage) -> Heard:
        try:
            heard = self.context.channels[one.channel].hear(one.payload)
        except Unreadable:
            return Heard(event="nothing")
        if not one.address:
            return Heard(event="nothing")  # it came from nobody who could be answered
        if one.media and "sheet" in one.media:
            return heard.with_(sheet=[_row(n, kept) for n, kept in enumerate(one.media["sheet"], 1)])
        return heard.with_(**one.media) if one.media else heard

    def _language(self, heard: Heard) -> str:
        reported = heard.language[:2].lower()
        return reported if reported in LANGUAGES else self.context.language

    def _turn(
        self,
        tx: Tx,
        world: World,
        one: WaitingMessage,
        heard: Heard,
        person: people.Person,
        account: people.Account,
        place: Place | None,
        now: datetime,
    ) -> Turn:
        can = self.context.channels[one.channel].capabilities
        facts = Facts(
            today=self.context.day(now),
            speech=self.context.speeches[person.language],
            communes=world.communes,
            hamlets=world.hamlets,
            name=heard.name,
            documents=can.documents,
            contact=can.contact,
            now=now,
            province_of=province_of,
        )
        return Turn(
            tx, self.routes, person, account, heard, world.campaign, facts, now, f"in:{one.id}", place,
            rules=world.rules, model=world.model, choices=can.choices,
        )  # fmt: skip

    def _offers_contact(self, turn: Turn) -> bool:
        """Whether the open question can be answered by sharing one's phone number, also while it waits for another."""
        led = self.routes.dialogs.get(turn.place.form) if turn.place else None
        field = led.form.fields.get(turn.place.stopped_at) if led and turn.place else None
        return turn.facts.contact and field is not None and field.by_contact

    async def _answers(self, turn: Turn, shared: bool) -> list[Outgoing]:
        """The replies in words; and what typed numbers will mean from now on.

        ``shared``: the question before them offered to share a phone number.
        """
        can = self.context.channels[turn.account.channel].capabilities
        home = turn.place is None or not turn.place.form
        toasts, staff = can.toasts and bool(turn.heard.press), bool(turn.person.roles)
        said = [
            (reply, render(reply, turn.speech, turn.heard.pressed_on, can=can, home=home, staff=staff))
            for reply in turn.replies
        ]
        said = joined(said, can.text, toasts=toasts)
        replies, messages = [reply for reply, _ in said], [message for _, message in said]
        choices = offered(messages)
        if choices is not None:
            place = turn.place or Place()
            lettered = any(message.lettered for message in messages)
            turn.place = changed(place, offered=choices, lettered=lettered, yes_no=_yes_no(turn))
            if not turn.place.form and not choices:
                turn.place = None
        if turn.place is not None and messages:
            turn.place = changed(turn.place, held=bool(turn.heard.album))
        if turn.heard.chosen and can.choices and messages:
            messages[0] = echoed(messages[0], turn.speech, turn.heard.chosen)
        if shared and messages and not (turn.heard.contact or self._offers_contact(turn)):
            messages[-1] = changed(messages[-1], contact_over=turn.say("contact.over"))
        if toasts and messages:
            messages[0] = _answering(messages[0], replies[0], turn.heard)
        if (sign := _sign(turn, can, silent=not messages)) is not None:
            replies, messages = [Reply(""), *replies], [sign, *messages]
        account = turn.account
        account_id = None if turn.farewell else account.id
        messages = [await keep_document(turn.tx, account_id, message, turn.now) for message in messages]
        if can.sessions:
            messages = [changed(message, here=True, farewell=turn.farewell) for message in messages]
        said = gathered(list(zip(replies, messages, strict=True)), can.album)
        return [
            Outgoing(
                account.channel,
                account.address,
                account_id,
                f"{turn.key}:{n}",
                message.dump(),
                about=outbox.PRIVATE
                if reply.private
                else reply.about or (_held_about(turn) if _waits(turn, message) else ""),
                due_at=turn.now + ALBUM_ENDS if _waits(turn, message) else None,
            )
            for n, (reply, message) in enumerate(said)
        ]

    async def apologise(self, tx: Tx, one: WaitingMessage, code: str) -> None:
        """Tell a person that her message could not be handled, and the admins as well."""
        account = await people.find(tx, one.channel, one.address)
        language = self.context.language
        if account is not None:
            language = (await people.load(tx, [account.person_id]))[account.person_id].language
        sorry = Message(self.context.speeches[language].say("sorry", code=code)).dump()
        account_id = account.id if account else None
        apology = Outgoing(one.channel, one.address, account_id, f"sorry:{one.id}", sorry)
        alarm = (f"alarm:{one.id}", Notice(_alarm(code, one.id), "admin"))
        told = await compose(tx, [alarm], self.context)
        await outbox.add(tx, [apology, *told], self.context.now())


async def keep_document(tx: Tx, account_id: int | None, message: Message, now: datetime) -> Message:
    """The message with its document kept, so that it need only name it."""
    if message.document is None or message.document.kept:
        return message
    kept = await documents.keep(tx, account_id, message.document.content, now)
    return changed(message, document=Document(message.document.name, kept=kept))


async def _see_again(tx: Tx, touched: Collection[int], batch: Sequence[people.Person]) -> None:
    """What one message changed in somebody's rights holds for her own messages of the same batch."""
    affected = [person for person in batch if person.id in touched]
    if affected:
        fresh = await people.load(tx, {person.id for person in affected})
        for person in affected:
            person.roles, person.blocked = fresh[person.id].roles, fresh[person.id].blocked


def _answering(message: Message, reply: Reply, heard: Heard) -> Message:
    """The message as the answer to a press; if that was of no use, the button's message loses its buttons."""
    ends = heard.pressed_on if reply.passing else ""
    return changed(message, answers=heard.press, passing=reply.passing, ends=ends)


def _sign(turn: Turn, can: Capabilities, *, silent: bool) -> Message | None:
    """What shows that a message was not taken, or that it was and nothing more is said of it, where that can be shown."""
    if turn.dropped:
        return Message("", dropped=turn.heard.said_as) if can.drops and turn.heard.said_as else None
    received = (turn.joined or silent) and can.marks and turn.heard.said_as
    return Message("", marks=turn.heard.said_as) if received else None


def _waits(turn: Turn, message: Message) -> bool:
    """Whether it is said only after an album's last photo. What shows that a photo was received waits for no other, and is
    not taken back with the question."""
    return bool(turn.heard.album) and not (message.marks or message.dropped)


def _held_about(turn: Turn) -> str:
    """What is asked after the last photo of somebody's album is about this."""
    return f"album:{turn.account.id}"


def _yes_no(turn: Turn) -> tuple[str, str]:
    """What yes and no stand for after the last reply with choices."""
    if turn.place is not None and turn.place.form:
        return "", ""
    asked = next((reply.options for reply in reversed(turn.replies) if reply.options), ())
    meant = {option.yes: option.value for option in asked}
    return meant.get(True, ""), meant.get(False, "")


def _alarm(code: str, inbox_id: int) -> Text:
    return Text("alarm.set_aside", {"code": code, "number": str(inbox_id)})


def _row(n: int, kept: dict[str, Any] | list[str]) -> SheetRow:
    """A row of a spreadsheet as it is kept; one that waited while the program was renewed has only its cells."""
    return SheetRow(n, kept) if isinstance(kept, list) else SheetRow(**kept)
