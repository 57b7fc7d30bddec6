"""What whoever keeps the server types beside `nhandao …`: as systemd wants it, or compose, whichever keeps this program."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Keeper:
    """The commands of one of them, to be typed on the machine itself; compose's in the folder `deploy`."""

    start: str
    restart: str
    log: str
    proxy_log: str
    user: str
    """Before a command that works on the program's own files."""
    root: str
    """Before one that only root may give."""


SYSTEMD = Keeper(
    start="sudo systemctl start nhandao",
    restart="sudo systemctl restart nhandao",
    log="sudo journalctl --unit nhandao --since -1h",
    proxy_log="sudo journalctl --unit caddy --since -1h",
    user="sudo",
    root="sudo",
)
COMPOSE = Keeper(
    start="docker compose up --detach",
    restart="docker compose restart bot-1 bot-2",
    log="docker compose logs --since 1h bot-1 bot-2",
    proxy_log="docker compose logs --since 1h proxy",
    user="docker compose run --rm bot-1",
    root="docker compose run --rm --user root --cap-add CHOWN --cap-add DAC_OVERRIDE bot-1",
)
KEEPER = COMPOSE if os.environ.get("KEPT_BY") == "compose" else SYSTEMD
"""That of this program; its container's image says so (deploy/Dockerfile)."""
