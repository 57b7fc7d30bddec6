"""Receive and handle: what came in is on disk before it is acknowledged, and handled once, with all it causes."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import partial
from itertools import groupby

import structlog

from bot import flood
from bot.channels import Channel, Media, Unreadable
from bot.conversation import converse
from bot.delivery import Delivery, Ready
from bot.dialog import Place
from bot.fetch import Fetcher
from bot.forms import Facts
from bot.message import Heard, Message, Text
from bot.notify import written
from bot.render import offered, render
from bot.router import Routes
from bot.turn import Notice, Redraw, Rules, Turn
from bot.vietnamese.money import in_words
from bot.vietnamese.place import Known
from locales import LANGUAGES, Speech
from storage import campaigns, inbox, journeys, outbox, people, places
from storage.campaigns import Campaign
from storage.database import Database, Tx, is_outage
from storage.inbox import Arrival, Waiting
from storage.journeys import Moment
from storage.outbox import Outgoing

log = structlog.get_logger()

BATCH = 100
BACKOFF = (0.2, 0.5, 1.0, 2.0, 0.0)
"""Seconds until a message whose handling failed is tried again."""
LOOK_EVERY = 1.0
"""Seconds after which the inbox is looked at without having been woken."""
MANY, GATHER = 10, 0.01
"""When so many came at once, seconds in which more gather for the next commit: it costs the same for many."""
WORLD_KEEPS = timedelta(seconds=5)

Now = Callable[[], datetime]


@dataclass(frozen=True)
class World:
    """The campaign and its communes, as every turn of a batch sees them."""

    campaign: Campaign
    communes: Sequence[Known]
    seen_at: datetime


Keeping = tuple[Sequence[Arrival], asyncio.Future[None]]
"""What a channel received, and who waits until it is kept."""


class NoCampaign(RuntimeError):
    """No campaign is switched on, so there is nothing to talk about."""


class Engine:
    """Handles what all channels receive, for one database."""

    def __init__(
        self,
        database: Database,
        routes: Routes,
        channels: Mapping[str, Channel],
        fetcher: Fetcher,
        *,
        now: Now,
        zone: tzinfo,
        language: str,
        delivery: Delivery,
        rules: Rules | None = None,
    ) -> None:
        self.rules = rules or Rules()
        self.database, self.routes, self.channels, self.fetcher = database, routes, channels, fetcher
        self.now, self.zone, self.language, self.delivery = now, zone, language, delivery
        self.speeches = {name: Speech(name, zone, in_words) for name in LANGUAGES}
        self._awake = asyncio.Event()
        self._keeping: list[Keeping] = []
        self._keeps_and_handles = False
        self._keeper: asyncio.Task[None] | None = None
        self._world: World | None = None

    async def receive(self, arrivals: Sequence[Arrival]) -> None:
        """Store what a channel received. When this returns it is on disk; callers that come together share a commit.

        Where nobody else works on the database they share it even with the answers.
        """
        kept = asyncio.get_running_loop().create_future()
        self._keeping.append((arrivals, kept))
        if self._keeps_and_handles:
            self._awake.set()
        elif self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep())
        await asyncio.shield(kept)

    async def _keep(self) -> None:
        while batch := self._next_to_keep():
            try:
                await self.database.again(partial(self._kept, batch))
            except BaseException as failed:
                for _, kept in batch:
                    if not kept.done():
                        kept.set_exception(failed)
                if not isinstance(failed, Exception):
                    raise
            else:
                _are_kept(batch)
                self._awake.set()
                if len(batch) >= MANY:
                    await asyncio.sleep(GATHER)

    def _next_to_keep(self) -> list[Keeping]:
        batch, self._keeping = self._keeping, []
        return batch

    async def _kept(self, batch: Sequence[Keeping], tx: Tx) -> None:
        arrivals = [arrival for these, _ in batch for arrival in these]
        now = self.now()
        await inbox.keep(tx, arrivals, now)
        for name, group in groupby(sorted(arrivals, key=lambda a: a.channel), lambda a: a.channel):
            await self.channels[name].kept(tx, list(group), now)

    async def run(self) -> None:
        """Handle what comes, until cancelled."""
        if not self.database.shared:
            async with self.database.write() as tx:
                await inbox.release(tx, list(self.channels), self.now())
            self._keeps_and_handles = True
        try:
            await self._handle_for_ever()
        finally:
            self._keeps_and_handles = False
            for _, kept in self._next_to_keep():
                kept.cancel()

    async def _handle_for_ever(self) -> None:
        while True:
            self._awake.clear()
            try:
                handled = await self.handle_waiting()
                if handled >= MANY:
                    await asyncio.sleep(GATHER)
                if handled >= BATCH:
                    continue
            except Exception as failed:
                if not is_outage(failed):
                    raise
                log.error("the database is out of reach", error=str(failed.__cause__ or failed))
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._awake.wait()

    async def handle_waiting(self) -> int:
        """Handle the messages that wait, many in one transaction; returns how many were looked at.

        One that raises undoes the whole batch; then each is handled alone, so that it harms nobody else.
        """
        new = self._next_to_keep() if self._keeps_and_handles else []
        batch: list[Waiting] = []
        photos: dict[int, tuple[Waiting, Media]] = {}
        leased: Sequence[Ready] = ()

        async def unit(tx: Tx) -> Sequence[Ready]:
            nonlocal batch
            if new:
                await self._kept(new, tx)
            now = self.now()
            batch, found = self._sorted(await inbox.claim(tx, list(self.channels), now, BATCH))
            photos.update(
                found
            )  # also those of a first try, whose commit may have been made although its answer was lost
            if found:
                await inbox.fetching(tx, list(found), now + self.fetcher.lease(len(found)))
            if batch:
                await self._handle(tx, batch)
            return await self.delivery.ahead(tx) if batch else ()

        try:
            leased = await self.database.again(unit)
            _are_kept(new)
        except (Exception, asyncio.CancelledError) as failed:
            if new:  # what is new has not been kept, whatever was to be made of it
                self._keeping[:0] = new
                await self._keep()
            if isinstance(failed, NoCampaign):
                raise
            _raise_if_cancelled(failed)
            if new and not is_outage(failed):
                return BATCH  # look again at once: it will fail alone now
            if is_outage(failed) or not batch:
                raise
            await (self._handle_each(batch) if len(batch) > 1 else self._failed(batch[0], failed))
        else:
            for one, media in photos.values():
                self.fetcher.start(one, self.channels[one.channel], media, self._awake.set)
            self.delivery.start(leased)
        if batch and not leased:
            self.delivery.wake()
        return len(batch) + len(photos)

    async def settle(self) -> None:
        """Handle until nothing waits and no photo is on its way. For tests and the terminal."""
        while await self.handle_waiting() or self.fetcher.busy:
            await self.fetcher.idle()

    def _sorted(self, waiting: Sequence[Waiting]) -> tuple[list[Waiting], dict[int, tuple[Waiting, Media]]]:
        """Those that can be handled, and those whose photo must be fetched first; nothing the same person said after it."""
        ready: list[Waiting] = []
        photos: dict[int, tuple[Waiting, Media]] = {}
        behind: set[tuple[str, str]] = set()
        for one in waiting:
            if (one.channel, one.address) in behind:
                continue
            media = None if one.media is not None else self.channels[one.channel].media(one.payload)
            if media is None:
                ready.append(one)
            else:
                photos[one.id] = one, media
                behind.add((one.channel, one.address))
        return ready, photos

    async def _handle_each(self, batch: Sequence[Waiting]) -> None:
        behind: set[tuple[str, str]] = set()
        for one in batch:
            if (one.channel, one.address) in behind:
                continue
            try:
                await self.database.again(partial(self._handle_alone, one))
            except (Exception, asyncio.CancelledError) as failed:
                _raise_if_cancelled(failed)
                if is_outage(failed):
                    raise
                behind.add((one.channel, one.address))
                await self._failed(one, failed)

    async def _handle_alone(self, one: Waiting, tx: Tx) -> None:
        if await inbox.claim(tx, [one.channel], self.now(), 1, only=one.id):  # or another process has done it meanwhile
            await self._handle(tx, [one])

    async def _handle(self, tx: Tx, batch: Sequence[Waiting]) -> None:
        now = self.now()
        world = await self._see(tx, now)
        heard = {one.id: self._hear(one) for one in batch}
        farewells = [self._leave(one) for one in batch if heard[one.id].event == "group"]
        talks = [one for one in batch if heard[one.id].event not in ("group", "nothing")]
        languages = {(one.channel, one.address): self._language(heard[one.id]) for one in talks}
        met = await people.meet(tx, languages, now)
        kept = await places.load(tx, {person.id for person, _ in met.values()})
        at: dict[int, Place | None] = {person_id: _load_place(place) for person_id, place in kept.items()}
        outgoing: list[Outgoing] = farewells
        notices: list[tuple[str, Notice | Redraw]] = []
        changed: dict[int, Place | None] = {}
        forgotten: list[int] = []
        moments: list[Moment] = []
        for one in talks:
            person, account = met[one.channel, one.address]
            turn = self._turn(tx, world, one, heard[one.id], person, account, at.get(person.id), now)
            await self._gated(turn)
            outgoing += self._answers(turn)
            notices += [(f"{turn.key}:notice:{n}", notice) for n, notice in enumerate(turn.notices)]
            moments += turn.moments
            if turn.new_world:
                self._world = None
            account.new = False
            if turn.became is not None:
                person.id = account.person_id = turn.became
            at[person.id] = changed[person.id] = turn.place
            await _see_again(tx, turn.touched, [pair[0] for pair in met.values()])
            if turn.farewell:
                changed.pop(person.id)
                forgotten.append(one.id)
                met = {who: pair for who, pair in met.items() if pair[0].id != person.id}
        outgoing += await written(tx, notices, self.speeches, self.channels)
        await outbox.add(tx, outgoing, now)
        await places.save(tx, {who: _dump_place(place) for who, place in changed.items()}, now)
        await people.heard(tx, [account for _, account in met.values()], now)
        await journeys.count(tx, now.astimezone(self.zone).date(), moments)
        await inbox.done(tx, [one.id for one in batch])
        await inbox.empty(tx, forgotten)

    async def _gated(self, turn: Turn) -> None:
        if turn.person.blocked:
            return
        if turn.heard.event:
            return await converse(turn)
        weight = flood.ALBUM_PHOTO if turn.heard.album else 1.0
        match flood.gate(turn.account, turn.now, weight=weight):
            case "open":
                await converse(turn)
            case "notice":
                turn.reply("flood")

    async def _see(self, tx: Tx, now: datetime) -> World:
        if self._world is None or not timedelta(0) <= now - self._world.seen_at < WORLD_KEEPS:
            campaign = await campaigns.active(tx)
            if campaign is None:
                raise NoCampaign
            units = await campaigns.communes(tx, campaign, now.astimezone(self.zone).date())
            self._world = World(campaign, [Known(u.id, u.name, u.aliases) for u in units], now)
        return self._world

    def _hear(self, one: Waiting) -> Heard:
        try:
            heard = self.channels[one.channel].hear(one.payload)
        except Unreadable:
            return Heard(event="nothing")
        if not one.address:
            return Heard(event="nothing")  # it came from nobody who could be answered
        return heard.with_(**one.media) if one.media else heard

    def _language(self, heard: Heard) -> str:
        reported = heard.language[:2].lower()
        return reported if reported in LANGUAGES else self.language

    def _turn(
        self,
        tx: Tx,
        world: World,
        one: Waiting,
        heard: Heard,
        person: people.Person,
        account: people.Account,
        place: Place | None,
        now: datetime,
    ) -> Turn:
        can = self.channels[one.channel].capabilities
        facts = Facts(
            today=now.astimezone(self.zone).date(),
            speech=self.speeches[person.language],
            communes=world.communes,
            name=heard.name,
            documents=can.documents,
            contact=can.contact,
            now=now,
        )
        return Turn(
            tx, self.routes, person, account, heard, world.campaign, facts, now, f"in:{one.id}", place,
            links=self._links, rules=self.rules,
        )  # fmt: skip

    def _links(self, code: str) -> list[str]:
        return [link for channel in self.channels.values() if (link := channel.link(code))]

    def _answers(self, turn: Turn) -> list[Outgoing]:
        """The replies in words; and what typed numbers will mean from now on."""
        messages = [render(reply, turn.speech, turn.heard.pressed_on) for reply in turn.replies]
        choices = offered(messages)
        if choices is not None:
            place = turn.place or Place()
            turn.place = Place(place.form, place.answers, place.asking, choices)
            if not turn.place.form and not choices:
                turn.place = None
        account = turn.account
        account_id = None if turn.farewell else account.id
        return [
            Outgoing(account.channel, account.address, account_id, f"{turn.key}:{n}", message.dump(), about=reply.about)
            for n, (reply, message) in enumerate(zip(turn.replies, messages, strict=True))
        ]

    def _leave(self, one: Waiting) -> Outgoing:
        said = Message(self.speeches[self.language].say("group.leave"), leave=True)
        return Outgoing(one.channel, one.address, None, f"leave:{one.id}", said.dump())

    async def _failed(self, one: Waiting, failed: BaseException) -> None:
        """Nothing of the turn was kept. Try again later; after the last attempt apologise and raise the alarm."""
        code = secrets.token_hex(3).upper()
        log.error("handling failed", code=code, inbox=one.id, attempt=one.attempts + 1, exc_info=failed)
        again_at = self.now() + timedelta(seconds=BACKOFF[min(one.attempts, len(BACKOFF) - 1)])
        await self.database.again(lambda tx: self._set_back(tx, one, code, again_at))

    async def _set_back(self, tx: Tx, one: Waiting, code: str, again_at: datetime) -> None:
        if not await inbox.failed(tx, one, code, again_at):
            return
        log.error("message set aside", code=code, inbox=one.id)
        account = await people.find(tx, one.channel, one.address)
        language = self.language
        if account is not None:
            language = (await people.load(tx, [account.person_id]))[account.person_id].language
        sorry = Message(self.speeches[language].say("sorry", code=code)).dump()
        account_id = account.id if account else None
        apology = Outgoing(one.channel, one.address, account_id, f"sorry:{one.id}", sorry)
        alarm = (f"alarm:{one.id}", Notice(_alarm(code, one.id), "admin"))
        told = await written(tx, [alarm], self.speeches, self.channels)
        await outbox.add(tx, [apology, *told], self.now())


async def _see_again(tx: Tx, touched: Collection[int], batch: Sequence[people.Person]) -> None:
    """What one message changed in somebody's rights holds for her own messages of the same batch."""
    affected = [person for person in batch if person.id in touched]
    if affected:
        fresh = await people.load(tx, {person.id for person in affected})
        for person in affected:
            person.roles, person.blocked = fresh[person.id].roles, fresh[person.id].blocked


def _raise_if_cancelled(failed: BaseException) -> None:
    """A library's cancelled scope must not pass for the cancelling of this task, nor the other way round."""
    task = asyncio.current_task()
    if isinstance(failed, asyncio.CancelledError) and task is not None and task.cancelling():
        raise failed


def _alarm(code: str, inbox_id: int) -> Text:
    return Text("alarm.set_aside", {"code": code, "number": str(inbox_id)})


def _load_place(kept: dict[str, object]) -> Place:
    offered = tuple((value, label) for value, label in kept["offered"])  # type: ignore[attr-defined]
    return Place(str(kept["form"]), kept["answers"], str(kept["asking"]), offered)  # type: ignore[arg-type]


def _dump_place(place: Place | None) -> tuple[str, object] | None:
    if place is None:
        return None
    kept = {"form": place.form, "answers": place.answers, "asking": place.asking, "offered": place.offered}
    return place.form, {**kept, "stopped_at": place.stopped_at}


def _are_kept(batch: Sequence[Keeping]) -> None:
    for _, kept in batch:
        if not kept.done():
            kept.set_result(None)
