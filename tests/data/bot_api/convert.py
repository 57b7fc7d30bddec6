"""Make requests.json of the type declarations in the npm package @gramio/types: `python convert.py FOLDER > requests.json`.

FOLDER holds its `params.d.ts`, `objects.d.ts` and `methods.d.ts`. Only what a request may hold is kept, and no descriptions.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

DECLARED = re.compile(
    r"export (?:interface (\w+)[^{]*\{(.*?)\n?\}(?=\n)|type (\w+)\s*=\s*(.*?)(?=\nexport|\Z))", re.DOTALL
)
FIELD = re.compile(r"^    (\w+)(\??):(.*?)(?=^    \w+\??:\s|\Z)", re.DOTALL | re.MULTILINE)
CONVENIENCE = re.compile(r"\|?\s*\{ to(?:JSON|String)\(\): [^}]*\}")
"""What only the library's own users may write."""
Declared = dict[str, Any]


def declared(text: str) -> Declared:
    """An interface by name as its fields, each with its type and whether it must be there; another type as it is."""
    text = CONVENIENCE.sub("", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    found: Declared = {}
    for name, body, alias, type_ in DECLARED.findall(text):
        fields = {field: [kinds(written), not optional] for field, optional, written in FIELD.findall(body)}
        found[short(name or alias)] = fields if name else kinds(type_)
    return found


def kinds(written: str) -> list[Any]:
    """The alternatives of a type: a name, «=value», or a list of alternatives for an array of them."""
    written = " ".join(written.split())
    if written.startswith("Exclude<"):
        return [["string"]]
    if array := re.fullmatch(r"\((.*)\)\[\]", written):
        return [kinds(array[1])]
    return [one_kind(part.strip()) for part in written.split("|") if part.strip()]


def one_kind(written: str) -> Any:
    if written.endswith("[]"):
        return [one_kind(written.removesuffix("[]"))]
    value = written.strip('"')
    return f"={value}" if written.startswith('"') or value.isdecimal() else short(written)


def short(name: str) -> str:
    return name.removeprefix("Objects.").removeprefix("Telegram").removesuffix("Params")


def reached(types: Declared, kinds: Any, seen: set[str]) -> None:
    """The names of all types that a value of these kinds may hold."""
    for kind in kinds:
        if isinstance(kind, list):
            reached(types, kind, seen)
        elif kind in types and kind not in seen:
            seen.add(kind)
            held = types[kind]
            reached(types, held if isinstance(held, list) else [k for k, _ in held.values()], seen)


def main(folder: Path) -> None:
    def text(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    source = text("params.d.ts")
    given, types = declared(source), declared(text("objects.d.ts"))
    types |= {name: held for name, held in given.items() if isinstance(held, list)}
    bare = re.findall(r"^    (\w+): CallAPIWithoutParams", text("methods.d.ts"), re.MULTILINE)
    methods: Declared = {name: {} for name in bare}
    methods |= {name[0].lower() + name[1:]: held for name, held in given.items() if isinstance(held, dict)}
    seen: set[str] = set()
    reached(types, [kinds for held in methods.values() for kinds, _ in held.values()], seen)
    version = re.search(r"Based on (Bot API v[\d.]+)", source)
    assert version is not None
    said = {"version": version[1], "methods": methods, "types": {name: types[name] for name in sorted(seen)}}
    print(json.dumps(said, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
