"""What nearly every part of the program works with, in one object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo

from msgspec import Struct

from bot.channels import Channel
from locales import Speech
from storage.database import Database


class Context(Struct, frozen=True):
    """One process's surroundings; the clock is passed in, so that tests can move it."""

    database: Database
    channels: Mapping[str, Channel]
    """Those that run, by name; filled while the parts are connected."""
    speeches: Mapping[str, Speech]
    language: str
    """The language for people whose channel tells none we speak."""
    zone: tzinfo
    now: Callable[[], datetime]
    """The present instant, in UTC."""

    @property
    def speech(self) -> Speech:
        return self.speeches[self.language]

    def day(self, at: datetime) -> date:
        """The day on which an instant falls, where this program is at home."""
        return at.astimezone(self.zone).date()
