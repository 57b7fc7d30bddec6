"""What deceives the eye is shown to whoever decides on it; everything else is left as it was written."""

from __future__ import annotations

import pytest

from bot.message import Option, Reply, Text
from bot.turn.render import render
from bot.vietnamese.disclosure.visible import visible
from tests.figures import measured
from tests.questions import SPEECH


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Ông \u202eiaH\u202c, thôn 2", "Ông [U+202E]iaH[U+202C], thôn 2"),
        ("Nguyễn\u200b Văn\u2060 A\ufeff", "Nguyễn[U+200B] Văn[U+2060] A[U+FEFF]"),
        ("T\u043eàn", "T\u043e[U+043E]àn"),
        ("\u0397\u1ed3 Th\u1ecb", "\u0397[U+0397]\u1ed3 Th\u1ecb"),
        ("a\u2066b\u2069 \u00ad", "a[U+2066]b[U+2069] [U+00AD]"),
        ("\u3164", "[U+3164]"),
        ("x\u200dy", "x[U+200D]y"),
        ("\u041d\u043e\u0430", "\u041d[U+041D]\u043e[U+043E]\u0430[U+0430]"),
        ("Th\u0131nh, \u0261à, Ho\u0251", "Th\u0131[U+0131]nh, \u0261[U+0261]à, Ho\u0251[U+0251]"),
        ("T\ua4f3an", "T\ua4f3[U+A4F3]an"),
        ("B\uff41", "B\uff41[U+FF41]"),
        ("An\ufe0f, N\U000e0101am", "An[U+FE0F], N[U+E0101]am"),
        ("A\U0001d173n", "A[U+1D173]n"),
        ("\U0001d400\U0001d427 ở đây", "\U0001d400[U+1D400]\U0001d427[U+1D427] ở đây"),
        ("\U00010404ng T\U000118b2n", "\U00010404[U+10404]ng T\U000118b2[U+118B2]n"),
    ],
)
def test_signs_that_nobody_sees_and_letters_of_other_scripts_are_shown(written: str, shown: str) -> None:
    assert visible(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "Đường Nguyễn Huệ, số 5; «tặng» 200.000₫ – cảm ơn!", "👨‍👩‍👧 ❤️‍🔥 👍🏽 1️⃣ ☎️ ℹ️", "Москва и Ελλάδα", "10 µg, 5 Ω",
        "Nguyễn Văn Ðức", "Quốc lộ Ⅸ", "dòng một\ndòng hai\tba\N{NO-BREAK SPACE}bốn",
    ],
)  # fmt: skip
def test_what_deceives_nobody_stays_as_it_is(written: str) -> None:
    assert visible(written) == written


def test_only_whoever_decides_sees_it_in_messages_and_on_buttons() -> None:
    said = Reply(Text("desk.line.state", {"what": "Bà \u202eM", "state": "x"}), (Option("/a", "\u0410n"),))
    for staff, shown in ((True, ("Bà [U+202E]M", "\u0410[U+0410]n")), (False, ("Bà \u202eM", "\u0410n"))):
        message = render(said, SPEECH, staff=staff)
        assert shown[0] in message.text
        assert message.buttons[0].label == shown[1]
    measured("direction marks, zero-width signs, letters of other scripts in what officers read", "shown as [U+202E]")
