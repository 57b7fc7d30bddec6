"""What the contract of channels is tried on: for each platform one person, who writes to the program and sees its answers."""

from __future__ import annotations

import asyncio
import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import sqlalchemy as sa
from msgspec.structs import replace

from bot.channels import Channel, Outcome, SendFailed, console
from bot.channels.console.channel import ADDRESS, Console
from bot.channels.kind import Kind
from bot.channels.table import KINDS
from bot.channels.zalo_oa.channel import ZaloOa as ZaloOaChannel
from bot.channels.zalo_oa.client import Given
from bot.process.startup import utc_now
from storage.tables import broadcasts, inbox, outbox
from storage.talk import sessions
from tests.fakes.bot_api import BotApi
from tests.fakes.post import POST, Post, Writer
from tests.fakes.served import Served, served
from tests.fakes.zalo_bot import ZaloBot
from tests.fakes.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOa

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PATIENCE = 30.0


@dataclass(frozen=True)
class Seen:
    """One message of the program, as the person sees it."""

    text: str
    options: tuple[str, ...] = ()
    picture: bool = False
    document: bool = False


class Stand(ABC):
    """One platform with one person on it. Open it, then run the program on it as often as one likes."""

    name: ClassVar[str]
    faults: ClassVar[tuple[Outcome, ...]] = ()
    """How sending can fail on this platform."""
    blocks: ClassVar[bool] = False
    """Whether its people can stop the bot and take it up again."""

    sheets: ClassVar[bool] = True
    """Whether its people can send files."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime] = utc_now, beside: tuple[str, ...] = ()) -> None:
        """``beside``: channels that run beside it."""
        self.folder, self.address, self.now, self.beside = folder, "7", now, beside
        self.bot: Served

    @property
    def kind(self) -> Kind[Any]:
        return KINDS[self.name]

    @property
    def channel(self) -> Channel:
        return self.bot.app.channels[self.name]

    @property
    def settings(self) -> Mapping[str, Any]:
        return {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """The platform, which outlives the program."""
        yield

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The program, with this channel alone."""
        async with served(self.folder, now=self.now, channels=(self.name, *self.beside), **self.settings) as self.bot:
            yield

    @abstractmethod
    async def say(self, text: str = "", *, photo: Path | None = None, file: Path | None = None) -> None:
        """Write to the program."""

    @abstractmethod
    async def seen(self) -> Sequence[Seen]:
        """All that stands in her chat and is not hers."""

    async def choose(self, n: int) -> None:
        """Take an option of the last message that offers any: here by its number, from 0."""
        await self.say(str(n + 1))

    def fail(self, outcome: Outcome) -> None:
        """Sending fails once, in this way; one of its ``faults``."""
        raise AssertionError(f"no sending fails on {self.name}")

    async def block(self, blocked: bool) -> None:
        """She stops the bot, or takes it up again; only where it ``blocks``."""
        raise AssertionError(f"nobody can stop the bot on {self.name}")

    async def pending(self) -> bool:
        """Whether the platform holds anything that the program has not taken."""
        return False

    async def quiet(self) -> list[Seen]:
        """Wait until all that was said is received, handled and answered; returns what is seen then."""
        waiting = sa.select(sa.func.count()).where(inbox.c.state == "waiting").scalar_subquery()
        unsent = sa.select(sa.func.count()).where(outbox.c.state.in_(["waiting", "leased"])).scalar_subquery()
        async with asyncio.timeout(PATIENCE):
            while True:
                if not await self.pending():
                    async with self.bot.app.database.read() as tx:
                        if not await tx.value(sa.select(waiting + unsent)):
                            return list(await self.seen())
                await asyncio.sleep(0.01)

    async def ended(self, state: str) -> None:
        """Wait until the latest announcement is in this state."""
        async with asyncio.timeout(PATIENCE):
            while (await self.rows(broadcasts))[-1]["state"] != state:
                await asyncio.sleep(0.02)

    async def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        async with self.bot.app.database.read() as tx:
            return [dict(row) for row in await tx.all(sa.select(table))]


