"""Settings as they are declared: an attribute with its type, what bounds it, and what it is for. msgspec reads the values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self, TypeVar, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct, ValidationError, convert

T = TypeVar("T")

YES_OR_NO = {"yes": True, "on": True, "y": True, "t": True, "no": False, "off": False, "n": False, "f": False}
"""Beside true and false, 1 and 0."""
WANTED = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "text"}


class WrongSetting(ValueError):
    """A setting cannot stand; says which, why, and what to do, in one line each."""


class Secret:
    """What may stand neither on a screen nor in a log."""

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "********"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __len__(self) -> int:
        return len(self._value)


class Setting(Struct, frozen=True):
    """One of them, without its name and type."""

    default: Any
    description: str
    bounds: Mapping[str, Any]
    """As msgspec's Meta has them."""


def setting(default: Any, *, description: str, **bounds: int) -> Any:
    """Declares a setting: its value where nothing is said, what it is for, and its bounds, such as ``ge=1``."""
    return Setting(default, description, bounds)


def as_read_by(reader: Callable[[str], object]) -> Callable[[str], str]:
    """The setting stays as it was written, and can stand if what reads it later can read it."""

    def check(written: str) -> str:
        reader(written)
        return written

    return check


def like(shape: str, otherwise: str) -> Callable[[T], T]:
    """What is written, unless it is nothing, must have this shape."""

    def check(given: T) -> T:
        written = given.get_secret_value() if isinstance(given, Secret) else str(given)
        if written and not re.fullmatch(shape, written):
            raise ValueError(otherwise)
        return given

    return check


class Part:
    """Settings that belong together. What else must be right of one stands behind its type in ``Annotated``."""

    declared: ClassVar[Mapping[str, Setting]] = {}
    """By name, those of the classes above too."""

    def __init_subclass__(cls) -> None:
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Setting)}
        above = [base.declared for base in reversed(cls.__mro__[1:]) if issubclass(base, Part)]
        cls.declared = {name: one for several in (*above, own) for name, one in several.items()}
        for name, one in own.items():
            setattr(cls, name, one.default)

    def __init__(self, **given: Any) -> None:
        vars(self).update(given)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} is set once and for all")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={shown}' for name, shown in self._shown())})"

    def _shown(self) -> Iterator[tuple[str, str]]:
        """What a traceback, a debugger or a log shows of each."""
        for name in self.declared:
            yield name, repr(getattr(self, name))

    def but(self, **changed: Any) -> Self:
        """The same with some changed, which are taken as they are."""
        return type(self)(**{**vars(self), **changed})

    def must_fit(self) -> None:
        """Raises ValueError if several of them cannot stand together."""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """These settings, from what is given of them. Raises WrongSetting with one line for each that cannot stand."""
        types, values, wrong = get_type_hints(cls, include_extras=True), {}, []
        for name in cls.declared:
            if name in given:
                try:
                    values[name] = _read(given[name], cls.declared[name], types[name])
                except ValueError as why:
                    wrong.append(f"{name.upper()}: {why}")
        if not wrong:
            try:
                found = cls(**values)
                found.must_fit()
                return found
            except ValueError as why:
                wrong.append(str(why))
        raise WrongSetting("\n".join(wrong))


def _read(given: Any, declared: Setting, annotated: Any) -> Any:
    """The value of a setting. Raises ValueError, which says nothing of what was written."""
    kind, *checks = get_args(annotated) if get_origin(annotated) is Annotated else (annotated,)
    if isinstance(given, str):
        given = _plain(given, kind)
    bounded = Annotated[kind, Meta(**declared.bounds)] if declared.bounds else kind
    try:
        value = convert(given, bounded, strict=False, dec_hook=_made)
    except ValidationError as wrong:
        raise ValueError(_reason(str(wrong), get_args(kind))) from None
    for check in checks if value is not None else ():
        value = check(value)
    return value


def _plain(written: str, kind: Any) -> object:
    """What was written, as msgspec reads it."""
    if kind in (int, float):
        return written.strip().replace("_", "")
    if get_origin(kind) is tuple:
        return tuple(part.strip() for part in written.split(",") if part.strip())
    return YES_OR_NO.get(written.lower(), written) if kind is bool else written


def _made(kind: type, given: Any) -> Any:
    """Of a type that msgspec does not know: a Secret or a path."""
    return given if isinstance(given, kind) else kind(given)


def _reason(said: str, choices: Sequence[object]) -> str:
    """Why msgspec does not take a value, for an operator."""
    if said.startswith("Invalid enum value"):
        return f"choose from {', '.join(map(str, choices))}"
    for kind, words in WANTED.items():
        said = said.replace(f"Expected `{kind}`", f"write {words}")
    return said.partition(", got ")[0]
