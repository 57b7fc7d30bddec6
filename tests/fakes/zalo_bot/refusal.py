"""A refusal of the platform: its code, and how it is said."""

from __future__ import annotations

from typing import Any

MEANINGS = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Internal server error",  # so the documentation has it
    404: "Not found",
    408: "Request timeout",
    426: "Daily limit exceeded",
    429: "Quota exceeded",
}


class Refusal(Exception):
    """``ok: false``, with a code, and with the HTTP status ``status`` if that is said."""

    def __init__(self, code: int, description: str = "", *, status: int = 0, camel: bool = False) -> None:
        super().__init__(description)
        self.code, self.status, self.camel = code, status, camel
        self.description = description or MEANINGS.get(code, "Error")

    def body(self) -> dict[str, Any]:
        """The envelope."""
        return {"ok": False, "errorCode" if self.camel else "error_code": self.code, "description": self.description}
