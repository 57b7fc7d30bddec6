"""Forms: what is asked, in which order, and what counts as an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, ClassVar, Generic, Self, TypeVar, cast, overload

from msgspec import Struct

from bot.message import Heard, Json, Option, Reply, Text, Words, changed
from bot.vietnamese.place import Known
from locales import FIRST, LANGUAGES, LanguageName, Speech, phrases

T = TypeVar("T")


class Facts(Struct, frozen=True):
    """What a form may know of the world: loaded before the person is heard, so that forms stay pure."""

    today: date
    speech: Speech
    communes: Sequence[Known] = ()
    name: str = ""
    """How the channel calls the person; offered, never kept unasked."""
    documents: bool = False
    """Whether the channel can carry files."""
    contact: bool = False
    """Whether the channel can share the person's own phone number by a button."""
    now: datetime | None = None
    hamlets: Sequence[tuple[int, int, str]] = ()
    """Those that are known: the commune's id, the hamlet's, and its name."""
    province_of: Callable[[str], str] = lambda place: ""
    """The province of a place anywhere in the country, if that is certain; empty otherwise."""

    @property
    def local(self) -> datetime:
        """The time in the zone in which people speak."""
        now = self.now or datetime.combine(self.today, time(9), self.speech.zone)
        return now.astimezone(self.speech.zone)


