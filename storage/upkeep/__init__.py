"""Upgrade the database, copy it, and know its state."""
