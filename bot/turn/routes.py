"""What people can ask for, as data: commands and forms, who may, who answers, and how each is found by its words."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Protocol

from msgspec import Struct

from bot.dialog.forms import Form
from bot.message import Option
from bot.vietnamese.courtesy import courteous
from bot.vietnamese.fold import exact, fits, fold, one_hook
from locales import Speech, phrases

May = Callable[[str], bool]
"""Whether somebody may do what asks for this role."""
NOTHING = re.compile("")
"""What follows a command that needs no more."""
LONGEST = 4
"""Words that are tried for the name of a command."""
NUMBER = re.compile("#?[0-9]{1,15}")
RANK = ("admin", "officer", "resident")


class Command(Struct, frozen=True):
    """Something a person can ask for. Its words and help are sentences: ``command.<name>.words``, ``.help``, ``.title``.

    A name of two words, such as «staff invite», is a subcommand: an act of its own, with its own role and sentences
    (``command.staff.invite.help``).
    """

    name: str
    handler: Callable[[Any], Awaitable[None]]
    """Answers a turn; `Router.command` checks its type."""
    role: str = "resident"
    consent: str = ""
    """The purpose a person must have agreed to; she is asked first if she has not."""
    for_others: bool = False
    """Whether officers do it at their desk for others, who consent themselves; they are not asked."""
    opens: bool = False
    """Whether it leads away from an open form, so that the person is asked before anything is dropped."""
    campaign: bool = False
    """Whether it needs a campaign that is switched on."""
    like: re.Pattern[str] | None = None
    """Plain words of this shape are for this command, as what follows it."""
    after: re.Pattern[str] | None = None
    """All that may follow it, where its handler reads little or nothing of it (`NOTHING`): what means nothing is said so."""
    wide: bool = False
    """Whether whatever follows it is for it, although there are commands below it."""
    photo: bool = False
    """Whether a photo that comes out of the blue is for this command."""
    voice: bool = False
    """Whether a voice message is for this command."""
    withheld: bool = False
    """Whether it answers somebody whose messages the platform keeps from us."""
    sheet: bool = False
    """Whether a spreadsheet is for this command, whatever else is going on."""
    menu: int = 0
    """Its place in the menu, from 1; 0 keeps it out."""
    means: tuple[str, ...] = ()
    """Intents of sentences that lead here besides its own, which bears its name (bot/understanding)."""
    guessed: bool = True
    """Whether it is carried out when a sentence surely means it; otherwise it is only offered."""
    instead: str = ""
    """The command line that is carried out then where it is not itself: harmless, and offers it."""
    urgent: bool = False
    """Whether it is carried out also when a sentence only may mean it."""
    always: bool = False
    """Whether its words count also while a question is open."""
    dangerous: bool = False
    """Whether staff on a browser must have proved just now who they are."""
    unproved: bool = False
    """Whether it is carried out also for staff who must prove who they are before anything else."""
    listed: bool = True
    """Whether /help and the platform's command menu show it."""

    @property
    def key(self) -> str:
        """What its sentences begin with."""
        return f"command.{self.name.replace(' ', '.')}"

    def takes(self, rest: str) -> bool:
        """Whether this, after it, has the shape of what it is for."""
        return self.like is not None and self.like.fullmatch(rest) is not None

    def slug(self, speech: Speech) -> str:
        """Its slash name in this language: the first of its words, without spaces."""
        return next(iter(speech.words(f"{self.key}.words")), self.name).replace(" ", "")


class Dialog(Struct, frozen=True):
    """A form, who may be in it, and what is done when it is finished and confirmed."""

    form: type[Form]
    finish: Callable[[Any, Any], Awaitable[None]]
    """Does, in a turn, what the filled form asks for; `Router.done` checks its type."""
    role: str = "resident"
    campaign: bool = False
    """Whether it can be finished only while a campaign is switched on."""
    dangerous: bool = False
    """Whether it can be finished only by staff who have proved lately who they are."""
    unproved: bool = False
    """Whether it can be answered also by staff who must prove who they are before anything else."""
    left: Callable[[Any, Mapping[str, Any]], Awaitable[None]] | None = None
    """Says what follows when it was cancelled, with its answers."""


def everyone(role: str) -> bool:
    """Whether this role may do it, where nobody is asked."""
    return True


def _above(meaning: tuple[str, Command]) -> int:
    return RANK.index(meaning[1].role)


class Meanings:
    """Commands by what may be typed for them: marks may be missing, but none may be wrong.

    What is typed with every mark comes before what fits without them, and what only officers may do before what
    everybody may: residents who use the same word mean another thing.
    """

    def __init__(self) -> None:
        self._known: dict[str, list[tuple[str, Command]]] = {}

    def add(self, phrase: str, command: Command) -> None:
        insort(self._known.setdefault(fold(phrase), []), (exact(phrase), command), key=_above)

    def get(self, typed: str, may: May) -> Command | None:
        """The command that these words stand for, of those whose role ``may`` allows."""
        known = [(phrase, command) for phrase, command in self._known.get(fold(typed), ()) if may(command.role)]
        same = (command for phrase, command in known if phrase == exact(typed))
        fitting = (command for phrase, command in known if fits(one_hook(typed), one_hook(phrase)))
        return next(same, None) or next(fitting, None)


class Subject(Protocol):
    """What one router has collected."""

    commands: list[Command]
    dialogs: list[Dialog]
    listeners: list[Callable[[Any], Awaitable[bool]]]
    resting: list[Callable[[Any], Awaitable[None]]]
    offers: list[Callable[[Any], Sequence[Option]]]