class OnTelegram(Stand):
    """The fake Bot API, which checks every request."""

    name, faults, blocks = "telegram", ("retry", "unknown", "refused", "gone"), True
    TROUBLE: ClassVar[dict[Outcome, dict[str, Any]]] = {
        "retry": {"status": 429, "parameters": {"retry_after": 1}},
        "unknown": {"close_after": True},
        "refused": {"status": 400, "description": "Bad Request: can't parse entities"},
        "gone": {"status": 403, "description": "Forbidden: user is deactivated"},
    }

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with BotApi() as self.api:
            self.person = self.api.person(int(self.address))
            yield

    @property
    def settings(self) -> Mapping[str, Any]:
        return {"telegram_token": self.api.token, "telegram_api_url": self.api.url, "telegram_per_second": 0}

    async def say(self, text: str = "", *, photo: Path | None = None, file: Path | None = None) -> None:
        if photo:
            self.person.send_photo(photo.read_bytes(), text)
        elif file:
            self.person.send_document(file.read_bytes(), file.name, XLSX)
        else:
            self.person.say(text)

    async def seen(self) -> Sequence[Seen]:
        return [
            Seen(sent.text, tuple(sent.labels), bool(sent.photo), bool(sent.document)) for sent in self.person.inbox
        ]

    async def choose(self, n: int) -> None:
        offering = next(sent for sent in reversed(self.person.inbox) if sent.labels)
        self.person.press(offering.labels[n], offering.id)

    def fail(self, outcome: Outcome) -> None:
        self.api.fail("sendMessage", **self.TROUBLE[outcome])

    async def block(self, blocked: bool) -> None:
        self.person.block() if blocked else self.person.unblock()

    async def pending(self) -> bool:
        return bool(self.api.pending)


class OnZalo(Stand):
    """The fake Zalo Bot Platform, which checks every request. Files do not reach a bot there."""

    name, faults, sheets = "zalo_bot", ("retry", "unknown", "refused"), False
    TROUBLE: ClassVar[dict[Outcome, dict[str, Any]]] = {
        "retry": {"code": 403},
        "unknown": {"answer": "cut", "accepted": True},
        "refused": {"code": 400},
    }

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with ZaloBot() as self.api:
            self.person = self.api.person(self.address)
            yield

    @property
    def settings(self) -> Mapping[str, Any]:
        hosts = {"zalo_bot_media_hosts": "127.0.0.1", "zalo_bot_per_second": 0}
        return {"zalo_bot_token": self.api.token, "zalo_bot_api_url": self.api.url, **hosts}

    async def say(self, text: str = "", *, photo: Path | None = None, file: Path | None = None) -> None:
        self.person.shows(photo.read_bytes(), text) if photo else self.person.says(text)

    async def seen(self) -> Sequence[Seen]:
        return [Seen(re.sub(r"^\(\d+/\d+\) ", "", sent.text), picture=bool(sent.photo)) for sent in self.person.inbox]

    def fail(self, outcome: Outcome) -> None:
        self.api.fail("sendMessage", **self.TROUBLE[outcome])

    async def pending(self) -> bool:
        return not self.api.taken


class OnZaloOa(Stand):
    """The fake Official Account, which checks every request; its administrator has let the program in."""

    name, faults, blocks = "zalo_oa", ("retry", "unknown", "refused", "closed"), True
    TROUBLE: ClassVar[dict[Outcome, dict[str, Any]]] = {
        "retry": {"answer": "page"},
        "unknown": {"answer": "cut", "accepted": True},
        "refused": {"code": -210},
        "closed": {"code": -244},
    }

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with ZaloOa(self.now) as self.api:
            self.person = self.api.person(self.address)
            yield

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with super().running():
            self.api.save_webhook(f"{self.bot.url}/zalo_oa")
            await let_in(self.bot, self.api)
            yield

    @property
    def settings(self) -> Mapping[str, Any]:
        return oa_settings(self.api)

    async def say(self, text: str = "", *, photo: Path | None = None, file: Path | None = None) -> None:
        if photo:
            self.person.shows(photo.read_bytes(), text)
        elif file:
            self.person.hands(file.read_bytes(), file.name)
        else:
            self.person.says(text)
        assert self.api.hook
        await self.api.hook.idle()  # no order is promised of what is on its way at once

    async def seen(self) -> Sequence[Seen]:
        return [
            Seen(re.sub(r"^\(\d+/\d+\) ", "", sent.text), picture=bool(sent.photo), document=_has_document(sent.text))
            for sent in self.person.inbox
        ]

    def fail(self, outcome: Outcome) -> None:
        self.api.fail("/v3.0/oa/message/cs", **self.TROUBLE[outcome])

    async def block(self, blocked: bool) -> None:
        self.person.unfollows() if blocked else self.person.follows()

    async def pending(self) -> bool:
        return bool(self.api.hook and self.api.hook.tasks)


def oa_settings(api: ZaloOa) -> dict[str, Any]:
    """The settings of a program that talks to this platform."""
    keys = {"zalo_oa_app_id": APP_ID, "zalo_oa_app_secret": APP_SECRET, "zalo_oa_secret_key": OA_SECRET}
    urls = {"zalo_oa_api_url": api.url, "zalo_oa_oauth_url": api.url, "zalo_oa_media_hosts": "127.0.0.1"}
    return {**keys, **urls, "zalo_oa_per_second": 0}


