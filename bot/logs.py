"""Logs that hold no secret and nobody's data: readable or JSON, with tokens and phone numbers taken out."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog

TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
PHONE = re.compile(r"(?<![\dA-Fa-f])(?:\+?84|0)[ .-]?\d(?:[ .-]?\d){7,9}(?![\dA-Fa-f])")
QUIET = (
    "httpx",
    "httpcore",
    "aiohttp",
    "aiosqlite",
    "telegram",
    "asyncio",
    "apscheduler",
    "websockets",
    "uvicorn",
    "PIL",
)
"""Libraries that write addresses with the token, or whole messages, at lower levels."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def redact(text: str) -> str:
    """The text without bot tokens, phone numbers and characters that could forge a line."""
    return CONTROL.sub("?", PHONE.sub("[phone]", TOKEN.sub("[token]", text)))


def set_up(level: str, form: str) -> None:
    """Send this process's logs, and those of its libraries, to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_way),
    ]
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else _readable
    structlog.configure(
        processors=[*shared, _redact_event, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _redact_event, last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _way(exc_info: structlog.typing.ExcInfo) -> str:
    """How an error came about, first cause first, without its text: that may repeat what somebody typed."""
    return "".join(_ways(exc_info[1], set())).rstrip()


def _ways(error: BaseException | None, seen: set[int]) -> Iterator[str]:
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield from _ways(error.__cause__ or (None if error.__suppress_context__ else error.__context__), seen)
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _ways(one, seen)
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"


def _redact_event(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value) if key != "exception" else "\n".join(map(redact, value.splitlines()))
        elif not isinstance(value, int | float | bool | None) and not key.startswith("_"):
            event[key] = redact(repr(value))
    return event


def _readable(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    when, level, what = event.pop("timestamp", ""), event.pop("level", ""), event.pop("event", "")
    trace = event.pop("exception", "")
    rest = " ".join(f"{key}={value}" for key, value in event.items() if not key.startswith("_"))
    return "\n".join(filter(None, [f"{when} {level:<8} {what} {rest}".rstrip(), str(trace)]))
