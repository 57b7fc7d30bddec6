"""What strangers may use of the HTTP server at once, and how it is counted."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Protocol

from msgspec import Struct

SOURCE = "nhandao.source"
"""Under this a request's scope says where on the network it came from; empty for nobody's."""


class Limits(Struct, frozen=True):
    """What strangers may use of the server at once; ``per_source`` is for one address, or one IPv6 network of 64 bits."""

    connections: int = 20_000
    connections_per_source: int = 6_000
    sockets: int = 16_000
    sockets_per_source: int = 5_000
    uploads: int = 200
    upload_bytes: int = 96 << 20
    head_seconds: float = 15
    body_seconds: float = 30


class Turnstile:
    """Counts who is in, altogether and by source. Without a source (the machine itself, a proxy's own calls) only
    altogether."""

    def __init__(self, most: int, per_source: int) -> None:
        self.most, self.per_source = most, per_source
        self.inside = 0
        self._sources: Counter[str] = Counter()

    def enter(self, source: str, count: int = 1, *, anyway: bool = False) -> bool:
        """Whether there was room, or it is counted anyway; whoever entered must leave."""
        full = self.inside + count > self.most or (source and self._sources[source] + count > self.per_source)
        if full and not anyway:
            return False
        self.inside += count
        if source:
            self._sources[source] += count
        return True

    def leave(self, source: str, count: int = 1) -> None:
        self.inside -= count
        if source:
            self._sources[source] -= count
            if self._sources[source] <= 0:
                del self._sources[source]


@lru_cache(4096)
def source_of(host: str) -> str:
    """What counts as one source: an IPv4 address, or the IPv6 network of 64 bits that one household is given."""
    if ":" not in host:
        return host
    try:
        address = IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> 64 << 64))


class Hosts(Protocol):
    """The proxies that are trusted."""

    def __contains__(self, host: str | None) -> bool: ...
