"""The campaign: its year, theme, organiser, days, goals and hotline; begin a new one, switch one on and off."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.dialog.course import EDIT
from bot.dialog.fields import Announced, Choice, Count, Day, Dong, Known, Line, Phrase
from bot.dialog.fields.words import taken
from bot.dialog.forms import Form, Invalid
from bot.message import Heard, Money, Option, Text, Words
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from bot.vietnamese.days.day import read_day
from bot.vietnamese.days.year import without_year
from handlers.admins.units import WhichUnit
from handlers.calendar.list import no_longer
from storage.campaign import answers, calendar, campaigns, units
from storage.campaign.campaigns import Campaign
from storage.campaign.outside import outside
from storage.figures.stats import GOALS

router = Router("campaign", role="admin")

YEARS_AHEAD = 3
MOST_DONG = 1_000_000_000_000
DAYS = ("first_on", "last_on", "peak_first_on", "peak_last_on")
KEPT = ("title", "theme", "organiser", "hotline", *DAYS)
"""What the form asks and the campaign keeps under the same name, beside the goals."""
RUNS = ("province", "district", "commune")
"""The kinds of units that run a campaign."""
MOST_NAMED = 5
"""Units that a sentence names."""
BACK = Option("/campaign", Text("command.campaign.title"))


class CampaignYear(Choice):
    """A year that has no campaign yet."""

    def __init__(self) -> None:
        super().__init__(lambda form: form.known["years"])

    def label(self, value: str, form: Form) -> Words:
        return value


class CampaignTitle(Line):
    """What it is called, without the year, which stands behind it wherever it is said."""

    def accept(self, text: str) -> str:
        return without_year(super().accept(text))


class Hotline(Line):
    """The number to call, as the unit writes it."""

    def read(self, heard: Heard, form: Form) -> str:
        number = super().read(heard, form)
        if not re.fullmatch(r"[+(]?[0-9][0-9 .()-]{1,19}", number):
            raise Invalid("not_a_hotline")
        return number


class CampaignDay(Day):
    """A day in the campaign's year, which must not cross the days named in ``after`` and ``before``."""

    def __init__(self, *, after: str = "", before: str = "") -> None:
        super().__init__(toward="future")
        self.after, self.before = after, before

    def read(self, heard: Heard, form: Form) -> date:
        assert isinstance(form, CampaignForm)
        if heard.problem:
            raise Invalid(heard.problem)
        day = taken(
            read_day(heard.pressed or heard.text, date(form.in_year, 1, 1), toward="future"),
            lambda day: Option(day.isoformat(), Text("day.shown", {"day": day})),
        )
        if day.year != form.in_year:
            raise Invalid("not_in_the_year", year=str(form.in_year))
        first, last = form.day(self.after), form.day(self.before)
        if first and day < first:
            raise Invalid("day_before", other=Text(f"campaign.{self.after}.title"), day=first)
        if last and day > last:
            raise Invalid("day_after", other=Text(f"campaign.{self.before}.title"), day=last)
        return day


class CampaignForm(Form, name="campaign"):
    """Everything that an admin decides about a campaign; the year only of a new one."""

    known = Known()
    year = CampaignYear().when(lambda f: f.known["id"] is None)
    unit = WhichUnit()
    title = CampaignTitle(least=3, most=80, suggest=lambda form: form.answers["known"]["title"])
    theme = Announced(least=3, most=200).optional()
    organiser = Announced(least=3, most=120, suggest=lambda form: form.answers["known"]["organiser"])
    hotline = Hotline(least=3, most=20).optional()
    first_on = CampaignDay(before="last_on")
    last_on = CampaignDay(after="first_on")
    peak_first_on = CampaignDay(after="first_on", before="last_on").optional()
    peak_last_on = CampaignDay(after="peak_first_on", before="last_on").when(lambda f: f.peak_first_on is not None)
    dong = Dong(least=1, most=MOST_DONG).optional()
    addresses = Count(least=1).optional()
    volunteers = Count(least=1).optional()
    deeds = Count(least=1).optional()

    @property
    def in_year(self) -> int:
        return int(self.year or self.known["year"])

    def day(self, name: str) -> date | None:
        kept = self.answers.get(name) if name else None
        return date.fromisoformat(kept) if kept else None


class CampaignOff(Form, name="campaignoff", review=False):
    """The one question before a campaign is switched off."""

    known = Known()
    phrase = Phrase()

    def words(self) -> dict[str, object]:
        return {"title": self.known["title"]}


