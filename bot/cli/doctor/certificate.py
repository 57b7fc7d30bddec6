"""Look at the certificate of the public address: whether others trust it, and for how long."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.channels.kind import Seen
from bot.turn.operate import KEEPER

WITHIN = 5.0
"""Seconds."""
SOON = timedelta(days=14)
"""Caddy renews a month before the end: what is nearer was not renewed."""


async def look(address: str, now: datetime, trust: ssl.SSLContext | None = None) -> Sequence[Seen]:
    """Whether the certificate there stands; nothing for an address without one."""
    url = urlsplit(address)
    if url.scheme != "https" or not url.hostname:
        return []
    try:
        async with asyncio.timeout(WITHIN):
            context = trust or ssl.create_default_context()
            _, writer = await asyncio.open_connection(url.hostname, url.port or 443, ssl=context)
    except ssl.SSLCertVerificationError as refused:
        said = f"others do not trust that of {url.hostname}: {refused.verify_message}"
        return [Seen("certificate", "wrong", said, mend=KEEPER.proxy_log)]
    except (OSError, TimeoutError) as failed:
        return [Seen("certificate", "unknown", f"{url.hostname} does not answer from here ({type(failed).__name__})")]
    given = writer.get_extra_info("peercert")
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(given["notAfter"]), UTC)
    said = f"that of {url.hostname} is good until {until:%d/%m/%Y}"
    if until - now < SOON:
        return [Seen("certificate", "wrong", f"{said}, and was not renewed", mend=KEEPER.proxy_log)]
    return [Seen("certificate", "right", said)]
