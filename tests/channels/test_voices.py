"""A voice message is heard on every channel that can bring it to the ear, and is a file or a link on the others."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.message import Message
from storage.tables import voices
from storage.talk import consents, people
from storage.talk.consents import ConsentText
from tests.channels.stands import OnTelegram, OnWeb, OnZalo, Stand
from tests.channels.zalo_bot.line import WEBHOOK, connected
from tests.stage import Template

WEBM = bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d")
"""How a recording of Chromium begins."""
OGG = b"OggS\0\2" + bytes(22) + b"OpusHead" + bytes(100)


@pytest.fixture
def folder(template: Template, tmp_path: Path) -> Path:
    template.copy(tmp_path)
    return tmp_path


async def agree(stand: Stand) -> None:
    """The person writes, and agrees to take part."""
    await stand.say("xin chào")
    await stand.quiet()
    app = stand.bot.app
    async with app.database.write() as tx:
        account = await people.find(tx, stand.name, stand.address)
        assert account is not None
        shown = ConsentText("t", "t", "vi", stand.name)
        await consents.choose(tx, account.person_id, ["take_part"], shown, app.now())


async def test_on_telegram_ogg_is_played_and_what_a_browser_recorded_is_a_file(folder: Path) -> None:
    stand = OnTelegram(folder)
    async with stand.open(), stand.running():
        await stand.say("/start")
        await stand.quiet()
        names = [await stand.bot.app.fetcher.voice(raw, "telegram", None) for raw in (OGG, WEBM)]
        for n, name in enumerate(names):
            await stand.channel.send(stand.address, Message("Nghe", voice=name, voice_hint="Nghe:"), f"voice:{n}")
        played, filed = stand.person.inbox[-2:]
        assert "voice" in played.raw and played.raw["caption"] == "Nghe"
        assert filed.raw["document"]["file_name"] == "voice.webm" and filed.raw["caption"] == "Nghe"
        refused = "Bad Request: VOICE_MESSAGES_FORBIDDEN"
        stand.api.fail("sendVoice", status=400, description=refused)
        await stand.channel.send(stand.address, Message("Tệp", voice=names[0], voice_hint="Nghe:"), "voice:forbidden")
        assert "document" in stand.person.inbox[-1].raw
        await stand.channel.send(stand.address, Message("Mất rồi", voice="gone.ogg"), "voice:2")
        assert stand.person.inbox[-1].text == "Mất rồi"


async def test_a_voice_message_comes_in_from_telegram_and_from_zalo(folder: Path) -> None:
    for stand in (OnTelegram(folder), OnZalo(folder)):
        async with stand.open(), stand.running():
            await agree(stand)
            if isinstance(stand, OnTelegram):
                stand.person.send_voice(OGG)
            else:
                stand.person.speaks()
            await stand.quiet()
            names = [row["name"] for row in await stand.rows(voices)]
            assert names[-1].endswith(".ogg" if isinstance(stand, OnTelegram) else ".aac")


async def test_on_zalo_it_is_a_link_for_one_reader_and_aac_is_played(folder: Path) -> None:
    async with connected(folder, **WEBHOOK) as line, httpx.AsyncClient() as client:
        chat = line.api.person("a1")
        chat.known = True
        ogg = await line.bot.app.fetcher.voice(OGG, "zalo_bot", None)
        await line.channel.send("a1", Message("Nghe", voice=ogg, voice_hint="Nghe lời nhắn:"), "1")
        words, hint, address = chat.inbox[-1].text.split("\n")
        assert (words, hint) == ("Nghe", "Nghe lời nhắn:")
        served = await client.get(address)
        assert served.content == OGG and served.headers["content-type"] == "audio/ogg"
        assert (await client.get(address.replace("/voice/", "/picture/"))).status_code == 404
        assert (await client.get(f"{address[:-3]}AAA")).status_code == 404
        aac = await line.bot.app.fetcher.voice(b"\xff\xf1\x50\x80" + bytes(50), "zalo_bot", None)
        await line.channel.send("a1", Message("Nghe", voice=aac, voice_hint="Nghe lời nhắn:"), "2")
        assert line.api.calls("sendVoice")


async def test_what_a_page_recorded_is_kept_and_can_be_heard_there_in_ranges(folder: Path) -> None:
    stand = OnWeb(folder)
    async with stand.open(), stand.running():
        await agree(stand)
        path = folder / "voice.webm"
        path.write_bytes(WEBM)
        await stand.say(file=path)
        await stand.quiet()
        (kept,) = await stand.rows(voices)
        found = (await stand.call("GET", "/messages")).json()["messages"]
        (said,) = [one for one in found if "voice" in one]
        assert said["from"] == "me" and kept["name"] not in said["voice"]["url"]
        whole = await stand.call("GET", said["voice"]["url"])
        assert whole.content == WEBM and whole.headers["content-type"] == "audio/webm"
        part = await stand.call("GET", said["voice"]["url"], headers={"range": "bytes=0-1"})
        assert (part.status_code, part.content) == (206, WEBM[:2])
        assert part.headers["content-range"] == f"bytes 0-1/{len(WEBM)}"
        rest = await stand.call("GET", said["voice"]["url"], headers={"range": "bytes=4-"})
        assert rest.content == WEBM[4:]
        async with httpx.AsyncClient(base_url=stand.bot.url) as stranger:
            assert (await stranger.get(said["voice"]["url"])).status_code == 404
        path.write_bytes(b"<html>")
        with pytest.raises(httpx.HTTPStatusError, match="422"):
            await stand.say(file=path)
