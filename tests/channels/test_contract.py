"""The contract of channels: every one of them goes through all of this, in the running program."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.channels import Outcome
from bot.message import Document, Message
from storage.broadcast import broadcasts, counts
from storage.broadcast.audience import Audience
from storage.campaign import staff
from storage.tables import accounts, addresses, inbox, outbox, pictures
from storage.tables.sealed import PAYLOAD
from storage.talk import people, places, sessions
from storage.talk.inbox import Arrival
from tests.channels.stands import STANDS, Seen, Stand
from tests.fakes.crowd import announce
from tests.stage import Stage, Template, photo, sheet

STORY = "Bà con 🌾 giúp nhau dựng lại mái nhà. " * 300
NAMES = [stand.name for stand in STANDS]
FAULTS = [(stand, outcome) for stand in STANDS for outcome in stand.faults]
WITH_FILES = [stand for stand in STANDS if stand.sheets]
BLOCKING = [stand for stand in STANDS if stand.blocks]


@pytest_asyncio.fixture
async def stand(
    request: pytest.FixtureRequest, template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stand]:
    """One platform, and a copy of the demo's database."""
    from bot.channels.table import KINDS

    template.copy(tmp_path)
    made: Stand = request.param(tmp_path)
    monkeypatch.setitem(KINDS, made.name, made.kind)
    async with made.open():
        yield made


everywhere = pytest.mark.parametrize("stand", STANDS, indirect=True, ids=NAMES)


async def agree(stand: Stand) -> int:
    """The person has written before and takes part; returns who she is."""
    await Stage(stand.folder).agree("take_part", channel=stand.name, address=stand.address)
    return await person(stand)


async def person(stand: Stand) -> int:
    async with stand.bot.app.database.read() as tx:
        account = await people.find(tx, stand.name, stand.address)
    assert account is not None
    return account.person_id


async def form(stand: Stand, whose: int) -> dict[str, object]:
    """The open form: its name, the open question, and the answers."""
    async with stand.bot.app.database.read() as tx:
        found = (await places.load(tx, [whose])).get(whose)
    assert found is not None
    return dict(found)


def joined(seen: list[Seen]) -> str:
    return "".join("".join(one.text.split()) for one in seen)


@everywhere
async def test_what_is_said_is_heard_and_answered(stand: Stand) -> None:
    async with stand.running():
        await stand.say("/start")
        welcome = await stand.quiet()
        assert welcome
        assert await stand.rows(accounts)
        await stand.say("/help")
        assert len(await stand.quiet()) > len(welcome)


@everywhere
async def test_an_option_is_taken_by_a_press_or_by_its_number(stand: Stand) -> None:
    async with stand.running():
        whose = await agree(stand)
        await stand.say("/language")
        await stand.quiet()
        await stand.choose(1)
        await stand.quiet()
        async with stand.bot.app.database.read() as tx:
            assert (await people.load(tx, [whose]))[whose].language == "en"


@everywhere
async def test_what_is_said_quickly_is_taken_in_order_and_a_number_answers_the_question(stand: Stand) -> None:
    async with stand.running():
        whose = await agree(stand)
        for text in ("/volunteer", "Trần Thị Mẫu", "1990"):
            await stand.say(text)
        await stand.quiet()
        answers = (await form(stand, whose))["answers"]
        assert isinstance(answers, dict)
        assert (answers["full_name"], answers["birth_year"]) == ("Trần Thị Mẫu", 1990)


@everywhere
async def test_a_photo_is_fetched_made_safe_and_told_about(stand: Stand) -> None:
    async with stand.running():
        whose = await agree(stand)
        before = len(await stand.rows(pictures))
        await stand.say("Chị em trong thôn Mẫu sửa lại mái nhà cho bà Thử", photo=photo(stand.folder, "roof"))
        await stand.quiet()
        assert len(await stand.rows(pictures)) == before + 1
        assert (await form(stand, whose))["form"] == "deed"


@pytest.mark.parametrize("stand", WITH_FILES, indirect=True, ids=[stand.name for stand in WITH_FILES])
async def test_a_spreadsheet_of_an_officer_is_read(stand: Stand) -> None:
    async with stand.running():
        whose = await agree(stand)
        async with stand.bot.app.database.write() as tx:
            await staff.grant(tx, whose, "officer", None, "operator", stand.bot.app.now())
            for account in await people.accounts_of(tx, whose):
                await sessions.confirm(tx, account.id, stand.bot.app.now())
        before = len(await stand.rows(addresses))
        await stand.say(file=sheet(stand.folder, "good"))
        await stand.quiet()
        assert len(await stand.rows(addresses)) == before + 2


@everywhere
async def test_a_picture_and_a_document_arrive_where_the_channel_carries_them(stand: Stand) -> None:
    async with stand.running():
        await stand.say("/start")
        before = len(await stand.quiet())
        async with stand.bot.app.database.read() as tx:
            name = str(await tx.value(sa.select(pictures.c.name)))
        await stand.channel.send(stand.address, Message("Có ảnh", picture=name), "contract:1")
        can = stand.channel.capabilities
        if can.documents:
            document = Document("so-lieu.xlsx", b"PK")
            await stand.channel.send(stand.address, Message("Có tệp", document=document), "contract:2")
        new = list(await stand.seen())[before:]
        assert "Cóảnh" in joined(new)
        assert any(one.picture for one in new) == can.pictures
        assert any(one.document for one in new) == can.documents


