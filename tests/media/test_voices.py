"""Voice messages are told by their bytes, kept as they came, and limited."""

from __future__ import annotations

import pytest

from bot.channels import VOICE_MOST
from bot.media.voices import BadVoice, format_of
from storage.campaign import settings
from storage.database.vault import KEY_ID, NONCE, TAG
from storage.tables import pictures, thread_messages, threads, voices
from tests.desk import LAN, staffed
from tests.stage import BOTH, Stage, sound

WEBM = bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d")


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (b"OggS\0\2" + bytes(22) + b"OpusHead", "ogg"),
        (WEBM, "webm"),
        (b"\0\0\0\x1cftypiso5", "m4a"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"ID3\4", "mp3"),
        (b"\xff\xfb\x90\x64", "mp3"),
    ],
)
def test_a_voice_message_is_told_by_its_first_bytes(raw: bytes, form: str) -> None:
    assert format_of(raw) == form


@pytest.mark.parametrize(
    "raw", [b"", b"\xff", b"<html>", b"\xff\xd8\xff\xe0", b"PK\3\4", WEBM[:4] + b"matroska", b"OggX"]
)
def test_what_is_no_voice_message_is_refused(raw: bytes) -> None:
    with pytest.raises(BadVoice) as bad:
        format_of(raw)
    assert bad.value.code == "not_a_voice"


def test_a_voice_message_may_not_be_large() -> None:
    assert format_of(b"OggS".ljust(VOICE_MOST, b"\0")) == "ogg"
    with pytest.raises(BadVoice) as bad:
        format_of(b"OggS".ljust(VOICE_MOST + 1, b"\0"))
    assert bad.value.code == "voice_too_big"


async def speak(stage: Stage, name: str) -> str:
    """The resident sends a voice message; returns the last thing that she is told."""
    return (await stage.say(sound=str(sound(stage.folder, name))))[-1].text


async def test_one_too_many_a_day_is_answered_kindly_and_not_kept(stage: Stage) -> None:
    await staffed(stage)
    async with stage.program() as app, app.database.write() as tx:
        await settings.change(tx, settings.VOICES_A_DAY, 2, "operator", stage.clock())
    for name in ("a", "b"):
        assert "xã nào" in await speak(stage, name)
    assert "nhiều lời nhắn thoại" in await speak(stage, "c")
    assert len(await stage.rows(voices)) == 2


async def test_what_nobody_could_listen_to_is_answered_and_not_kept(stage: Stage) -> None:
    await staffed(stage)
    path = stage.folder / "x.oga"
    path.write_bytes(b"<html>")
    assert "không mở được lời nhắn thoại" in (await stage.say(sound=str(path)))[0].text
    path.unlink()
    assert "chưa tải được lời nhắn thoại" in (await stage.say(sound=str(path)))[0].text
    assert await stage.rows(voices) == []


@BOTH
async def test_the_officer_hears_what_was_said_and_it_goes_with_its_person(stage: Stage) -> None:
    await staffed(stage)
    await speak(stage, "a")
    await stage.say("Cửa Tùng")
    code = (await stage.rows(threads))[-1]["code"]
    (kept,) = await stage.rows(voices)
    shown = await stage.say(f"/desk question {code}", LAN)
    assert [message.voice for message in shown if message.voice] == [kept["name"]]
    async with stage.program() as app:
        assert b"OpusHead" in await app.voice(kept["name"])
    stage.clock.forward(days=30)
    async with stage.program() as app:
        await app.sweep()
    assert kept["name"] in {row["name"] for row in await stage.rows(voices)}  # as long as its thread
    await stage.say("/forgetme")
    await stage.say("xóa hết")
    async with stage.program() as app:
        await app.sweep()
        assert await app.files.size() == sum(
            [len(await app.files.get(row["file"])) + 1 + KEY_ID + NONCE + TAG for row in await all_files(stage)]
        )
    assert await stage.rows(voices) == []
    assert kept["name"] not in {row["voice"] for row in await stage.rows(thread_messages)}


async def all_files(stage: Stage) -> list[dict[str, str]]:
    """The rows that name a file."""
    rows = {row["file"]: row for row in await stage.rows(pictures)}
    return list(rows.values())


async def test_what_is_never_passed_on_goes_after_a_week(stage: Stage) -> None:
    await staffed(stage)
    await stage.say("/volunteer")
    assert "gửi cho cán bộ Hội nghe" in await speak(stage, "a")
    await stage.say("hủy bỏ")
    stage.clock.forward(days=2)
    assert "chưa nhận được lời nhắn thoại" in (await stage.say("/voice"))[0].text  # a day has passed
    stage.clock.forward(days=6)
    async with stage.program() as app:
        await app.sweep()
    assert await stage.rows(voices) == []


async def test_at_a_question_a_voice_message_goes_to_the_campaign_s_officers_and_the_form_stays(stage: Stage) -> None:
    await staffed(stage)
    await stage.say("/volunteer")
    await speak(stage, "a")
    told = await stage.say("/voice")
    assert "trả lời bằng chữ" in told[0].text and "Họ và tên" in told[-1].text
    assert [row["asked_at"] is not None for row in await stage.rows(threads)][-1]
    assert "Anh/chị sinh năm nào" in (await stage.say("Nguyễn Thị Thử"))[-1].text
