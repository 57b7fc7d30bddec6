"""The questions about an announcement: what, to whom, when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from bot.broadcast import markup
from bot.dialog.fields import Choice, Choices, Day, Hidden, Known, Line, Photos, Story, Sure, read_numbers
from bot.dialog.fields.languages import LanguageChoice
from bot.dialog.fields.words import taken
from bot.dialog.forms import Each, Field, Form, Invalid
from bot.message import Heard, Json, Option, Text, Words
from bot.quiet import QuietHours
from bot.vietnamese.days.moment import read_moment
from bot.vietnamese.fold import fold
from handlers.broadcasts.communes import Communes, chosen_of, reach_of, within_reach
from handlers.broadcasts.fields import Links
from handlers.names import channel_name
from locales import FIRST, OTHERS, LanguageName
from storage.aid.volunteers import ACTIVITIES
from storage.broadcast.audience import WHO, Audience
from storage.broadcast.broadcasts import Draft

FARTHEST = 366
"""Days ahead."""
ANY = "any"


class Announcement(Story):
    """A text with our own markup; its links and placeholders must be right."""

    def read(self, heard: Heard, form: Form) -> str:
        text = super().read(heard, form)
        if holes := markup.unknown(text):
            raise Invalid("unknown_hole", hole=holes[0])
        if links := markup.bad_links(text):
            raise Invalid("not_a_link", link=links[0][:80])
        return text

    def show(self, answer: str, form: Form) -> Words:
        return answer if len(answer) <= 200 else f"{answer[:197].rstrip()}…"


class Activities(Choices):
    """Some of the volunteers' activities; none means all."""

    def __init__(self) -> None:
        super().__init__((), least=0)

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(code, Text(f"volunteer.activities.{code}")) for code in ACTIVITIES]

    def read(self, heard: Heard, form: Form) -> list[str]:
        return read_numbers(heard, ACTIVITIES)

    def show(self, answer: list[str], form: Form) -> Words:
        return (
            Text("list", {"items": [Text(f"volunteer.activities.{code}") for code in answer]})
            if answer
            else Text("none")
        )


class OnChannel(Choice):
    """One of the channels that run, or any."""

    def label(self, value: str, form: Form) -> Words:
        return Text("broadcast.any") if value == ANY else channel_name(value)


LAST_YEAR = 9999
"""Its last hours are beyond the calendar in other time zones."""
ISO = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]+")


class SendingTime(Field[str]):
    """Now, or a moment to come; kept in ISO 8601, empty for now."""

    def options(self, form: Form) -> Sequence[Option]:
        return [Option("now", Text("broadcast.when.now"))]

    def read(self, heard: Heard, form: Form) -> str:
        if heard.pressed == "now" or fold(heard.text) in ("ngay", "gui ngay", "bay gio", "now"):
            return ""
        now = form.facts.local
        if heard.problem:
            raise Invalid(heard.problem)
        moment = _pressed(heard.pressed) or taken(
            read_moment(heard.text, now), lambda at: Option(at.isoformat(), Text("broadcast.when.at", {"at": at}))
        )
        if moment <= now:
            raise Invalid("moment_past", at=moment)
        if (moment - now).days > FARTHEST:
            raise Invalid("moment_too_far", at=moment)
        return moment.isoformat()

    def show(self, answer: str, form: Form) -> Words:
        if not answer:
            return Text("broadcast.when.now")
        return Text("broadcast.when.at", {"at": datetime.fromisoformat(answer)})


def _pressed(value: str) -> datetime | None:
    """The moment that a button stands for; None for what no button of ours says."""
    try:
        moment = datetime.fromisoformat(value) if ISO.fullmatch(value) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo and moment.year < LAST_YEAR else None


class Narrow(Choice):
    """To all of them or to some; the review says where all of them are, for an officer who does not reach everywhere."""

    def __init__(self) -> None:
        super().__init__(("all", "narrow"))

    def show(self, answer: str, form: Form) -> Words:
        where = within_reach(form)
        if answer != "all" or reach_of(form) is None or not where:
            return super().show(answer, form)
        if len(where) > 1:
            return Text("broadcast.narrow.all.communes", {"n": len(where)})
        return Text("broadcast.narrow.all.commune", {"commune": where[0].name})


