"""What must be known before a campaign can begin: where it runs, what it is called, who runs it, when."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.dialog.fields import Announced, Known, Line
from bot.dialog.fields.days import Dated
from bot.dialog.fields.words import chosen, taken, typed
from bot.dialog.forms import Field, Form, Invalid
from bot.dialog.orders import KNOWN
from bot.message import Heard, Option, Text, Words
from bot.vietnamese.days.day import read_day
from bot.vietnamese.fold import fold, one_line
from handlers.admins.campaign import CampaignTitle, Hotline
from handlers.admins.country import Found, find_communes, find_district, find_provinces, says_district, without_kind
from storage.campaign import country
from storage.campaign.country import Commune, Province
from storage.campaign.setup import Area

ALL = "all"
BETWEEN = re.compile(r"[,;\n]")
MOST_NAMED = 8
"""Communes that a sentence names; of more it says how many."""
LONGEST = 366
"""Days that a campaign may last, and from today to its first."""
MAY_ENDS = (5, 31)
"""Until when this year's May can still be meant."""
PEAK = ((5, 8), (5, 19))
"""The peak, from the Red Cross's day to Hồ Chí Minh's birthday, if the campaign runs then."""


class WhichProvince(Field[str]):
    """A province by a name of today or before; the answer is its code."""

    def read(self, heard: Heard, form: Form) -> str:
        if heard.pressed in country.load().provinces:
            return heard.pressed
        said = one_line(typed(heard, "no_words"))[:80]
        found = find_provinces(said)
        if not found:
            raise Invalid("not_a_province", said=said)
        if len(found) > 1:
            raise Invalid("which_province", [Option(one.code, one.name) for one in found], said=said)
        return found[0].code

    def show(self, answer: str, form: Form) -> Words:
        return country.load().provinces[answer].name


class WhichCommunes(Field[list[str]]):
    """One commune, several, an old district's, or all of a province, by names and codes; the answer is their codes."""

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(ALL, Text("setup.communes.all"))]

    def read(self, heard: Heard, form: Form) -> list[str]:
        assert isinstance(form, SetupForm)
        communes, known = country.load().inside(form.in_province), country.load().communes
        if heard.pressed in known:
            return [heard.pressed]
        said = one_line(typed(heard, "no_words")) if heard.pressed != ALL else ALL
        if fold(said) in (ALL, fold(form.facts.speech.say("setup.communes.all"))):
            return [one.code for one in communes]
        parts = [part.strip() for part in BETWEEN.split(typed(heard, "no_words")) if part.strip()]
        found = [one.code for part in parts for one in self._named(part, form, communes, alone=len(parts) == 1)]
        if not found:
            raise Invalid("no_words")
        return [one.code for one in communes if one.code in found]

    def _named(self, said: str, form: SetupForm, communes: Sequence[Commune], *, alone: bool) -> list[Commune]:
        """The communes that one part of the answer means. Raises Invalid if that is not certain."""
        if says_district(said) and (inside := find_district(said, communes)):
            return inside
        found = find_communes(said, communes)
        if not found:
            raise Invalid("not_a_commune_of", said=said[:80], province=form.in_province.name)
        if len(found) > 1:
            options = [Option(one.commune.code, _label(one)) for one in found] if alone else []
            was = found[0].old
            divided = was is not None and all(one.old == was for one in found)
            names = [f"{one.commune.name} ({one.commune.code})" for one in found]
            raise Invalid("commune_divided" if divided else "commune_shared", options, said=said[:80], names=names)
        return [found[0].commune]

    def show(self, answer: list[str], form: Form) -> Words:
        assert isinstance(form, SetupForm)
        known = country.load().communes
        if len(answer) == len(form.in_province.communes) > 1:
            return Text("setup.communes.whole", {"n": len(answer)})
        if len(answer) > MOST_NAMED:
            return Text("setup.communes.many", {"n": len(answer)})
        return Text("list", {"items": [f"{known[code].name} ({code})" for code in answer]})


