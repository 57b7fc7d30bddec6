"""By what somebody is known again of whom nothing is kept any more: it says nothing without the key."""

from __future__ import annotations

from storage.database import Tx


def index_of(tx: Tx, channel: str, address: str) -> str:
    """Of an account, or of a person who had none: so the audit log, a backup and a proof name who was erased."""
    return tx.vault.index(f"{channel}:{address}", kind="erased").hex()
