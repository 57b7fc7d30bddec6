"""What a subject of the campaign brings, collected by decorators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from typer import Typer

from bot.dialog.forms import Form
from bot.message import Option
from bot.turn.pages import Page
from bot.turn.routes import Command, Dialog
from bot.turn.turn import Turn
from bot.turn.work import Chore, Recurring

Handler = Callable[[Turn], Awaitable[None]]
Finish = Callable[[Turn, Any], Awaitable[None]]
Offer = Callable[[Turn], Sequence[Option]]
Listener = Callable[[Turn], Awaitable[bool]]


class Router:
    """The commands, forms and recurring work of one subject, collected by decorators; commands and forms ask for ``role``
    unless they say more. ``cli`` are its commands on the command line."""

    def __init__(self, name: str, *, role: str = "resident", cli: Typer | None = None) -> None:
        self.name, self.role, self.cli = name, role, cli
        self.commands: list[Command] = []
        self.dialogs: list[Dialog] = []
        self.recurring: list[Recurring] = []
        self.listeners: list[Listener] = []
        self.resting: list[Handler] = []
        self.offers: list[Offer] = []
        self.pages: dict[str, Page] = {}

    def command(self, name: str, **how: Any) -> Callable[[Handler], Handler]:
        """Answer /name, and the words that ``command.<name>.words`` lists, with this function."""

        def add(handler: Handler) -> Handler:
            self.commands.append(Command(name, handler, **{"role": self.role} | how))
            return handler

        return add

    def done(self, form: type[Form], *, role: str = "", **how: Any) -> Callable[[Finish], Finish]:
        """Call this function when the form is finished and confirmed; ``how`` is what a `Dialog` says of it."""

        def add(finish: Finish) -> Finish:
            self.dialogs.append(Dialog(form, finish, role or self.role, **how))
            return finish

        return add

    def listens(self, listener: Listener) -> Listener:
        """Give this function what came out of the blue and is no command, before it is guessed at; it returns whether it
        took it."""
        self.listeners.append(listener)
        return listener

    def rests(self, handler: Handler) -> Handler:
        """Call this function when a form has ended and nothing else has begun."""
        self.resting.append(handler)
        return handler

    def unsure(self, offer: Offer) -> Offer:
        """Ask this function what to offer whose words were not understood, instead of passing them on."""
        self.offers.append(offer)
        return offer

    def page(self, path: str) -> Callable[[Page], Page]:
        """Say this where a channel serves the page with this path."""

        def add(page: Page) -> Page:
            self.pages[path] = page
            return page

        return add

    def every(self, seconds: int, name: str) -> Callable[[Chore], Chore]:
        """Do this again and again; in one process or in several, late or twice, it comes to the same."""

        def add(work: Chore) -> Chore:
            self.recurring.append(Recurring(name, seconds, work))
            return work

        return add
