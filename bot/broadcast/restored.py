"""Know a restored backup: a file beside the database remembers when a broadcast was last sent, and the backup does not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path


class Heartbeat:
    """One file with one instant. It is written after the commit, so it is never ahead of its own database."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def beat(self, at: datetime) -> None:
        """Something was sent, and that is on disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(self.path.suffix + ".new")
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new.write_text(at.isoformat(), encoding="ascii")
        new.replace(self.path)

    def ahead_of(self, sent_at: datetime | None) -> datetime | None:
        """The instant in the file if the database, which last sent at ``sent_at``, has forgotten it."""
        try:
            beat = datetime.fromisoformat(self.path.read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            return None
        return beat if sent_at is None or beat > sent_at else None
