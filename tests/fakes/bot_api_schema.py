"""Whether a request to Telegram is one: checked against the Bot API as aiogram's models declare it.

Nobody here wrote those models, so they catch what our own reading of the documentation would repeat. aiogram is heavy
(175 MB, seconds to import), so it is imported once, when the first server is made, and only here.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.fakes.bot_api_limits import broken_limits, texts

if TYPE_CHECKING:
    from aiogram.methods import TelegramMethod

MARKUPS = {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"}


@dataclass(frozen=True)
class Upload:
    """A file in a request."""

    name: str
    content: bytes
    kind: str = "application/octet-stream"


@dataclass(frozen=True)
class Violation:
    """A request that is not allowed."""

    method: str
    params: Mapping[str, Any]
    complaints: tuple[str, ...]


class Schema:
    """The methods of the Bot API."""

    def __init__(self) -> None:
        from aiogram import methods, types
        from aiogram.types import BufferedInputFile

        self._methods: dict[str, type[TelegramMethod[Any]]] = {}
        for name in methods.__all__:
            found = getattr(methods, name)
            if hasattr(found, "__returning__") and hasattr(found, "__api_method__"):
                self._methods[str(found.__api_method__).lower()] = found
        self._file = BufferedInputFile(b"", "file")
        self._update = types.Update
        self.kinds = frozenset(types.Update.model_fields) - {"update_id"}
        """The kinds of updates."""

    def method(self, name: str) -> str | None:
        """The name of a method as it is documented, whatever its case; nothing if there is none."""
        found = self._methods.get(name.lower())
        return str(found.__api_method__) if found else None

    def decode(self, method: str, given: Mapping[str, Any], files: Mapping[str, Upload]) -> dict[str, Any]:
        """The parameters as JSON values: a form says everything as text, and a file stands for its parameter."""
        fields = self._methods[method.lower()].model_fields
        params = {
            name: _decoded(value, fields[name].annotation) if isinstance(value, str) and name in fields else value
            for name, value in given.items()
        }
        return params | {name: f"attach://{name}" for name in files if name in fields and name not in params}

    def check(self, method: str, params: Mapping[str, Any], files: Mapping[str, Upload]) -> list[str]:
        """What is wrong with a request; nothing if it is as documented."""
        if lone := [path for path, text in texts(params) if not _is_unicode(text)]:
            return [f"strings must be encoded in UTF-8 ({lone[0]})"]
        if limits := broken_limits(method, params, self.kinds):
            return limits
        model = self._methods[method.lower()]
        complaints = list(_wrong_files(params, files))
        if isinstance(markup := params.get("reply_markup"), dict) and len(MARKUPS & set(markup)) != 1:
            complaints.append("reply_markup: needs exactly one of " + ", ".join(sorted(MARKUPS)))
        try:
            parsed = model.model_validate({k: self._file_for(model, k, v) for k, v in params.items()})
        except ValidationError as wrong:
            return complaints + [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()]
        return complaints + list(_unknown(parsed, "")) + list(_deprecated(parsed))

    def check_result(self, method: str, result: object) -> list[str]:
        """What is wrong with an answer of the fake itself."""
        return _complaints(self._methods[method.lower()].__returning__, result)

    def check_update(self, update: object) -> list[str]:
        """What is wrong with an update."""
        return _complaints(self._update, update)

    def _file_for(self, model: type[BaseModel], name: str, value: Any) -> Any:
        """Where the documentation wants an upload and takes no text, aiogram wants its own object."""
        upload = isinstance(value, str) and value.startswith("attach://") and name in model.model_fields
        return self._file if upload and not _takes(str, model.model_fields[name].annotation) else value


@cache
def schema() -> Schema:
    """The one schema; the first call imports aiogram."""
    return Schema()


def _kinds(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _kinds(part)
    else:
        yield annotation


def _takes(kind: type, annotation: Any) -> bool:
    return kind in set(_kinds(annotation))


def _decoded(value: str, annotation: Any) -> Any:
    if _takes(str, annotation):
        whole = value.removeprefix("-").isdecimal() and value.isascii()
        return int(value) if whole and _takes(int, annotation) else value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _wrong_files(params: Mapping[str, Any], files: Mapping[str, Upload]) -> Iterator[str]:
    named = {text.removeprefix("attach://") for _, text in texts(params) if text.startswith("attach://")}
    yield from (f"attach://{name}: no such file in the request" for name in sorted(named - set(files)))
    yield from (f"{name}: a file that no parameter names" for name in sorted(set(files) - named))


def _unknown(value: Any, path: str) -> Iterator[str]:
    """Fields that the documentation does not know; Telegram would silently leave them out."""
    if isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            yield f"{path}{name}: no such parameter"
        for name in value.model_fields_set & set(type(value).model_fields):
            yield from _unknown(getattr(value, name), f"{path}{name}.")
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            yield from _unknown(one, f"{path}{index}.")


def _deprecated(parsed: BaseModel) -> Iterator[str]:
    for name in parsed.model_fields_set & set(type(parsed).model_fields):
        extra = type(parsed).model_fields[name].json_schema_extra
        if isinstance(extra, dict) and extra.get("deprecated"):
            yield f"{name}: deprecated"


def _complaints(kind: Any, value: object) -> list[str]:
    try:
        parsed = TypeAdapter(kind).validate_python(value)
    except ValidationError as wrong:
        return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()]
    return list(_unknown(parsed, ""))
