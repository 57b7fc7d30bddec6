"""The contract of a channel: hear what came in, send what goes out, and say how a sending failed.

Others use: fit, kind, standing, table.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

from msgspec import Struct
from starlette.routing import BaseRoute

from bot.message import Heard, Message
from storage.database import Tx
from storage.talk.inbox import Arrival

Receive = Callable[[Sequence[Arrival]], Awaitable[None]]
"""Returns when the arrivals are on disk; only then may the platform be told that they were received. Raises Refused for
one alone that is not kept; of several, those are dropped."""

PHOTO_MOST, SHEET_MOST, VOICE_MOST = 20 << 20, 5 << 20, 5 << 20
"""Bytes."""
UPDATE_MOST = 512 << 10
"""Bytes of one call of a platform; Telegram's own server sends no more."""
SHEET = (".xlsx", ".xls", ".csv")
"""How the names of spreadsheets end; no other file is looked at."""

Outcome = Literal["retry", "unknown", "refused", "gone", "moved", "broken", "closed"]


def is_group(address: str) -> bool:
    """Whether this is a group and no person: so Telegram marks them (core.telegram.org/bots/api#chat)."""
    return address.startswith("-")


class Limits(Struct, frozen=True):
    """How fast a platform lets us send; without any, as fast as it goes."""

    per_second: int = 0
    """Messages in any second; none means no limits at all."""
    broadcasts: float = 0.0
    """Of these for broadcasts, in a second; what is left is for replies, which also go ahead."""
    per_chat: float = 0.0
    """Messages to one person, in a second."""
    per_group: float = 0.0
    """Messages to one group, in a minute."""

    def gap(self, address: str) -> float:
        """Seconds between two messages to this address."""
        if is_group(address):
            return 60 / self.per_group if self.per_group else 0.0
        return 1 / self.per_chat if self.per_chat else 0.0


class Quota(Struct, frozen=True):
    """How much a platform lets one channel do in a month."""

    messages: int
    people: int

    @property
    def warns(self) -> int:
        """Messages from which on somebody should know."""
        return self.messages * 80 // 100

    @property
    def keeps(self) -> int:
        """Messages from which on nothing is announced: the rest is for replies."""
        return self.messages * 95 // 100


class Window(Struct, frozen=True):
    """How long after somebody last did something a platform lets us write to her, and at what price."""

    free: timedelta
    paid: timedelta
    """Until then a message costs ``paid_dong``; later only a template of the platform goes, if there is one."""
    paid_dong: int
    template_dong: int | None
    """None: there is no template, so that nothing goes."""


class Capabilities(Struct, frozen=True):
    """What a channel can show. Lengths are in UTF-16 units, the widest count any platform uses."""

    buttons: int = 0
    """How many buttons fit under one message; none means numbered choices."""
    choices: int = 0
    """How many numbered choices are shown at once, besides one for more of them and 0 for the menu; none: all."""
    label: int = 60
    text: int = 4000
    caption: int = 1000
    pictures: bool = True
    cards: bool = False
    """Whether several things to choose from are shown with their pictures."""
    thumbs: bool = False
    """Whether pictures can be shown small below a text."""
    documents: bool = False
    document_minutes: int = 0
    """Where documents are fetched from an address, how long it is good; none: they come with the message."""
    keeps_documents: bool = False
    """Whether it shows documents out of what the program keeps, so that it need only be told their numbers."""
    edits: bool = False
    contact: bool = False
    toasts: bool = False
    """Whether a press can be answered with words that are shown for a moment."""
    marks: bool = False
    """Whether a person's message can be marked as received."""
    drops: bool = False
    """Whether a person's message can be shown as not taken."""
    vouches: bool = False
    """Whether an account here costs its owner something, such as a phone number, so that who has one can be reached again."""
    album: int = 0
    """How many pictures are shown as one; none: each by itself."""
    copies: bool = False
    """Whether a button can copy a code."""
    quotes: bool = False
    """Whether a long quotation can be folded."""
    sessions: bool = False
    """Whether whoever has the browser has the account, so that staff must prove now and then who they are."""
    notifies: bool = False
    """Whether somebody can be told, on a device of hers, that there is news on a page that she does not look at; she is
    asked whether she wants that."""
    resends: bool = True
    """Whether a reply in doubt is sent again: hearing a thing twice is better than not at all, unless each one counts."""
    limits: Limits = Limits()
    quota: Quota | None = None
    window: Window | None = None
    """When people can be written to, where that depends on what they did; none: always."""


