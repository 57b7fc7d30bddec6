"""A page that people can read: headings, and under each what is known. It opens on every phone, asks for nothing from
outside, and whatever somebody wrote is text in it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from msgspec import Struct

STYLE = """
body { font: 17px/1.5 system-ui, sans-serif; color: #1c1c1c; background: #fff; }
body { max-width: 42rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; line-height: 1.3; }
h2 { font-size: 1.1rem; margin: 1.8rem 0 .4rem; padding-bottom: .2rem; border-bottom: 2px solid #b3121d; }
dl { margin: .6rem 0; padding: .6rem .8rem; border: 1px solid #d5d5d5; border-radius: .4rem; break-inside: avoid; }
dt { color: #595959; font-size: .9rem; }
dd { margin: 0 0 .4rem; overflow-wrap: anywhere; white-space: pre-line; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Nothing is fetched and nothing runs, wherever the page is opened."""


class Section(Struct, frozen=True):
    """A heading, something said under it, and the things that stand there, each as names and values."""

    title: str
    things: Sequence[Sequence[tuple[str, str]]] = ()
    said: str = ""


def readable(language: str, title: str, said: str, sections: Sequence[Section]) -> bytes:
    """The page as HTML in UTF-8."""
    parts = [
        "<!doctype html>",
        f'<html lang="{escape(language)}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
        f"<main><h1>{escape(title)}</h1>{_paragraph(said)}",
        *map(_section, sections),
        "</main></body></html>",
    ]
    return "\n".join(parts).encode("utf-8", "replace")


def _section(section: Section) -> str:
    things = "".join(_thing(thing) for thing in section.things)
    return f"<section><h2>{escape(section.title)}</h2>{_paragraph(section.said)}{things}</section>"


def _thing(thing: Sequence[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in thing) + "</dl>"


def _paragraph(said: str) -> str:
    return f"<p>{escape(said)}</p>" if said else ""
