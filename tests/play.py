"""Play a transcript: a conversation as a text file, with the program restarted before every line.

    # language: vi            vi or en
    # channel: both           buttons, numbers or both
    # person: new             new, consented (take part), volunteer (consented, and registered) or officer
    # unit: 19414             of which commune the officer is
    # today: 2026-05-12
    > what the person types
    > [Label]                 presses the button, or types its number where there are none
    > (photo: caption)        (photo album=a1: caption) · (contact: 0912345678) · (voice) · (sticker) · (file)
    what the bot says, with a line «[Label] [Label]» for the choices
    --                        between two messages
    @officer what the officers, and others, are told

«?????» stands for a code that is made up anew each time, «######» for six digits; «{code}» in what the person types
is the last such code. With UPDATE_TRANSCRIPTS=1 the file is rewritten with what the bot says today: read the difference!
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zlib import crc32

import sqlalchemy as sa

from bot.message import Message
from locales import Speech
from storage import people
from storage.tables import units, volunteers
from tests.desk import CUA_TUNG, appoint
from tests.fakes.room import BUTTONS, NUMBERS, Room
from tests.stage import Clock, Stage, photo

HERE = Path(__file__).parent / "transcripts"
CODE = re.compile(r"\b(?:[A-Z]{2,4}\d\d|DC)-[0-9A-Z]{5}\b")
SIX = re.compile(r"(?<!\d)\d{3} ?\d{3}(?!\d)")
CHOICES = re.compile(r"(\[[^\[\]]+\] ?)+")


@dataclass
class Line:
    """What the person does, and what is expected of the bot."""

    said: str
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
        elif text.startswith("> ") or text == ">":
            lines.append(Line(text[2:]))
        elif lines:
            lines[-1].expected.append(text)
    for line in lines:
        while line.expected and not line.expected[-1].strip():
            line.expected.pop()
    return Transcript(path, about, lines)


class Player:
    """Plays one transcript on one kind of channel."""

    channel, address = "room", "1"

    def __init__(self, transcript: Transcript, folder: Path, kind: str) -> None:
        self.transcript, self.folder, self.kind = transcript, folder, kind
        self.language = transcript.about.get("language", "vi")
        today = date.fromisoformat(transcript.about.get("today", "2026-05-12"))
        clock = Clock(datetime(today.year, today.month, today.day, 2, 0, tzinfo=UTC))
        room = Room(BUTTONS if kind == "buttons" else NUMBERS)
        self.stage = Stage(folder, room, clock=clock, language=self.language)
        self.speech = Speech(self.language, UTC)
        self.offered: list[tuple[str, str]] = []
        self.skip: tuple[str, str] | None = None
        self.code = ""
        self.told = 0

    async def play(self) -> list[tuple[Line, list[str]]]:
        """Every line with what the bot really said."""
        await self.prepare()
        played = []
        self.told = len(await self.notices())
        for line in self.transcript.lines:
            messages = await self.speak(self._heard(line.said))
            shown = "\n--\n".join(self._shown(message) for message in messages).split("\n") if messages else []
            notices = await self.notices()
            shown += [f"@officer {said}" for notice in notices[self.told :] for said in plain(notice).split("\n")]
            self.told = len(notices)
            played.append((line, shown))
        return played

    async def speak(self, said: dict[str, str]) -> list[Message]:
        """Say one thing; returns what is answered."""
        return await self.stage.send([self.stage.room.arrival(**said)])

    async def notices(self) -> list[str]:
        """What the officers have been told so far."""
        return await self.stage.notices()

    def expected(self, line: Line) -> list[str]:
        """What a line of the file means on this kind of channel."""
        if self.kind == "buttons":
            return line.expected
        found: list[str] = []
        for text in line.expected:
            if text.startswith("[[") and text.endswith("]]"):
                continue
            if CHOICES.fullmatch(text.strip()):
                labels = re.findall(r"\[([^\[\]]+)\]", text)
                skip = self.speech.say("+skip")
                found += [f"{n}. {label}" for n, label in enumerate((x for x in labels if x != skip), 1)]
                found += [self.speech.say("skip.hint")] if skip in labels else []
            else:
                found.append(text)
        return found

    def _heard(self, said: str) -> dict[str, str]:
        who = {"name": "Nguyễn Thị Thử", "language": self.language}
        said = said.replace("{code}", self.code)
        if found := re.fullmatch(r"\[(.+)\]", said):
            return who | self._press(found[1])
        if found := re.fullmatch(r"\(photo(?: (\w+))?(?: album=(\w+))?(?:: (.*))?\)", said):
            name = found[1] or f"photo-{self.stage.clock.at.timestamp():.0f}"
            path = photo(self.folder, name, f"#{crc32(name.encode()) & 0xFFFFFF:06x}")
            return who | {"photo": str(path), "album": found[2] or "", "text": found[3] or ""}
        if found := re.fullmatch(r"\(contact: (.+)\)", said):
            return who | {"contact": found[1]}
        if found := re.fullmatch(r"\((voice|sticker|file|location|video)\)", said):
            return who | {"other": found[1]}
        return who | {"text": said.replace("\\n", "\n")}

    def _press(self, label: str) -> dict[str, str]:
        for n, (value, shown) in enumerate(self.offered, 1):
            if label in (plain(shown), plain(shown).lstrip("☐☑ ")):
                return {"pressed": value, "pressed_on": "1"} if self.kind == "buttons" else {"text": str(n)}
        if self.skip and self.skip[1] == label:
            pressed = {"pressed": self.skip[0], "pressed_on": "1"}
            return pressed if self.kind == "buttons" else {"text": self.speech.words("order.skip.words")[0]}
        raise AssertionError(f"there is no button {label!r}; there are {[label for _, label in self.offered]}")

    def _shown(self, message: Message) -> str:
        if self.kind == "numbers":
            self.offered = re.findall(r"(?m)^(\d+)\. (.+)$", message.text) or self.offered
            self.skip = ("", self.speech.say("+skip")) if self.speech.say("skip.hint") in message.text else None
        elif message.buttons or message.skip:
            self.offered = [(b.value, b.label) for b in message.buttons]
            self.skip = (message.skip.value, message.skip.label) if message.skip else None
        lines = ["(photo)"] if message.picture else []
        lines += [f"(document {message.document.name})"] if message.document else []
        lines += message.text.split("\n")
        labels = [b.label for b in message.buttons] + ([message.skip.label] if message.skip else [])
        lines += [" ".join(f"[{label}]" for label in labels)] if labels else []
        lines += [f"[[{message.contact}]]"] if message.contact else []
        text = plain("\n".join(line.rstrip() for line in lines))
        if found := CODE.findall(text):
            self.code = found[-1]
        elif "######" in "\n".join(x for line in self.transcript.lines for x in line.expected) and (
            six := SIX.findall(text)
        ):
            self.code = six[-1].replace(" ", "")
        return text

    async def prepare(self) -> None:
        """Make the person whom the transcript presumes."""
        person = self.transcript.about.get("person", "new")
        if person == "new":
            return
        if person == "officer":
            unit = self.transcript.about.get("unit", CUA_TUNG)
            await appoint(self.stage, self.address, unit, channel=self.channel, language=self.language)
        who = self.channel, self.address
        await self.stage.agree("take_part", "announcements", channel=who[0], address=who[1], language=self.language)
        if person == "volunteer":
            async with self.stage.program() as app, app.database.write() as tx:
                account = await people.find(tx, *who)
                assert account is not None
                commune = await tx.value(sa.select(units.c.id).where(units.c.code == "19414"))
                registered = {"full_name": "Nguyễn Thị Thử", "folded_name": "nguyen thi thu", "birth_year": 1990}
                where = {"unit_id": commune, "hamlet": "Thôn Thử", "activities": ["relief"]}
                phone = {
                    "phone": tx.vault.seal(b"+84912345678"),
                    "phone_index": tx.vault.index("+84912345678", kind="phone"),
                }
                at = {"created_at": self.stage.clock() - timedelta(days=1), "updated_at": self.stage.clock()}
                row = {"person_id": account.person_id, **registered, **where, **phone, **at}
                await tx.run(sa.insert(volunteers).values(**row))


def plain(text: str) -> str:
    """Without the no-break spaces that keep an amount together."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def matches(expected: list[str], shown: list[str]) -> bool:
    """Whether the bot said what was expected, codes aside."""
    pattern = re.escape("\n".join(expected))
    pattern = pattern.replace(r"\?\?\?\?\?", "[0-9A-Z]{5}").replace(r"\#\#\#\#\#\#", r"\d{3} ?\d{3}")
    return re.fullmatch(pattern, "\n".join(shown)) is not None


async def check(player: Player) -> None:
    """Play a transcript and compare every line."""
    transcript = player.transcript
    played = await player.play()
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        return _update(transcript, played, player.kind)
    for line, shown in played:
        expected = player.expected(line)
        assert matches(expected, shown), (
            f"{transcript.path.name} ({player.kind})\n> {line.said}\n{_side_by_side(expected, shown)}"
        )


def _side_by_side(expected: list[str], shown: list[str]) -> str:
    return "expected:\n  " + "\n  ".join(expected) + "\nsaid:\n  " + "\n  ".join(shown)


def _update(transcript: Transcript, played: list[tuple[Line, list[str]]], kind: str) -> None:
    if kind != transcript.channels[0]:
        return
    head = [f"# {name}: {value}" for name, value in transcript.about.items()]
    body = [part for line, shown in played for part in [f"> {line.said}", *(_wild(text) for text in shown)]]
    transcript.path.write_text("\n".join([*head, *body]) + "\n", encoding="utf-8")


def _wild(text: str) -> str:
    """A line with what is made up anew each time left open."""
    text = CODE.sub(lambda code: code[0] if "DEM" in code[0] else code[0][:-5] + "?????", text)
    return re.sub(r"\b\d{3} \d{3}$", "######", text)
