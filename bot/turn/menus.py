"""The command menu of a platform: what each person may do, and no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.channels.kind import Menus
from bot.turn.routes import Routes
from locales import LANGUAGES, Speech
from storage.campaign import staff
from storage.database import Database
from storage.talk.people import may

LONGEST_HELP = 256
"""Characters."""


async def menus(channel: str, database: Database, routes: Routes, speeches: Mapping[str, Speech]) -> Menus:
    """The command menu in each language, for everybody on this channel, and for those who hold a role."""

    def listed(language: str, roles: Collection[str]) -> list[tuple[str, str]]:
        speech = speeches[language]
        allowed = routes.listed(lambda wanted: may(wanted, roles))
        return [
            (command.slug(speech), speech.say(f"command.{command.name}.help")[:LONGEST_HELP]) for command in allowed
        ]

    async with database.read() as tx:
        holding = await staff.accounts_on(tx, channel)
    return Menus(
        {language: listed(language, ()) for language in LANGUAGES},
        {held.address: listed(held.language, held.roles) if held.roles else () for held in holding},
    )
