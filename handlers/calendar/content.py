"""What a message of the calendar says on its day: computed once, in every language, and then frozen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.broadcast.markup import inert, replaced, unknown
from bot.message import Money, Text, Words
from handlers.calendar.chart import Progress, progress_chart
from handlers.names import describe_need, name_goods
from locales import Speech
from storage.aid import addresses, deeds
from storage.broadcast.broadcasts import Draft
from storage.campaign import calendar
from storage.campaign.calendar import CampaignMessage
from storage.campaign.campaigns import Campaign
from storage.database import Tx
from storage.figures import figures
from storage.figures.figures import Scope
from storage.files import charts

LONGEST_STORY = 400
"""Characters of a household's story; the rest is behind its code."""
DEEDS = 3
PLACEHOLDERS = {"": (), "address": ("address", "code"), "deeds": ("deeds",), "totals": ("totals",)}
"""What the texts of each kind of content may mention besides the reader's name and commune, and the theme of the year."""


class Content(Struct, frozen=True):
    """What is filled into the texts, and what it is about."""

    values: Mapping[str, Words] = {}
    picture: str = ""
    progress: Progress | None = None
    """What a chart shows."""
    subject: str = ""
    """Words that say what was told, so that it is not told again."""


class DayDraft(Struct, frozen=True):
    """What a message of the calendar says on one day."""

    draft: Draft
    subject: str = ""
    """What it tells of."""
    charts: Mapping[str, Mapping[str, Any]] = {}
    """Its chart in each language, where it has one."""

    async def illustrated(self, tx: Tx, now: datetime, *, kept: bool = False) -> Draft:
        """The draft with its chart as the picture; ``kept``: for as long as the message stays."""
        if not self.charts:
            return self.draft
        pictures = {language: await charts.ask(tx, chart, now, kept=kept) for language, chart in self.charts.items()}
        return replace(self.draft, picture=pictures[self.draft.fallback], pictures=pictures)


async def draft_message(
    tx: Tx,
    message: CampaignMessage,
    campaign: Campaign,
    speeches: Mapping[str, Speech],
    fallback: str,
    on: date,
    besides: Collection[str] = (),
) -> DayDraft | None:
    """What the message says on a day, as things stand now; None if there is nothing to say.

    ``besides``: what it tells of on days before that are still to come.
    """
    content = await _content(tx, message, campaign, on, besides)
    if content is None:
        return None
    values: dict[str, Words] = {"theme": campaign.theme, **content.values}
    texts = {
        language: _filled(text, {name: inert(speeches[language](words)) for name, words in values.items()})
        for language, text in message.texts.items()
        if language in speeches
    }
    draft = message.draft(fallback)
    drawn = {
        language: progress_chart(content.progress, campaign, speech)
        for language, speech in speeches.items()
        if content.progress and not draft.picture
    }
    draft = replace(draft, texts=texts, picture=draft.picture or content.picture)
    return DayDraft(draft, content.subject, {language: chart for language, chart in drawn.items() if chart})


def unfilled(text: str, content: str) -> list[str]:
    """The placeholders of a text that nothing fills in, such as the hour of a blood donation: somebody must write it."""
    known = {"theme", *PLACEHOLDERS[content]}
    return [hole for hole in unknown(text) if hole.strip("{}") not in known]


def _filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; a line that mentions an empty one is left out."""
    empty = [f"{{{name}}}" for name, value in values.items() if not value]
    lines = [line for line in text.split("\n") if not any(hole in line for hole in empty)]
    return replaced("\n".join(lines), values)


async def _content(
    tx: Tx, message: CampaignMessage, campaign: Campaign, on: date, besides: Collection[str]
) -> Content | None:
    told = (
        {int(subject) for subject in {*await calendar.subjects(tx, message.id), *besides}} if message.content else set()
    )
    match message.content:
        case "address":
            return await _address(tx, campaign, told, message.audience.communes)
        case "deeds":
            return await _deeds(tx, campaign, told, message.audience.communes)
        case "totals":
            return await _totals(tx, campaign, on)
    return Content()


async def _address(tx: Tx, campaign: Campaign, told: set[int], communes: Collection[int]) -> Content | None:
    address = await addresses.least_helped(tx, campaign.id, told, communes or None)
    if address is None:
        return None
    story = (
        address.story if len(address.story) <= LONGEST_STORY else address.story[:LONGEST_STORY].rsplit(" ", 1)[0] + "…"
    )
    needed = [describe_need(need) for need in address.needs if need.missing]
    card = Text(
        "calendar.address", {"name": address.shown_name, "commune": address.unit_name, "story": story, "needs": needed}
    )
    return Content({"address": card, "code": address.code}, address.picture, subject=str(address.id))


async def _deeds(tx: Tx, campaign: Campaign, told: set[int], communes: Collection[int]) -> Content | None:
    found = await deeds.find_approved(tx, campaign.id, told, DEEDS, communes or None)
    if not found:
        return None
    lines = [Text("calendar.deed", {"what": _short(deed.what), "commune": deed.unit_name}) for deed in found]
    return Content(
        {"deeds": Text("calendar.deeds", {"lines": lines})}, subject=" ".join(str(deed.id) for deed in found)
    )


async def _totals(tx: Tx, campaign: Campaign, on: date) -> Content | None:
    sums = await figures.total(tx, Scope(campaign))
    if sums.empty:
        return None
    things = name_goods(await figures.goods(tx, Scope(campaign)))
    pledges = ("pledges", sums.pledges, {"money": Money(sums.promised_money)})
    lines = [
        Text(f"calendar.total.{name}", {"n": n, **more})
        for name, n, more in (
            pledges if sums.promised_money else ("pledges.things", sums.pledges, {}),
            ("arrived", sums.arrived_money, {"money": Money(sums.arrived_money)}),
            ("goods", things is not None, {"things": things}),
            ("addresses", sums.adopted, {"all": sums.shown}),
            ("volunteers", sums.volunteers, {}),
            ("deeds", sums.deeds_approved, {}),
        )
        if n
    ]
    progress = Progress(sums, await deeds.by_day(tx, campaign.id), on)
    return Content({"totals": Text("calendar.totals", {"lines": lines, "on": on})}, progress=progress)


def _short(what: str) -> str:
    return what if len(what) <= 160 else what[:157].rsplit(" ", 1)[0] + "…"
