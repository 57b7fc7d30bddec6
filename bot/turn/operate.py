"""What the campaign's commands of the command line get: like recurring work, but an operator asked for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn, Protocol, cast

import typer

from bot.context import Context
from bot.turn.channels import ChannelFacts
from locales import LANGUAGES

if TYPE_CHECKING:
    Spoken = str
else:
    Spoken = Literal[LANGUAGES]
"""One of the languages, as a choice of the command line."""


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


@dataclass(frozen=True)
class Opened:
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
