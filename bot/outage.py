"""Live through a database that is away: what cannot be done now is done later, and the log says so."""

from __future__ import annotations

from types import TracebackType

import structlog

from storage.database import is_outage

log = structlog.get_logger()


class outlived:  # noqa: N801  # read as words: with outlived("replies")
    """Swallow, and log, the failure of a database that is out of reach; everything else is raised. ``waits`` says what
    has to wait."""

    def __init__(self, waits: str) -> None:
        self.waits = waits

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, failed: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(failed, Exception) or not is_outage(failed):
            return False
        log.error("the database is out of reach", waits=self.waits, error=str(failed.__cause__ or failed))
        return True
