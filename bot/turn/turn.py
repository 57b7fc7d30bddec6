"""A turn: one message of one person, with everything a handler may know and do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from msgspec import Struct

from bot.dialog import lead
from bot.dialog.forms import Facts, Form
from bot.dialog.lead import Place, Step
from bot.message import Document, Heard, Option, Reply, Text, Words, changed
from bot.turn.routes import Routes
from bot.turn.rules import Rules
from bot.understanding.facts import Said, read
from bot.understanding.judge import Understood, model, understand
from bot.understanding.model import Model
from bot.understanding.sentence import Sentence
from locales import Speech
from storage import audit
from storage.campaign.campaigns import Campaign
from storage.database import Tx
from storage.talk.admissions import Use
from storage.talk.journeys import FormEvent
from storage.talk.people import Account, Person

WORDS = "+words"
"""Under this the words that came out of the blue wait in a place outside every form, for the button that is pressed next."""
THIS = "+this"
"""After a command: it is for what waits there."""


class Notice(Struct, frozen=True):
    """Something that other people should know soon: those with a role for a unit, or one person."""

    text: Text
    role: str = "officer"
    unit_id: int | None = None
    person_id: int | None = None
    """The one whom it is for; nobody else."""
    options: tuple[Option, ...] = ()
    picture: str = ""
    about: str = ""
    """What it shows, such as «deed:7», so that a Redraw can change it later."""
    sparing: int | None = None
    """One person who is not told, since she did it."""
    avoid: str = ""
    """A channel that is broken: whoever can be told on another one is told there."""
    account_id: int | None = None
    """The one account, of ``person_id``, where it is said."""
    everywhere: bool = False
    """Whether it is said on every account of ``person_id``."""
    document: Document | None = None
    """A file that is kept already; for one person, who has asked for it."""


class Redraw(Struct, frozen=True):
    """What every message about something says from now on, wherever it was shown."""

    about: str
    text: Text
    options: tuple[Option, ...] = ()
    picture: str = ""
    quiet: bool = False
    """Whether to say nothing, instead of saying it again, where a channel cannot change what was said."""
    sparing: int | None = None
    """The person whose messages stay as they are: she knows."""


@dataclass
class Turn:
    """What a handler gets: who speaks, what was heard, the database, and ways to answer.

    Nothing is sent from here: replies, notices and the new place are written with everything else, in one transaction.
    """

    FRESH: ClassVar = timedelta(minutes=10)
    """So new must a proof be for a dangerous act to begin, and three times as old may it be when its form is finished."""

    tx: Tx
    routes: Routes
    person: Person
    account: Account
    heard: Heard
    campaign: Campaign
    facts: Facts
    now: datetime
    key: str
    """Unique for this message; rows made from it carry it, so that making them twice is impossible."""
    place: Place | None = None
    rest: str = ""
    """What follows the command."""
    words: str = ""
    """The sentence out of the blue that led here; what it says need not be asked again."""
    rules: Rules = field(default_factory=Rules)
    model: Model = field(default_factory=model, repr=False)
    """By which sentences are understood: the table that ships, with what officers taught."""
    choices: int = 0
    """How many numbered choices the channel shows at once; none: all."""
    next: str = ""
    """The command line to carry out when the handler is done, as if the person had said it."""
    replies: list[Reply] = field(default_factory=list)
    notices: list[Notice | Redraw] = field(default_factory=list)
    became: int | None = None
    """The person that this account belongs to from now on, if that changed."""
    secret: bool = False
    """Whether nothing of what was said may be kept."""
    held_back: bool = False
    """Whether the open question was not put yet, since this message belongs to the one before: it is to be put after it."""
    farewell: bool = False
    """Whether the person erased herself, so that nothing of hers may be written any more."""
    touched: set[int] = field(default_factory=set)
    """People whose roles were changed, or who were blocked, so that their next message is met with what holds now."""
    new_world: bool = False
    """Whether the campaign or its units changed, so that the next messages must be met with what holds now."""
    joined: bool = False
    """Whether the message joined what was sent before, without a word being said of it."""
    dropped: bool = False
    """Whether the message was not handled, since too many came at once."""
    photos: list[str] = field(default_factory=list)
    """What stands for photos that were not fetched yet, and are to be now that she has agreed."""
    moments: list[FormEvent] = field(default_factory=list)
    """What became of forms, to be counted."""

    @property
    def speech(self) -> Speech:
        return self.facts.speech

    @property
    def today(self) -> date:
        return self.facts.today

    def is_safe(self, channel: str) -> bool:
        """Whether it takes more than a browser to speak from an account of this channel."""
        known = self.rules.channels.get(channel)
        return known is not None and not known.capabilities.sessions

    @property
    def is_browser(self) -> bool:
        """Whether whoever has the browser has this account."""
        known = self.rules.channels.get(self.account.channel)
        return known is not None and known.capabilities.sessions

    @property
    def is_on_browser(self) -> bool:
        """Whether somebody of the staff speaks from a browser, so that she must prove now and then who she is."""
        return bool(self.person.roles) and self.is_browser

    def proof_older_than(self, span: timedelta) -> bool:
        """Whether she must prove who she is, and has not done so for this time."""
        proved_at = self.account.confirmed_at
        return self.is_on_browser and (proved_at is None or self.now - proved_at >= span)

    def links(self, code: str) -> list[str]:
        """The addresses that open a channel and say /start with this code."""
        return [link for channel in self.rules.channels.values() if (link := channel.link(code))]

    @property
    def said(self) -> Said:
        """The facts in the sentence that led here."""
        return read(Sentence.of(self.words), self.facts.communes) if self.words else Said()

    def understand(self, text: str) -> Understood:
        """What a sentence means, also by what officers taught."""
        return understand(text, self.facts.communes, self.model)

    def day(self, at: datetime) -> date:
        """The day on which an instant falls, where this program is at home."""
        return at.astimezone(self.speech.zone).date()

    def reply(
        self,
        key: str | Reply,
        options: Sequence[Option] = (),
        *,
        picture: str = "",
        voice: str = "",
        in_place: bool = False,
        document: Document | None = None,
        about: str = "",
        private: bool = False,
        copies: str = "",
        quote: str = "",
        **params: object,
    ) -> None:
        """Say the sentence with this key, with choices to go on from; ``about`` lets a Redraw change it later, and what is
        ``private`` goes away after a while. The code that it ``copies`` can be copied, a long ``quote`` in it is folded.
        """
        if isinstance(key, Reply):
            self.replies.append(key)
        else:
            said = Reply(
                Text(key, params),
                tuple(options),
                picture=picture,
                voice=voice,
                in_place=in_place,
                document=document,
                about=about,
                private=private,
                code=copies,
                quote=quote,
            )
            self.replies.append(said)

    def begin(self, form: type[Form], asking: str | None = None, *, above: Words | None = None, **answers: Any) -> None:
        """Open a form in which these answers are known already, None for a skipped one; it takes the place of an open one.
        ``above`` is said in the same message as the question."""
        self._open(form, asking, answers, above)

    def begin_said(
        self, form: type[Form], said: Mapping[str, Any], *, above: Words | None = None, **known: Any
    ) -> None:
        """Open a form with answers that a sentence held; they are shown above the first question, so that they can be
        changed. Where it held none, ``above`` is said instead."""
        filled = form({**known, **said}, self.facts)
        heard = (self.words, self.heard.text)
        lines = [
            (field.title(filled), shown)
            for name, field in form.fields.items()
            if (field.told or said.get(name) not in (None, *heard)) and (shown := field.in_summary(filled)) is not None
        ]
        told = any(not form.fields[name].told for name in said)
        self._open(
            form, None, {**known, **said}, Text("understood.taken", {"answers": lines}) if told and lines else above
        )

    def _open(self, form: type[Form], asking: str | None, answers: dict[str, Any], above: Words | None) -> None:
        if self.place is None or self.place.form != form.name:
            self.moments.append(FormEvent(form.name, "begun"))
        self.follow(lead.begin(form, self.facts, answers, asking, above))

    def remember(self, words: str) -> None:
        """Keep the words that came out of the blue until a button says what they are for."""
        self.words = words
        self.place = Place(answers={WORDS: words})

    def recall(self) -> None:
        """Take up again the words that wait for the button that was pressed."""
        waits = self.place.answers or {} if self.place is not None and not self.place.form else {}
        self.words = str(waits.get(WORDS, ""))

    def reopen(self, form: Form, asking: str, **changes: Any) -> None:
        """Go back into a form that was finished, to put one question again with what is known now."""
        answers = {name: answer for name, answer in form.answers.items() if name != asking} | changes
        self.moments = [one for one in self.moments if one != FormEvent(form.name, "finished")]
        self.follow(lead.begin(type(form), self.facts, answers, asking))

    @property
    def open_form(self) -> type[Form] | None:
        """The form whose question is open."""
        led = self.routes.dialogs.get(self.place.form) if self.place is not None else None
        return led.form if led is not None else None

    @property
    def told(self) -> Sequence[tuple[Words, Words]]:
        """What was answered so far in the open form."""
        form = self.open_form
        return [] if form is None or self.place is None else lead.told(form, self.place, self.facts)

    def ask_again(self, above: Words | None = None, beside: Sequence[Option] = ()) -> None:
        """Put the open question once more, if there is one, with something said above it and further choices beside its
        own."""
        if self.open_form is None or self.place is None:
            return
        step = lead.repeat(self.open_form, self.place, self.facts, above)
        *said, asked = step.replies
        self.follow(changed(step, replies=(*said, changed(asked, options=(*asked.options, *beside)))))

    def follow(self, step: Step) -> None:
        """Say what a step says, and stand where it leads."""
        was, self.place = self.place, step.place
        self.joined = step.joined
        self.replies.extend(step.replies)
        if step.done is not None:
            self.moments.append(FormEvent(step.done.name, "finished"))
        elif was is not None and was.form and (step.place is None or step.place.form != was.form):
            self.moments.append(FormEvent(was.form, "left", was.stopped_at))

    def tell_officers(
        self,
        key: str,
        options: Sequence[Option] = (),
        *,
        unit_id: int | None = None,
        about: str = "",
        sparing: int | None = None,
        **params: object,
    ) -> None:
        """Tell the officers of this unit, in their own languages, as soon as this turn is committed."""
        said = Text(key, params)
        self.notices.append(Notice(said, "officer", unit_id, options=tuple(options), about=about, sparing=sparing))

    def tell_admins(self, key: str, options: Sequence[Option] = (), **params: object) -> None:
        """Tell every other admin, in her own language, as soon as this turn is committed."""
        self.notices.append(Notice(Text(key, params), "admin", options=tuple(options), sparing=self.person.id))

    def tell(self, person_id: int, key: str, options: Sequence[Option] = (), **params: object) -> None:
        """Tell one other person, in her own language, as soon as this turn is committed."""
        self.notices.append(Notice(Text(key, params), person_id=person_id, options=tuple(options)))

    def redraw(self, about: str, text: Text, options: Sequence[Option] = ()) -> None:
        """Change what every message about something says, where that is possible."""
        self.notices.append(Redraw(about, text, tuple(options), quiet=True))

    def say(self, words: Words, **params: object) -> str:
        """A sentence in the person's language, for use inside another one."""
        return self.speech.say(words, **params) if isinstance(words, str) else self.speech(words)

    async def take(self, use: Use) -> bool:
        """Take something that strangers may use up, for where this person is heard; False if there is not enough left."""
        return await self.rules.take(self.tx, self.account, use, self.now)

    @property
    def actor(self) -> str:
        """The person as the audit log names her."""
        return f"person:{self.person.id}"

    async def note(self, act: str, object: str, **details: object) -> None:
        """Write in the audit log what this person did; ``details`` must hold nothing personal."""
        await audit.add(self.tx, self.now, self.actor, act, object, details)

    async def refuse(self, what: str) -> None:
        """Write down that somebody tried what she may not do, of a resident one try a day: strangers must not fill the log.
        The answer says no more than for what does not exist."""
        if not self.person.has_role("officer"):
            today = datetime.combine(self.today, time(), self.speech.zone)
            if await audit.count_since(self.tx, self.actor, "refused", today):
                return
        await self.note("refused", what)

    def speak(self, language: str) -> None:
        """Go on in another language, from this reply on."""
        self.person.language = language
        self.facts = changed(self.facts, speech=changed(self.speech, language=language))
