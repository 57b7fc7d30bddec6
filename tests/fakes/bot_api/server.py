"""The server as a test holds it: start and stop it, make people, script trouble, read what happened."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any

from aiohttp import web

from tests.fakes.bot_api import control
from tests.fakes.bot_api.answering import Answering, Call
from tests.fakes.bot_api.bot import Bot, Query
from tests.fakes.bot_api.chats import Group, Person
from tests.fakes.bot_api.faults import Fault, Limits
from tests.fakes.bot_api.reading import MOST
from tests.fakes.bot_api.refusal import Refusal
from tests.fakes.bot_api.sent import Sent
from tests.fakes.bot_api.updates import Json, kind_of, without_none
from tests.fakes.bot_api_schema import Violation, schema

TOKEN = "123456789:AAFakeTokenOfTheTestsAndOfNobodyElse"


def utc() -> datetime:
    """The real time."""
    return datetime.now(UTC)


class BotApi:
    """Telegram on a free loopback port: `async with BotApi() as api`. Leaving it asserts that no request broke the API.

    `clock` is the server's time (dates, expiry); `speed` divides the pauses between webhook tries; `paced` also slows
    impatient clients down as the real server does; `history` is a file that gets a line of JSON for everything.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        clock: Callable[[], datetime] = utc,
        seed: int | None = None,
        speed: float = 1.0,
        paced: bool = False,
        history: Path | None = None,
        port: int = 0,
    ) -> None:
        self.clock, self.random, self.speed, self.paced, self.port = clock, Random(seed), speed, paced, port
        self.requests: list[Call] = []
        self.updates: list[Json] = []
        """Every update that was accepted into a queue."""
        self.deliveries: list[Json] = []
        """Every try to call a webhook."""
        self.violations: list[Violation] = []
        """Requests that are not as documented; a test that means to make one clears this."""
        self.limits: Limits | None = None
        """Set it to have Telegram's limits on sending enforced."""
        self.closing = asyncio.Event()
        self.schema = schema()
        self._faults: list[Fault] = []
        self._history = history.open("a", encoding="utf-8") if history else None
        self._runner: web.AppRunner | None = None
        self.bots: dict[str, Bot] = {}
        self.main = self.bot(token)

    @property
    def url(self) -> str:
        """What TELEGRAM_API_URL is to be."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        return self.main.token

    async def __aenter__(self) -> BotApi:
        await self.up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
        if error is None:
            self.assert_no_violations()

    async def up(self) -> None:
        """Listen; after `down` on the same port, with everything as it was."""
        self.closing.clear()
        answering = Answering(self)
        app = web.Application(client_max_size=MOST)
        app.router.add_route("*", "/bot{token}/{method}", answering.serve)
        app.router.add_get("/file/bot{token}/{path:.+}", answering.download)
        app.router.add_routes(control.routes(self))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def down(self) -> None:
        """Be unreachable: connections are refused, what waits is kept."""
        self.closing.set()
        for bot in self.bots.values():
            bot.polling.abort(Refusal(500, "restart"))
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def close(self) -> None:
        """End everything."""
        await self.down()
        for bot in self.bots.values():
            if bot.hook:
                await bot.hook.close()
        if self._history:
            self._history.close()
            self._history = None

    def assert_no_violations(self) -> None:
        """Raises AssertionError if a request was not as the Bot API documents."""
        said = [f"{v.method} {dict(v.params)}: {'; '.join(v.complaints)}" for v in self.violations]
        assert not said, "requests that Telegram's documentation does not allow:\n" + "\n".join(said)

    def bot(self, token: str, username: str = "nhandao_test_bot") -> Bot:
        """The bot of a token; a new one if there is none yet."""
        if token not in self.bots:
            self.bots[token] = Bot(
                token, username, self.clock, self.random, self.schema.kinds, paced=self.paced, record=self.record
            )
        return self.bots[token]

    def person(
        self,
        person_id: int,
        *,
        first_name: str = "An",
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "vi",
        phone: str | None = None,
        bot: Bot | None = None,
    ) -> Person:
        """Somebody with a private chat; asked again, the same one."""
        bot = bot or self.main
        found = bot.chats.get(person_id)
        if isinstance(found, Person):
            return found
        more = without_none(last_name=last_name, username=username, language_code=language_code)
        user = {"id": person_id, "is_bot": False, "first_name": first_name} | more
        person = bot.chats[person_id] = Person(bot, user, phone or f"8491{person_id % 10_000_000:07}")
        return person

    def group(self, group_id: int, *, title: str = "Nhóm", kind: str | None = None, bot: Bot | None = None) -> Group:
        """A group with the bot in it; ids from -100… are supergroups, `kind` may say channel."""
        bot = bot or self.main
        found = bot.chats.get(group_id)
        if isinstance(found, Group):
            return found
        kind = kind or ("supergroup" if str(group_id).startswith("-100") else "group")
        group = bot.chats[group_id] = Group(bot, {"id": group_id, "title": title, "type": kind})
        return group

    def enqueue(self, raw: Mapping[str, Any], *, update_id: int | None = None, filtered: bool = False) -> int | None:
        """Put any update in the queue, whatever its shape; it gets the next id unless one is given.

        With `filtered` it must also be of a kind that the bot asked for and not older than a day. Returns its id, or
        nothing if it was dropped (Telegram drops what is larger than 64 KiB).
        """
        self._meet(raw)
        return self.main.enqueue(raw, update_id=update_id, filtered=filtered)

    def _meet(self, raw: Mapping[str, Any]) -> None:
        """Whoever writes can be answered, so the chat of an update is known from now on, and its press."""
        said = raw.get(kind_of(raw))
        said = said if isinstance(said, dict) else {}
        holder = said.get("message") if "chat_instance" in said else said
        chat = holder.get("chat") if isinstance(holder, dict) else None
        if not isinstance(chat, dict) or not isinstance(chat.get("id"), int):
            return
        if chat["id"] not in self.main.chats:
            user = {name: value for name, value in chat.items() if name != "type"} | {"is_bot": False}
            private = chat.get("type") == "private"
            self.main.chats[chat["id"]] = Person(self.main, user, "") if private else Group(self.main, chat)
        met = self.main.chats[chat["id"]]
        if isinstance(holder, dict) and isinstance(message_id := holder.get("message_id"), int):
            met.messages.setdefault(message_id, holder)
        if isinstance(query_id := said.get("id"), str) and isinstance(met, Person):
            self.main.queries[query_id] = Query(met, self.main.now())

    def fail(self, method: str = "*", *, times: int | None = 1, **how: Any) -> Fault:
        """Script trouble; see Fault. `times=None`: until `heal`."""
        fault = Fault(method, times, **how)
        self._faults.append(fault)
        return fault

    def heal(self) -> None:
        """No more trouble."""
        self._faults.clear()

    def fault(self, method: str, params: Mapping[str, Any]) -> Fault | None:
        """The trouble that strikes a request now; counts it."""
        return next((fault for fault in self._faults if fault.meets(method, params, self.random)), None)

    def calls(self, method: str) -> list[Call]:
        """The requests of one method."""
        return [call for call in self.requests if call.method == method]

    @property
    def inbox(self) -> list[Sent]:
        """Everything that the bot said anywhere."""
        return [sent for chat in self.main.chats.values() for sent in chat.inbox]

    @property
    def pending(self) -> int:
        """How many updates wait."""
        return len(self.main.queue)

    def record(self, what: str, **details: Any) -> None:
        """Write a line of history."""
        if what == "update":
            self.updates.append(details["update"])
        if what == "webhook":
            self.deliveries.append(details)
        if self._history:
            line = {"what": what, "written_at": utc().isoformat()} | details
            self._history.write(json.dumps(line, default=str) + "\n")
            self._history.flush()
