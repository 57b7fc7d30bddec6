"""A copy of one's data is made once a day, and kept once: nobody multiplies what is kept by asking for it."""

from __future__ import annotations

import json
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import sqlalchemy as sa

from storage.rights import links, retention
from storage.tables import addresses, copies, documents, outbox, web_messages
from storage.tables.sealed import DOCUMENT, DOSSIER
from storage.talk import people
from tests.desk import arrive, copied, heard, promise, staffed, tell
from tests.fakes.room import NUMBERS, Room
from tests.figures import measured
from tests.stage import BOTH, Stage


@BOTH
async def test_a_copy_comes_once_a_day_and_again_the_day_after(stage: Stage) -> None:
    assert json.loads(await copied(stage))["accounts"][0]["channel"] == "room"
    again = (await stage.say("/mydata"))[0].text
    assert "Mỗi ngày lấy được một lần" in again
    stage.clock.forward(days=1)
    assert json.loads(await copied(stage))["person"]
    assert len(await stage.rows(documents)) == 4  # each time a page, and the same for machines


async def test_where_no_file_can_be_sent_the_channel_is_named_as_people_call_it(tmp_path: Path, stage: Stage) -> None:
    zalo = Stage(tmp_path, Room(NUMBERS, name="zalo_bot"), url=stage.settings.database_url)
    assert "• kênh: Zalo\n" in (await zalo.say("/mydata"))[-1].text


async def test_asking_two_hundred_times_keeps_one_copy(stage: Stage) -> None:
    """Somebody has said much, and asks for it again and again."""
    for n in range(20):
        await stage.say(f"{n} " + "x" * 3000)
    before = sum(len(row["body"] or b"") for row in await stage.rows(outbox))
    for _ in range(20):
        async with stage.program() as app:
            await app.engine.receive([stage.room.arrival(text="/mydata") for _ in range(10)])
            await app.settle()
            await app.do("copies")
            await app.settle()
        stage.clock.forward(seconds=30)
    kept = await stage.rows(documents)
    assert len(kept) == 2  # the page, and the same for machines
    assert len([message for message in heard(stage, "1") if message.document]) == 2
    grown = sum(len(row["body"] or b"") for row in await stage.rows(outbox)) - before
    size = len(kept[1]["content"])
    assert size > 20 * 3000
    assert grown < 400 * 1024  # of short sentences
    measured(
        "/mydata 200 times, by somebody of whom much is kept",
        f"1 copy of {size >> 10} kB kept, {grown >> 10} kB of answers; before 200 copies, each kept twice in the web chat",
    )


async def test_a_copy_is_kept_for_a_week_and_only_its_number_in_the_message(stage: Stage) -> None:
    content = await copied(stage)
    async with stage.program() as app, app.database.read() as tx:
        sealed = await tx.value(sa.select(outbox.c.body).order_by(outbox.c.id.desc()).limit(1))
        assert len(sealed) < 1000
        stored = (await tx.all(sa.select(documents).order_by(documents.c.id)))[-1]
        assert DOCUMENT.open_in(app.database.vault, stored) == content
    async with stage.program() as app, app.database.write() as tx:
        await retention.sweep(tx, stage.clock() + timedelta(days=6))
        assert len(await tx.all(sa.select(documents))) == 2
        await retention.sweep(tx, stage.clock() + timedelta(days=8))
        assert await tx.all(sa.select(documents)) == []
        assert await tx.all(sa.select(copies)) == []


async def test_whoever_is_forgotten_leaves_no_copy_behind(stage: Stage) -> None:
    await copied(stage)
    stage.clock.forward(days=2)
    await stage.say("/mydata")  # asked for, and not made yet
    await stage.say("/forgetme")
    await stage.say("xóa hết")
    async with stage.program() as app:
        await app.do("copies")
    assert await stage.rows(documents) == []
    assert await stage.rows(copies) == []
    assert await stage.rows(web_messages) == []