class Media(Struct, frozen=True):
    """A photo, a spreadsheet or a voice message that is still with the platform."""

    reference: str
    size: int = 0
    kind: Literal["photo", "sheet", "voice"] = "photo"

    @property
    def most(self) -> int:
        """Bytes that are fetched of it; of a photo, what a bot may download (core.telegram.org/bots/api#getfile)."""
        return {"photo": PHOTO_MOST, "sheet": SHEET_MOST, "voice": VOICE_MOST}[self.kind]


class SendFailed(Exception):
    """A message was not, or perhaps not, delivered.

    retry: it was certainly not sent, try later (``after`` seconds) · unknown: it may have been sent · refused: it never
    will be · gone: the person cannot be reached any more · moved: the chat is now at ``moved_to`` · broken: the channel
    itself is not allowed to send · closed: she cannot be written to now, the platform's rules are such, and trying again
    is of no use.
    """

    def __init__(self, outcome: Outcome, reason: str, *, after: float = 0.0, moved_to: str = "") -> None:
        super().__init__(reason)
        self.outcome, self.reason, self.after, self.moved_to = outcome, reason, after, moved_to


class FetchFailed(Exception):
    """A file could not be fetched: ``code`` names the sentence, ``again`` whether trying again may help."""

    def __init__(self, code: str, *, again: bool = False) -> None:
        super().__init__(code)
        self.code, self.again = code, again


class Refused(Exception):
    """What somebody brought is not kept: it is too much, or there is no room. ``sentence`` is what she is told."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Rejected(Exception):
    """The platform does not accept this channel's token any more, and would not if it were asked again."""


class Trouble(Struct, frozen=True):
    """Something that a channel sees wrong with its platform. The sentence says what, and what to do; beside ``params``
    it is given the channel's name."""

    name: str
    """The same as long as it is the same trouble, such as «webhook»."""
    sentence: str
    params: Mapping[str, str | int] = {}


class Unreadable(Exception):
    """The platform sent something that this channel does not understand."""


class Recurring(Struct, frozen=True):
    """Work that is done again and again; doing it twice, or late, makes no difference."""

    name: str
    every: int
    """Seconds."""
    work: Callable[[], Awaitable[object]]


class Channel(Protocol):
    """One platform. Receiving and sending only translate; nothing here knows a campaign.

    A channel inherits from it, and leaves out what its platform has not.
    """

    name: str
    capabilities: Capabilities
    asks: bool
    """Whether it asks its platform for what is new; others are called."""
    received_at: datetime | None
    """When this process last asked the platform and was answered, also that there was nothing."""

    def hear(self, payload: bytes) -> Heard:
        """What a stored update says. Pure. Raises Unreadable."""

    def media(self, payload: bytes) -> Media | None:
        """The file in a stored update that must be fetched before it is handled. Pure."""

    async def fetch(self, media: Media) -> bytes:
        """A file's bytes, no more than ``media.most``. Raises FetchFailed. Called outside every transaction."""

    async def kept(self, tx: Tx, arrivals: Sequence[Arrival], now: datetime) -> None:
        """Called in the transaction that stores arrivals, for what must be stored with them."""
        return

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        """Send one message; returns the platform's id of it. Raises SendFailed. Called outside every transaction."""

    def parts(self, message: Message) -> Sequence[Message]:
        """The message in the pieces in which the platform takes it, in their order; each is sent, paced and noted by
        itself. Pure."""
        return [message]

    def link(self, code: str) -> str:
        """An address that opens a chat here and says /start with this code; empty where there is none. Pure."""
        return ""

    def page(self, path: str) -> str:
        """The address of a page that it serves under this path; empty where it serves none, or does not know. Pure."""
        return ""

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """What it serves over HTTP: the calls of its platform, its pages."""
        return []

    def recurring(self) -> Sequence[Recurring]:
        """What it does from time to time besides receiving and sending."""
        return []

    def troubles(self) -> Sequence[Trouble]:
        """What is wrong with it now, for admins to see."""
        return []

    async def run(self, receive: Receive) -> None:
        """Receive until cancelled; what else it asks of its platform must keep nobody waiting. Raises Rejected. After any
        other exception it is called again."""

    async def close(self) -> None:
        """Give connections back."""
        return
