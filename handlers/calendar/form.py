"""The questions about a message of the calendar, and about the day to which one is moved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import time
from typing import Any

from msgspec.structs import replace

from bot.broadcast.markup import as_read, bad_links
from bot.dialog.fields import Choice, Choices, Count, Day, Hidden, Known, Line, Photos, Story, read_numbers
from bot.dialog.fields.words import taken, without_account
from bot.dialog.forms import Each, Field, Form, Invalid
from bot.message import Heard, Json, Option, Text, Words
from bot.turn.turn import Turn
from bot.vietnamese.days.moment import read_hour
from handlers.broadcasts.communes import Communes, chosen_of, reach_of
from handlers.broadcasts.fields import Links
from handlers.calendar.content import unfilled
from handlers.calendar.rules import WEEKDAYS, Occurrence, Scheduled
from handlers.names import channel_name, channel_names
from storage.broadcast.audience import Audience
from storage.campaign.calendar import CampaignMessage

KINDS = ("day", "weekdays", "daily", "first", "last", "peak")
PRIORITIES = {"low": 2, "normal": 5, "high": 8, "urgent": 9}
WHO = ("everyone", "volunteers", "not_volunteers", "pledgers", "reporters")
LEAST, LONGEST = 5, 2500
"""Characters of a text."""


class Hour(Field[time]):
    """A time of the day."""

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(hour, hour) for hour in ("07:30", "08:00", "16:00")]

    def read(self, heard: Heard, form: Form) -> time:
        return taken(read_hour(heard.pressed or heard.text))

    def show(self, answer: time, form: Form) -> Words:
        return answer.strftime("%H:%M")

    def dump(self, answer: time) -> Json:
        return answer.strftime("%H:%M")

    def load(self, kept: Json) -> time:
        return time.fromisoformat(kept)


class MessageText(Story):
    """A text in the small markup, with the placeholders that its message can fill in."""

    def read(self, heard: Heard, form: Form) -> str:
        text = super().read(heard, form)
        assert isinstance(form, MessageForm)
        check_text(text, form.content)
        return text


def check_text(text: str, content: str) -> None:
    """Raises Invalid for what a message with such content may not say."""
    if holes := unfilled(text, content):
        raise Invalid("calendar_hole", hole=holes[0])
    if wrong := bad_links(text):
        raise Invalid("calendar_link", link=wrong[0])
    without_account(as_read(text))


class NotOn(Choices):
    """The channels on which a message is not sent, of those that run; at least one must be left."""

    def __init__(self) -> None:
        super().__init__((), least=0)

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(name, channel_name(name)) for name in _channels(form)]

    def read(self, heard: Heard, form: Form) -> list[str]:
        return read_numbers(heard, _channels(form))

    def check(self, answer: list[str], form: Form) -> None:
        if set(answer) >= set(_channels(form)):
            raise Invalid("no_channel_left")

    def show(self, answer: list[str], form: Form) -> Words:
        names = channel_names(answer)
        return Text("list", {"items": names}) if names else Text("none")


class MessageForm(Form, name="message"):
    """A message of the calendar, new or changed."""

    id = Hidden()
    known = Known()
    titles: Each[str] = Each(lambda language: Line(least=2, most=60))
    when = Choice(KINDS)
    day = Day(toward="future").when(lambda f: f.when == "day")
    weekdays = Choices(WEEKDAYS).when(lambda f: f.when == "weekdays")
    n = Count(least=0, most=120).when(lambda f: f.when in ("first", "last", "peak"))
    at = Hour()
    who = Choice(WHO)
    communes = Communes().when(lambda f: len(f.facts.communes) > 1 or reach_of(f) is not None)
    texts: Each[str] = Each(lambda language: MessageText(least=LEAST, most=LONGEST))
    photo = Photos(most=1).optional()
    links = Links().optional()
    not_on = NotOn().when(lambda f: len(f.channels) > 1)
    priority = Choice(tuple(PRIORITIES))

    @property
    def content(self) -> str:
        """What is computed into the texts."""
        return str((self.known or {}).get("content", ""))

    @property
    def instead(self) -> tuple[str, str] | None:
        """Of what is said instead of another message on one day: its number, and the day of its rule."""
        found = (self.known or {}).get("instead")
        return (str(found[0]), str(found[1])) if found else None

    @property
    def channels(self) -> list[str]:
        """Those that run."""
        return list((self.known or {}).get("channels", ()))

    @property
    def rule(self) -> str:
        """The answers as ``bot.occurrences`` writes them."""
        match self.when:
            case "day":
                return self.day.isoformat() if self.day else ""
            case "weekdays":
                return " ".join(name for name in WEEKDAYS if name in (self.weekdays or ()))
            case "daily":
                return "daily"
        return f"{self.when}{'-' if self.when == 'last' else '+'}{self.n or 0}"


class MoveForm(Form, name="move", review=False):
    """Another day and time for one message on one day."""

    id = Hidden()
    on = Hidden()
    day = Day(toward="future")
    at = Hour()


def schedule(form: MessageForm) -> Scheduled:
    return Scheduled(0, form.rule, form.at, urgent=form.priority == "urgent")


def values(form: MessageForm, was: CampaignMessage | None, like: CampaignMessage | None = None) -> dict[str, Any]:
    """What the answers make of a message, ``like`` another in what is not asked; of one that was there, only what changed."""
    photo = form.photo["pictures"][0] if form.photo else ""
    priority = PRIORITIES[form.priority]
    found: dict[str, Any] = {
        "titles": form.titles,
        "rule": form.rule,
        "at": form.at,
        "audience": _audience(form, was or like),
        "texts": form.texts,
        "picture": photo,
        "links": tuple((label, url) for label, url in form.links or ()),
        "priority": priority,
        "urgent": form.priority == "urgent",
    }
    if was is None:
        return found
    if _level(was) == form.priority:
        found["priority"] = was.priority
    return {name: value for name, value in found.items() if getattr(was, name) != value}


def open_form(
    turn: Turn,
    message: CampaignMessage | None,
    only: Occurrence | None = None,
    *,
    within: Collection[int] | None,
) -> None:
    """The form with what a message says now, to change any of it, ``only`` on one day if that is given; or an empty one.

    ``within`` are the communes beyond which the officer does not work; None where nothing is beyond her.
    """
    known: dict[str, Any] = {"content": message.content if message else "", "channels": sorted(turn.rules.channels)}
    known["reach"] = None if within is None else sorted(within)
    if message is None:
        hers: dict[str, Any] = {"communes": [str(*within)]} if within and len(within) == 1 else {}
        return turn.begin(MessageForm, id="", known=known, **hers)
    at, rule = message.at, message.rule
    if only is not None:
        there = only.at.astimezone(turn.speech.zone)
        at, rule = there.time(), there.date().isoformat()
        known["instead"] = [message.id, only.on.isoformat()]
    answers: dict[str, Any] = {
        "id": "" if only else str(message.id),
        "known": known,
        **MessageForm.titles.answers(message.titles),
        **MessageForm.texts.answers(message.texts),
        "at": at.strftime("%H:%M"),
        "who": _audience_kind(message.audience),
        "communes": [str(id) for id in message.audience.communes],
        "priority": _level(message),
        "photo": {"pictures": [message.picture], "album": ""} if message.picture else None,
        "links": [list(link) for link in message.links] or None,
        "not_on": [name for name in message.audience.not_on if name in turn.rules.channels],
    }
    turn.begin(MessageForm, **answers, **_rule_answers(rule, turn.campaign.last_on.year))


def _rule_answers(rule: str, year: int) -> dict[str, Any]:
    name, sign, n = rule.replace("-", "+").partition("+")
    if not rule:
        return {}
    if rule == "daily":
        return {"when": "daily"}
    if sign and name in ("first", "last", "peak"):
        return {"when": name, "n": int(n)}
    if rule.split()[0].isalpha():
        return {"when": "weekdays", "weekdays": rule.split()}
    return {"when": "day", "day": f"{year}-{rule}" if len(rule) == 5 else rule}


def _level(message: CampaignMessage) -> str:
    if message.urgent:
        return "urgent"
    return "low" if message.priority <= 3 else "normal" if message.priority <= 6 else "high"


def _audience_kind(audience: Audience) -> str:
    return "not_volunteers" if "volunteers" in audience.without else audience.who


def _audience(form: MessageForm, was: CampaignMessage | None) -> Audience:
    """The chosen people. What was said of a channel that does not run now stays as it was."""
    before = was.audience.not_on if was else ()
    not_on = before
    if form.not_on is not None:
        not_on = (*(name for name in before if name not in form.channels), *form.not_on)
    communes = was.audience.communes if was and form.communes is None else chosen_of(form, form.communes)
    if was is not None and _audience_kind(was.audience) == form.who:
        return replace(was.audience, communes=communes, not_on=not_on)
    if form.who == "not_volunteers":
        return Audience(communes=communes, without=("volunteers",), not_on=not_on)
    return Audience(form.who, communes, not_on=not_on)


def _channels(form: Form) -> list[str]:
    assert isinstance(form, MessageForm)
    return form.channels
