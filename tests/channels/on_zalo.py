"""A conversation read on either product of Zalo as elsewhere, but for what Zalo has no means to show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from bot.message import Message, changed
from locales import LANGUAGES
from tests.fakes.served import Served
from tests.play import Line as Spoken
from tests.play import Player, Told, Transcript, plain
from tests.stage import Clock

PART = re.compile(r"\A\(([0-9]+)/[0-9]+\) ")
"""What stands before each part of a text that is too long for one message here."""
CHOICE = re.compile(r"(?m)^([0-9]+|[A-Z])\. (.+)$")


class Shown(Protocol):
    """A message as its reader has it."""

    @property
    def text(self) -> str: ...

    @property
    def photo(self) -> bytes: ...


class Chat(Protocol):
    """Somebody's chat with the program on a fake of Zalo."""

    read: int

    @property
    def inbox(self) -> Sequence[Shown]: ...

    def says(self, text: str) -> Any: ...

    def speaks(self) -> Any: ...

    def sticks(self) -> Any: ...


class Line(Protocol):
    """A fake of Zalo, and the program on it."""

    @property
    def bot(self) -> Served: ...

    def chat(self, address: str) -> Chat: ...

    async def quiet(self) -> None:
        """Wait until everything that was said is handled and answered."""


class OnZalo(Player):
    """Plays a transcript in a Zalo chat: choices by their numbers, more of them on demand, 0 for the menu."""

    first = 7

    def __init__(self, line: Line, transcript: Transcript, folder: Path, clock: Clock, channel: str) -> None:
        super().__init__(transcript, folder, "numbers")
        self.channel = channel
        self.line, self.stage.clock = line, clock
        self.menu = self.speech.say("command.menu.title")
        self.more = self.speech.say("more.hint")
        voices = [changed(self.speech, language=language) for language in LANGUAGES]
        self.home = {f"0. {voice.say('menu.hint')}" for voice in voices}
        self.hint = {voice.say("picture.hint") for voice in voices}
        self.echo = tuple(voice.say("chosen", choice="") for voice in voices)
        self.signs: dict[str, dict[str, str]] = {speaker: {} for speaker in self.speakers}
        """What each speaker can type now for a label."""

    def chat(self, speaker: str) -> Chat:
        return self.line.chat(self.address(speaker))

    async def prepare(self) -> None:
        """Done before the program was started."""

    async def speak(self, said: dict[str, str], speaker: str) -> list[Message]:
        chat = self.chat(speaker)
        self.stage.clock.forward(seconds=5)
        await self.line.quiet()
        chat.read = len(chat.inbox)
        if label := said.get("label"):
            return await self._choose(label, speaker)
        if "other" in said:
            {"voice": chat.speaks, "sticker": chat.sticks}[said["other"]]()
        else:
            chat.says(said["text"])
        return await self._answered(speaker)

    async def _choose(self, label: str, speaker: str) -> list[Message]:
        """Type the sign of a label, after asking for more choices until it is among them."""
        signs = self.signs[speaker]
        for _ in range(10):
            if sign := signs.get(label) or (label == self.menu and "0"):
                break
            self.chat(speaker).says(signs[self.more])
            await self._answered(speaker)
            signs = self.signs[speaker]
        self.chat(speaker).says(str(sign))
        return await self._answered(speaker)

    async def _answered(self, speaker: str) -> list[Message]:
        await self.line.quiet()
        chat = self.chat(speaker)
        new, chat.read = chat.inbox[chat.read :], len(chat.inbox)
        for sent in new:
            if found := CHOICE.findall(sent.text):
                self.signs[speaker] = {plain(label).lstrip("☐☑ "): sign for sign, label in found}
        answers: list[Message] = []
        for sent in new:
            picture = "told" if sent.photo or self.hint & {*sent.text.split("\n")} else ""
            text = self._as_elsewhere(sent.text)
            if (part := PART.match(text)) and part[1] != "1" and answers:  # a form's question is an answer of its own
                begun = PART.sub("", answers[-1].text)
                answers[-1] = changed(answers[-1], text=f"{begun}\n{PART.sub('', text)}", picture=picture)
            else:
                answers.append(Message(text, picture=picture))
        return answers

    def _press(self, label: str, screen: object) -> dict[str, str]:
        skip = self.speech.say("+skip")
        return {"text": self.speech.words("order.skip.words")[0]} if label == skip else {"label": label}

    def _as_elsewhere(self, text: str) -> str:
        """Without what is said only here: the choice repeated, the line for the menu; letters as numbers."""
        lines = [line for line in text.split("\n") if line not in self.home | self.hint]
        if lines[0].startswith(self.echo):
            del lines[0]
        return "\n".join(re.sub(r"^([A-Z])\. ", lambda at: f"{ord(at[1]) - ord('A') + 1}. ", line) for line in lines)

    def expected(self, line: Spoken) -> list[str]:
        """As where choices are numbered, seven at a time, without a number for the menu."""
        found: list[str] = []
        choices: list[str] = []
        for text in [*super().expected(line), ""]:
            if at := re.fullmatch(r"[0-9]+\. (.+)", text):
                choices.append(at[1])
                continue
            shown = [label for label in choices if label != self.menu]
            if len(shown) > 8:
                shown = [*shown[:7], self.more]
            found += [f"{n}. {label}" for n, label in enumerate(shown, 1)]
            choices = []
            found.append(text.replace("room", "Zalo"))
        return found[:-1]

    async def told(self) -> list[Told]:
        async with self.line.bot.app.database.read() as tx:
            return await self._told(tx)
