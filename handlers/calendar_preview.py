"""A message of the calendar as its readers will see it, in every language and on every channel."""

from __future__ import annotations

from dataclasses import replace

from bot.announce import announcement
from bot.message import Option, Reply, Text, Words
from bot.preview import shown_on
from bot.turn import Turn
from handlers.calendar_content import drafted
from locales import LANGUAGES
from storage.messages import CampaignMessage


async def previewed(turn: Turn, one: CampaignMessage) -> None:
    """Say it as this channel shows it, then how the others differ."""
    speeches = {language: replace(turn.speech, language=language) for language in LANGUAGES}
    options = [Option(f"/calendar show {one.id}", Text("command.calendar.show.title"))]
    found = await drafted(turn.tx, one, turn.campaign, speeches, "vi")
    if found is None:
        return turn.reply("calendar.nothing_to_say", options)
    for language in LANGUAGES:
        said = announcement(found[0], speeches[language], turn.campaign.organiser)
        if said is not None:
            turn.reply(Reply(said.text, picture=said.picture, spans=said.spans, links=said.links))
    said = announcement(found[0], turn.speech, turn.campaign.organiser)
    assert said is not None
    lines = [
        Text(
            "calendar.shown.picture" if shown.message.picture else "calendar.shown.plain",
            {"channel": _named(turn, shown.channel), "n": shown.parts},
        )
        for shown in shown_on(said, turn.rules.channels)
    ]
    turn.reply("calendar.previewed", options, lines=lines)


def _named(turn: Turn, channel: str) -> Words:
    return Text(f"channel.{channel}") if turn.speech.has(f"channel.{channel}") else channel
