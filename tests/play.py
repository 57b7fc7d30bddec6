"""Play a transcript: a conversation as a text file, with the program restarted before every line.

    # language: vi            vi or en
    # channel: both           buttons, numbers or both
    # person: new             new, consented (take part) or volunteer (consented, and registered)
    # today: 2026-05-12
    # alone: why              not played where other channels run beside
    # neighbour: consented    how another speaker begins: as above, or «officer 19414» (of this unit) or «admin»
    > what the person types
    officer> what another speaker types; «officer» and «admin» are the demo's own unless a line above makes them anew
    > [Label]                 presses the button, or types its number where there are none
    > (photo: caption)        (photo album=a1: caption) · (contact: 0912345678) · (voice) · (sticker) · (document)
    > (sheet NAME)            sends tests/data/sheets/NAME.csv as an .xlsx file
    what the bot says, with a line «[Label] [Label]» for the choices
    --                        between two messages
    @officer what others are told unasked, by the name of each («@person» is who speaks without a name), with a line
    @officer [Label] [Label] for its buttons, which may be pressed later; where there are none the command is typed
    @officer~ what a message that was shown to them earlier says from now on (where messages can change)

«?????» stands for a code that is made up anew each time, or a part of one; «{code}» in what the person types
is the last such code. With UPDATE_TRANSCRIPTS=1 the file is rewritten with what the bot says today: read the difference!
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zlib import crc32

import orjson
import sqlalchemy as sa

from bot.message import Message, changed
from locales import LANGUAGES, Speech
from storage import words
from storage.campaign import campaigns, invitations, staff
from storage.database import Tx
from storage.database.secret import seal_words
from storage.demo import demo
from storage.rights import links
from storage.tables import accounts, outbox, units, volunteers
from storage.tables import people as persons
from storage.tables.sealed import BODY, VOLUNTEER_PHONE
from storage.talk import people
from tests import canaries
from tests.fakes.crowd import crowd
from tests.fakes.room import BUTTONS, NUMBERS, Room
from tests.stage import Clock, Stage, photo, sheet, sound
from tests.words import astray, in_clear

HERE = Path(__file__).parent / "transcripts"
CODE = re.compile(
    rf"\b(?:[A-Z]{{2,4}}\d\d|DC)-[0-9A-Z]{{5}}\b|\b{invitations.CODE.pattern}\b|\b{links.CODE.pattern.replace('?', '')}\b"
)
CHOICES = re.compile(r"(\[[^\[\]]+\] ?)+")
SPEAKER = re.compile(r"([a-z][a-z0-9]*)?>(?: (.*))?")
TOLD = re.compile(r"@[a-z0-9-]+~? ")
HINTS = {"+skip": "skip.hint", "+keep": "keep.hint", "volunteer.phone.skip": "skip.hint"}
"""What stands for a button that is no choice, where there are none."""
PERSON = "person"
"""Who speaks without a name."""


@dataclass
class Line:
    """What somebody does, and what is expected of the bot."""

    said: str
    speaker: str = PERSON
    expected: list[str] = field(default_factory=list)


@dataclass
class Transcript:
    """A parsed file."""

    path: Path
    about: dict[str, str]
    lines: list[Line]

    @property
    def channels(self) -> list[str]:
        named = self.about.get("channel", "both")
        return ["buttons", "numbers"] if named == "both" else [named]


def read(path: Path) -> Transcript:
    """Parse a transcript."""
    about: dict[str, str] = {}
    lines: list[Line] = []
    for text in path.read_text(encoding="utf-8").splitlines():
        if not lines and (found := re.fullmatch(r"# (\w+): (.*)", text)):
            about[found[1]] = found[2].strip()
        elif spoken := SPEAKER.fullmatch(text):
            lines.append(Line(spoken[2] or "", spoken[1] or PERSON))
        elif lines:
            lines[-1].expected.append(text)
    for line in lines:
        while line.expected and not line.expected[-1].strip():
            line.expected.pop()
    return Transcript(path, about, lines)


@dataclass(frozen=True)
class Told:
    """Something that somebody was told unasked."""

    to: str
    message: Message
    changes: bool = False
    """Whether it takes the place of an earlier message."""


@dataclass
class Screen:
    """What one speaker can press now: what was offered last, and what came unasked."""

    offered: list[tuple[str, str]] = field(default_factory=list)
    skip: tuple[str, str] | None = None
    ways: list[tuple[str, str]] = field(default_factory=list)
    """The ways out of the open question; the files do not write them below every question."""
    told: list[tuple[str, str]] = field(default_factory=list)


class Player:
    """Plays one transcript on one kind of channel."""

    channel, first = "room", 1

    def __init__(self, transcript: Transcript, folder: Path, kind: str, *, url: str = "") -> None:
        self.transcript, self.folder, self.kind = transcript, folder, kind
        self.language = transcript.about.get("language", "vi")
        today = date.fromisoformat(transcript.about.get("today", "2026-05-12"))
        clock = Clock(datetime(today.year, today.month, today.day, 2, 0, tzinfo=UTC))
        room = Room(BUTTONS if kind == "buttons" else NUMBERS)
        self.stage = Stage(folder, room, clock=clock, language=self.language, url=url)
        self.speech = Speech(self.language, UTC)
        self.speakers = list(dict.fromkeys([PERSON, *(line.speaker for line in transcript.lines)]))
        self.screens = {speaker: Screen() for speaker in self.speakers}
        self.code = ""
        self.seen = 0

    def address(self, speaker: str) -> str:
        """Where a speaker is on the channel."""
        return str(self.first + self.speakers.index(speaker))

    async def play(self) -> list[tuple[Line, list[str]]]:
        """Every line with what the bot really said."""
        await self.prepare()
        played = []
        self.seen = len(await self.told())
        for line in self.transcript.lines:
            messages = await self.speak(self._heard(line), line.speaker)
            told = (await self.told())[self.seen :]
            self.seen += len(told)
            for one in told:  # what was asked for is shown first, whatever else came in between
                same = next((m for m in messages if one.to == line.speaker and m.text == one.message.text), None)
                messages = [m for m in messages if m is not same]
            answers = "\n--\n".join(self._shown(message, line.speaker) for message in messages)
            played.append((line, [*(answers.split("\n") if messages else []), *self._news(told)]))
        return played

    async def speak(self, said: dict[str, str], speaker: str) -> list[Message]:
        """Say one thing; returns what is answered."""
        if "later" in said:
            return await self.stage.later(float(said["later"]), self.address(speaker), said.get("work", ""))
        address = self.address(speaker)
        return await self.stage.send([self.stage.room.arrival(address, **said)], address)

    async def told(self) -> list[Told]:
        """What people have been told unasked so far."""
        async with self.stage.program() as app, app.database.read() as tx:
            return await self._told(tx)

    async def _told(self, tx: Tx) -> list[Told]:
        names = {self.address(speaker): speaker for speaker in self.speakers}
        names |= {address: role for role, address in demo.STAFF.items()}
        rows = await tx.all(sa.select(outbox).where(outbox.c.kind != "reply").order_by(outbox.c.id))
        return [
            Told(
                names.get(address := str(row["address"]), address),
                Message.load(orjson.loads(BODY.open_in(tx.vault, row))),
                row["replaces_id"] is not None,
            )
            for row in rows
            if row["replaces_id"] is None
            or row["channel"] == self.channel  # elsewhere it depends on who receives there
        ]

    def expected(self, line: Line) -> list[str]:
        """What a line of the file means on this kind of channel."""
        if self.kind == "buttons":
            return line.expected
        found: list[str] = []
        for text in line.expected:
            if text.startswith("[[") and text.endswith("]]"):
                continue
            text = text.removeprefix("(link) ")
            if mark := TOLD.match(text):
                found += [] if "~" in mark[0] or CHOICES.fullmatch(text[mark.end() :]) else [text]
            elif CHOICES.fullmatch(text.strip()):
                labels = re.findall(r"\[([^\[\]]+)\]", text)
                # Also in the other languages: somebody may change hers within a form.
                said = [changed(self.speech, language=language) for language in LANGUAGES]
                hints = {speech.say(order): speech.say(hint) for speech in said for order, hint in HINTS.items()}
                found += [f"{n}. {label}" for n, label in enumerate((x for x in labels if x not in hints), 1)]
                found += [hints[label] for label in labels if label in hints]
            else:
                found.append(text)
        return found

    def _heard(self, line: Line) -> dict[str, str]:
        who = {"name": self.transcript.about.get("called", "Nguyễn Thị Thử"), "language": self.language}
        said = line.said.replace("{code}", self.code)
        if found := re.fullmatch(r"\[(.+)\]", said):
            return who | self._press(found[1], self.screens[line.speaker])
        if found := re.fullmatch(r"\(photo(?: (\w+))?(?: album=(\w+))?(?:: (.*))?\)", said):
            name = found[1] or f"photo-{self.stage.clock.at.timestamp():.0f}"
            path = photo(self.folder, name, f"#{crc32(name.encode()) & 0xFFFFFF:06x}")
            return who | {"photo": str(path), "album": found[2] or "", "text": found[3] or ""}
        if found := re.fullmatch(r"\(sheet (\w+)\)", said):
            return who | {"file": str(sheet(self.folder, found[1]))}
        if found := re.fullmatch(r"\(contact: (.+)\)", said):
            return who | {"contact": found[1]}
        if found := re.fullmatch(r"\((\d+) seconds later\)", said):
            return {"later": found[1]}
        if found := re.fullmatch(r"\((\d+) hours later: (\w+)\)", said):
            return {"later": str(int(found[1]) * 3600), "work": found[2]}
        if said == "(voice)":
            return who | {"sound": str(sound(self.folder, f"voice-{self.stage.clock.at.timestamp():.0f}"))}
        if found := re.fullmatch(r"\((sticker|document|location|video)\)", said):
            return who | {"other": found[1]}
        return who | {"text": said.replace("\\n", "\n")}

    def _press(self, label: str, screen: Screen) -> dict[str, str]:
        def meant(shown: str) -> bool:
            return label in (plain(shown), plain(shown).lstrip("☐☑ "))

        for n, (value, shown) in enumerate(screen.offered, 1):
            if meant(shown):
                return {"pressed": value, "pressed_on": "1"} if self.kind == "buttons" else {"text": str(n)}
        skips = {self.speech.say(order): hint for order, hint in HINTS.items()}
        if screen.skip and label in skips and skips[label] == skips[screen.skip[1]]:
            pressed = {"pressed": screen.skip[0], "pressed_on": "1"}
            order = next(hint for order, hint in HINTS.items() if self.speech.say(order) == label).partition(".")[0]
            return pressed if self.kind == "buttons" else {"text": self.speech.words(f"order.{order}.words")[0]}
        for value, shown in screen.ways:
            if label == shown:
                return {"pressed": value, "pressed_on": "1"}
        if self.kind == "numbers" and label in (self.speech.say("+back"), self.speech.say("+cancel")):
            return {"text": label}
        for value, shown in reversed(screen.told):
            if meant(shown):
                return {"pressed": value, "pressed_on": "1"} if self.kind == "buttons" else {"text": value}
        raise AssertionError(f"there is no button {label!r}; there are {[label for _, label in screen.offered]}")

    def _shown(self, message: Message, speaker: str) -> str:
        screen = self.screens[speaker]
        screen.ways = [(b.value, b.label) for b in message.ways]
        if self.kind == "numbers":
            screen.offered = re.findall(r"(?m)^(\d+)\. (.+)$", message.text) or screen.offered
            hinted = (order for order, hint in HINTS.items() if self.speech.say(hint) in message.text)
            screen.skip = next((("", self.speech.say(order)) for order in hinted), None)
        elif message.buttons or message.skip:
            screen.offered = [(b.value, b.label) for b in message.buttons]
            screen.skip = (message.skip.value, message.skip.label) if message.skip else None
        return self._noted("\n".join(lines(message)))

    def _news(self, told: list[Told]) -> list[str]:
        """What others were told, a line each with the name of who was."""
        shown: list[str] = []
        for one in told:
            text, buttons = one.message.text, [(b.value, b.label) for b in one.message.buttons]
            if self.kind == "numbers":
                buttons = [(line, label) for label, line in self._typed().findall(text)]
                text = self._typed().sub("", text).rstrip()
            if one.to in self.screens:
                self.screens[one.to].told += buttons
            if one.changes and self.kind == "numbers":
                continue
            mark = f"@{one.to}~" if one.changes else f"@{one.to}"
            seen = lines(changed(one.message, text=text, buttons=() if self.kind == "numbers" else one.message.buttons))
            shown += [f"{mark} {line}" for line in self._noted("\n".join(seen)).split("\n")]
        return shown

    def _typed(self) -> re.Pattern[str]:
        """How a channel without buttons tells of a command that may be typed."""
        sentence = re.escape(self.speech.say("notice.type", label="LABEL", line="LINE"))
        return re.compile("(?m)^" + sentence.replace("LABEL", "(.+)").replace("LINE", "(/.+)") + "$")

    def _noted(self, text: str) -> str:
        """The text, plain; the last code in it is remembered."""
        text = plain(text)
        if found := CODE.findall(text):
            self.code = found[-1]
        return text

    async def prepare(self) -> None:
        """Make the people whom the transcript presumes."""
        for speaker in self.speakers:
            begins = self.transcript.about.get(speaker, speaker if speaker in demo.STAFF else "new")
            how, _, unit = begins.partition(" ")
            if how == speaker and not unit:
                await self._play_demo(speaker)
            elif how in ("officer", "admin"):
                await self._agree(speaker)
                await self._appoint(speaker, how, unit)
            elif how != "new":
                await self._agree(speaker)
                if how == "volunteer":
                    await self._register(speaker)

        async with self.stage.program() as app:
            await crowd(app, int(self.transcript.about.get("crowd", "0")), channel=self.channel)

    async def _agree(self, speaker: str) -> None:
        who = {"channel": self.channel, "address": self.address(speaker), "language": self.language}
        await self.stage.agree("take_part", "announcements", **who)

    async def _play_demo(self, role: str) -> None:
        """The demo's officer or admin speaks on this channel."""
        async with self.stage.program() as app, app.database.write() as tx:
            hers = sa.select(accounts.c.person_id).where(accounts.c.address == demo.STAFF[role])
            await tx.run(sa.update(persons).where(persons.c.id.in_(hers)).values(language=self.language))
            here = {"channel": self.channel, "address": self.address(role)}
            await tx.run(sa.update(accounts).where(accounts.c.address == demo.STAFF[role]).values(**here))

    async def _appoint(self, speaker: str, role: str, code: str) -> None:
        async with self.stage.program() as app, app.database.write() as tx:
            campaign = await campaigns.active(tx)
            assert campaign is not None
            unit = await tx.value(sa.select(units.c.id).where(units.c.code == code)) or campaign.unit_id
            who = self.channel, self.address(speaker)
            person, _ = (await people.meet(tx, {who: self.language}, self.stage.clock()))[who]
            await staff.grant(tx, person.id, role, unit, "operator", self.stage.clock())

    async def _register(self, speaker: str) -> None:
        async with self.stage.program() as app, app.database.write() as tx:
            account = await people.find(tx, self.channel, self.address(speaker))
            assert account is not None
            commune = await tx.value(sa.select(units.c.id).where(units.c.code == "19414"))
            registered = {"full_name": "Nguyễn Thị Thử", "birth_year": 1990}
            where = {"unit_id": commune, "hamlet": "Thôn Thử", "activities": ["relief"]}
            phone = {
                "phone": VOLUNTEER_PHONE.seal(tx.vault, b"+84912345678", account.person_id),
                "phone_index": tx.vault.index("+84912345678", kind="phone"),
            }
            at = {"created_at": self.stage.clock() - timedelta(days=1), "updated_at": self.stage.clock()}
            row = {"person_id": account.person_id, **registered, **where, **phone, **at}
            await tx.run(sa.insert(volunteers).values(**seal_words(tx.vault, volunteers, row)))
            await words.note(tx, volunteers.c.person_id, account.person_id)


