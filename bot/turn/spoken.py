"""A command line as people type it in their language: «/my enough TND26-7K3PQ» is «/cuatoi đủ TND26-7K3PQ»."""

from __future__ import annotations

from locales import Speech


def spoken(line: str, speech: Speech) -> str:
    """The command line of a button in this language; what follows the command's names stays."""
    name, *rest = line.removeprefix("/").split(" ")
    first = _first(f"command.{name}", speech).replace(" ", "") or name
    if rest and (second := _first(f"command.{name}.{rest[0]}", speech)):
        rest[0] = second
    return " ".join([f"/{first}", *rest])


def _first(key: str, speech: Speech) -> str:
    """The first of a command's words, which is how its name is written; empty if it is no command."""
    return speech.words(f"{key}.words")[0] if speech.has(f"{key}.words") else ""
