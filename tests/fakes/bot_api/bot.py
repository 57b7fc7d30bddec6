"""One bot on the server: its queue, how it receives, the people and groups it knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api.files import Files
from tests.fakes.bot_api.polling import Polling
from tests.fakes.bot_api.queue import UpdateQueue
from tests.fakes.bot_api.refusal import Refusal
from tests.fakes.bot_api.updates import Json, default_kinds, expires_at, kind_of, lane, without_none

if TYPE_CHECKING:
    from tests.fakes.bot_api.chats import Chat, Person
    from tests.fakes.bot_api.webhook import Webhook

ANSWERABLE = 150
"""Seconds in which a press can be answered."""


@dataclass
class Query:
    """A pressed button that the bot may answer."""

    person: Person
    at: float
    answers: list[Mapping[str, Any]] = field(default_factory=list)


class Bot:
    """Everything that belongs to one token."""

    def __init__(
        self,
        token: str,
        username: str,
        clock: Callable[[], datetime],
        random: Random,
        kinds: Collection[str],
        *,
        paced: bool,
        record: Callable[..., None],
    ) -> None:
        self.token, self.username, self.clock, self.random, self.record = token, username, clock, random, record
        self.id = int(token.partition(":")[0])
        self.queue = UpdateQueue(self.now, random)
        self.polling = Polling(self.queue, paced=paced)
        self.files = Files(self.now, random)
        self.hook: Webhook | None = None
        self.default_kinds = self.allowed = default_kinds(kinds)
        self.said_allowed = False
        """Whether the kinds were ever asked for, so that getWebhookInfo shows them."""
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.profile: dict[tuple[str, ...], Any] = {}
        """Names, descriptions and command menus by what they are for."""
        self._messages = self._unique = 0

    def now(self) -> float:
        """The server's time in Unix seconds."""
        return self.clock().timestamp()

    @property
    def webhook(self) -> Webhook | None:
        """The webhook that is set, if one is."""
        return None if self.hook is None or self.hook.closed else self.hook

    @property
    def user(self) -> Json:
        """The bot as messages name it."""
        return {"id": self.id, "is_bot": True, "first_name": "Tháng Nhân đạo", "username": self.username}

    def next_message_id(self) -> int:
        """Private chats and basic groups share one count."""
        self._messages += 1
        return self._messages

    def chat(self, chat_id: object) -> Chat:
        """A chat that the bot may speak of. Raises Refusal if it does not know it."""
        found = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if found is None:
            raise Refusal(400, "chat not found")
        return found

    def allow(self, kinds: list[str] | None) -> None:
        """Which kinds come from now on; left out, the previous choice stays, and none means the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or self.default_kinds
            self.said_allowed = bool(kinds)

    def push(self, kind: str, payload: Json) -> int | None:
        """Put an update in the queue; returns its id, or nothing if its kind is not wanted or the server drops it."""
        return self.enqueue({kind: payload}, filtered=True)

    def enqueue(self, raw: Mapping[str, Any], *, update_id: int | None = None, filtered: bool = False) -> int | None:
        """Put any update in the queue, whatever its shape; it gets the next id unless one is given.

        With `filtered` it must also be of a kind that the bot asked for and not older than a day. Returns its id, or
        nothing if it was dropped (Telegram drops what is larger than 64 KiB).
        """
        kind = kind_of(raw)
        if filtered and kind not in self.allowed:
            return None
        self._unique += 1
        said, payload = {name: value for name, value in raw.items() if name != "update_id"}, raw.get(kind)
        until = expires_at(kind, payload if filtered else None, self.now())
        event = self.queue.push(said, expires_at=until, lane=lane(kind, payload, self._unique), update_id=update_id)
        if event is None:
            return None
        self.record("update", bot=self.id, update=event.update)
        if self.webhook:
            self.webhook.deliver(event)
        else:
            self.polling.wake()
        return event.update_id

    def pressed(self, person: Person, message: Json, data: str) -> str:
        """A press of a button under `message`; returns the query's id."""
        query_id = str(self.random.getrandbits(62) | 1 << 61)
        self.queries[query_id] = Query(person, self.now())
        self.push(
            "callback_query",
            {
                "id": query_id,
                "from": person.user,
                "message": message,
                "chat_instance": str(-self.random.getrandbits(62)),
                "data": data,
            },
        )
        return query_id

    def answer_query(self, query_id: str, answer: Mapping[str, Any]) -> None:
        """What answerCallbackQuery does. Raises Refusal for one that is too old or was never asked."""
        query = self.queries.get(query_id)
        if query is None or self.now() - query.at > ANSWERABLE:
            raise Refusal(400, "query is too old and response timeout expired or query ID is invalid")
        query.answers.append(answer)
        query.person.answered(query_id, answer)

    def webhook_info(self) -> Json:
        """What getWebhookInfo answers."""
        hook = self.webhook
        info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(self.queue)}
        if hook:
            info |= {"url": hook.url, "max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
            info |= without_none(last_error_date=hook.last_error_at, last_error_message=hook.last_error)
        return info | ({"allowed_updates": sorted(self.allowed)} if self.said_allowed else {})
