"""What may be shown when photos join others: whoever is in either must have agreed."""

from __future__ import annotations

import pytest

from storage.aid.deeds import Shown

NOBODY, AGREED = Shown(False, False, False, False), Shown(True, True, False, False)
CHILDREN, ASKED_NOT = Shown(True, True, True, True), Shown(True, False, False, False)


@pytest.mark.parametrize(
    ("before", "more", "together"),
    [
        (NOBODY, NOBODY, NOBODY),
        (NOBODY, AGREED, AGREED),
        (AGREED, CHILDREN, CHILDREN),
        (AGREED, ASKED_NOT, ASKED_NOT),
        (CHILDREN, ASKED_NOT, Shown(True, False, True, True)),
    ],
)
def test_photos_together_may_be_shown_only_if_all_may(before: Shown, more: Shown, together: Shown) -> None:
    assert before.along_with(more) == together == more.along_with(before)