@router.command("campaign")
async def show(turn: Turn) -> None:
    """The campaign that runs, with what may be done about it."""
    switch = "off" if turn.campaign.active else "on"
    options = [Option(f"/campaign {name}", Text(f"command.campaign.{name}.title")) for name in ("edit", switch, "new")]
    unit = await units.name(turn.tx, turn.campaign.unit_id)
    turn.reply("campaign.card", options, unit=unit, **_card(turn.campaign))


@router.command("campaign edit", opens=True)
async def edit(turn: Turn) -> None:
    """Change what a campaign is, the one that runs or the one that follows the command."""
    campaign = await _named(turn)
    if campaign is None:
        return
    answers = _answers(campaign)
    known = {
        "id": campaign.id,
        "year": campaign.year,
        "title": campaign.title,
        "organiser": campaign.organiser,
        "units": await _places(turn),
        "was": answers,
    }
    turn.begin(CampaignForm, EDIT, known=known, **answers)


@router.command("campaign new", after=NOTHING, opens=True)
async def new(turn: Turn) -> None:
    """Prepare a campaign of another year; it is switched off."""
    taken = {campaign.prefix for campaign in await campaigns.every(turn.tx)}
    years = [str(turn.today.year + n) for n in range(YEARS_AHEAD) if _prefix(turn.today.year + n) not in taken]
    if not years:
        return turn.reply("campaign.no_year", [BACK])
    known = {
        "id": None,
        "years": years,
        "units": await _places(turn),
        "title": turn.campaign.title,
        "organiser": turn.campaign.organiser,
    }
    turn.begin(CampaignForm, known=known)


@router.done(CampaignForm)
async def save(turn: Turn, form: CampaignForm) -> None:
    """Only what was changed is written: another admin may have changed something else meanwhile."""
    by = turn.actor
    places = await _places(turn)
    if form.unit not in places:
        turn.reply("unit.no_longer")
        return turn.reopen(form, "unit", known=form.known | {"units": places})
    if form.known["id"] is not None and form.unit != form.known["was"]["unit"] and await _leaves_behind(turn, form):
        return turn.reopen(form, "unit")
    turn.new_world = True
    if form.known["id"] is None:
        given = {**_values(form, KEPT), "goals": _goals(form)}
        of = {"prefix": _prefix(form.in_year), "year": form.in_year, "unit_id": int(form.unit or turn.campaign.unit_id)}
        made = await campaigns.add(turn.tx, of | given, by, turn.now)
        if made is None:
            return turn.reply("campaign.exists", [BACK], year=str(form.in_year))
        if made.unit_id == turn.campaign.unit_id:
            await answers.carry(turn.tx, turn.campaign.id, made.id, turn.now)
        switch_on = Option(f"/campaign on {made.prefix}", Text("command.campaign.on.title"))
        return turn.reply("campaign.added", [switch_on, BACK], prefix=made.prefix)
    was = form.known["was"]
    changed: dict[str, Any] = _values(form, [name for name in KEPT if form.answers.get(name) != was[name]])
    if any(form.answers.get(name) != was[name] for name in GOALS):
        changed["goals"] = _goals(form)
    if form.unit != was["unit"]:
        changed["unit_id"] = int(form.unit)
    if changed:
        await campaigns.change(turn.tx, form.known["id"], changed, by, turn.now)
    turn.reply("campaign.changed", [BACK])
    if changed.keys() & set(DAYS):
        await _say_what_no_longer_fits(turn, form.known["id"])


async def _leaves_behind(turn: Turn, form: CampaignForm) -> bool:
    """Whether something would no longer lie in the campaign if it were the chosen unit's; what, and where, is said."""
    campaign = await _by_id(turn, form.known["id"])
    tree = await units.tree(turn.tx, turn.today)
    left = await outside(turn.tx, campaign, int(form.unit), tree, turn.now)
    if not left.counts:
        return False
    lines = [Text(f"campaign.outside.{kind}", {"n": n}) for kind, n in left.counts.items()]
    where = [tree[id].name for id in sorted(left.units)[:MOST_NAMED] if id in tree]
    turn.reply("campaign.outside", unit=form.known["units"][form.unit], items=lines, where=where)
    return True


async def _say_what_no_longer_fits(turn: Turn, campaign_id: int) -> None:
    """Messages of the calendar that fall out of the new days would be missing without a word."""
    campaign = await _by_id(turn, campaign_id)
    if lines := await no_longer(turn, campaign):
        turn.reply(
            "calendar.no_longer",
            [Option("/calendar messages", Text("command.calendar.messages.title")), BACK],
            lines=lines,
        )
        turn.tell_officers("calendar.no_longer", unit_id=campaign.unit_id, sparing=turn.person.id, lines=lines)


