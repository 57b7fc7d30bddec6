"""A page: a template with words in it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from types import MappingProxyType

from starlette.responses import HTMLResponse


def page(template: Path, parts: Mapping[str, str] = MappingProxyType({}), **words: str) -> HTMLResponse:
    """The template with these words, escaped, and with ``parts`` that were filled before."""
    return HTMLResponse(fill(template, parts, **words))


def fill(template: Path, parts: Mapping[str, str] = MappingProxyType({}), **words: str) -> str:
    """The text of a template, or of a part of one, with these words, escaped."""
    written = Template(template.read_text(encoding="utf-8"))
    return written.substitute({**{key: escape(value) for key, value in words.items()}, **parts})
