"""How a conversation looks in a terminal: who speaks stands before what is said, and a prompt waits for the next word."""

from __future__ import annotations

import sys
import textwrap
from typing import TextIO

from locales import Speech


class Terminal:
    """Shows what is said; what the person types follows the prompt."""

    def __init__(self, speech: Speech, out: TextIO = sys.stdout) -> None:
        self.speech, self.out = speech, out

    def show(self, text: str) -> None:
        """Say something to the person."""
        said = textwrap.indent(text, "  ")
        self.out.write(f"\n{self.speech.say('web.bot')}:\n{said}\n")
        self.out.flush()

    def name_file(self, kind: str, name: str) -> str:
        """What stands for a photo or a voice message."""
        return self.speech.say(f"console.{kind}", name=name)

    def ask(self) -> None:
        """Wait for what the person types."""
        self.out.write(f"\n{self.speech.say('web.me')} › ")
        self.out.flush()
