"""What the questions about an announcement and about a message of the calendar have in common."""

from __future__ import annotations

from bot.broadcast import markup
from bot.dialog.forms import Field, Form, Invalid
from bot.message import Heard, Words
from bot.vietnamese.fold import clean

MOST_LINKS = 2
MOST_LABEL = 40


class Links(Field[list[list[str]]]):
    """Up to two buttons, each on a line of its own: its label and an address."""

    def read(self, heard: Heard, form: Form) -> list[list[str]]:
        lines = [line.strip() for line in clean(heard.text).split("\n") if line.strip()]
        if not lines or heard.picture:
            raise Invalid(heard.problem or "not_link_buttons")
        if len(lines) > MOST_LINKS:
            raise Invalid("too_many_links", most=MOST_LINKS)
        found = []
        for line in lines:
            label, _, url = line.rpartition(" ")
            if not markup.is_link(url):
                raise Invalid("not_a_link", link=url[:80])
            label = label.strip(" :–-")
            if not 1 <= len(label) <= MOST_LABEL:
                raise Invalid("not_link_buttons")
            found.append([label, url])
        return found

    def show(self, answer: list[list[str]], form: Form) -> Words:
        return ", ".join(f"{label} ({url})" for label, url in answer)
