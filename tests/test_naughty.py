"""Strings that break programs, at every question of words on Telegram and each kind elsewhere: answered, and kept as sent."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channels import Channel, table
from bot.channels.console.channel import Console
from bot.channels.telegram.channel import Telegram
from bot.channels.web.channel import Web
from bot.channels.web.chat import read_arrival
from bot.dialog.choose import understand
from bot.dialog.fields import Line, Spoken, Story
from bot.dialog.fields.words import Named
from bot.message import Heard
from bot.process import app as parts
from bot.process.app import App, connect
from bot.receive.conversation import orders
from bot.settings import read_settings
from bot.vietnamese.fold import INVISIBLE
from bot.vietnamese.yes_no import read_yes_no
from storage.tables import consents, inbox, outbox, staff
from storage.talk import people, places
from storage.talk.inbox import Arrival
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api.updates import written
from tests.fakes.room import Room
from tests.figures import size
from tests.questions import questions
from tests.stage import KEY, Stage, Template
from tests.vietnamese.hostile import HOSTILE, NAUGHTY, given_text

STRINGS = [*NAUGHTY, *(given_text(one)[:4000] for one in HOSTILE)]
"""Lone surrogates among them reach us only where JSON is not strict: from Telegram and from a terminal."""
ADDRESSES = [str(1000 + n) for n in range(len(STRINGS))]
WORDS = [(form, name, place) for form, name, place in questions() if isinstance(form.fields[name], Line)]
KINDS = ("telegram", "web", "console", "room")
SHARES = size(len(KINDS), 1)
"""A question gets every fourth of the strings, the next question the ones after those, and each channel others."""
FEW = list({type(form.fields[name]): (form, name, place) for form, name, place in WORDS}.values())
"""One question of each kind: what a channel brings and sends does not depend on which of them is open."""


def arrivals(channel: Channel, round: int, numbers: Sequence[int]) -> list[Arrival]:
    """Each of these strings from a person of her own, as the platform would bring it."""
    return [_arrival(channel, round * 10_000 + n, ADDRESSES[n], STRINGS[n]) for n in numbers]


def _arrival(channel: Channel, key: int, address: str, text: str) -> Arrival:
    match channel:
        case Telegram():
            chat = {"id": int(address), "type": "private", "first_name": "An"}
            sender = {"id": int(address), "is_bot": False, "first_name": "An"}
            said = {"message_id": key + 1, "date": 1, "chat": chat, "from": sender, **written(text)}
            return channel.arrival({"update_id": key + 1, "message": said})
        case Console():
            return Arrival(channel.name, str(key), address, channel.payload(text=text))
        case Room():
            return channel.arrival(address, key=str(key), text=_well_formed(text))
        case Web():
            return read_arrival(channel.name, address, {"id": f"message-{key}", "text": _well_formed(text)})
    raise AssertionError(channel)


def _well_formed(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) != "Cs")


def make(kind: str, app: App, api: BotApi) -> Channel:
    match kind:
        case "console":
            return Console(lambda text: None)
        case "room":
            return Room()
    settings = read_settings(telegram_token=api.token, telegram_api_url=api.url, telegram_per_second=0, secret_key=KEY)
    return table.make(kind, parts.surroundings(app), settings)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_string_is_answered_and_kept_as_sent(kind: str, template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    stage = Stage(tmp_path)
    made: list[Channel] = []

    def channels(app: App) -> Sequence[Channel]:
        made.append(make(kind, app, api))
        return made

    async with BotApi() as api:
        app = await connect(stage.settings, now=stage.clock, channels=channels)
        try:
            await _all(app, made[0], stage, api, KINDS.index(kind))
        finally:
            await app.close()


async def _all(app: App, channel: Channel, stage: Stage, api: BotApi, first: int) -> None:
    if isinstance(channel, Telegram):
        await channel.bot.initialize()
    async with app.database.write() as tx:
        met = await people.meet(tx, {(channel.name, address): "vi" for address in ADDRESSES}, stage.clock())
        whom = [met[channel.name, address][0].id for address in ADDRESSES]
        proof = dict.fromkeys(("text_version", "text_hash", "language", "channel"), "t")
        agreed = {"purpose": "take_part", "given_at": stage.clock(), **proof}
        await tx.run(sa.insert(consents), [{"person_id": person, **agreed} for person in whom])
        held = [{"person_id": person, "role": "admin", "granted_at": stage.clock()} for person in whom]
        await tx.run(sa.insert(staff), held)  # the forms of admins are asked too
    for address in ADDRESSES:
        api.person(int(address))
    for round, (form, name, place) in enumerate(WORDS if isinstance(channel, Telegram) else FEW):
        numbers = range((first + round) % SHARES, len(STRINGS), SHARES)
        asked = {whom[n]: STRINGS[n] for n in numbers}
        stage.clock.forward(minutes=1)
        kept = {"form": place.form, "answers": place.answers, "asking": place.asking, "offered": place.offered}
        async with app.database.write() as tx:
            await tx.run(sa.delete(outbox))
            await places.save(tx, dict.fromkeys(asked, (form.name, kept)), stage.clock())
        await app.engine.receive(arrivals(channel, round, numbers))
        while await app.engine.handle_waiting():
            pass
        async with app.database.read() as tx:
            failed = await tx.all(sa.select(inbox.c.error).where(sa.or_(inbox.c.attempts > 0, inbox.c.state != "done")))
            replies = sa.select(outbox.c.address).distinct().where(outbox.c.kind == "reply")
            answered = {row["address"] for row in await tx.all(replies)}
            now_at = await places.load(tx, list(asked))
        assert failed == []
        assert answered == {ADDRESSES[n] for n in numbers}, f"{form.name}.{name}"
        for person, text in asked.items():
            if understand(Heard(text=text), place, orders()).pressed:
                continue  # it stands for a choice, such as «-1»
            if type(form.fields[name]).read not in (Line.read, Story.read):
                continue  # codes and numbers are kept in one shape
            field = form.fields[name]
            if isinstance(field, Line) and field.suggest and read_yes_no(text).value:
                continue  # it says yes to what is suggested, such as «🆗» to the name that the platform told us
            now = now_at.get(person) or {}
            if now.get("form") != form.name:
                continue  # it was the last answer, and another form has opened
            answer = (now.get("answers") or {}).get(name)
            if answer and answer != (place.answers or {}).get(name):  # else it was refused, and what was there stays
                wanted = without_joiners(as_sent(text, lines=isinstance(field, Story)))
                if isinstance(field, Named | Spoken):
                    assert is_whole(without_joiners(answer), wanted), f"{form.name}.{name}: {text!r} became {answer!r}"
                else:
                    assert without_joiners(answer) == wanted, f"{form.name}.{name}"
        if (form, name, place) in (FEW[0], FEW[-1]):
            while await app.delivery.deliver():
                pass
            async with app.database.read() as tx:
                assert not await tx.all(sa.select(outbox).where(outbox.c.state != "sent"))


def as_sent(text: str, *, lines: bool) -> str:
    """What ought to be kept: NFC, on one line unless several may be, without what cannot be seen."""
    breaks = (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n").replace("\x85", "\n")
    )
    seen = "".join(c for c in breaks if unicodedata.category(c) not in ("Cc", "Cs") or c in "\n\t")
    whole = unicodedata.normalize("NFC", seen)
    return whole.strip() if lines else unicodedata.normalize("NFC", " ".join(INVISIBLE.sub("", whole).split()))


COURTESY = frozenset(" \t,.;:!?…\"'“”‘’*_~()[]{}«»<>‹›-–—")
"""Signs that people put around an answer, and that are no part of a name."""


def is_whole(answer: str, sent: str) -> bool:
    """Whether only pictograms and signs of courtesy around the answer are gone: no letter, mark, figure or other sign."""
    before, kept, behind = without_pictograms(sent).partition(without_pictograms(answer))
    return bool(kept) and set(before + behind) <= COURTESY


def without_pictograms(text: str) -> str:
    """The sign for a lost letter (U+FFFD) is none, though Unicode has it in their category."""
    signs = {c for c in text if unicodedata.category(c) in ("So", "Sk")} - {"\ufffd"} | {"\ufe0f"}
    return " ".join("".join(" " if c in signs else c for c in text).split())


def without_joiners(text: str) -> str:
    """A pile of more than thirty marks on one letter is broken by a joiner that nobody sees (Unicode UAX 15)."""
    return unicodedata.normalize("NFC", text.replace("\u034f", ""))


def test_there_are_as_many_strings_as_were_published() -> None:
    assert len(NAUGHTY) >= 461
    assert len(WORDS) >= 11
