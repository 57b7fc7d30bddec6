"""How what several handlers show is put into words."""

from __future__ import annotations

from collections.abc import Iterable

from bot.message import Text, Words

CHANNELS = ("telegram", "web", "console", "zalo_bot")


def channel_shown(name: str) -> Words:
    """A channel by the name that people know."""
    return Text(f"channel.{name}") if name in CHANNELS else name


def channels_shown(names: Iterable[str]) -> list[Words]:
    return [channel_shown(name) for name in names]


def unit_shown(name: str) -> Words:
    """A unit's name; a role without a unit holds everywhere."""
    return name or Text("staff.everywhere")


def role_for(role: str, unit_name: str) -> Text:
    """A role with the unit that it holds for, such as «cán bộ, Xã Bến Quan»; an admin's holds everywhere."""
    if role == "admin":
        return Text("role.admin")
    return Text("staff.role", {"role": Text(f"role.{role}"), "unit": unit_shown(unit_name)})
