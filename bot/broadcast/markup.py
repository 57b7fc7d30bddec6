"""The small markup that officers type, *bold*, _italic_ and [words](https://…), and its two placeholders. Pure.

What is filled in is never read as markup: the text is taken apart first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from bot.message import Span, width
from locales.writing import begins, capital

PLACEHOLDERS = ("name", "commune")
MARK = re.compile(
    r"\[(?P<label>[^\[\]\n]{1,200})\]\((?P<url>[^\s()]{1,1000})\)"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
)
HOLE = re.compile(r"\{(\w*)\}")


class Piece(Struct, frozen=True):
    """Words with one look."""

    text: str
    kinds: tuple[str, ...] = ()
    url: str = ""


@lru_cache(maxsize=64)
def read(text: str) -> tuple[Piece, ...]:
    """The text in pieces. A sign that marks nothing stays as it is."""
    return tuple(_pieces(text, Piece("")))


def _pieces(text: str, look: Piece) -> Iterator[Piece]:
    after = 0
    for found in MARK.finditer(text):
        if found.start() > after:
            yield replace(look, text=text[after : found.start()])
        after = found.end()
        if found["url"] is not None:
            if look.url or not is_link(found["url"]):
                yield replace(look, text=found[0])
            else:
                yield from _pieces(found["label"], replace(look, url=found["url"]))
        else:
            kind = "bold" if found["bold"] is not None else "italic"
            yield from _pieces(found[kind], replace(look, kinds=(*look.kinds, kind)))
    if after < len(text):
        yield replace(look, text=text[after:])


def fill(pieces: Sequence[Piece], values: Mapping[str, str]) -> tuple[str, tuple[Span, ...]]:
    """The words with the placeholders filled in, with a capital letter where a sentence begins, and where they are marked."""
    text, spans, at = "", [], 0
    for piece in pieces:
        said, after = "", 0
        for hole in HOLE.finditer(piece.text):
            said += piece.text[after : hole.start()]
            value = values.get(hole[1], hole[0])
            said += value if begins(text + said) is False else capital(value)
            after = hole.end()
        said += piece.text[after:]
        wide = width(said)
        spans += [Span(kind, at, wide) for kind in piece.kinds if wide]
        if piece.url and wide:
            spans.append(Span("link", at, wide, piece.url))
        text += said
        at += wide
    return text, tuple(spans)


def as_read(text: str) -> str:
    """The words that readers see, without the marks among them; below them the addresses to which some lead."""
    pieces = read(text)
    return "\n".join(["".join(piece.text for piece in pieces), *(piece.url for piece in pieces if piece.url)])


INERT = str.maketrans({"*": "∗", "_": "‗", "{": "(", "}": ")", "[": "(", "]": ")"})


def inert(text: str) -> str:
    """Words that somebody else wrote, with nothing in them that would be read as markup or as a placeholder."""
    return text.translate(INERT)


def replaced(text: str, values: Mapping[str, str]) -> str:
    """The text with these placeholders filled in before it is read; every other one stays."""
    return HOLE.sub(lambda hole: values.get(hole[1], hole[0]), text)


def unknown(text: str) -> list[str]:
    """What looks like a placeholder and is none."""
    return [hole[0] for hole in HOLE.finditer(text) if hole[1] not in PLACEHOLDERS]


def bad_links(text: str) -> list[str]:
    """The addresses of links that are none."""
    return [found["url"] for found in MARK.finditer(text) if found["url"] is not None and not is_link(found["url"])]


def is_link(url: str) -> bool:
    """Whether this is an address of a page on the web, without a name or a password in it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    named = re.fullmatch(r"(?!-)[^\s.\"'<>\\]+(\.[^\s.\"'<>\\]+)+", host)
    clean = re.fullmatch(r"[^\s\"'<>\\^`{|}\x00-\x1f]{1,1000}", url)
    return parts.scheme in ("http", "https") and bool(named) and bool(clean) and "@" not in parts.netloc
