"""Attacks on pictures: a name, another's address, an old address, a role that was taken away."""

from __future__ import annotations

from datetime import timedelta

import httpx
import sqlalchemy as sa

from bot.web.signed import Signed
from storage.campaign import staff
from storage.files import loose, pictures
from storage.files.pictures import Stored
from storage.tables import deed_pictures, deeds, thread_messages
from storage.talk import people, sessions
from tests.fakes.crowd import announce
from tests.fakes.served import Served
from tests.figures import measured
from tests.stage import Clock

DAY = 86400


async def arrive(site: Served) -> tuple[httpx.AsyncClient, str, int]:
    """Somebody with a browser of her own: it, her address, her account."""
    token, address = sessions.fresh()
    async with site.app.database.write() as tx:
        await sessions.begin(tx, token, address, site.app.now())
        met = await people.meet(tx, {("web", address): "vi"}, site.app.now())
    cookies = httpx.Cookies({"nhandao": token})
    return httpx.AsyncClient(base_url=site.url, cookies=cookies), address, met["web", address][1].id


async def photo(site: Served, account_id: int, *, of_deed: str = "") -> str:
    """A stored picture of somebody's, perhaps of a deed in this state; returns its name."""
    raw = b"\xff\xd8 what a test calls a photo"
    await site.app.files.put(file := loose.new_name(), raw)
    async with site.app.database.write() as tx:
        name = await pictures.add(tx, account_id, Stored(file, 8, 8), len(raw), site.app.now())
        if of_deed:
            await pictures.keep(tx, [name])
            deed = await tx.value(sa.select(deeds.c.id))
            await tx.run(sa.update(deeds).where(deeds.c.id == deed).values(state=of_deed))
            await tx.run(sa.insert(deed_pictures).values(deed_id=deed, picture=name, position=9))
    return name


def link(site: Served, name: str, address: str, seconds: int = DAY) -> str:
    """The address of a picture as its page was given it."""
    until = int(site.app.now().timestamp()) + seconds
    return f"/picture/{Signed(site.app.database.vault, site.app.now, 'web').write('picture', name, address, until)}"


async def test_a_picture_is_served_to_whom_it_was_shown_and_to_nobody_else(site: Served, clock: Clock) -> None:
    (owner, hers, account_id), (other, others, _) = await arrive(site), await arrive(site)
    async with owner, other:
        name = await photo(site, account_id)
        url = link(site, name, hers)
        assert (await owner.get(url)).status_code == 200
        forged = Signed(site.app.database.vault, site.app.now, "zalo_bot").write("picture", name, others, 10**10)
        tried = [url, f"/picture/{name}", f"/picture/{forged}", url[:-3] + "AAA", link(site, name, others)]
        assert [(await other.get(one)).status_code for one in tried] == [404] * len(tried)
        async with httpx.AsyncClient(base_url=site.url) as nobody:
            assert (await nobody.get(url)).status_code == 404
        clock.forward(days=1, seconds=1)
        assert (await owner.get(url)).status_code == 404
    measured(
        "somebody else's picture: by name, by her address, by a forged one, when its day is over", "6 of 6 refused"
    )


async def test_a_deed_s_picture_is_the_officers_until_it_is_published(site: Served) -> None:
    (_, _, account_id), (officer, address, officer_account) = await arrive(site), await arrive(site)
    async with officer:
        name = await photo(site, account_id, of_deed="new")
        url = link(site, name, address)
        assert (await officer.get(url)).status_code == 404
        async with site.app.database.write() as tx:
            account = await people.find(tx, "web", address)
            assert account is not None
            await staff.grant(tx, account.person_id, "officer", None, "operator", site.app.now())
            await sessions.confirm(tx, officer_account, site.app.now())
        assert (await officer.get(url)).status_code == 200
        async with site.app.database.write() as tx:
            await staff.revoke(tx, account.person_id, "officer", None, "operator", site.app.now())
        assert (await officer.get(url)).status_code == 404, "the role is gone, and so is what came with it"
        async with site.app.database.write() as tx:
            await tx.run(sa.update(deeds).values(state="approved"))
        assert (await officer.get(url)).status_code == 200


async def test_what_was_sent_to_the_officers_in_a_thread_is_not_for_who_was_one(site: Served) -> None:
    (sender, hers, account_id), (once, address, _) = await arrive(site), await arrive(site)
    async with sender, once:
        name = await photo(site, account_id)
        async with site.app.database.write() as tx:
            await pictures.keep(tx, [name])
            thread = await tx.value(sa.select(thread_messages.c.thread_id))
            said = {"thread_id": thread, "by_officers": False, "picture": name, "said_at": site.app.now()}
            await tx.run(sa.insert(thread_messages).values(**said))
        assert (await once.get(link(site, name, address))).status_code == 404
        assert (await sender.get(link(site, name, hers))).status_code == 200


async def test_the_picture_of_an_announcement_is_for_everybody_whom_it_was_shown_to(site: Served) -> None:
    (_, _, account_id), (reader, address, _) = await arrive(site), await arrive(site)
    async with reader:
        name = await photo(site, account_id)
        assert (await reader.get(link(site, name, address))).status_code == 404
        await announce(site.app, picture=name, go_at=site.app.now() + timedelta(days=1))
        assert (await reader.get(link(site, name, address))).status_code == 200
