"""Who follows the Official Account is greeted once; who leaves is left alone, and welcome when she comes back."""

from __future__ import annotations

from pathlib import Path

from storage.tables import accounts
from tests.channels.stands import OnZaloOa
from tests.stage import Template


async def test_following_greets_once_and_leaving_and_coming_back_are_understood(
    template: Template, tmp_path: Path
) -> None:
    template.copy(tmp_path)
    stand = OnZaloOa(tmp_path)
    async with stand.open(), stand.running():
        assert stand.api.hook
        stand.api.hook.copies = 2  # Zalo brings some events twice
        lan = stand.person
        lan.follows()
        [welcome] = await stand.quiet()
        assert welcome.text
        lan.says("/help")
        said = len(await stand.quiet())
        lan.follows()  # the button was pressed again
        assert len(await stand.quiet()) == said
        lan.unfollows()
        assert len(await stand.quiet()) == said
        [account] = [row for row in await stand.rows(accounts) if row["address"] == stand.address]
        assert account["state"] == "blocked"
        lan.follows()
        assert len(await stand.quiet()) == said + 1
        [account] = [row for row in await stand.rows(accounts) if row["address"] == stand.address]
        assert account["state"] == "open"
        written = stand.api.person("8")
        written.says("/menu")
        await stand.quiet()
        answered = len(written.inbox)
        written.follows()
        await stand.quiet()
        assert len(written.inbox) == answered, "she was greeted when she wrote"
