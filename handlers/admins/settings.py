"""What may be changed while the program runs: show it, and change one thing."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from msgspec.structs import replace

from bot.dialog.fields import Known, Line
from bot.dialog.forms import Form, Invalid
from bot.message import Heard, Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.fold import fold
from handlers.calendar.list import no_longer
from storage.campaign import settings
from storage.campaign.settings import BY_NAME, QUIET_HOURS, SETTINGS, Days, Hours, Setting

router = Router("settings", role="admin")

TIME = re.compile(r"([01]?\d|2[0-3])\s*(?:[:hg.]|gio)\s*([0-5]\d)?(?:\s*(?:phut|ph))?")
"""In folded words."""
BETWEEN = re.compile(r"\s*(?:-|–|—|den|toi)\s*")
"""What stands between two times, in folded words."""
DAYS = re.compile(r"(?:\d{1,2}/\d{1,2}(?:/\d{4})?(?:\s*[,;]\s*|\s+va\s+|\s+and\s+|\s+|$))+")
"""Days, in folded words."""
NO_DAYS = re.compile(r"khong|khong co|none|no")
BACK = Option("/settings", Text("command.settings.title"))


class Value(Line):
    """A number, a time of day such as «7h30», two of them, or days, within the setting's limits; as it keeps it."""

    def read(self, heard: Heard, form: Form) -> str:
        setting = BY_NAME[form.answers["known"]["name"]]
        value = read_value(setting, super().read(heard, form))
        if value is None or not setting.allows(value):
            limits: dict[str, Any] = {"least": show_value(setting.least), "most": show_value(setting.most)}
            if isinstance(setting.default, Days):
                raise Invalid("not_days")
            if isinstance(setting.default, Hours):
                raise Invalid("not_hours_for", **limits)
            raise Invalid("not_a_time_for" if isinstance(setting.default, time) else "not_a_number_for", **limits)
        return str(value)


class ChangeSetting(Form, name="changesetting"):
    """The new value of one setting."""

    known = Known()
    value = Value(most=300)

    def words(self) -> dict[str, object]:
        return {"what": Text(f"setting.{self.known['name']}"), "now": self.known["now"]}


@router.command("settings")
async def show_all(turn: Turn) -> None:
    """Every setting with its value."""
    lines = [
        Text(
            "settings.line",
            {"what": Text(f"setting.{setting.name}"), "now": show_value(await _read(turn, setting))},
        )
        for setting in SETTINGS
    ]
    turn.reply("settings.list", [_button(setting) for setting in SETTINGS], lines=lines)


@router.command("settings change", dangerous=True, opens=True)
async def change(turn: Turn) -> None:
    """Change one setting; what follows is its name."""
    setting = BY_NAME.get(turn.rest)
    if setting is None:
        return turn.reply("settings.which", [_button(known) for known in SETTINGS])
    turn.begin(ChangeSetting, known={"name": setting.name, "now": show_value(await _read(turn, setting))})


@router.done(ChangeSetting, dangerous=True)
async def save(turn: Turn, form: ChangeSetting) -> None:
    setting: Setting[Any] = BY_NAME[form.known["name"]]
    value = setting.load(form.value)
    await settings.change(turn.tx, setting, value, turn.actor, turn.now, _usual(turn, setting))
    turn.new_world = True
    turn.reply("settings.changed", [BACK], what=Text(f"setting.{setting.name}"), now=show_value(value))
    if setting is QUIET_HOURS:
        turn.rules = replace(turn.rules, schedule=await turn.rules.usual.holding(turn.tx))
        if lines := await no_longer(turn, turn.campaign):
            turn.reply("calendar.no_longer", [BACK], lines=lines)


def show_value(value: int | time | Hours | Days) -> str:
    """A value as people write it."""
    if isinstance(value, Days):
        return str(value) or "–"
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


def read_value(setting: Setting[Any], said: str) -> Any:
    """What was typed, as the setting's kind of value; None if it is none."""
    if isinstance(setting.default, Days):
        return _read_days(fold(said).strip())
    if isinstance(setting.default, Hours):
        first, last, *more = [_read_time(part) for part in BETWEEN.split(fold(said).removeprefix("tu "))] + [None] * 2
        return Hours(first, last) if first is not None and last is not None and not any(more) else None
    if isinstance(setting.default, time):
        return _read_time(said)
    number = re.match(r"\d{1,9}(?!\d)", said.replace(".", "").strip())
    return int(number[0]) if number else None


def _read_days(said: str) -> Days | None:
    if NO_DAYS.fullmatch(said):
        return Days()
    try:
        return Days.load(",".join(re.findall(r"[\d/]+", said))) if DAYS.fullmatch(said) else None
    except ValueError:  # no day of any calendar
        return None


def _read_time(said: str) -> time | None:
    match = TIME.fullmatch(fold(said).strip())
    return time(int(match[1]), int(match[2] or 0)) if match else None


async def _read(turn: Turn, setting: Setting[Any]) -> Any:
    """What holds now; what admins have not changed is as the operator has set it."""
    return await settings.read(turn.tx, setting, _usual(turn, setting))


def _usual(turn: Turn, setting: Setting[Any]) -> Any:
    return turn.rules.usual.changeable.get(setting.name)


def _button(setting: Setting[Any]) -> Option:
    return Option(f"/settings change {setting.name}", Text(f"setting.{setting.name}.short"))
