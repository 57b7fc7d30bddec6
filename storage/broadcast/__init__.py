"""Broadcasts, their readers, and the ledger of their copies."""
