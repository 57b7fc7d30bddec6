"""Keep files sealed with the key that seals the database, in whichever place keeps their bytes.

What an earlier version kept in clear, under the SHA-256 of what somebody sees, is read as it stands until it is sealed.
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress

from storage.database.vault import Tampered, Vault
from storage.files import Files, NoSuchFile, Store


class Foreign(Exception):
    """A file was sealed with a key that is not here."""


class Sealed(Files):
    """Files that are sealed for their name, so that none can be put in the place of another."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store, self._vault = store, vault

    async def put(self, name: str, data: bytes) -> None:
        await self._store.put(name, await asyncio.to_thread(self._seal, name, data))

    async def get(self, name: str) -> bytes:
        """What was put under the name. Raises NoSuchFile, also where somebody altered or exchanged it."""
        return await asyncio.to_thread(self._open, name, await self._store.get(name))

    async def delete(self, name: str) -> None:
        await self._store.delete(name)

    async def size(self) -> int:
        return await self._store.size()

    async def put_back(self, name: str, data: bytes) -> None:
        """Keep it unless it is kept already. Raises Foreign, and changes nothing, where a key that is not here sealed it."""
        with suppress(NoSuchFile):
            if self._vault.lacks_key_of(await self._store.head(name)):
                raise Foreign(name)
            await self.get(name)
            return
        await self.put(name, data)

    async def seal_anew(self, name: str) -> bool:
        """Have the file with this name sealed with the newest key; False if it is already. Raises NoSuchFile as `get` does."""
        if (await self._store.head(name)).startswith(self._vault.head):
            return False
        kept = await self._store.get(name)
        await self._store.put(name, await asyncio.to_thread(lambda: self._seal(name, self._open(name, kept))))
        return True

    def _seal(self, name: str, data: bytes) -> bytes:
        return self._vault.seal(data, about=_about(name))

    def _open(self, name: str, kept: bytes) -> bytes:
        try:
            return self._vault.open(kept, about=_about(name))
        except Tampered:
            if hashlib.sha256(kept).hexdigest() == name:  # of an earlier version
                return kept
            raise NoSuchFile(f"{name} was altered") from None


def _about(name: str) -> bytes:
    return f"file\0{name}".encode()
