"""How words are written at the beginning of a sentence, and inside one. Pure."""

from __future__ import annotations

WITHIN = frozenset(",;:)]”»/#@=…")
"""What cannot stand before a sentence's first word, beside letters and digits."""


def begins(before: str) -> bool | None:
    """Whether a sentence begins after these words; None if they hold no word, so that it hangs on what is before them."""
    spaced = False
    for c in reversed(before):
        if c == "\n" or (spaced and c in ".!?"):
            return True
        if c.isalnum() or c in WITHIN:
            return False
        spaced = spaced or c.isspace()
    return None


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]
