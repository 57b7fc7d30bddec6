"""Fetch what somebody sent on Zalo: only from the hosts that are allowed, and what goes wrong in the channels' words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.channels import FetchFailed, Media
from bot.channels.zalo.http import InDoubt, NotSent, TooMuch, Unavailable, host_of

log = structlog.get_logger()


async def fetch(media: Media, hosts: Sequence[str], download: Callable[[str, int], Awaitable[bytes]]) -> bytes:
    """The content of a file, from one of the hosts or from one below them. Raises FetchFailed."""
    host = host_of(media.reference)
    if not any(host == allowed or host.endswith(f".{allowed}") for allowed in hosts):
        log.warning("a file is on a host that is not allowed", host=host)
        raise FetchFailed("photo_unavailable")
    if media.size > media.most:
        raise FetchFailed("too_big")
    try:
        return await download(media.reference, media.most)
    except TooMuch:
        raise FetchFailed("too_big") from None
    except Unavailable as failed:
        raise FetchFailed("photo_unavailable", again=failed.status >= 500) from None
    except (NotSent, InDoubt, ValueError):
        raise FetchFailed("photo_unavailable", again=True) from None
