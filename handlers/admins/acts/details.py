"""The details of an act in the audit log, in words: no name or state of the program's own, no instant in UTC."""

from __future__ import annotations

from datetime import date, datetime

from bot.message import Text, Words
from bot.turn.turn import Turn
from locales import LANGUAGES, LanguageName
from storage.audit import Act
from storage.campaign import units

HIDDEN = ("accounts", "change", "version")
"""Details that say nothing to a reader: keyed indexes and numbers of rows."""
STATES = {"address": "address.state", "pledge": "desk.state", "deed": "deed.state"}
"""Where the words of a state stand, by the kind of what has it."""
UNITS = ("unit", "unit_id", "parent", "into")


async def tell_details(turn: Turn, entry: Act) -> list[Words]:
    """Those that say something, each with what it is called."""
    return [
        await _tell(turn, entry, name, value)
        for name, value in entry.details.items()
        if value not in (None, "", []) and name not in HIDDEN
    ]


async def _tell(turn: Turn, entry: Act, name: str, value: object) -> Words:
    if isinstance(value, bool):
        key = f"audit.detail.{name}.{'yes' if value else 'no'}"
        if turn.speech.has(key):
            return Text(key)
    key, said = f"audit.detail.{name}", await _value(turn, entry, name, value)
    return Text(key, {"what": said}) if turn.speech.has(key) else Text("audit.detail", {"name": name, "what": said})


async def _value(turn: Turn, entry: Act, name: str, value: object) -> Words:
    if name in UNITS and (number := str(value).removeprefix("unit:")).isdecimal():
        return await units.name(turn.tx, int(number)) or str(value)
    if isinstance(value, list):
        items = [LanguageName(one) if one in LANGUAGES else _named(turn, entry, name, str(one)) for one in value]
        return Text("list", {"items": items})
    return _named(turn, entry, name, str(value))


def _named(turn: Turn, entry: Act, name: str, value: str) -> Words:
    """What one value is called; what somebody wrote, or a number, as it is."""
    kind = entry.object.partition(":")[0]
    why = "opendossier.why" if kind == "address" else "contact.why"
    ways = {"why": (why, "audit.why"), "state": (STATES.get(kind, ""),), "was": (STATES.get(kind, ""),)}
    if kind == "request":  # of what people ask about their data
        ways = {"kind": ("request.kind",), "source": ("request.source",)}
    for room in (*ways.get(name, ()), f"audit.{name}"):
        if turn.speech.has(f"{room}.{value}"):
            return Text(f"{room}.{value}")
    if name == "role":
        return Text(f"role.{value}")
    if name == "what" and turn.speech.has(f"address.change.what.{value}"):
        return Text(f"address.change.what.{value}")
    if number := value.removeprefix("person:") if value.startswith("person:") else "":
        return Text("staff.unnamed", {"number": number})
    return _moment(value)


def _moment(value: str) -> Words:
    """A day or an instant as people write them; anything else as it is."""
    try:
        if len(value) == len("2026-05-12"):
            return Text("audit.day", {"day": date.fromisoformat(value)})
        at = datetime.fromisoformat(value.replace(" UTC", "+00:00")) if "-" in value[:5] and ":" in value else None
    except ValueError:
        return value
    return Text("audit.instant", {"at": at}) if at is not None and at.tzinfo is not None else value
