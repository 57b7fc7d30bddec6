"""How the cost of reading grows, as a ratio: a machine may be slow, and a test is not to know it."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES = 8
SLOWLY = 24
"""What eight times as much may cost, as a multiple: in proportion it is 8, and with the square of the length 64."""


def growth(little: Callable[[], object], much: Callable[[], object]) -> float:
    """How many times the processor time the second takes; the best of three, since others use the machine too."""
    return _cost(much) / _cost(little)


def _cost(read: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        read()
        best = min(best, time.process_time() - begun)
    return best
