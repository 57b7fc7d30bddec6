"""Say a sentence in a person's language: catalogues read at start, numbers, money and days formatted by Babel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Protocol

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES = ("vi", "en")
FIRST, *OTHERS = LANGUAGES
"""Everything is written in the first language; in the others something may be missing."""
HERE = Path(__file__).parent
PLURALS = ("zero", "one", "two", "few", "many", "other")
"""In the order of unicode.org/reports/tr35, which is that of a catalogue's forms."""


class Sayable(Protocol):
    """Anything with a key and parameters (``bot.message.Text``)."""

    @property
    def key(self) -> str: ...
    @property
    def params(self) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class LanguageName:
    """A language by its name: ``{language}`` where it stands alone, ``{language:inside}`` within a sentence."""

    code: str


class UnknownSentence(LookupError):
    """There is no sentence with this key."""


@cache
def catalogue(language: str) -> Mapping[str, str | tuple[str, ...]]:
    """The sentences of a language by key; a tuple where the sentence has plural forms."""
    with (HERE / language / "LC_MESSAGES" / "bot.po").open("rb") as file:
        messages = read_po(file, locale=language)
    found: dict[str, str | tuple[str, ...]] = {}
    for message in messages:
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            found[message.id[0]] = tuple(str(form) for form in message.string or ())
        else:
            found[str(message.id)] = str(message.string)
    return found


@dataclass(frozen=True)
class Speech:
    """One language, in one time zone, with the formats that sentences may ask for."""

    language: str
    zone: tzinfo
    in_words: Callable[[int, str], str] = field(default=lambda amount, language: str(amount))
    """Spells out an amount of đồng; given by the program, since it knows Vietnamese and this package does not."""

    def __call__(self, words: Sayable | str) -> str:
        """The words of a sentence, or what somebody wrote, unchanged. Raises UnknownSentence."""
        return words if isinstance(words, str) else self.say(words.key, **words.params)

    def say(self, key: str, /, **params: object) -> str:
        """The sentence with this key. Raises UnknownSentence; a missing parameter raises KeyError."""
        sentence = catalogue(self.language).get(key)
        if sentence is None:
            raise UnknownSentence(key)
        if isinstance(sentence, tuple):
            sentence = self._plural(sentence, params.get("n"))
        return "".join(
            literal + (self._show(params[name], spec or "") if name is not None else "")
            for literal, name, spec, _ in _parts(sentence)
        )

    def words(self, key: str) -> list[str]:
        """The alternatives of a sentence that lists what people may type, separated by «|»."""
        return [part.strip() for part in self.say(key).split("|") if part.strip()]

    def has(self, key: str) -> bool:
        return key in catalogue(self.language)

    def _plural(self, forms: tuple[str, ...], n: object) -> str:
        rule = Locale.parse(self.language).plural_form
        tags = [tag for tag in PLURALS if tag in rule.tags or tag == "other"]
        return forms[min(tags.index(rule(n if isinstance(n, int) else 0)), len(forms) - 1)]

    def _show(self, value: Any, spec: str) -> str:
        if isinstance(value, LanguageName):
            return self._language(value.code, spec)
        if hasattr(value, "dong"):
            return self._money(value.dong, spec)
        if hasattr(value, "key"):
            return self(value)
        if isinstance(value, datetime):
            return format_datetime(value, spec or "HH:mm dd/MM/yyyy", tzinfo=self.zone, locale=self.language)
        if isinstance(value, date):
            return format_date(value, spec or "dd/MM/yyyy", locale=self.language)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value) if spec == "plain" else format_decimal(value, locale=self.language)
        if isinstance(value, Mapping):  # what somebody wrote in several languages
            return str(value.get(self.language) or next(iter(value.values()), ""))
        if isinstance(value, Sequence) and not isinstance(value, str):
            return self._list(value, spec)
        return str(value)

    def _language(self, code: str, spec: str) -> str:
        if spec == "inside" and self.has(f"language.inside.{code}"):
            return self.say(f"language.inside.{code}")
        return str(Locale.parse(code).get_display_name(self.language))

    def _money(self, dong: int, spec: str) -> str:
        if spec == "words":
            return self.in_words(dong, self.language)
        return self.say("money.dong", n=dong)

    def _list(self, values: Sequence[Any], spec: str) -> str:
        if values and isinstance(values[0], tuple):
            return "\n".join(f"{self(title)}: {self(answer)}" for title, answer in values)
        shown = [self._show(value, "" if spec == "lines" else spec) for value in values]
        if spec == "lines":
            return "\n".join(shown)
        return format_list(shown, locale=self.language)


@cache
def own_name(code: str) -> str:
    """What a language's own speakers call it, such as «Tiếng Việt»."""
    name = str(Locale.parse(code).get_display_name(code))
    return name[:1].upper() + name[1:]


@cache
def _parts(sentence: str) -> tuple[tuple[str, str | None, str | None, str | None], ...]:
    return tuple(Formatter().parse(sentence))


@cache
def phrases(key: str) -> frozenset[str]:
    """What people may type for this, in any language."""
    return frozenset(
        part.strip()
        for language in LANGUAGES
        for part in str(catalogue(language).get(key, "")).split("|")
        if part.strip()
    )
