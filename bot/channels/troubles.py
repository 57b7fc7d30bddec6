"""What a channel has seen go wrong with its platform: remembered for a while, so that an admin has time to see it too."""

from __future__ import annotations

from time import monotonic

from bot.channels import Trouble


class Troubles:
    """The list of one channel."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Trouble, float]] = {}

    def see(self, trouble: Trouble, seconds: float) -> None:
        """It is there now, and counts as long as that, unless it is seen again or known to be over."""
        self._seen[trouble.name] = trouble, monotonic() + seconds

    def over(self, name: str) -> None:
        """It is certainly over."""
        self._seen.pop(name, None)

    def present(self) -> list[Trouble]:
        """What counts now."""
        now = monotonic()
        self._seen = {name: (trouble, until) for name, (trouble, until) in self._seen.items() if until > now}
        return [trouble for trouble, _ in self._seen.values()]