class Routes:
    """Every router's commands and forms, found by name or by words."""

    def __init__(self, routers: Iterable[Subject]) -> None:
        routers = tuple(routers)
        self.commands: Mapping[str, Command] = {c.name: c for router in routers for c in router.commands}
        self.dialogs: Mapping[str, Dialog] = {d.form.name: d for router in routers for d in router.dialogs}
        self._listeners = [listener for router in routers for listener in router.listeners]
        self._resting = [handler for router in routers for handler in router.resting]
        self._offers = [offer for router in routers for offer in router.offers]
        self._means = {intent: c for c in self.commands.values() for intent in (c.name, *c.means)}
        self._words = {"": Meanings()}
        """Of each command those below it; those that stand by themselves under an empty name."""
        for command in self.commands.values():
            above, _, word = command.name.rpartition(" ")
            meanings = self._words.setdefault(above, Meanings())
            for phrase in (word, *phrases(f"{command.key}.words")):
                meanings.add(phrase, command)
                if not above and " " in phrase:  # as the slash name that a platform shows
                    meanings.add(phrase.replace(" ", ""), command)

    def named(self, name: str, may: May) -> Command | None:
        """The command typed as «/name», in any language, with or without diacritics and spaces; one that this person
        may use before one that she may not."""
        known = self._words[""]
        return self.commands.get(name) or known.get(name, may) or known.get(name, everyone)

    def split(self, line: str, may: May) -> tuple[Command | None, str, str]:
        """The command that is typed at the beginning of a line without its slash, how it is called there, and what follows. A
        first word that is no command may be the first of several: «/trạng thái»."""
        words = line.strip().split(" ")
        name = words[0].partition("@")[0]  # in groups Telegram appends the bot's name
        found, n = self.named(name, may), 1
        if found is None:
            several = ((self._words[""].get(" ".join(words[:n]), may), n) for n in range(LONGEST, 1, -1))
            found, n = next((one for one in several if one[0] is not None), (None, 1))
        return found, name, " ".join(words[n:]).strip()

    async def listen(self, turn: Any) -> bool:
        """Whether somebody took a message that came out of the blue and is no command."""
        for listener in self._listeners:
            if await listener(turn):
                return True
        return False

    async def rest(self, turn: Any) -> None:
        """Let those speak who have something to say when a form has ended."""
        for handler in self._resting:
            await handler(turn)

    def offer(self, turn: Any) -> list[Option]:
        """What this person, whose words were not understood, is offered instead of passing them on."""
        return [option for offer in self._offers for option in offer(turn)]

    def meant(self, intent: str) -> Command | None:
        """The command for what a sentence was understood to mean."""
        return self._means.get(intent)

    def below(self, command: Command) -> list[Command]:
        """The subcommands of a command."""
        return [c for c in self.commands.values() if c.name.startswith(f"{command.name} ")]

    def narrowed(self, command: Command, rest: str) -> tuple[Command, str]:
        """The subcommand that ``rest`` begins with, and what follows it; a number alone is one to be shown; without one, both
        as they were."""
        words = rest.split(" ")
        known = self._words.get(command.name) or Meanings()
        for n in range(min(len(words), LONGEST), 0, -1):
            if found := known.get(" ".join(words[:n]), everyone):
                return found, " ".join(words[n:]).strip()
        if NUMBER.fullmatch(rest) and not command.takes(rest) and (one := self.commands.get(f"{command.name} show")):
            return one, rest
        return command, rest

    def said(self, text: str, may: May) -> Command | None:
        """The command, of those that this person may use, that these plain words stand for."""
        return self._words[""].get(text, may) if len(text) <= 60 else None

    def line(self, text: str, may: May) -> str:
        """The command line that these plain words stand for; empty if they stand for none that this person may use."""
        if said := self.said(text, may):
            return f"/{said.name}"
        shaped = (
            (c, typed) for typed in (text.strip(), courteous(text)) for c in self.commands.values() if c.takes(typed)
        )
        return next((f"/{command.name} {typed}" for command, typed in shaped), "")

    def near(self, name: str, may: May, among: Iterable[Command] | None = None) -> Sequence[Command]:
        """Commands that this person may use and that look like this, in any language."""
        allowed = {
            fold(phrase): c
            for c in (self.commands.values() if among is None else among)
            if may(c.role) and (among is not None or (c.listed and " " not in c.name))
            for phrase in (c.name.rpartition(" ")[2], *phrases(f"{c.key}.words"))
        }
        found = (allowed[near] for near in get_close_matches(fold(name), allowed, n=6, cutoff=0.6))
        return list({c.name: c for c in found}.values())[:3]

    def listed(self, roles: Callable[[str], bool]) -> list[Command]:
        """What /help and the platform's menu show to somebody with these roles."""
        return [c for c in self.commands.values() if c.listed and " " not in c.name and roles(c.role)]

    @property
    def for_sheets(self) -> Command | None:
        return next((c for c in self.commands.values() if c.sheet), None)

    @property
    def for_withheld(self) -> Command | None:
        return next((c for c in self.commands.values() if c.withheld), None)

    @property
    def for_voices(self) -> Command | None:
        return next((c for c in self.commands.values() if c.voice), None)

    @property
    def for_photos(self) -> Command | None:
        return next((c for c in self.commands.values() if c.photo), None)
