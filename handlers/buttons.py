"""The options that several handlers offer."""

from __future__ import annotations

from collections.abc import Iterable

from bot.message import Option, Text

MENU = Option("/menu", Text("command.menu.title"))
MY = Option("/my", Text("command.my.title"))
FAMILY = Option("/address", Text("command.address.title"))
TRY = Option("/try", Text("command.try.title"))
ADDRESSES = Option("/addresses", Text("command.addresses.title"))
PROPOSE = Option("/propose", Text("command.propose.title"))
ASK = Option("/ask", Text("command.ask.title"))
BEHALF = Option("/behalf", Text("command.behalf.title"))
DESK = Option("/desk", Text("command.desk.title"))


def open_card(kind: str, code: str) -> Option:
    """What shows officers the pledge, deed, question or address with this code."""
    return Option(f"/desk {kind} {code}", Text("desk.open", {"code": code}))


def appeal_to(code: str) -> Option:
    """What lets the person ask that another officer looks again at what was refused."""
    return Option(f"/appeal {code}", Text("command.appeal.title"))


def write_to(code: str) -> Option:
    """What lets officers write to the person behind the pledge, deed or household with this code, or to the volunteer with
    this number."""
    return Option(f"/desk write {code}", Text("command.desk.write.title"))


def last_dangers(options: Iterable[Option]) -> tuple[Option, ...]:
    """The options in their order, but what ends or undoes something stands last."""
    return tuple(sorted(options, key=lambda option: option.sense == "danger"))
