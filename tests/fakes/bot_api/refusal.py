"""A method that is refused, in the words of the Bot API (its descriptions are what clients tell cases apart by)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TITLES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict",
    413: "Request Entity Too Large", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip


class Refusal(Exception):
    """`code` and `description` as Telegram says them; `parameters` is retry_after or migrate_to_chat_id."""

    def __init__(self, code: int, said: str = "", parameters: Mapping[str, Any] | None = None) -> None:
        title = TITLES.get(code, "Error")
        if code == 429 and not said and parameters and "retry_after" in parameters:
            said = f"retry after {parameters['retry_after']}"
        self.code, self.parameters = code, dict(parameters or {})
        self.description = said if said.startswith(title) else f"{title}: {said}" if said else title
        super().__init__(self.description)

    def answer(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body
