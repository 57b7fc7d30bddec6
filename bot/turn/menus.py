"""The platform's command menu: what each person may do, and no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from bot.turn.router import Routes
from locales import LANGUAGES, Speech
from storage.campaign import staff
from storage.database import Database
from storage.talk.people import may

if TYPE_CHECKING:
    from bot.channels.telegram import Menus


async def menus(database: Database, routes: Routes, speeches: Mapping[str, Speech]) -> Menus:
    """The platform's command menu in each language, for everybody, and for those who hold a role."""
    from bot.channels.telegram import Menus

    def listed(language: str, roles: Collection[str]) -> list[tuple[str, str]]:
        speech = speeches[language]
        allowed = routes.listed(lambda wanted: may(wanted, roles))
        return [(command.slug(speech), speech.say(f"command.{command.name}.help")[:256]) for command in allowed]

    async with database.read() as tx:
        holding = await staff.accounts_on(tx, "telegram")
    return Menus(
        {language: listed(language, ()) for language in LANGUAGES},
        {held.address: listed(held.language, held.roles) if held.roles else () for held in holding},
    )