@everywhere
async def test_a_long_text_arrives_whole(stand: Stand) -> None:
    async with stand.running():
        await stand.say("/start")
        before = len(await stand.quiet())
        for n, part in enumerate(stand.channel.parts(Message(STORY))):
            await stand.channel.send(stand.address, part, f"contract:1:{n}")
        assert joined(list(await stand.seen())[before:]) == "".join(STORY.split())


@everywhere
async def test_a_message_changes_where_it_stands_or_is_said_anew(stand: Stand) -> None:
    async with stand.running():
        await stand.say("/start")
        before = len(await stand.quiet())
        first = await stand.channel.send(stand.address, Message("một", lasting=True), "contract:1")
        await stand.channel.send(stand.address, Message("hai", replaces=first), "contract:2")
        new = [one.text for one in list(await stand.seen())[before:]]
        assert new == (["hai"] if stand.channel.capabilities.edits else ["một", "hai"])


@everywhere
async def test_what_is_recalled_is_gone_also_after_corrections_or_is_counted_as_standing(stand: Stand) -> None:
    async with stand.running():
        await stand.say("/start")
        await stand.quiet()
        app, words = stand.bot.app, ("Tin thứ nhất", "Tin thứ hai", "Tin thứ ba")
        await Stage(stand.folder).agree("announcements", channel=stand.name, address=stand.address)
        id = await announce(app, words[0], audience=Audience(channel=stand.name), urgent=True)
        await stand.ended("done")
        for text in words[1:]:
            async with app.database.write() as tx:
                assert await broadcasts.correct(tx, id, {"vi": text})
            await stand.ended("done")
        edits = stand.channel.capabilities.edits
        assert [standing for one in await stand.quiet() for standing in words if standing in one.text] == [
            words[-1] if edits else words[0]
        ]
        async with app.database.write() as tx:
            assert await broadcasts.recall(tx, id)
        await stand.ended("recalled")
        standing = [one.text for one in await stand.quiet() if any(text in one.text for text in words)]
        async with app.database.read() as tx:
            sent = await broadcasts.find(tx, id)
            assert sent is not None
            assert len(standing) == await counts.count_unchanged(tx, sent) == (0 if edits else 1)


@everywhere
async def test_an_update_that_comes_twice_is_handled_once(stand: Stand) -> None:
    async with stand.running():
        await stand.say("/start")
        seen = await stand.quiet()
        [row] = await stand.rows(inbox)
        payload = PAYLOAD.open_in(stand.bot.app.database.vault, row)
        arrival = Arrival(row["channel"], row["update_key"], row["address"], payload)
        await stand.bot.app.engine.receive([arrival, arrival])
        assert await stand.quiet() == seen
        assert len(await stand.rows(inbox)) == 1


@everywhere
async def test_after_a_restart_the_talk_goes_on_where_it_stood(stand: Stand) -> None:
    async with stand.running():
        whose = await agree(stand)
        await stand.say("/volunteer")
        await stand.say("Trần Thị Mẫu")
        seen = await stand.quiet()
    async with stand.running():
        assert await stand.quiet() == seen
        await stand.say("1990")
        assert len(await stand.quiet()) > len(seen)
        answers = (await form(stand, whose))["answers"]
        assert isinstance(answers, dict)
        assert (answers["full_name"], answers["birth_year"]) == ("Trần Thị Mẫu", 1990)


@pytest.mark.parametrize(
    ("stand", "outcome"), FAULTS, indirect=["stand"], ids=[f"{stand.name}-{outcome}" for stand, outcome in FAULTS]
)
async def test_what_became_of_a_sending_is_known(stand: Stand, outcome: Outcome) -> None:
    async with stand.running():
        await stand.say("/start")
        seen = len(await stand.quiet())
        said = len(await stand.rows(outbox))
        stand.fail(outcome)
        await stand.say("/menu")
        now = len(await stand.quiet())
        (first,) = [row["state"] for row in (await stand.rows(outbox))[said:]]
        [account] = [row for row in await stand.rows(accounts) if row["address"] == stand.address]
        # A reply in doubt is said again, twice is better than never, but not where each message counts.
        doubtful = "sent" if stand.channel.capabilities.resends else "unknown"
        assert first == {"refused": "failed", "gone": "gone", "closed": "skipped", "unknown": doubtful}.get(
            outcome, "sent"
        )
        assert (now > seen) == (outcome not in ("gone", "refused", "closed"))
        assert account["state"] == ("blocked" if outcome == "gone" else "open")


@pytest.mark.parametrize("stand", BLOCKING, indirect=True, ids=[stand.name for stand in BLOCKING])
async def test_who_stops_the_bot_is_left_alone_until_she_is_back(stand: Stand) -> None:
    async with stand.running():
        await stand.say("/start")
        await stand.quiet()
        await stand.block(True)
        await stand.quiet()
        assert [row["state"] for row in await stand.rows(accounts) if row["address"] == stand.address] == ["blocked"]
        await stand.block(False)
        await stand.say("/help")
        await stand.quiet()
        assert [row["state"] for row in await stand.rows(accounts) if row["address"] == stand.address] == ["open"]
