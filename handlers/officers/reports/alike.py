"""Tell which names of organisations may be two spellings of one. It finds them; whether they are the same somebody decides."""

from __future__ import annotations

from collections.abc import Iterable

from bot.vietnamese.fold import fold

KINDS = (
    "cong ty trach nhiem huu han mot thanh vien", "cong ty trach nhiem huu han", "cong ty tnhh mot thanh vien",
    "cong ty tnhh mtv", "cong ty tnhh", "cong ty co phan", "cong ty cp", "cong ty", "cty tnhh mtv", "cty tnhh", "cty cp", "cty",
    "doanh nghiep tu nhan", "doanh nghiep", "dntn", "hop tac xa", "htx", "nhom thien nguyen", "nhom", "cau lac bo", "clb",
    "company", "group", "club",
)  # fmt: skip
"""What a name may begin with or leave out; of those that begin alike the longest comes first."""


def alike(names: Iterable[str]) -> list[list[str]]:
    """The names that differ only in capital letters, marks, spaces, points or in the kind before them, together."""
    groups: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        groups.setdefault(_core(name), []).append(name)
    return [same for same in groups.values() if len(same) > 1]


def _core(name: str) -> str:
    plain = " ".join("".join(c if c.isalnum() else " " for c in fold(name)).split())
    kind = next((kind for kind in KINDS if plain.startswith(f"{kind} ")), "")
    return plain.removeprefix(kind).replace(" ", "")
