"""What ready answers are about, and the words of each: those that admins wrote, or what the program says by itself."""

from __future__ import annotations

from collections.abc import Mapping

from bot.message import Text
from bot.turn.turn import Turn
from storage.campaign import answers
from storage.campaign.answers import ReadyAnswer

ACCOUNT = "account"
"""Not free words but a bank, a number and a holder; two admins enter it."""
TOPICS = ("money", "goods", ACCOUNT, "hours", "hotline", "give_blood", "about", "unsafe")
"""What residents ask."""
REASONS = ("why_deed", "why_address", "why_pledge")
"""Why officers refuse or end something: one reason on each line."""

Words = Text | Mapping[str, str]


async def said_about(turn: Turn) -> Mapping[str, Words]:
    """What is said about every topic; of what was written, the first language stands in for one that is missing."""
    written = await answers.live(turn.tx, turn.campaign.id)
    return {topic: _words(turn, topic, written.get(topic)) for topic in TOPICS}


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
