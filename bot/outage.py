"""Live through a database that is away: what cannot be done now is done later, and the log says so."""

from __future__ import annotations

from time import monotonic
from types import TracebackType
from typing import ClassVar

import structlog

from storage.database import is_outage

log = structlog.get_logger()


class outlived:  # noqa: N801  # read as words: with outlived("replies")
    """Swallow, and log, the failure of a database that is out of reach; everything else is raised. ``waits`` says what
    has to wait. The first success afterwards is logged, too."""

    _since: ClassVar[dict[str, float]] = {}
    """Since when each kind of work waits, in this process."""

    def __init__(self, waits: str) -> None:
        self.waits = waits

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, failed: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if failed is None and (since := self._since.pop(self.waits, None)) is not None:
            log.info("the database is back", waited=self.waits, after_seconds=round(monotonic() - since))
        if not isinstance(failed, Exception) or not is_outage(failed):
            return False
        self._since.setdefault(self.waits, monotonic())
        log.error("the database is out of reach", waits=self.waits, error=str(failed.__cause__ or failed))
        return True
