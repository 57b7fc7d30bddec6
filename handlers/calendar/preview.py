"""A message of the calendar as its readers will see it, in every language and on every channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from bot.broadcast.preview import shown_on
from bot.broadcast.text import announcement
from bot.message import Option, Reply, Text, changed
from bot.turn.channels import ChannelFacts
from bot.turn.turn import Turn
from handlers.calendar.chart import in_words
from handlers.calendar.content import DayDraft, draft_message
from handlers.calendar.list import Entry, entries, line
from handlers.names import channel_name
from handlers.quota import months
from handlers.reader import as_reader
from handlers.windows import windows
from locales import FIRST, LANGUAGES, Speech
from storage.campaign.calendar import CampaignMessage
from storage.campaign.campaigns import Campaign
from storage.database import Tx


class EntryPreview(Struct, frozen=True):
    """A line of the month with what it says; nothing where there is nothing to say."""

    entry: Entry
    said: DayDraft | None


async def previews(
    tx: Tx, campaign: Campaign, speeches: Mapping[str, Speech], fallback: str, now: datetime, first: date, last: date
) -> list[EntryPreview]:
    """What still goes out between two days, each as it would read if nothing changed until then."""
    found: list[EntryPreview] = []
    told: dict[int, set[str]] = {}
    for entry in await entries(tx, campaign, speeches[fallback].zone, now, first=first, last=last):
        if entry.fate not in ("planned", "collides"):
            continue
        besides = told.setdefault(entry.message.id, set())
        on = entry.occurrence.at.astimezone(speeches[fallback].zone).date()
        said = await draft_message(tx, entry.message, campaign, speeches, fallback, on, besides)
        if said is not None:
            besides.update(said.subject.split())
        found.append(EntryPreview(entry, said))
    return found


async def show_preview(turn: Turn, message: CampaignMessage) -> None:
    """Say it as this channel shows it, then how the others differ."""
    speeches = {language: changed(turn.speech, language=language) for language in LANGUAGES}
    options = [Option(f"/calendar show {message.id}", Text("command.calendar.show.title"))]
    found = await draft_message(turn.tx, message, turn.campaign, speeches, FIRST, turn.today)
    if found is None:
        return turn.reply("calendar.nothing_to_say", options)
    draft, reader = await found.illustrated(turn.tx, turn.now), await as_reader(turn)
    for language in LANGUAGES:
        said = announcement(draft, speeches[language], turn.campaign.organiser, **reader)
        if said is not None:
            turn.reply(Reply(said.text, picture=said.picture, spans=said.spans, links=said.links, apart=True))
    said = announcement(draft, turn.speech, turn.campaign.organiser, **reader)
    assert said is not None
    lines = [
        Text(
            "calendar.shown.picture" if shown.message.picture else "calendar.shown.plain",
            {"channel": channel_name(shown.channel), "n": shown.parts},
        )
        for shown in shown_on(said, turn.rules.channels)
    ]
    lines += [month.line for month in (await months(turn.tx, turn.rules.channels, turn.today)).values()]
    lines += await windows(turn.tx, turn.rules.channels, turn.now, draft)
    turn.reply("calendar.previewed", options, lines=lines)


def describe(
    preview: EntryPreview,
    speech: Speech,
    speeches: Mapping[str, Speech],
    organiser: str,
    channels: Mapping[str, ChannelFacts],
) -> str:
    """A line of the month, then its message in every language as each channel shows it; the same looks stand together."""
    parts = [f"== {speech(line(preview.entry))}"]
    if preview.said is None:
        return "\n".join([*parts, speech.say("calendar.nothing_to_say"), ""])
    for language, its in speeches.items():
        chart = preview.said.charts.get(language)
        draft = (
            replace(preview.said.draft, picture="chart") if chart else preview.said.draft
        )  # its name comes when it is sent
        said = announcement(draft, its, organiser)
        looks: dict[str, list[str]] = {}
        for shown in shown_on(said, channels) if said else ():
            looks.setdefault(shown.message.text, []).append(f"{shown.channel} ({shown.parts})")
        parts += [f"-- {language}: {', '.join(names)}\n{text}" for text, names in looks.items()]
        if chart:
            parts.append(its.say("calendar.preview.chart", lines=in_words(chart)))
        elif draft.picture:
            parts.append(its.say("calendar.preview.photo"))
    return "\n".join([*parts, ""])
