"""Every kind of channel there is, a row each: nothing else in the program names one."""

from __future__ import annotations

from typing import Any

from bot.channels import Channel, console, telegram, web, zalo_bot, zalo_oa
from bot.channels.kind import Imitated, Kind, Surroundings

KINDS: dict[str, Kind[Any]] = {
    kind.name: kind for kind in (telegram.KIND, zalo_bot.KIND, zalo_oa.KIND, web.KIND, console.KIND)
}


def runnable() -> list[str]:
    """The channels that the operator may ask for."""
    return [kind.name for kind in KINDS.values() if kind.make]


def demo_stages() -> list[str]:
    """The channels on which the demo is played."""
    return [kind.name for kind in KINDS.values() if kind.always]


def imitated(name: str) -> Imitated | None:
    """What the demo can show of a channel, by its name or the first word of it; None if it cannot."""
    found = next((kind for kind in KINDS.values() if name in (kind.name, kind.name.partition("_")[0])), None)
    return Imitated(found.name, found.shows) if found is not None and found.shows is not None else None


def imitable() -> list[str]:
    """The channels that the demo can show."""
    return [kind.name for kind in KINDS.values() if kind.shows is not None]


def imitation(surroundings: Surroundings) -> list[Channel]:
    """The channel that the demo imitates, if it imitates one."""
    from bot.channels.web.channel import Imitation

    return [Imitation(surroundings, surroundings.imitated)] if surroundings.imitated is not None else []


async def take_over(name: str, surroundings: Surroundings, settings: Any) -> None:
    """Have what people say on a channel brought to us from now on. Raises NotTakenOver."""
    found = KINDS[name].take_over
    assert found is not None, f"there is nothing to take over on {name}"
    await found(surroundings, settings)


def make(name: str, surroundings: Surroundings, settings: Any) -> Channel:
    """A channel of this kind. ``settings`` hold at least its part."""
    found = KINDS[name].make
    assert found is not None, f"{name} cannot run by itself"
    return found(surroundings, settings)
