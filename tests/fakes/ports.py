"""Loopback ports for processes that must be told one before they start."""

from __future__ import annotations

import itertools
import os
import socket

FIRST, LAST = 20_000, 32_000
"""Below those that the system gives to whoever asks for any, so that nobody takes one between our look and its use."""
_next = itertools.count(os.getpid() * 40)
"""The tests run in several processes; each begins somewhere else."""


def free_port() -> int:
    """A port on which nobody listens, and which this process has not given away before."""
    while True:
        port = FIRST + next(_next) % (LAST - FIRST)
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
