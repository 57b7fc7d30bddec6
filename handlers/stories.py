"""What a caption or a sentence says of a kind deed, as answers that need not be asked for any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.understanding.facts import read
from bot.understanding.sentence import Sentence
from bot.understanding.whom import is_doer
from bot.vietnamese.amounts.count import find_people
from bot.vietnamese.days.day import read_day
from bot.vietnamese.fold import exact, fold
from bot.vietnamese.place import Known
from bot.vietnamese.spelling import has_marks
from locales import phrases

SURNAMES = frozenset({"doan", "to", "truong"})
"""What a group is called too, where the marks are missing: Đoàn, Tô and Trương are families."""
YEAR = 366
"""So many days ago a deed may have been done."""


def read_story(text: str, communes: Sequence[Known], today: date) -> dict[str, Any]:
    """The answers that these words hold, by the names of their questions in the form of a deed.

    Who is named as helped («giúp bà Hoa sửa mái nhà») did nothing: the form asks who did.
    """
    sentence = Sentence.of(text)
    said = read(sentence, communes)
    doers = {"organisation": said.organisation, "name": said.name}
    day = read_day(said.date, today, toward="past").value if said.date else None
    found = {
        "doer_name": next((doer for what, doer in doers.items() if is_doer(sentence, what)), ""),
        "commune": said.commune.id if said.commune else None,
        "done_on": day.isoformat() if day and 0 <= (today - day).days <= YEAR else None,
        "helped_count": find_people(text),
    }
    return {name: answer for name, answer in found.items() if answer}


def kind_of_doer(name: str) -> str:
    """Whether a name is one person's or a group's: «nhóm Nắng Mai», «Hoi Phu nu thon 2»; «Đoàn Thị Hoa» is one person."""
    alike = exact if has_marks(name) else fold
    said = f"{alike(name)} "
    called = {alike(phrase) for phrase in phrases("said.group") if said.startswith(f"{alike(phrase)} ")}
    if not has_marks(name):
        called -= SURNAMES
    elif not "".join(name.split()[1:2]).islower():
        called = {one for one in called if fold(one) != "doan"}
    return "group" if called else "individual"
