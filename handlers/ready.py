"""What ready answers and lists are about, and the words of each: what admins wrote, or what the program says by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.message import Text, changed
from bot.turn.turn import Turn
from locales import FIRST, Speech
from locales.writing import capital
from storage.campaign import answers
from storage.campaign.answers import ReadyAnswer

ACCOUNT = "account"
"""Not free words but a bank, a number and a holder; two admins enter it."""
TOPICS = ("money", "goods", ACCOUNT, "hours", "hotline", "give_blood", "about", "unsafe")
"""What residents ask."""
REASONS = ("why_deed", "why_address", "why_pledge", "why_receipt", "why_upheld", "why_reversed", "why_many")
"""Why officers decide something as they do: one reason on each line."""
REPLIES = "replies"
"""What officers often write to people: one answer on each line."""
LISTS = (*REASONS, REPLIES)
"""What officers choose from."""
UNKNOWN = ("hours", "hotline")
"""Of these the program knows nothing by itself."""
BULLET = re.compile(r"^(?:[•*–—-]|[0-9]{1,2}[.)])\s*")

Words = Text | Mapping[str, str]


async def said_about(turn: Turn) -> Mapping[str, Words]:
    """What is said about every topic; of what was written, the first language stands in for one that is missing."""
    written = await answers.live(turn.tx, turn.campaign.id)
    return {topic: _words(turn, topic, written.get(topic)) for topic in TOPICS}


async def lines_about(turn: Turn, topic: str, language: str = "") -> list[str]:
    """What officers choose from on this topic, in a language, or in their own: words that stand within a sentence."""
    return _lines(_in(turn, language), topic, (await answers.live(turn.tx, turn.campaign.id)).get(topic))


async def answers_in(turn: Turn, language: str) -> tuple[list[str], dict[str, str]]:
    """What an officer may send to somebody who speaks this language: what officers often write, and, by topic, what is said
    to everybody who asks. A topic of which nothing is known is left out."""
    written, speech = await answers.live(turn.tx, turn.campaign.id), _in(turn, language)
    known = [topic for topic in TOPICS if topic in written or topic not in UNKNOWN]
    if turn.campaign.hotline and "hotline" not in known:
        known.append("hotline")
    replies = [_as_sentence(line) for line in _lines(speech, REPLIES, written.get(REPLIES))]
    return replies, {topic: _said(speech, _words(turn, topic, written.get(topic))) for topic in known}


def lines_of(text: str) -> list[str]:
    """The lines of a list as they stand within a sentence: without bullets and the dot at the end."""
    lines = (BULLET.sub("", line.strip()).strip().rstrip(".") for line in text.split("\n"))
    return [line for line in lines if line]


def account(kept: Mapping[str, str]) -> Text:
    """An account as it is shown."""
    return Text("ready.account", dict(kept))


def default(turn: Turn, topic: str) -> Text:
    """What the program says by itself. It promises nothing and knows no fact that only the Society can know."""
    campaign = turn.campaign
    known = {"organiser": campaign.organiser, "title": campaign.title, "hotline": campaign.hotline}
    if topic == "hotline" and campaign.hotline:
        return Text("help.hotline", known)
    return Text(f"ready.{topic}.default", known)


def _words(turn: Turn, topic: str, written: ReadyAnswer | None) -> Words:
    if written is None:
        return default(turn, topic)
    return account(written.texts) if topic == ACCOUNT else written.texts


def _lines(speech: Speech, topic: str, written: ReadyAnswer | None) -> list[str]:
    return lines_of(_said(speech, Text(f"ready.{topic}.default") if written is None else written.texts))


def _said(speech: Speech, words: Words) -> str:
    """In this language; of what was written, the first language stands in for one that is missing."""
    return speech(words) if isinstance(words, Text) else words.get(speech.language) or words[FIRST]


def _in(turn: Turn, language: str) -> Speech:
    return changed(turn.speech, language=language) if language else turn.speech


def _as_sentence(line: str) -> str:
    return capital(line) + ("." if line[-1].isalnum() else "")