async def let_in(bot: Served, api: ZaloOa) -> None:
    """Give the program a pair of tokens, as a consent would."""
    channel = bot.app.channels["zalo_oa"]
    assert isinstance(channel, ZaloOaChannel)
    pair = api.oauth.issue()
    await channel.tokens.keep(api.oa_id, Given(pair.access, pair.refresh, 90_000))


def _has_document(text: str) -> bool:
    return "/zalo_oa/document/" in text


class OnWeb(Stand):
    """A page's plain HTTP ways; its session is kept over a restart."""

    name = "web"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._cookies, self._keys = httpx.Cookies(), itertools.count(1)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with super().running():
            if not self._cookies:
                token, self.address = sessions.fresh()
                self._cookies.set("nhandao", token)
                async with self.bot.app.database.write() as tx:
                    await sessions.begin(tx, token, self.address, self.bot.app.now())
            yield

    async def say(self, text: str = "", *, photo: Path | None = None, file: Path | None = None) -> None:
        if sent := photo or file:
            given = {"id": f"message-{next(self._keys)}", "caption": text}
            await self.call("POST", "/photo", data=given, files={"file": (sent.name, sent.read_bytes())})
        else:
            await self._say(text=text)

    async def _say(self, **said: Any) -> None:
        await self.call("POST", "/say", json={"id": f"message-{next(self._keys)}", **said})

    async def seen(self) -> Sequence[Seen]:
        return [
            Seen(
                said["text"],
                tuple(option["label"] for option in said.get("options", ())),
                "picture" in said,
                "document" in said,
            )
            for said in await self._said()
        ]

    async def choose(self, n: int) -> None:
        offering = next(said for said in reversed(await self._said()) if said.get("options"))
        option = offering["options"][n]
        await self._say(press=option["value"], label=option["label"], on=offering["id"])

    async def _said(self) -> list[dict[str, Any]]:
        found = (await self.call("GET", "/messages")).json()["messages"]
        return [said for said in found if said["from"] == "bot"]

    async def call(self, method: str, path: str, **how: Any) -> httpx.Response:
        headers = {"origin": self.bot.url, **how.pop("headers", {})}
        async with httpx.AsyncClient(
            base_url=self.bot.url, headers=headers, cookies=self._cookies, timeout=PATIENCE
        ) as client:
            answer = await client.request(method, path, **how)
            self._cookies = client.cookies
        return answer.raise_for_status()


class OnConsole(Stand):
    """A keyboard and a screen."""

    name = "console"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.address, self.screen, self._runs = ADDRESS, list[str](), itertools.count()

    @property
    def kind(self) -> Kind[Any]:
        return replace(
            console.KIND, make=lambda around, own: Console(self.screen.append, language="vi", run=str(next(self._runs)))
        )

    async def say(self, text: str = "", *, photo: Path | None = None, file: Path | None = None) -> None:
        assert isinstance(self.channel, Console)
        line = f"/photo {photo} {text}" if photo else f"/file {file}" if file else text
        await self.channel.say(line, self.bot.app.engine.receive)

    async def seen(self) -> Sequence[Seen]:
        return [Seen(text, picture=text.startswith("(photo: ")) for text in self.screen]


class ByPost(Stand):
    """Letters in a folder."""

    name, faults, blocks = "post", ("retry", "unknown", "refused", "gone"), True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.writer = Writer(folder / "post", self.address)

    @property
    def kind(self) -> Kind[Any]:
        return POST

    @property
    def settings(self) -> Mapping[str, Any]:
        return {"post_folder": self.writer.folder}

    async def say(self, text: str = "", *, photo: Path | None = None, file: Path | None = None) -> None:
        self.writer.write(text, **({"photo": str(photo)} if photo else {"file": str(file)} if file else {}))

    async def seen(self) -> Sequence[Seen]:
        return [Seen(text, picture=letter["picture"]) for letter in self.writer.answers() for text in letter["sheets"]]

    def fail(self, outcome: Outcome) -> None:
        assert isinstance(self.channel, Post)
        self.channel.fail.append(SendFailed(outcome, "the postman fell"))

    async def block(self, blocked: bool) -> None:
        self.writer.write(event="blocked" if blocked else "unblocked")

    async def pending(self) -> bool:
        return any((self.writer.folder / "in").glob("*.json"))


STANDS: tuple[type[Stand], ...] = (OnTelegram, OnZalo, OnZaloOa, OnWeb, OnConsole, ByPost)
"""Every channel; a new one adds its row."""
