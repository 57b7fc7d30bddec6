"""Logs hold no token, no phone number, and no line that somebody else wrote."""

from __future__ import annotations

import pytest

from bot.logs import redact


@pytest.mark.parametrize(
    "text",
    [
        "POST https://api.telegram.org/bot123456789:AAEhBP0av28fGmRyCRbqKQ8Mz5pTXWZk1Yc/sendMessage",
        "call 0912345678 now",
        "call +84 912 345 678 now",
        "call 0912.345.678 now",
        "84912345678",
    ],
)
def test_secrets_and_phones_are_taken_out(text: str) -> None:
    redacted = redact(text)
    assert "912" not in redacted
    assert "AAEhBP0av28" not in redacted


def test_a_name_cannot_forge_a_line() -> None:
    assert "\n" not in redact("An\x1b[31m\r\n".replace("\n", "\x0b"))
    assert "\u202e" not in redact("\u202eAn")


def test_ids_and_numbers_stay() -> None:
    assert redact("inbox=1234567 attempt=3 took=0.25") == "inbox=1234567 attempt=3 took=0.25"