async def test_whoever_joins_another_account_waits_for_the_next_copy_all_the_same(stage: Stage) -> None:
    await copied(stage)
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", "fresh"): "vi", ("room", "1"): "vi"}, stage.clock())
        fresh, asked = met["room", "fresh"][0].id, met["room", "1"][0].id
        await links.join(tx, fresh, asked, keep_other_volunteer=False, now=stage.clock())
    assert "Mỗi ngày lấy được một lần" in (await stage.say("/mydata", "fresh"))[0].text
    assert [row["person_id"] for row in await stage.rows(copies)] == [fresh]
    measured("/mydata again by joining a fresh account", "a day's wait, as before")


class Page(HTMLParser):
    """What a browser would make of the page: its headings, its text, and whatever it would fetch or run."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.text = self.open = ""
        self.headings: list[str] = []
        self.foreign: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open = tag
        names = {name for name, _ in attrs}
        if tag in ("script", "img", "link", "iframe", "object", "form") or names & {"src", "href", "onerror", "onload"}:
            self.foreign.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.open == "h2":
            self.headings.append(data.strip())
            self.open = ""


async def page_of(stage: Stage, address: str = "1") -> Page:
    """The page that comes with the copy."""
    await copied(stage, address)
    document = heard(stage, address)[-2].document
    assert document is not None
    assert document.name.endswith(".html")
    return Page(document.content)


EVIL = "<script>alert(1)</script> & <img src=x onerror=alert(1)>"


@BOTH
async def test_a_person_can_read_all_that_is_kept_of_her(stage: Stage) -> None:
    officers = await staffed(stage)
    await stage.say("/volunteer")
    for text in ("Trần Thị Thử", "1990", "0912345678", "Thôn Thử, Cửa Tùng", "1", "xong", "đúng"):
        await stage.say(text)
    deed = await tell(stage, photos=1)
    pledge = await promise(stage)
    await arrive(stage, pledge, "1tr5")
    await stage.say("/ask")
    for text in (f"Hội cho hỏi {EVIL}", "Cửa Tùng", "đúng"):
        await stage.say(text)
    page = await page_of(stage)
    plain = page.text.replace("\N{NO-BREAK SPACE}", " ")
    for known in (
        "Trần Thị Thử",
        "1990",
        "0912 345 678",
        "Thôn Thử, xã Cửa Tùng",
        pledge,
        "2.000.000",
        "1.500.000",
        "Vá lưới giúp một nhà bị bão",
        deed,
        EVIL,
    ):
        assert known in plain, known
    assert page.foreign == []
    assert page.headings[:3] == [
        "Anh/chị nhắn cho Hội từ đâu",
        "Những điều anh/chị đã đồng ý",
        "Đăng ký tình nguyện viên",
    ]
    assert "Tham gia" in plain
    assert "room" in plain
    assert len(officers) == 3


async def test_the_page_speaks_her_language_and_says_where_nothing_is_kept(stage: Stage) -> None:
    await stage.agree("take_part", address="en", language="en")
    page = await page_of(stage, "en")
    assert page.headings[0] == "Where you write from"
    assert "Nothing is kept here." in page.text
    assert "anh/chị" not in page.text


async def test_nobody_reads_of_others_in_her_page(stage: Stage) -> None:
    """She proposed a household, and an officer has found out more about it than she said."""
    officers = await staffed(stage)
    async with stage.program() as app, app.database.write() as tx:
        resident = await people.find(tx, "room", "1")
        assert resident is not None
        sealed = DOSSIER.seal_json(
            tx.vault, {"full_name": "Kín Thị Tên", "house": "Nhà Kín", "phone": "+84900000009"}, "DC-0002"
        )
        await tx.run(
            sa.update(addresses)
            .where(addresses.c.code == "DC-0002")
            .values(proposed_by=resident.person_id, dossier=sealed)
        )
    page = await page_of(stage)
    assert "DC-0002" in page.text
    assert officers
    for hidden in ("Kín Thị Tên", "Nhà Kín", "900000009", "900 000 009"):
        assert hidden not in page.text