@router.command("campaign on")
async def on(turn: Turn) -> None:
    """Switch a campaign on; what follows says which, if there are several."""
    every = await campaigns.every(turn.tx)
    if len(every) > 1 and not turn.rest:
        options = [Option(f"/campaign on {one.prefix}", f"{one.title} {one.year}") for one in every]
        return turn.reply("campaign.which", options)
    campaign = await _named(turn)
    if campaign is None:
        return
    instead = None
    if not campaign.active:
        if turn.campaign.active:
            instead = Text("campaign.named", {"title": turn.campaign.title, "year": str(turn.campaign.year)})
        await campaigns.switch(turn.tx, campaign.id, True, turn.actor, turn.now)
        await calendar.from_now_on(turn.tx, campaign.id, turn.now)
        turn.new_world = True
    turn.reply("campaign.is_on", [BACK], title=campaign.title, year=str(campaign.year), instead=instead)


@router.command("campaign off", dangerous=True, opens=True)
async def off(turn: Turn) -> None:
    """Ask before the campaign is switched off; only one is on at a time, and what follows may name it."""
    campaign = await _named(turn)
    if campaign is None:
        return
    if not campaign.active:
        return turn.reply("campaign.is_off", [BACK])
    turn.begin(CampaignOff, known={"id": campaign.id, "title": f"{campaign.title} {campaign.year}"})


@router.done(CampaignOff, dangerous=True)
async def switch_off(turn: Turn, form: CampaignOff) -> None:
    await campaigns.switch(turn.tx, form.known["id"], False, turn.actor, turn.now)
    turn.new_world = True
    turn.reply("campaign.is_off", [BACK])


async def _named(turn: Turn) -> Campaign | None:
    """The campaign whose prefix follows the command, or else the one that runs; if there is none of this prefix, the
    person is told which there are, and no more."""
    every = await campaigns.every(turn.tx)
    wanted = turn.rest.upper() or turn.campaign.prefix
    found = next((campaign for campaign in every if campaign.prefix == wanted), None)
    if found is None:
        lines = [
            Text("campaign.there_is", {"prefix": one.prefix, "title": one.title, "year": str(one.year)})
            for one in every
        ]
        turn.reply("campaign.no_such", [BACK], said=turn.rest[:60], lines=lines)
    return found


async def _by_id(turn: Turn, campaign_id: int) -> Campaign:
    return next(campaign for campaign in await campaigns.every(turn.tx) if campaign.id == campaign_id)


async def _places(turn: Turn) -> dict[str, str]:
    """The units that may run a campaign, by id."""
    tree = await units.tree(turn.tx, turn.today)
    return {str(unit.id): unit.name for unit in tree.values() if unit.kind in RUNS}


def _prefix(year: int) -> str:
    return f"TND{year % 100:02}"


def _card(campaign: Campaign) -> dict[str, Any]:
    peak = (
        Text("campaign.days", {"first": campaign.peak_first_on, "last": campaign.peak_last_on})
        if campaign.peak_first_on
        else None
    )
    return {
        "title": campaign.title,
        "year": str(campaign.year),
        "prefix": campaign.prefix,
        "state": Text("campaign.state.on" if campaign.active else "campaign.state.off"),
        "theme": campaign.theme or None,
        "organiser": campaign.organiser,
        "hotline": campaign.hotline or None,
        "days": Text("campaign.days", {"first": campaign.first_on, "last": campaign.last_on}),
        "peak": peak,
        "goals": [goal(name, campaign.goals[name]) for name in GOALS if name in campaign.goals] or None,
    }


def goal(name: str, n: int) -> Text:
    """A goal with its number, such as «500.000.000 đ»."""
    return Text(f"campaign.goal.{name}", {"n": Money(n) if name == "dong" else n})


def _answers(campaign: Campaign) -> dict[str, Any]:
    """A campaign as the form keeps it."""
    kept = {name: getattr(campaign, name) or None for name in KEPT}
    days = {name: value.isoformat() for name, value in kept.items() if isinstance(value, date)}
    return {"unit": str(campaign.unit_id)} | kept | days | {name: campaign.goals.get(name) for name in GOALS}


def _values(form: CampaignForm, names: Sequence[str]) -> dict[str, Any]:
    """What was answered, as the campaign keeps it."""
    return {name: getattr(form, name) or (None if name.endswith("_on") else "") for name in names}


def _goals(form: CampaignForm) -> Mapping[str, int]:
    return {name: getattr(form, name) for name in GOALS if getattr(form, name)}
