"""How a conversation looks in a terminal: who speaks stands before what is said, a prompt waits for the next word, and what
cannot be shown in words has the name of a file, under which it is saved when that is asked for."""

from __future__ import annotations

import asyncio
import os
import sys
import textwrap
from pathlib import Path
from typing import TextIO

from bot.channels.kind import Pictures
from locales import Speech, phrases
from storage.files import NoSuchFile

ENDINGS = {"photo": "jpg", "voice": "ogg"}


class Terminal:
    """Shows what is said; what the person types follows the prompt."""

    def __init__(self, speech: Speech, out: TextIO = sys.stdout) -> None:
        self.speech, self.out = speech, out
        self.shown: dict[str, tuple[str, str]] = {}
        """What each file's name stands for: a photo or a voice message, and its name in the store."""

    def show(self, text: str) -> None:
        """Say something to the person."""
        said = textwrap.indent(text, "  ")
        self.out.write(f"\n{self.speech.say('web.bot')}:\n{said}\n")
        self.out.flush()

    def hint(self) -> None:
        """How files are sent from here, and that one can leave."""
        photo = f"/photo {self.speech.say('console.hint.photo')}"
        sheet = f"/file {self.speech.say('console.hint.sheet')}"
        self.out.write(f"{self.speech.say('console.hint', photo=photo, sheet=sheet)}\n")

    def name_file(self, kind: str, stored: str) -> str:
        """What stands for a photo or a voice message: the name of a file, the same whenever it is shown."""
        name = next((name for name, known in self.shown.items() if known == (kind, stored)), "")
        if not name:
            n = sum(known == kind for known, _ in self.shown.values()) + 1
            name = f"{self.speech.say(f'console.{kind}.name')}-{n}.{ENDINGS[kind]}"
            self.shown[name] = (kind, stored)
        return self.speech.say(f"console.{kind}", name=name)

    async def save(self, line: str, picture: Pictures, voice: Pictures) -> bool:
        """Save the file that the line asks for beside everything else here, where nothing is overwritten; False if it asks
        for none. Only who owns the folder may read it."""
        order, _, name = line.strip().partition(" ")
        kind, stored = self.shown.get(name.strip(), ("", ""))
        if not kind or order.casefold() not in phrases("console.save.words"):
            return False
        name = name.strip()
        try:
            content = await (picture if kind == "photo" else voice)(stored)
            await asyncio.to_thread(_write, Path(name), content)
        except NoSuchFile:
            self.show(self.speech.say("console.lost", name=name))
        except OSError as error:
            self.show(self.speech.say("console.not_saved", name=name, reason=error.strerror or str(error)))
        else:
            self.show(self.speech.say("console.saved", file=str(Path(name).absolute())))
        return True

    def ask(self) -> None:
        """Wait for what the person types."""
        self.out.write(f"\n{self.speech.say('web.me')} › ")
        self.out.flush()


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
