"""Every transcript says what the bot says, on a channel with buttons and on one without."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.play import HERE, Player, check, read
from tests.stage import Template

CASES = [
    pytest.param(path, kind, id=f"{path.stem}-{kind}")
    for path in sorted(HERE.glob("*.txt"))
    for kind in read(path).channels
]


@pytest.mark.parametrize(("path", "kind"), CASES)
async def test_the_bot_says_what_the_transcript_says(path: Path, kind: str, template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    await check(Player(read(path), tmp_path, kind))


OF_ITS_OWN = re.compile(r"^\((photo|voice|document)|^\(link\)", re.MULTILINE)
CHOICES = re.compile(r"^(\[|\d+\. |[a-z]\. )", re.MULTILINE)
APART = {
    ("admins.en", "[Create the invitation]"): "it is passed on",
    ("staff.vi", "[Tạo lời mời]"): "it is passed on",
    ("desk-brought.vi", "đúng"): "the receipt is passed on",
    ("broadcast.en", "[Send me a test copy]"): "it is shown as people will get it",
    ("broadcast-again.vi", "[Gửi bản thử cho tôi]"): "it is shown as people will get it",
    ("voice.en", "[I agree to take part]"): "what was sent is fetched meanwhile",
    ("broadcast.vi", "[Thu hồi]"): "an earlier message is changed",
}


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in sorted(HERE.glob("*.txt"))])
def test_a_turn_says_all_in_one_bubble_unless_something_needs_its_own(path: Path) -> None:
    for line in read(path).lines:
        bubbles = "\n".join(row for row in line.expected if not row.startswith("@")).split("\n--\n")
        for above, below in pairwise(bubbles):
            needed = OF_ITS_OWN.search(above) or OF_ITS_OWN.search(below)
            both_offer = CHOICES.search(above) and CHOICES.search(below)
            assert needed or both_offer or (path.stem, line.said) in APART, (line.said, above)


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem) for path in sorted(HERE.glob("*.vi.txt")) if "buttons" in read(path).channels],
)
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_the_bot_says_the_same_on_postgresql(path: Path, address: str, tmp_path: Path) -> None:
    await check(Player(read(path), tmp_path, "buttons", url=address))
