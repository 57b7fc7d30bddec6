"""Every kind of channel there is, a row each: nothing else in the program names one."""

from __future__ import annotations

from typing import Any

from bot.channels import Channel, console, telegram, web
from bot.channels.kind import Kind, Surroundings

KINDS: dict[str, Kind[Any]] = {kind.name: kind for kind in (telegram.KIND, web.KIND, console.KIND)}


def runnable() -> list[str]:
    """The channels that the operator may ask for."""
    return [kind.name for kind in KINDS.values() if kind.make]


def demo_stages() -> list[str]:
    """The channels on which the demo is played."""
    return [kind.name for kind in KINDS.values() if kind.always]


def make(name: str, surroundings: Surroundings, settings: Any) -> Channel:
    """A channel of this kind. ``settings`` hold at least its part."""
    found = KINDS[name].make
    assert found is not None, f"{name} cannot run by itself"
    return found(surroundings, settings)
