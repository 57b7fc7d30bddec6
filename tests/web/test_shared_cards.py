"""A household's public card by a link: only what everybody may see, until it is taken back, and nobody finds it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest_asyncio
import sqlalchemy as sa

from storage.aid import addresses
from storage.aid.households import shared
from storage.rights import retention
from storage.tables import addresses as households
from storage.tables import shared_cards, units
from tests.desk import CUA_TUNG, FAR, LAN, MINH, RESIDENT, staffed
from tests.fakes.room import Room
from tests.fakes.served import Served, served
from tests.stage import BOTH, Stage, Template

CODE = "DC-0001"
"""A household of the demo that everybody may see, with a photo."""


class OnTheWeb(Room):
    """A channel that also serves pages."""

    def page(self, path: str) -> str:
        return f"https://hoi.vi-du.vn{path}"


@pytest_asyncio.fixture
async def site(template: Template, tmp_path: Path) -> AsyncIterator[Served]:
    template.copy(tmp_path)
    async with served(tmp_path) as running:
        yield running


async def share(site: Served) -> str:
    async with site.app.database.write() as tx:
        address = await addresses.find(tx, CODE)
        assert address is not None
        return (await shared.share(tx, address.id, site.app.now()))[0]


async def test_the_page_shows_the_public_card_with_its_photo_and_is_kept_and_listed_nowhere(site: Served) -> None:
    code = await share(site)
    async with site.app.database.read() as tx:
        address = await addresses.find(tx, CODE)
    assert address is not None
    async with httpx.AsyncClient(base_url=site.url) as anybody:
        page = await anybody.get(f"/card/{code}")
        assert page.status_code == 200
        assert address.shown_name in page.text
        assert address.needs[0].what in page.text
        assert '<meta name="robots" content="noindex, nofollow">' in page.text
        photo = await anybody.get(f"/card/{code}/photo")
        assert photo.headers["content-type"] == "image/jpeg"
        for answer in (page, photo):
            assert answer.headers["x-robots-tag"] == "noindex, nofollow"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "private, no-store"
            assert "set-cookie" not in answer.headers
        assert (await anybody.get(f"/card/{code.lower()}")).status_code == 200, "as somebody types it"


async def test_wrong_taken_back_hidden_and_over_are_answered_alike(site: Served) -> None:
    code = await share(site)
    async with httpx.AsyncClient(base_url=site.url) as anybody:

        async def gone() -> str:
            page, photo = await anybody.get(f"/card/{code}"), await anybody.get(f"/card/{code}/photo")
            assert (page.status_code, photo.status_code) == (404, 404)
            return page.text

        wrong = (await anybody.get("/card/22222-22222")).text
        hidden = sa.update(households).where(households.c.code == CODE)
        async with site.app.database.write() as tx:
            await tx.run(hidden.values(state="paused"))
        assert await gone() == wrong
        async with site.app.database.write() as tx:
            await tx.run(hidden.values(state="approved"))
        assert (await anybody.get(f"/card/{code}")).status_code == 200
        async with site.app.database.write() as tx:
            await tx.run(sa.update(shared_cards).values(expires_at=site.app.now() - timedelta(seconds=1)))
        assert await gone() == wrong
        again = await share(site)
        assert await share(site) != again
        code = again
        assert await gone() == wrong, "a new link ends the one before"


async def of_cua_tung(stage: Stage) -> str:
    """A household of the commune of Lan and Minh that everybody may see."""
    async with stage.program() as app, app.database.read() as tx:
        there = sa.select(households.c.code).join(units, units.c.id == households.c.unit_id)
        shown = households.c.state == "approved", households.c.consented, units.c.code == CUA_TUNG
        return str(await tx.value(there.where(*shown).order_by(households.c.id)))


async def test_officers_of_the_household_share_it_and_any_of_them_takes_it_back(
    template: Template, tmp_path: Path
) -> None:
    template.copy(tmp_path)
    stage = Stage(tmp_path, OnTheWeb())
    await staffed(stage)
    code = await of_cua_tung(stage)
    [made] = await stage.say(f"/desk share {code}", LAN)
    [link] = set(re.findall(r"https://hoi\.vi-du\.vn/card/([0-9A-Z]{5}-[0-9A-Z]{5})", made.text))
    for stranger in (FAR, RESIDENT):
        await stage.say(f"/desk unshare {code}", stranger)
    assert await good(stage, link)
    [back] = await stage.say(f"/desk unshare {code}", MINH)
    assert "Đã thu hồi" in back.text
    assert not await good(stage, link)
    [none] = await stage.say(f"/desk unshare {code}", MINH)
    assert "không có đường dẫn" in none.text


async def test_without_an_address_on_the_web_nothing_is_shared(stage: Stage) -> None:
    await staffed(stage)
    [said] = await stage.say(f"/desk share {await of_cua_tung(stage)}", LAN)
    assert "chưa biết địa chỉ" in said.text
    assert await stage.rows(shared_cards) == []


async def good(stage: Stage, link: str) -> bool:
    async with stage.program() as app, app.database.read() as tx:
        return await shared.find(tx, link, stage.clock()) is not None


@BOTH
async def test_what_is_over_is_kept_no_longer(stage: Stage) -> None:
    async with stage.program() as app, app.database.write() as tx:
        address = await addresses.find(tx, CODE)
        assert address is not None
        await shared.share(tx, address.id, stage.clock())
        await shared.share(tx, address.id, stage.clock())
    stage.clock.forward(days=shared.LIVES.days + 1)
    async with stage.program() as app, app.database.write() as tx:
        assert (await retention.sweep(tx, stage.clock()))["shared_cards"] == 2
