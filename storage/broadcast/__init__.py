"""Broadcasts, their readers, and the ledger of their copies.

Others use: audience, broadcasts, caps, counts, leases, ledger, readers, templates.
"""