class Invalid(Exception):
    """The answer cannot be taken; ``code`` names the sentence ``wrong.<code>`` that says why.

    ``options`` are offered instead of the question's own where the answer was understood in several ways.
    """

    def __init__(self, code: str, options: Sequence[Option] = (), **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.options = tuple(options)
        self.params = params


class Stop(Exception):
    """The answer ends the form: ``sentence`` says why, and ``options`` lead on. Nothing of it is kept."""

    def __init__(self, sentence: Text, options: Sequence[Option] = ()) -> None:
        super().__init__(sentence.key)
        self.sentence, self.options = sentence, tuple(options)


class Instead(Exception):
    """The answer is the wish for something else than the form: this command line."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


class Field(Generic[T]):
    """One question. A subclass says how to read an answer and how to show it again."""

    name = ""
    key = ""  # of its sentences: «volunteer.phone»
    skippable = False
    skip_named = False
    """Whether the button that skips it has words of its own: the sentence ``<form>.<field>.skip``."""
    hidden = False
    told = False
    """Whether the review says it, although it is hidden."""
    assumes: Callable[[Any], Json] | None = None
    """What is taken for the answer unasked, shown in the review and changed there; None where it must be asked after all."""
    later = False
    """Whether it is asked only when the person chooses it in the review."""
    offered = False
    """Whether the review has a button for it as long as it has no answer: the sentence ``<form>.<field>.add``."""
    heard_in_review = False
    """Whether it is also answered by what is typed while the review is open, since that can be told from other words."""
    things = ""
    """What it asks for: the sentence «called.<things>» lists how people call it."""
    several = False
    by_contact = False
    """Whether it can be answered by sharing one's phone number, where the channel has a button for that."""
    secret = False
    """Whether the answer is kept nowhere but by who asked for it, and is not shown while it is typed."""
    numeric = False
    """Whether a bare number may be the answer, so that choices beside it are no numbers."""
    brings = 0
    """How many questions every answer brings at least; what is asked next cannot be told before."""
    void: tuple[str, ...] = ()
    """The questions whose answers hold no more once this one is answered anew."""
    condition: Callable[[Any], bool] | None = None
    language = ""
    """The language in which the answer is to be written, where there is a question for each."""

    @overload
    def __get__(self, form: None, owner: type) -> Field[T]: ...
    @overload
    def __get__(self, form: Form, owner: type) -> T: ...
    def __get__(self, form: Form | None, owner: type) -> Any:
        if form is None:
            return self
        kept = form.answers.get(self.name)
        return None if kept is None else self.load(kept)

    def optional(self, *, named: bool = False) -> Field[T | None]:
        """The person may skip this question; ``named``: by a button that says what that means, and by nothing less."""
        self.skippable, self.skip_named = True, named
        return cast("Field[T | None]", self)

    def usually(self, usual: Callable[[Any], Json]) -> Field[T]:
        """Do not ask while it is known what most people would answer."""
        self.assumes = usual
        return self

    def in_review(self, *, offered: bool = False) -> Field[T | None]:
        """The person may add this in the review, and is not asked before."""
        self.later, self.offered = True, offered
        return self.optional()

    def typed(self) -> Self:
        """In the review it is also answered by its words alone: they name nothing else."""
        self.heard_in_review = True
        return self

    def voids(self, *names: str) -> Field[T]:
        """Ask these again once this is answered anew, if they apply then."""
        self.void = names
        return self

    def when(self, condition: Callable[[Any], bool]) -> Field[T | None]:
        """Ask only if the answers so far say so."""
        self.condition = condition
        return cast("Field[T | None]", self)

    def applies(self, form: Form) -> bool:
        """Whether the answers so far say so."""
        return self.condition is None or self.condition(form)

    def options(self, form: Form) -> Sequence[Option]:
        """What may be answered, or is suggested."""
        return ()

    def read(self, heard: Heard, form: Form) -> T:
        """The answer in this message. Raises Invalid, or Stop where the form cannot go on."""
        raise Invalid("not_an_option")

    def also(self, heard: Heard, answer: T, form: Form) -> Mapping[str, Json]:
        """What the same words answer of other questions, by their names; it holds instead of what was known. The answer
        itself is not in the form yet."""
        return {}

    def instead(self, heard: Heard, form: Form) -> Mapping[str, Json] | None:
        """What other questions a message answers that leaves this one out; None if it is for this one."""
        return None

    def remark(self, heard: Heard, answer: T, form: Form) -> Words | None:
        """What to say of an answer that was taken, before the next question."""
        return None

    def check(self, answer: T, form: Form) -> None:
        """Raise Invalid if the whole of several ticked values cannot stand."""

    def besides(self, heard: Heard, form: Form) -> T | None:
        """The answer in words that came while the review was open; None if they are not for this question. Raises Invalid
        where they may be, with what to choose from."""
        if not self.heard_in_review:
            return None
        try:
            return self.read(heard, type(form)(form.answers, form.facts))
        except Stop:
            return None
        except Invalid as wrong:
            if wrong.options:
                raise
            return None

    def called_besides(self, form: Form) -> frozenset[str]:
        """How people call what it asks for, when they speak of it while the review is open."""
        return phrases(f"called.{self.things}") | {form.facts.speech(self.title(form))}

    def absorb(self, kept: Json, heard: Heard, form: Form) -> tuple[Json, Words | None] | None:
        """Take a message that belongs to this answer although another question is open.

        Returns the answer to keep from now on and what to say of it, or None if the message is not for this field.
        """
        return None

    def ticked(self, form: Form) -> Sequence[str]:
        """What is ticked before the person has answered, where several values are; nothing unless it held before."""
        return ()

    def ask(self, form: Form) -> Reply:
        """The question, without its options."""
        also = self.language not in ("", FIRST) and form.facts.speech.has(f"{self.key}.also")
        return Reply(Text(f"{self.key}.also" if also else f"{self.key}.ask", self.words(form)))

    def title(self, form: Form) -> Text:
        """What the answer is called in the review."""
        return Text(f"{self.key}.title", self.words(form))

    def words(self, form: Form) -> Mapping[str, object]:
        """What its sentences may mention; an example is said in the language of the answer."""
        if not self.language:
            return form.words()
        speech = changed(form.facts.speech, language=self.language)
        example = speech.say(f"{self.key}.example") if speech.has(f"{self.key}.example") else ""
        return {**form.words(), "language": LanguageName(self.language), "example": example}

    def show(self, answer: T, form: Form) -> Words:
        return str(answer)

    def in_summary(self, form: Form) -> Words | None:
        """What the review says of it, if anything."""
        kept = form.answers.get(self.name)
        return None if kept is None or (self.hidden and not self.told) else self.show(self.load(kept), form)

    def pictures(self, answer: T) -> Sequence[str]:
        """The names of the pictures in an answer."""
        return ()

    def dump(self, answer: T) -> Json:
        """The answer as JSON keeps it."""
        return answer

    def load(self, kept: Json) -> T:
        return cast("T", kept)


class Each(Generic[T]):
    """The same question once for each language: ``<name>_<language>``. Together they answer with a mapping by language.

    Their sentences are ``<form>.<name>.ask`` and ``.title``; ``.also`` asks shorter after the first language, and
    ``.example`` in each language is an example of an answer.
    """

    def __init__(self, make: Callable[[str], Field[Any]], languages: Sequence[str] = LANGUAGES) -> None:
        self.fields = {language: make(language) for language in languages}
        self.name = ""
        for language, field in self.fields.items():
            field.language = language

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, form: None, owner: type) -> Each[T]: ...
    @overload
    def __get__(self, form: Form, owner: type) -> dict[str, T]: ...
    def __get__(self, form: Form | None, owner: type) -> Any:
        if form is None:
            return self
        found = {language: field.__get__(form, owner) for language, field in self.fields.items()}
        return {language: answer for language, answer in found.items() if answer is not None}

    def named(self) -> Iterator[tuple[str, Field[Any]]]:
        """Every question with its name."""
        return ((self.name_in(language), field) for language, field in self.fields.items())

    def name_in(self, language: str) -> str:
        """The name of the question in one language."""
        return f"{self.name}_{language}"

    def answers(self, known: Mapping[str, T]) -> dict[str, T]:
        """What is known already, as the answers to begin a form with."""
        return {self.name_in(language): known[language] for language in self.fields if known.get(language)}


