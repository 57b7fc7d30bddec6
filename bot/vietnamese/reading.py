"""What a reader finds in an answer: one value, several to choose from, or none, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Reading(Struct, Generic[T], frozen=True):
    """The values that an answer may mean. With a ``why`` it is not taken: it is asked back, or refused."""

    values: tuple[T, ...] = ()
    why: str = ""
    """Names the sentence that says what is unclear or wrong; empty for a value that is sure."""
    asks: bool = False
    """Whether the person is asked which value is meant, or for more; ``values`` may be offered, or there are none."""

    @property
    def value(self) -> T | None:
        """The one value that is sure, or None."""
        return self.values[0] if self.values and not self.why else None


def sure(value: T) -> Reading[T]:
    """Every word was understood, and there is one value."""
    return Reading((value,))


def ask(why: str, values: Iterable[T] = ()) -> Reading[T]:
    """More than one value fits, or a word was not understood."""
    return Reading(tuple(dict.fromkeys(values)), why, asks=True)


def refuse(why: str) -> Reading[T]:
    """There is no value here, or none that may be."""
    return Reading((), why)


def agree(readings: Iterable[Reading[T]], why: str) -> Reading[T]:
    """One reading of words that may be spelled in several ways: what they all say, or else a question."""
    found = list(readings)
    if len(found) == 1:
        return found[0]
    found = list(dict.fromkeys(found))
    with_values = [one for one in found if one.values or one.asks] or found
    if len(with_values) == 1:
        return with_values[0]
    return ask(why, [value for one in with_values for value in one.values])
