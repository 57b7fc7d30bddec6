"""No photo is stored before its sender agreed, and nobody stores more of them than there is room for."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PIL import Image

from bot.media.pictures import BadPicture
from bot.message import Message
from bot.process.app import App
from storage.campaign import settings
from storage.tables import deed_pictures, inbox, pictures
from storage.talk import people
from tests.figures import measured
from tests.stage import BOTH, Stage, photo

CAPTION = "Sáng nay nhóm bếp nấu cháo cho bệnh nhân nghèo"


def stored(stage: Stage) -> list[Path]:
    """The files of photos on the disk."""
    return [path for path in (stage.folder / "files").rglob("*") if path.is_file()]


async def agree(stage: Stage, address: str = "1") -> list[Message]:
    """Agree to take part."""
    return await stage.say("Tham gia", address)


@BOTH
async def test_a_first_photo_is_fetched_after_consent_and_becomes_a_deed(stage: Stage, tmp_path: Path) -> None:
    before, rows = len(stored(stage)), len(await stage.rows(pictures))
    said = await stage.say(CAPTION, photo=str(photo(tmp_path, "first")))
    assert "Hội xin phép lưu" in said[-1].text
    assert len(stored(stage)) == before
    assert len(await stage.rows(pictures)) == rows
    said = await agree(stage)
    assert any("đang lấy phần anh/chị gửi" in message.text for message in said)
    assert "Ai đã làm việc này?" in said[-1].text
    assert len(await stage.rows(pictures)) == rows + 1
    assert len(stored(stage)) == before + 1


async def test_an_album_that_came_first_is_whole_in_the_deed(stage: Stage, tmp_path: Path) -> None:
    room = stage.room
    shots = [
        room.arrival(text="" if n else CAPTION, album="a1", photo=str(photo(tmp_path, f"p{n}", f"#1020{n}0")))
        for n in range(4)
    ]
    rows, shown = len(await stage.rows(pictures)), len(await stage.rows(deed_pictures))
    await stage.send(shots)
    assert len(await stage.rows(pictures)) == rows
    await agree(stage)
    assert len(await stage.rows(pictures)) == rows + 4
    for text in ("Tổ thuyền Thử", "Cửa Tùng", "1", "đúng"):
        said = await stage.say(text)
    assert "Việc thiện này có mã" in said[0].text
    assert len(await stage.rows(deed_pictures)) == shown + 4


async def test_whoever_agrees_to_nothing_leaves_no_photo(stage: Stage, tmp_path: Path) -> None:
    before = len(stored(stage))
    await stage.say(CAPTION, photo=str(photo(tmp_path, "first")))
    await stage.say("Chỉ xem thôi")
    await stage.say("", photo=str(photo(tmp_path, "second", "red")))  # sent later, and asked anew
    assert len(stored(stage)) == before
    said = await agree(stage)
    assert "Kể vài câu" in said[-1].text or "kể" in said[-1].text.casefold()
    assert len(stored(stage)) == before + 1


async def test_a_photo_that_is_sent_instead_of_an_answer_waits_for_it(stage: Stage, tmp_path: Path) -> None:
    before = len(stored(stage))
    await stage.say("/consent")
    said = await stage.say(CAPTION, photo=str(photo(tmp_path, "late")))
    assert "Hội chưa lưu" in said[-1].text
    assert len(stored(stage)) == before
    assert "Ai đã làm việc này?" in (await agree(stage))[-1].text


async def test_a_photo_that_came_together_with_the_consent_is_fetched(stage: Stage, tmp_path: Path) -> None:
    await stage.say("/consent")
    room = stage.room
    said = await stage.send([room.arrival(text="Đồng ý"), room.arrival(text=CAPTION, photo=str(photo(tmp_path, "x")))])
    assert "Ai đã làm việc này?" in said[-1].text


async def test_three_hundred_photos_before_consent_store_nothing(stage: Stage, tmp_path: Path) -> None:
    before = len(stored(stage))
    shot = str(photo(tmp_path, "flood"))
    async with stage.program() as app:
        for n in range(30):
            stage.clock.forward(seconds=5)
            await app.engine.receive([stage.room.arrival(f"x{n}", photo=shot) for _ in range(10)])
            await app.settle()
    assert len(stored(stage)) == before
    size = sum(len(row["payload"] or b"") for row in await stage.rows(inbox))
    measured("300 photos from 30 people who agreed to nothing", f"0 photos stored, {size >> 10} kB of file numbers")


async def ready(stage: Stage, app: App, a_day: int) -> int:
    async with app.database.write() as tx:
        await settings.change(tx, settings.PHOTOS_A_DAY, a_day, "test", stage.clock())
        account = await people.find(tx, "room", "1")
    assert account is not None
    return account.id


@BOTH
async def test_of_many_uploads_at_once_only_as_many_are_stored_as_the_day_allows(stage: Stage, tmp_path: Path) -> None:
    await stage.agree("take_part")
    before = len(stored(stage))
    shots = []
    for n in range(8):
        path = tmp_path / f"race{n}.jpg"
        Image.new("RGB", (32, 32), (n * 30, 0, 0)).save(path, "JPEG")
        shots.append(path.read_bytes())
    async with stage.program() as app:
        account = await ready(stage, app, 5)
        found = await asyncio.gather(
            *(app.fetcher.store(raw, "room", account) for raw in shots), return_exceptions=True
        )
    assert sum(isinstance(one, str) for one in found) == 5
    assert sum(isinstance(one, BadPicture) and one.code == "too_many_photos" for one in found) == 3
    assert len(stored(stage)) == before + 5


@pytest.mark.parametrize("source", ["198.51.100.9", ""])
async def test_one_source_has_only_its_share_of_photos(stage: Stage, tmp_path: Path, source: str) -> None:
    stage.settings = stage.settings.but(share_photos_per_source=3)
    raw = photo(tmp_path, "one").read_bytes()
    async with stage.program() as app:
        found = [await _store(app, raw, source) for _ in range(5)]
    assert found == ([""] * 3 + ["too_many_photos"] * 2 if source else [""] * 5)


async def test_on_a_full_disk_no_photo_is_taken(stage: Stage, tmp_path: Path) -> None:
    raw = photo(tmp_path, "one").read_bytes()
    async with stage.program() as app:
        app.disk.measure = lambda folder: 0
        assert await _store(app, raw, "") == "no_room"


async def _store(app: App, raw: bytes, source: str) -> str:
    try:
        await app.fetcher.store(raw, "web", None, source)
    except BadPicture as bad:
        return bad.code
    return ""
