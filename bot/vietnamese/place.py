from typing import NamedTuple


class Known(NamedTuple):
    id: int
    name: str
    aliases: tuple[str, ...]


class Match(NamedTuple):
    known: Known
    matched: str


def find_place(t, known):
    return [Match(k, "") for k in known if t in k.name]
