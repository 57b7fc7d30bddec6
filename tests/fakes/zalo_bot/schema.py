"""Whether a request to the Zalo Bot Platform is one: checked against ``methods.json``, its whole documented list.

Lengths are counted in UTF-16 units: the platform says "characters" and not which, so the widest count is the safe one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model


@dataclass(frozen=True)
class Violation:
    """A request that is not as documented."""

    method: str
    params: Mapping[str, Any]
    complaints: tuple[str, ...]


class Strict(BaseModel):
    """Takes what is documented and nothing else, without turning one kind of value into another."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Schema:
    """The methods of the platform."""

    def __init__(self, written: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        self._methods: dict[str, type[BaseModel]] = {
            name: create_model(name, __base__=Strict, **{param: _field(rule) for param, rule in params.items()})
            for name, params in written.items()
        }

    def knows(self, method: str) -> bool:
        """Whether there is such a method; names are case-sensitive."""
        return method in self._methods

    def check(self, method: str, params: Mapping[str, Any]) -> tuple[str, ...]:
        """What is wrong with a request; nothing if it is as documented."""
        try:
            self._methods[method].model_validate(dict(params))
        except ValidationError as wrong:
            return tuple(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in wrong.errors())
        return ()


@cache
def schema() -> Schema:
    """The one schema."""
    return Schema(json.loads((Path(__file__).parent / "methods.json").read_text(encoding="utf-8")))


def _field(rule: Mapping[str, Any]) -> Any:
    least, most = rule.get("least"), rule.get("most")
    kinds: dict[str, Any] = {
        "number": Annotated[int, Field(ge=least, le=most)],
        "text": Annotated[str, AfterValidator(lambda text: _long_enough(text, least, most))],
        "url": Annotated[str, AfterValidator(_public)],
        "choice": Literal[tuple(rule.get("among", ()))],
        "list": list[dict[str, Any]],
    }
    kind = kinds[rule["type"]]
    return (kind | None, None) if rule.get("optional") else (kind, ...)


def _long_enough(text: str, least: int | None, most: int | None) -> str:
    units = len(text.encode("utf-16-le")) // 2
    if (least is not None and units < least) or (most is not None and units > most):
        raise ValueError(f"{units} characters, not {least} to {most}")
    return text


def _public(url: str) -> str:
    """Real addresses are public and begin with https; a test's stay on loopback."""
    if not url.startswith(("https://", "http://127.0.0.1:")):
        raise ValueError("a public https address is needed")
    return url