class Form:
    """A set of questions and the answers given so far."""

    name: ClassVar[str]
    review: ClassVar[bool]
    """Whether everything is shown again and must be confirmed before it counts, by a button that says what it does."""
    fields: ClassVar[Mapping[str, Field[Any]]]
    questions: ClassVar[Sequence[Field[Any]]]
    """Those of the fields that are asked, if they apply."""
    absorbing: ClassVar[Sequence[Field[Any]]]
    """Those that take messages although another question is open."""
    conditional: ClassVar[bool]
    """Whether one of them may not apply."""

    def __init_subclass__(cls, *, name: str, review: bool = True) -> None:
        cls.name, cls.review = name, review
        cls.fields = {}
        for key, value in vars(cls).items():
            for label, field in value.named() if isinstance(value, Each) else [(key, value)]:
                if isinstance(field, Field):
                    field.name, field.key = label, f"{name}.{key}"
                    cls.fields[label] = field
        cls.questions = tuple(field for field in cls.fields.values() if not field.hidden)
        cls.absorbing = tuple(field for field in cls.fields.values() if type(field).absorb is not Field.absorb)
        cls.conditional = any(field.condition is not None for field in cls.fields.values())

    def __init__(self, answers: Mapping[str, Json], facts: Facts) -> None:
        self.answers = dict(answers)
        self.facts = facts

    def applying(self) -> Iterable[Field[Any]]:
        """The questions and hidden facts that apply, given the answers so far."""
        return self._applying(self.fields.values())

    def asked(self) -> Iterable[Field[Any]]:
        """The questions that apply."""
        return self._applying(self.questions)

    def absorbs(self) -> Iterable[Field[Any]]:
        """Those that apply and take messages although another question is open."""
        return self._applying(self.absorbing)

    def applies(self, name: str) -> bool:
        """Whether there is such a question or hidden fact, and it applies."""
        field = self.fields.get(name)
        return field is not None and field.applies(self)

    def asks(self, name: str) -> bool:
        """Whether there is such a question, and it applies."""
        return self.applies(name) and not self.fields[name].hidden

    def _applying(self, fields: Iterable[Field[Any]]) -> Iterable[Field[Any]]:
        """Those that apply; each is looked at when it is reached, since an answer to the one before may decide it."""
        return (field for field in fields if field.applies(self)) if self.conditional else fields

    def words(self) -> Mapping[str, object]:
        """What the questions' sentences may mention."""
        return {}
