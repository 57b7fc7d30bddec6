"""Somebody who reads every log line of the test run, and knows what must never stand in one."""

from __future__ import annotations

import logging

import structlog

from tests.fakes.bot_api.server import TOKEN
from tests.stage import KEY

NAME, PHONE, HAMLET = "Nguyễn Thị Canary", "0987654321", "Xóm Hoàng Yến"
SECRETS = (
    TOKEN, TOKEN.partition(":")[2], KEY,
    PHONE, PHONE[1:], "0912345678", "912345678", "0912 345 678",
    NAME, HAMLET, "Nguyễn Thị Thử", "Nguyễn Văn Huy", "Hồ Văn Thử", "Lê Thị Mẫu", "Trần Văn Sửa", "An Example",
)  # fmt: skip
"""The tokens, the key, the phones and the names of those who live in the tests."""


def leaks(text: str) -> list[str]:
    """The lines in which one of them stands."""
    return [line for line in text.splitlines() if any(secret in line for secret in SECRETS)]


class Watch(logging.Handler):
    """Reads what the process logs, word for word as it is written."""

    def __init__(self, writes: logging.Handler) -> None:
        super().__init__()
        assert isinstance(writes.formatter, structlog.stdlib.ProcessorFormatter)
        self.formatter = writes.formatter
        self.lines: list[str] = []
        """Since a test last emptied it."""
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        written = self.format(record).splitlines()
        self.lines += written
        self.found += leaks("\n".join(written))
