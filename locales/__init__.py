"""Say a sentence in a person's language: catalogues read at start, numbers, money and days formatted by Babel.

Others use: writing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal
from msgspec import Struct
from msgspec.structs import replace

from locales.parts import LINE, NEWLINE, Part, parts_of, without
from locales.reading import read
from locales.writing import capital

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


class LanguageName(Struct, frozen=True):
    """A language by its name: ``{language}`` where it stands alone, ``{language:inside}`` within a sentence."""

    code: str


class UnknownSentence(LookupError):
    """There is no sentence with this key."""


@cache
def catalogue(language: str) -> Mapping[str, str | tuple[str, ...]]:
    """The sentences of a language by key; a tuple where the sentence has plural forms."""
    return read((HERE / language / "LC_MESSAGES" / "bot.po").read_text("utf-8"))


class Speech(Struct, frozen=True):
    """One language, in one time zone, with the formats that sentences may ask for."""

    language: str
    zone: tzinfo
    in_words: Callable[[int, str], str] = lambda amount, language: str(amount)
    """Spells out an amount of đồng; given by the program, since it knows Vietnamese and this package does not."""

    def __call__(self, words: Sayable | str) -> str:
        """The words of a sentence, or what somebody wrote, unchanged. Raises UnknownSentence."""
        return words if isinstance(words, str) else self._fill(words.key, words.params, True)

    def say(self, key: str, /, **params: object) -> str:
        """The sentence with this key; a parameter that is None leaves out its line.

        What stands first in a sentence gets a capital letter, unless somebody wrote it. Raises UnknownSentence; a missing
        parameter raises KeyError.
        """
        return self._fill(key, params, True)

    def say_inside(self, key: str, /, **params: object) -> str:
        """The same as it stands inside another sentence."""
        return self._fill(key, params, False)

    def begin(self, words: Sayable | str) -> str:
        """The words as they stand at the beginning, on a button for example: ours with a capital letter."""
        if isinstance(words, str):
            return words
        if not words.params:
            return _label(self, words.key)
        said = self(words)
        return capital(said) if self._is_ours(words.key) else said

    def words(self, key: str) -> list[str]:
        """The alternatives of a sentence that lists what people may type, separated by «|»."""
        return [part.strip() for part in self.say(key).split("|") if part.strip()]

    def has(self, key: str) -> bool:
        return key in catalogue(self.language)

    def _fill(self, key: str, params: Mapping[str, object], first: bool) -> str:
        """The sentence; ``first``: whether it begins one, or stands inside another."""
        sentence = catalogue(self.language).get(key)
        if sentence is None:
            raise UnknownSentence(key)
        if isinstance(sentence, tuple):
            sentence = self._plural(sentence, params.get("n"))
        if None in params.values():
            sentence = without(sentence, frozenset(name for name, value in params.items() if value is None))
        said = ""
        for part in parts_of(sentence):
            shown = "" if part.name is None else self._show(params[part.name], part, first)
            said += part.literal.removesuffix(" ") if shown[:1] == "\n" else part.literal
            said += shown
        return said

    def _plural(self, forms: tuple[str, ...], n: object) -> str:
        rule = Locale.parse(self.language).plural_form
        tags = [tag for tag in PLURALS if tag in rule.tags or tag == "other"]
        return forms[min(tags.index(rule(n if isinstance(n, int) else 0)), len(forms) - 1)]

    def _show(self, value: Any, part: Part, first: bool) -> str:
        spec, begins = part.spec, first if part.begins is None else part.begins
        if isinstance(value, str):
            return self._name(value, spec, begins) if spec in NAMES else value
        if isinstance(value, LanguageName):
            return self._language(value.code, spec)
        if hasattr(value, "dong"):
            return self._money(value.dong, spec)
        if hasattr(value, "key"):
            said = self._fill(value.key, value.params, begins)
            return capital(said) if begins and self._is_ours(value.key) else said
        if isinstance(value, date):
            said = self._day(value, spec)
            return capital(said) if begins else said
        if isinstance(value, timedelta):  # «5 phút»
            return format_timedelta(value, locale=self.language)
        if isinstance(value, int) and not isinstance(value, bool):
            ungrouped = spec == "plain" or 0 <= value < 1000
            return str(value) if ungrouped else format_decimal(value, locale=self.language)
        if isinstance(value, Mapping):  # what somebody wrote in several languages
            return str(value.get(self.language) or next(iter(value.values()), ""))
        if isinstance(value, Sequence):
            return self._list(value, part, begins)
        return str(value)

    def _language(self, code: str, spec: str) -> str:
        if spec == "inside" and self.has(f"language.inside.{code}"):
            return self.say(f"language.inside.{code}")
        return str(Locale.parse(code).get_display_name(self.language))

    def _is_ours(self, key: str) -> bool:
        """Whether a sentence begins with words of ours, so that their case is ours to choose."""
        return not str(catalogue(self.language).get(key, "")).startswith("{")

    def _day(self, day: date, spec: str) -> str:
        """A day or an instant; its weekday as it is written inside a sentence."""
        at = day.astimezone(self.zone) if isinstance(day, datetime) else None
        if WEEKDAY.search(spec):
            name = self.say("weekdays").split("|")[(at or day).weekday()]
            spec = WEEKDAY.sub(f"'{name}'", spec)
        if at is not None:
            return format_datetime(at, spec or "HH:mm dd/MM/yyyy", tzinfo=self.zone, locale=self.language)
        return format_date(day, spec or "dd/MM/yyyy", locale=self.language)

    def _name(self, name: str, spec: str, begins: bool) -> str:
        """A name that begins with a common noun («Xã Cửa Tùng», «Gia đình anh P.»), which has a small letter inside a sentence.

        Not where a number follows it («Phường 1»).
        """
        if begins:
            return capital(name)
        kind = next((kind for kind in _kinds(self, spec) if name.startswith(kind)), "")
        return name[:1].lower() + name[1:] if kind and not name[len(kind) :][:1].isdigit() else name

    def _money(self, dong: int, spec: str) -> str:
        if spec == "words":
            return self.in_words(dong, self.language)
        return self.say("money.dong", n=dong)

    def _list(self, values: Sequence[Any], part: Part, begins: bool) -> str:
        if values and isinstance(values[0], tuple):
            pairs = ((self(title), self(answer)) for title, answer in values)
            return "\n".join(f"{title}:{'' if answer[:1] == NEWLINE else ' '}{answer}" for title, answer in pairs)
        if part.spec == "lines":
            return "\n".join(self._show(value, LINE, True) for value in values)
        inside = replace(part, begins=False)
        shown = [self._show(value, inside if n else part, begins) for n, value in enumerate(values)]
        if len(shown) > 1 and any(mark in one for one in shown for mark in (", ", f" {self.say('list.and')} ")):
            return "".join(f"\n• {capital(one)}" for one in shown) if part.ends else "; ".join(shown)
        return format_list(shown, locale=self.language)


@cache
def _label(speech: Speech, key: str) -> str:
    """What stands on the buttons whose words never change: a menu has eight of them."""
    said = speech.say(key)
    return capital(said) if speech._is_ours(key) else said


NAMES = ("unit", "household")
"""Formats of names whose first word is a common noun; ``kinds.<format>`` lists these nouns."""
WEEKDAY = re.compile("(?<!E)EEEE(?!E)")


@cache
def own_name(code: str) -> str:
    """What a language's own speakers call it, such as «Tiếng Việt»."""
    name = str(Locale.parse(code).get_display_name(code))
    return name[:1].upper() + name[1:]


@cache
def names_of(code: str) -> frozenset[str]:
    """What a language is called in each language that the program speaks."""
    return frozenset(str(Locale.parse(code).get_display_name(one)) for one in LANGUAGES)


@cache
def _kinds(speech: Speech, spec: str) -> tuple[str, ...]:
    """How the names of units, or of households, begin."""
    return tuple(f"{capital(kind)} " for kind in speech.words(f"kinds.{spec}"))


@cache
def phrases(key: str) -> frozenset[str]:
    """What people may type for this, in any language."""
    return frozenset(
        part.strip()
        for language in LANGUAGES
        for part in str(catalogue(language).get(key, "")).split("|")
        if part.strip()
    )
