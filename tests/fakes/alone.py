"""A channel's surroundings without a program: an empty database that nobody opens, no menus, no pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.kind import Menus, Pictures, Surroundings
from bot.media.fetch import Fetcher
from bot.media.photo_share import PhotoShare
from bot.message import Text
from bot.process.lease import at_once
from bot.process.startup import utc_now
from bot.shares import Shares
from bot.vietnamese.amounts.amount import in_words
from locales import LANGUAGES, Speech
from storage.database import Database, Tx
from storage.database.vault import Vault
from storage.files import Folder, NoSuchFile
from tests.stage import KEY


async def no_pictures(name: str) -> bytes:
    raise NoSuchFile(name)


async def no_menus(channel: str) -> Menus:
    return Menus()


async def no_page(path: str, speech: Speech) -> dict[str, str]:
    return {}


async def no_alarm(tx: Tx, key: str, text: Text, channel: str) -> None:
    pass


def alone(picture: Pictures = no_pictures, **how: Any) -> Surroundings:
    """What a channel gets that is tried by itself."""
    database = Database("sqlite+aiosqlite:///nowhere/bot.db", Vault(KEY))
    speeches = {name: Speech(name, ZoneInfo("Asia/Ho_Chi_Minh"), in_words) for name in LANGUAGES}
    uploads = Fetcher(database, Folder(Path("nowhere")), PhotoShare(Shares().most, lambda: False), utc_now)
    given: dict[str, Any] = {
        "voice": no_pictures,
        "uploads": uploads,
        "menus": no_menus,
        "page": no_page,
        "exclusive": lambda name: at_once,
        "alarm": no_alarm,
    } | how
    return Surroundings(database, utc_now, speeches, "vi", picture, **given)
