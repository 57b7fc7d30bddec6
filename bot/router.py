"""Commands and finished forms as data: what people can ask for, who may, and who answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.forms import Form
from bot.turn import Turn
from bot.vietnamese.fold import fold
from locales import Speech, phrases

Handler = Callable[[Turn], Awaitable[None]]
Finish = Callable[[Turn, Any], Awaitable[None]]


@dataclass(frozen=True)
class Command:
    """Something a person can ask for. Its words and help are sentences: ``command.<name>.words``, ``.help``, ``.title``."""

    name: str
    handler: Handler
    role: str = "resident"
    consent: str = ""
    """The purpose a person must have agreed to; she is asked first if she has not."""
    opens: bool = False
    """Whether it leads away from an open form, so that the person is asked before anything is dropped."""
    photo: bool = False
    """Whether a photo that comes out of the blue is for this command."""
    menu: int = 0
    """Its place in the menu, from 1; 0 keeps it out."""
    listed: bool = True
    """Whether /help and the platform's command menu show it."""

    def slug(self, speech: Speech) -> str:
        """Its slash name in this language, without diacritics and spaces."""
        if speech.language == "en":
            return self.name
        return next(iter(speech.words(f"command.{self.name}.words")), self.name)


@dataclass(frozen=True)
class Dialog:
    """A form, who may be in it, and what is done when it is finished and confirmed."""

    form: type[Form]
    finish: Finish
    role: str = "resident"


class Router:
    """The commands and forms of one subject, collected by decorators; all of them ask for ``role`` unless they say more."""

    def __init__(self, name: str, *, role: str = "resident") -> None:
        self.name, self.role = name, role
        self.commands: list[Command] = []
        self.dialogs: list[Dialog] = []

    def command(self, name: str, **how: Any) -> Callable[[Handler], Handler]:
        """Answer /name, and the words that ``command.<name>.words`` lists, with this function."""

        def add(handler: Handler) -> Handler:
            self.commands.append(Command(name, handler, **{"role": self.role} | how))
            return handler

        return add

    def done(self, form: type[Form], *, role: str = "") -> Callable[[Finish], Finish]:
        """Call this function when the form is finished and confirmed."""

        def add(finish: Finish) -> Finish:
            self.dialogs.append(Dialog(form, finish, role or self.role))
            return finish

        return add


class Routes:
    """Every router's commands and forms, found by name or by words."""

    def __init__(self, routers: Iterable[Router]) -> None:
        routers = tuple(routers)
        self.commands: Mapping[str, Command] = {c.name: c for router in routers for c in router.commands}
        self.dialogs: Mapping[str, Dialog] = {d.form.name: d for router in routers for d in router.dialogs}
        self._words = {
            fold(phrase): command
            for command in self.commands.values()
            for phrase in (command.name, *phrases(f"command.{command.name}.words"))
        }

    def named(self, name: str) -> Command | None:
        """The command typed as «/name», in any language, with or without diacritics and spaces."""
        return self.commands.get(name) or self._words.get(fold(name))

    def said(self, text: str) -> Command | None:
        """The command that these plain words stand for."""
        return self._words.get(fold(text)) if len(text) <= 60 else None

    def near(self, name: str, turn: Turn) -> Sequence[Command]:
        """Commands that this person may use and that look like this."""
        allowed = {c.name: c for c in self.commands.values() if c.listed and turn.person.has_role(c.role)}
        return [allowed[found] for found in get_close_matches(fold(name), allowed, n=3, cutoff=0.6)]

    def listed(self, roles: Callable[[str], bool]) -> list[Command]:
        """What /help and the platform's menu show to somebody with these roles."""
        return [c for c in self.commands.values() if c.listed and roles(c.role)]

    @property
    def for_photos(self) -> Command | None:
        return next((c for c in self.commands.values() if c.photo), None)