class Compose(Form, name="broadcast"):
    """A draft."""

    known = Known()
    text = Announcement(least=10, most=3000)
    others = Choice(("same", "write", "leave_out")).when(lambda f: bool(OTHERS))
    translations: Each[str] = Each(
        lambda language: Announcement(least=10, most=3000).when(lambda f: f.others == "write"), OTHERS
    )
    photo = Photos(most=1).optional()
    links = Links().optional()
    who = Choice(WHO).when(lambda f: not f.missed_by)
    address = Line(least=3, most=20).when(lambda f: f.who == "pledgers").optional()
    narrow = Narrow().when(lambda f: not f.missed_by)
    communes = Communes().when(lambda f: f.narrow == "narrow")
    activities = Activities().when(lambda f: f.narrow == "narrow" and f.who == "volunteers")
    language = LanguageChoice((ANY,)).when(lambda f: f.narrow == "narrow")
    channel = OnChannel(lambda form: (ANY, *form.channels)).when(lambda f: f.narrow == "narrow")
    since = Day(toward="past").when(lambda f: f.narrow == "narrow").optional()
    without = Choices(WHO[1:], least=0).when(lambda f: f.narrow == "narrow")
    when = SendingTime()
    disturb = Choice(("wait", "urgent")).when(lambda f: f.is_quiet)

    @property
    def missed_by(self) -> int:
        """The broadcast to whose missed people it goes; 0 for any other."""
        return int((self.known or {}).get("missed_by", 0))

    @property
    def channels(self) -> list[str]:
        return list((self.known or {}).get("channels", ()))

    @property
    def quiet(self) -> QuietHours:
        return QuietHours.read((self.known or {}).get("quiet", ""))

    @property
    def is_quiet(self) -> bool:
        """Whether it would go out when people sleep."""
        return self.when is not None and (self.moment or self.facts.local) in self.quiet

    @property
    def moment(self) -> datetime | None:
        """When it is to go out; None for now."""
        return datetime.fromisoformat(self.when) if self.when else None

    def words(self) -> Mapping[str, object]:
        return {"first": LanguageName(FIRST), "others": [LanguageName(language) for language in OTHERS]}

    def draft(self, address_id: int) -> Draft:
        """What was decided."""
        send_at = self.moment
        if self.is_quiet and self.disturb == "wait":
            send_at = self.quiet.over(send_at or self.facts.local)
        return Draft(
            texts={FIRST: self.text, **self.translations},
            audience=self._audience(address_id),
            fallback="" if self.others == "leave_out" else FIRST,
            picture=self.photo["pictures"][0] if self.photo else "",
            links=tuple((label, url) for label, url in self.links or ()),
            send_at=send_at,
            urgent=bool(self.is_quiet and self.disturb == "urgent"),
        )

    def _audience(self, address_id: int) -> Audience:
        since = datetime.combine(self.since, time(), self.facts.speech.zone).isoformat() if self.since else ""
        return Audience(
            who=self.who or "everyone",
            communes=chosen_of(self, self.communes),
            address_id=address_id,
            activities=tuple(self.activities or ()),
            language="" if self.language in (None, ANY) else self.language,
            channel="" if self.channel in (None, ANY) else self.channel,
            unreached_since=since,
            without=tuple(self.without or ()),
            missed_by=self.missed_by,
        )


class Correction(Announcement):
    """A better text, asked for beside the one that was sent."""

    def words(self, form: Form) -> Mapping[str, object]:
        return {**super().words(form), "was": form.answers["was"].get(self.language, "")}


class Correct(Form, name="correct"):
    """A better text for what was sent, first as a draft."""

    number = Hidden()
    draft = Hidden()
    was = Known()
    texts: Each[str] = Each(
        lambda language: Correction(least=10, most=3000).when(lambda form: language in (FIRST, *(form.was or {})))
    )


class Recall(Form, name="recall", review=False):
    """Whether it is really to be taken back."""

    number = Hidden()
    sure = Sure(("keep", "recall"))

    def words(self) -> dict[str, object]:
        return {"number": self.number or ""}


def answers(draft: Draft, zone: Any) -> dict[str, Json]:
    """The answers that lead to a draft, for changing it; the moment is asked anew."""
    audience = draft.audience
    others = "write" if draft.texts.keys() - {FIRST} else "same" if draft.fallback else "leave_out"
    narrowed = audience.dump().keys() - {"who", "address_id", "missed_by"}
    found: dict[str, Json] = {"text": draft.texts.get(FIRST, ""), **Compose.translations.answers(draft.texts)}
    found |= {"others": others, "who": audience.who}
    found |= {"photo": {"pictures": [draft.picture], "album": ""} if draft.picture else None}
    found |= {"links": [list(link) for link in draft.links] or None, "narrow": "narrow" if narrowed else "all"}
    if narrowed:
        since: date | None = None
        if audience.unreached_since:
            since = datetime.fromisoformat(audience.unreached_since).astimezone(zone).date()
        found |= {
            "communes": [str(id) for id in audience.communes],
            "activities": list(audience.activities),
            "language": audience.language or ANY,
            "channel": audience.channel or ANY,
            "since": since.isoformat() if since else None,
            "without": list(audience.without),
        }
    return found
