"""Upgrade the database, copy it, and know its state.

Others use: copy, dump, instants, leases, processes, resealing, seals, status, troubles, upgrade,
whole.
"""
