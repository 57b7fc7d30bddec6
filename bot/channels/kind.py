"""A kind of channel as one row of the table: its name, its settings, and how a channel is made of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

from msgspec import Struct

from bot.channels import Capabilities, Channel
from bot.declared import Part
from bot.message import Text
from locales import Speech
from storage.database import Database, Tx
from storage.talk.people import Account

S = TypeVar("S", bound=Part)
Pictures = Callable[[str], Awaitable[bytes]]
"""The bytes of a stored picture by its name; raises NoSuchFile."""
Exclusive = Callable[[Callable[[], Awaitable[None]]], Coroutine[Any, Any, None]]
"""Does some work whenever it is this process's turn, of all that share the database."""

Alarm = Callable[[Tx, str, Text, str], Coroutine[Any, Any, None]]


SOUNDS = {"ogg": "audio/ogg", "webm": "audio/webm", "m4a": "audio/mp4", "aac": "audio/aac", "mp3": "audio/mpeg"}
"""The types of voice messages, by how their names end."""


def sound_type(name: str) -> str:
    """The type under which a stored voice message is served."""
    return SOUNDS.get(name.rpartition(".")[2], "application/octet-stream")


class BadFile(Exception):
    """A file that cannot be used; ``code`` names the sentence ``wrong.<code>`` that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotTakenOver(Exception):
    """The platform did not agree; the text says why."""


NTP = "sudo timedatectl set-ntp true"
"""Has this machine's clock set by others."""


class Seen(Struct, frozen=True):
    """What came of a look at something that a setting names: it is right, it is not, or that cannot be told now."""

    what: str
    state: Literal["right", "wrong", "unknown"]
    said: str
    """For the operator, in plain words and without a secret."""
    link: str = ""
    """The address at which people find what was looked at, where that came out."""
    mend: str = ""
    """The command that mends it, where one does."""


class Uploads(Protocol):
    """Takes files that people hand over to the program itself, instead of to a platform."""

    async def store(self, raw: bytes, channel: str, account_id: int | None, source: str = "") -> str:
        """Make a photo safe and store it; returns its name. Raises BadFile."""

    async def voice(self, raw: bytes, channel: str, account_id: int | None, source: str) -> str:
        """Store a voice message; returns its name. Raises BadFile."""

    async def rows(self, raw: bytes, account: Account | None) -> dict[str, Any]:
        """What becomes of a spreadsheet, as the inbox keeps it."""


class Menus(Struct, frozen=True):
    """A platform's command menus: for everybody by language, and for single addresses of people with a role."""

    everybody: Mapping[str, Sequence[tuple[str, str]]] = {}
    """Each command with its help."""
    chats: Mapping[str, Sequence[tuple[str, str]]] = {}


class Imitated(Struct, frozen=True):
    """A channel that the demo shows beside its own: a resident's chat as it looks there."""

    name: str
    shows: Capabilities


class Surroundings(Struct, frozen=True):
    """What a channel may need of the process that it works in."""

    database: Database
    now: Callable[[], datetime]
    speeches: Mapping[str, Speech]
    language: str
    """For people whose language is not known."""
    picture: Pictures
    voice: Pictures
    """The bytes of a stored voice message by its name; raises NoSuchFile."""
    uploads: Uploads
    menus: Callable[[str], Awaitable[Menus]]
    """The command menus of the channel with this name."""
    page: Callable[[str, Speech], Awaitable[Mapping[str, str]]]
    """What the campaign's page with this path says in this language, by the names in its template."""
    exclusive: Callable[[str], Exclusive]
    """What only one process may do at a time, by a name such as «receive:telegram:123»."""
    alarm: Alarm
    """Tells the admins something, under a key that makes telling it twice impossible, elsewhere than on the channel named."""
    demo: bool = False
    """Whether this is the demo, in which anybody may play anybody."""
    imitated: Imitated | None = None

    @property
    def speech(self) -> Speech:
        return self.speeches[self.language]


class Kind(Struct, Generic[S], frozen=True):
    """All that the program knows of a channel before there is one."""

    name: str
    """As accounts, settings and the log have it; it never changes. How people call it is the sentence `channel.<name>`,
    or this where there is none."""
    settings: type[S]
    """Its part of the settings; Part itself if it has none."""
    make: Callable[[Surroundings, S], Channel] | None
    """Loads what it needs only when it is called; None if it cannot run by itself."""
    needs: tuple[str, ...] = ()
    """The settings without which it cannot be; where they are all given, it runs without being asked for."""
    always: bool = False
    """Whether it runs wherever nothing else is asked for; the demo is played on it."""
    address: re.Pattern[str] = re.compile(r"\S+")
    """The shape of an address on it."""
    account: str = ""
    """An example of an account as an operator writes it, and how to find one's own."""
    take_over: Callable[[Surroundings, S], Coroutine[Any, Any, None]] | None = None
    """Has what people say brought to us from now on, wherever it went before. Raises NotTakenOver."""
    look: Callable[[S], Coroutine[Any, Any, Sequence[Seen]]] | None = None
    """Asks its platform whose token that is and where it brings what people say, and changes nothing; in a few seconds."""
    opens: Callable[[str, str], str] | None = None
    """The link that opens it and says /start with a code, from this server's address and the code; None if it is not here
    that it is opened."""
    shows: Capabilities | None = None
    """What its people see, where the demo can imitate it."""
    advice: str = ""
    """What an operator does to use it, in plain words for a terminal."""

    def is_given(self, settings: S) -> bool:
        """Whether the settings hold all that it needs, and it needs any."""
        return bool(self.needs) and not self.missing(settings)

    def missing(self, settings: S) -> list[str]:
        """The settings that it needs and that are not given."""
        return [name.upper() for name in self.needs if not getattr(settings, name)]