class Usual(Dated):
    """A day for which the usual one is offered; not before today if it ``must_come``, nor before the one in ``after``."""

    def __init__(self, usual: Callable[[Any], date], *, after: str = "", must_come: bool = False) -> None:
        self.usual, self.after, self.must_come = usual, after, must_come

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(KNOWN, Text("day.shown", {"day": self.usual(form)}))]

    def read(self, heard: Heard, form: Form) -> date:
        today = form.facts.today
        if heard.pressed == KNOWN:
            day = self.usual(form)
        else:
            reading = read_day(chosen(heard) or typed(heard, "not_a_day"), today, toward="future")
            day = taken(reading, lambda day: Option(day.isoformat(), Text("day.shown", {"day": day})))
        first = date.fromisoformat(form.answers[self.after]) if self.after else None
        if first and day < first:
            raise Invalid("day_before", other=Text(f"setup.{self.after}.title"), day=first)
        if first and (day - first).days > LONGEST:
            raise Invalid("too_long_a_campaign", first=first, last=day)
        if self.must_come and day < today:
            raise Invalid("campaign_is_over", day=day)
        if abs((day - today).days) > 2 * LONGEST:
            raise Invalid("campaign_too_far", day=day)
        return day

    def show(self, answer: date, form: Form) -> Words:
        return Text("day.shown", {"day": answer})


class Token(Line):
    """A bot's token, of the shape that was known when the form was opened; not asked where there is none."""

    def __init__(self) -> None:
        super().__init__(least=20, most=100)

    def read(self, heard: Heard, form: Form) -> str:
        token = typed(heard, "not_a_token").strip()
        assert isinstance(form, SetupForm)
        if not re.fullmatch(form.known["token"], token):
            raise Invalid("not_a_token")
        return token

    def show(self, answer: str, form: Form) -> Words:
        return f"{answer.partition(':')[0]}:…"


class SetupForm(Form, name="setup"):
    """Everything that a new campaign needs."""

    known = Known()
    token = Token().optional().when(lambda form: form.known["token"])
    province = WhichProvince()
    communes = WhichCommunes()
    area = Line(least=2, most=80, suggest=lambda form: form.usual_area()).when(lambda form: form.is_an_area)
    title = CampaignTitle(least=3, most=80, suggest=lambda form: form.facts.speech.say("setup.title.usual"))
    theme = Announced(least=3, most=200).optional()
    organiser = Announced(least=3, most=120, suggest=lambda form: form.usual_organiser())
    hotline = Hotline(least=3, most=20).optional()
    first_on = Usual(lambda form: date(form.usual_year, 5, 1))
    last_on = Usual(lambda form: form.usual_last(), after="first_on", must_come=True)

    @property
    def in_province(self) -> Province:
        return country.load().provinces[self.province]

    @property
    def is_an_area(self) -> bool:
        """Whether several communes, but not all, run the campaign together."""
        return 1 < len(self.communes or ()) < len(self.in_province.communes)

    @property
    def usual_year(self) -> int:
        today = self.facts.today
        return today.year + ((today.month, today.day) > MAY_ENDS)

    def usual_last(self) -> date:
        """The end of May, or of the month in which a campaign of another season begins."""
        first: date = self.first_on
        end_of_month = first.replace(day=monthrange(first.year, first.month)[1])
        return max(date(first.year, *MAY_ENDS), end_of_month)

    def usual_area(self) -> str:
        """The old district's name, if all the communes came from one."""
        known = country.load().communes
        districts = [{old.district for old in known[code].before} for code in self.communes]
        shared = set.intersection(*districts) if districts else set()
        return without_kind(shared.pop()) if len(shared) == 1 else ""

    def usual_organiser(self) -> str:
        """The Society of the place, as it is usually called."""
        known = country.load().communes
        place = self.area or (known[self.communes[0]].name if len(self.communes) == 1 else self.in_province.name)
        lowered = place[:1].lower() + place[1:] if not self.area else place
        return self.facts.speech.say("setup.organiser.usual", place=lowered)


def planned(form: SetupForm) -> tuple[Area, Mapping[str, Any]]:
    """Where the campaign runs, and what it is, as it is kept."""
    known = country.load().communes
    area = Area(
        form.in_province, tuple(known[code] for code in form.communes), (form.area or "") if form.is_an_area else ""
    )
    first, last = form.first_on, form.last_on
    peak_first, peak_last = (date(first.year, *day) for day in PEAK)
    peak = first <= peak_first and peak_last <= last
    return area, {
        "prefix": f"TND{first.year % 100:02}",
        "year": first.year,
        "title": form.title,
        "theme": form.theme or "",
        "organiser": form.organiser,
        "hotline": form.hotline or "",
        "first_on": first,
        "last_on": last,
        "peak_first_on": peak_first if peak else None,
        "peak_last_on": peak_last if peak else None,
    }


def _label(found: Found) -> Words:
    """A commune to choose, with the old unit by whose name it was found."""
    if found.old is None:
        return found.commune.name
    return Text(
        "setup.communes.was", {"name": found.commune.name, "old": found.old.name, "district": found.old.district}
    )