def lines(message: Message) -> list[str]:
    """A message as the transcripts write it."""
    labels = [b.label for b in message.buttons] + ([message.skip.label] if message.skip else [])
    return [
        *(["(photo)"] if message.picture else []),
        *(["(voice)"] if message.voice else []),
        *([f"(document {message.document.name})"] if message.document else []),
        *(line.rstrip() for line in message.text.split("\n")),
        *(f"(link) {link.label}: {link.url}" for link in message.links),
        *([" ".join(f"[{label}]" for label in labels)] if labels else []),
        *([f"[[{message.contact}]]"] if message.contact else []),
    ]


def plain(text: str) -> str:
    """Without the no-break spaces that keep an amount together."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def matches(expected: list[str], shown: list[str]) -> bool:
    """Whether the bot said what was expected, codes aside."""
    pattern = re.escape("\n".join(expected))
    pattern = re.sub(r"(?:\\\?){4,5}", lambda part: f"[0-9A-Z]{{{len(part[0]) // 2}}}", pattern)
    return re.fullmatch(pattern, "\n".join(shown)) is not None


async def check(player: Player) -> None:
    """Play a transcript and compare every line."""
    transcript = player.transcript
    played = await player.play()
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        return _update(transcript, played, player.kind)
    if player.kind == transcript.channels[0]:
        async with player.stage.program() as app, app.database.read() as tx:
            assert await astray(tx) == [], "whoever writes a row notes its words (storage/words.py)"
            assert await in_clear(tx) == [], "whoever writes sealed words calls seal_words (storage/database/secret.py)"
            said = [line.said for line, _ in played]
            assert await canaries.astray(tx, said) == set(), "what people write is sealed, or public (docs/security.md)"
    for line, shown in played:
        expected = player.expected(line)
        assert matches(expected, shown), (
            f"{transcript.path.name} ({player.kind})\n{_said(line)}\n{_side_by_side(expected, shown)}"
        )


def _said(line: Line) -> str:
    return f"{'' if line.speaker == PERSON else line.speaker}> {line.said}".rstrip()


def _side_by_side(expected: list[str], shown: list[str]) -> str:
    return "expected:\n  " + "\n  ".join(expected) + "\nsaid:\n  " + "\n  ".join(shown)


def _update(transcript: Transcript, played: list[tuple[Line, list[str]]], kind: str) -> None:
    if kind != transcript.channels[0]:
        return
    head = [f"# {name}: {value}" for name, value in transcript.about.items()]
    body = [part for line, shown in played for part in [_said(line), *(_wild(text) for text in shown)]]
    transcript.path.write_text("\n".join([*head, *body]) + "\n", encoding="utf-8")


def _wild(text: str) -> str:
    """A line with what is made up anew each time left open."""
    return CODE.sub(lambda code: code[0] if "DEM" in code[0] else _open(code[0]), text)


def _open(code: str) -> str:
    """A code without what is made up; of an invitation, and of a code for linking, that is all of it."""
    if links.CODE.fullmatch(code):
        return "????-????-????"
    return "?????-?????" if invitations.CODE.fullmatch(code) and not code.startswith("TND") else code[:-5] + "?????"
