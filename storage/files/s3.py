"""Keep bytes in a bucket that speaks S3, so that several machines share them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from obstore.store import S3Store

from storage.files import HEAD, NAME, NoSuchFile, Store

PATIENCE = timedelta(seconds=60)
"""How long a request is retried before it fails."""


class Bucket(Store):
    """One bucket, or what is under a prefix in it.

    The client's own coroutines are not used: a process that ends right after one of them may abort.
    """

    def __init__(self, url: str, key: str, secret: str) -> None:
        self._store = store_of(url, key, secret)

    async def put(self, name: str, data: bytes) -> None:
        await asyncio.to_thread(self._store.put, _path(name), data)

    async def get(self, name: str) -> bytes:
        try:
            return await asyncio.to_thread(lambda: bytes(self._store.get(_path(name)).bytes()))
        except FileNotFoundError:
            raise NoSuchFile(name) from None

    async def head(self, name: str) -> bytes:
        try:
            return await asyncio.to_thread(lambda: bytes(self._store.get_range(_path(name), start=0, length=HEAD)))
        except FileNotFoundError:
            raise NoSuchFile(name) from None

    async def delete(self, name: str) -> None:
        if NAME.fullmatch(name):
            with suppress(FileNotFoundError):
                await asyncio.to_thread(self._store.delete, _path(name))

    async def size(self) -> int:
        return await asyncio.to_thread(lambda: sum(kept["size"] for page in self._store.list() for kept in page))


def store_of(url: str, key: str, secret: str) -> S3Store:
    """The client. ``url``: s3://BUCKET/PREFIX?endpoint=https://…&region=…; without an endpoint it is Amazon's."""
    parts = urlsplit(url)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    at: dict[str, Any] = {"region": given.get("region", "us-east-1")}
    if endpoint := given.get("endpoint"):
        at |= {"endpoint": endpoint, "virtual_hosted_style_request": False}
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        access_key_id=key,
        secret_access_key=secret,
        client_options={"allow_http": (endpoint or "").startswith("http://"), "timeout": "20s"},
        retry_config={"max_retries": 5, "retry_timeout": PATIENCE},
        **at,
    )


def _path(name: str) -> str:
    if not NAME.fullmatch(name):
        raise NoSuchFile(name)
    return f"{name[:2]}/{name[2:4]}/{name}"
