"""Forms: what is asked, in which order, and what counts as an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar, Generic, TypeVar, cast, overload

from bot.message import Heard, Json, Option, Reply, Text, Words
from bot.vietnamese.place import Known
from locales import Speech

T = TypeVar("T")


@dataclass(frozen=True)
class Facts:
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
    """The answer ends the form: ``sentence`` says why. Nothing of it is kept."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.key)
        self.sentence = sentence


class Field(Generic[T]):
    """One question. A subclass says how to read an answer and how to show it again."""

    name = ""
    key = ""  # of its sentences: «volunteer.phone»
    skippable = False
    hidden = False
    several = False
    numeric = False
    """Whether a bare number may be the answer, so that choices beside it are no numbers."""
    condition: Callable[[Any], bool] | None = None

    @overload
    def __get__(self, form: None, owner: type) -> Field[T]: ...
    @overload
    def __get__(self, form: Form, owner: type) -> T: ...
    def __get__(self, form: Form | None, owner: type) -> Any:
        if form is None:
            return self
        kept = form.answers.get(self.name)
        return None if kept is None else self.load(kept)

    def optional(self) -> Field[T | None]:
        """The person may skip this question."""
        self.skippable = True
        return cast("Field[T | None]", self)

    def when(self, condition: Callable[[Any], bool]) -> Field[T | None]:
        """Ask only if the answers so far say so."""
        self.condition = condition
        return cast("Field[T | None]", self)

    def options(self, form: Form) -> Sequence[Option]:
        """What may be answered, or is suggested."""
        return ()

    def read(self, heard: Heard, form: Form) -> T:
        """The answer in this message. Raises Invalid, or Stop where the form cannot go on."""
        raise Invalid("not_an_option")

    def remark(self, heard: Heard, answer: T, form: Form) -> Words | None:
        """What to say of an answer that was taken, before the next question."""
        return None

    def check(self, answer: T, form: Form) -> None:
        """Raise Invalid if the whole of several ticked values cannot stand."""

    def absorb(self, kept: Json, heard: Heard, form: Form) -> tuple[Json, Words | None] | None:
        """Take a message that belongs to this answer although another question is open.

        Returns the answer to keep from now on and what to say of it, or None if the message is not for this field.
        """
        return None

    def ask(self, form: Form) -> Reply:
        """The question, without its options."""
        return Reply(Text(f"{self.key}.ask", form.words()))

    def show(self, answer: T, form: Form) -> Words:
        return str(answer)

    def dump(self, answer: T) -> Json:
        """The answer as JSON keeps it."""
        return answer

    def load(self, kept: Json) -> T:
        return cast("T", kept)


class Form:
    """A set of questions and the answers given so far."""

    name: ClassVar[str]
    review: ClassVar[bool]
    """Whether everything is shown again and must be confirmed before it counts."""
    fields: ClassVar[Mapping[str, Field[Any]]]

    def __init_subclass__(cls, *, name: str, review: bool = True) -> None:
        cls.name, cls.review = name, review
        cls.fields = {key: f for key, f in vars(cls).items() if isinstance(f, Field)}
        for key, field in cls.fields.items():
            field.name, field.key = key, f"{name}.{key}"

    def __init__(self, answers: Mapping[str, Json], facts: Facts) -> None:
        self.answers = dict(answers)
        self.facts = facts

    def applying(self) -> Iterator[Field[Any]]:
        """The questions and hidden facts that apply, given the answers so far."""
        for field in self.fields.values():
            if field.condition is None or field.condition(self):
                yield field

    def asked(self) -> Iterator[Field[Any]]:
        """The questions that apply."""
        return (field for field in self.applying() if not field.hidden)

    def words(self) -> Mapping[str, object]:
        """What the questions' sentences may mention."""
        return {}
