"""The campaign in numbers, as words and as a picture for a phone: who came, what was begun and finished, what was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.dialog.course import EDIT, REVIEW
from bot.message import Money, Text, Words
from bot.turn.router import Router
from bot.turn.routes import NOTHING, Dialog
from bot.turn.turn import Turn
from handlers.admins.campaign import goal
from handlers.buttons import MENU
from handlers.names import channel_name, worth_of
from storage.figures import stats
from storage.figures.stats import GOALS, Numbers
from storage.files import charts
from storage.talk import journeys
from storage.talk.journeys import Journey

router = Router("stats", role="admin")

RESTING = timedelta(days=1)
"""Who has not answered for so long has given up, for now."""
MOST_STEPS = 3


@router.command("stats", after=NOTHING)
async def numbers(turn: Turn) -> None:
    """Everything that can be counted, and a chart of it."""
    campaign = turn.campaign
    found = await stats.numbers(turn.tx, campaign)
    since = await journeys.since(turn.tx, campaign.first_on, turn.now - RESTING)
    led = [
        (dialog, since[name])
        for name, dialog in turn.routes.dialogs.items()
        if name in since and dialog.role == "resident"
    ]
    turn.reply(
        "stats",
        title=campaign.title,
        year=str(campaign.year),
        people=found.people,
        taking_part=found.taking_part,
        subscribed=found.subscribed,
        channels=[_channel(name, n) for name, n in sorted(found.channels.items())],
        volunteers=found.figures.volunteers,
        addresses=found.figures.approved,
        pledges=found.figures.pledges,
        awaiting=found.figures.awaiting or None,
        promised=Money(found.figures.promised_money),
        helped_with=found.figures.begun,
        arrived=Money(found.figures.arrived_money),
        value=worth_of(found.figures.arrived_goods, found.figures.unvalued),
        broadcasts=found.broadcasts,
        reached=found.reached,
        deeds=[Text("stats.deeds", {"state": Text(f"deed.state.{s}"), "n": n}) for s, n in sorted(found.deeds.items())]
        or [Text("none")],
        goals=[_goal(name, campaign.goals, found) for name in GOALS if campaign.goals.get(name)] or [Text("none")],
        journeys=[_journey(dialog, journey) for dialog, journey in led] or [Text("none")],
    )
    chart = _chart(turn, found, led)
    if chart["panels"]:
        turn.reply("stats.chart", [MENU], picture=await charts.ask(turn.tx, chart, turn.now))


def _channel(name: str, n: int) -> Text:
    return Text("stats.channel", {"channel": channel_name(name), "n": n})


def _goal(name: str, goals: Mapping[str, int], found: Numbers) -> Text:
    part = found.so_far[name] * 100 // goals[name]
    return Text(
        "stats.goal", {"goal": goal(name, goals[name]), "reached": _describe_reach(name, found), "percent": part}
    )


def _describe_reach(name: str, found: Numbers) -> object:
    return _format(name, found.so_far[name])


def _format(name: str, n: int) -> object:
    return Money(n) if name == "dong" else n


def _journey(led: Dialog, journey: Journey) -> Text:
    begun, finished = max(journey.begun, journey.finished), journey.finished
    steps = [
        Text("stats.left", {"where": _where(led, field), "n": n})
        for field, n in journey.left_at[:MOST_STEPS]
        if field in led.form.fields or field in (REVIEW, EDIT)
    ]
    given = {"form": Text(f"{led.form.name}.title"), "begun": begun, "finished": finished, "left": steps}
    return Text("stats.journey.left" if steps else "stats.journey", given)


def _where(led: Dialog, field: str) -> Words:
    return Text("stats.at_review") if field in (REVIEW, EDIT) else Text(f"{led.form.name}.{field}.title")


def _as_title(words: str) -> str:
    return words[:1].upper() + words[1:]


def _bar(turn: Turn, label: str, value: int, most: int, name: str = "") -> dict[str, Any]:
    shown = turn.say("stats.of", n=_format(name, value), of=_format(name, most))
    return {"label": label, "value": value, "of": most, "shown": shown}


def _chart(turn: Turn, found: Numbers, led: Sequence[tuple[Dialog, Journey]]) -> dict[str, Any]:
    """What the picture shows; words are settled here, since the dialog who draws knows none."""
    goals = [
        _bar(turn, turn.say(f"stats.bar.{bar}"), value, turn.campaign.goals[name], name)
        for name, bar, value in (
            ("dong", "dong", found.so_far["dong"]),
            ("dong", "arrived", found.figures.arrived_money),
            *((name, name, found.so_far[name]) for name in GOALS if name != "dong"),
        )
        if turn.campaign.goals.get(name)
    ]
    ways = [
        _bar(
            turn,
            _as_title(turn.say(f"{dialog.form.name}.title")),
            journey.finished,
            max(journey.begun, journey.finished),
        )
        for dialog, journey in led
        if journey.begun or journey.finished
    ]
    panels = {"goals": goals, "journeys": ways}
    return {
        "organiser": turn.campaign.organiser,
        "title": f"{turn.campaign.title} {turn.campaign.year}",
        "panels": [{"title": turn.say(f"stats.panel.{name}"), "bars": bars} for name, bars in panels.items() if bars],
    }
