"""A page: a template with words in it."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse


def page(template: Path, **words: str) -> HTMLResponse:
    """The template with these words, escaped."""
    written = Template(template.read_text(encoding="utf-8"))
    return HTMLResponse(written.substitute({key: escape(value) for key, value in words.items()}))
