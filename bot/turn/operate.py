"""What the campaign's commands of the command line get: like recurring work, but an operator asked for it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Literal, NoReturn, Protocol, cast

import typer
from msgspec import Struct

from bot.context import Context
from bot.turn.channels import ChannelFacts
from locales import LANGUAGES

if TYPE_CHECKING:
    Spoken = str
else:
    Spoken = Literal[LANGUAGES]
"""One of the languages, as a choice of the command line."""


class Keeper(Struct, frozen=True):
    """The commands of one of them, to be typed on the machine itself; compose's in the folder `deploy`."""

    start: str
    restart: str
    log: str
    proxy_log: str
    user: str
    """Before a command that works on the program's own files."""
    root: str
    """Before one that only root may give."""


SYSTEMD = Keeper(
    start="sudo systemctl start nhandao",
    restart="sudo systemctl restart nhandao",
    log="sudo journalctl --unit nhandao --since -1h",
    proxy_log="sudo journalctl --unit caddy --since -1h",
    user="sudo",
    root="sudo",
)
COMPOSE = Keeper(
    start="docker compose up --detach",
    restart="docker compose restart bot-1 bot-2",
    log="docker compose logs --since 1h bot-1 bot-2",
    proxy_log="docker compose logs --since 1h proxy",
    user="docker compose run --rm bot-1",
    root="docker compose run --rm --user root --cap-add CHOWN --cap-add DAC_OVERRIDE bot-1",
)
KEEPER = COMPOSE if os.environ.get("KEPT_BY") == "compose" else SYSTEMD
"""That of this program; its container's image says so (deploy/Dockerfile)."""


class Mistake(Exception):
    """Something the operator must mend; the text says what, where and how."""

    status = 2
    """With which the process ends: starting it again would not help (deploy/nhandao.service)."""

    def __init__(self, said: str, *, mend: str = "") -> None:
        """``mend``: the command that mends it, where one does."""
        super().__init__(said)
        self.mend = mend


class Passing(Mistake):
    """The same of something that may be over in a minute: the program may be started again."""

    status = 1


class BadDisk(Passing):
    """The disk is full or can only be read: the program is started again until it is not, what was typed by hand is refused."""


class Away(Passing):
    """The database on a server cannot be reached, now."""


class Opened(Struct, frozen=True):
    """The program, opened for one command."""

    context: Context
    channels: Mapping[str, ChannelFacts]


class Operate(Protocol):
    """Opens the program, does the work, closes it, and ends with an exit status; a Mistake of the work is printed."""

    def __call__(
        self, work: Callable[[Opened], Awaitable[None]], *, demo: bool = True, channels: bool = False
    ) -> NoReturn:
        """``demo``: whether the demo's data will do. ``channels``: whether the work shows messages as channels do."""


def operate(typed: typer.Context) -> Operate:
    """The way to the program, which the command line hands to every command."""
    return cast("Operate", typed.obj)
