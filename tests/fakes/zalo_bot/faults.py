"""What goes wrong on purpose, as it was seen to go wrong on the real platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.fakes.zalo_bot.refusal import Refusal

Answer = Literal["", "page", "hang", "cut", "bare", "null", "pieces"]


@dataclass
class Fault:
    """One kind of trouble for the next ``times`` requests of a method (``*``: any), after ``skip`` that go well.

    ``code`` is answered as a refusal, with ``status``, or with the server's own habit if that is 0. ``answer`` spoils the
    answer itself: a page of HTML, silence, a cut connection, ``{"ok":true}`` without a result, a result of null, or
    the good answer of an accepted request in two pieces.
    ``accepted`` says whether the request is carried out nevertheless.
    """

    method: str = "*"
    times: int | None = 1
    skip: int = 0
    code: int = 0
    status: int = 0
    chat_id: str = ""
    delay: float = 0.0
    """Seconds before anything happens."""
    answer: Answer = ""
    accepted: bool = False
    camel: bool = False
    """Whether the code is spelled ``errorCode``, as in one sample of the documentation."""
    hits: int = 0

    def meets(self, method: str, params: Mapping[str, Any]) -> bool:
        """Whether it strikes this request; counts it."""
        if self.method not in ("*", method) or (self.chat_id and params.get("chat_id") != self.chat_id):
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.hits += 1
        return True

    def refusal(self) -> Refusal | None:
        """What it answers, if it answers a refusal."""
        return Refusal(self.code, status=self.status, camel=self.camel) if self.code else None
