"""Upgrade the database, copy it, and know its state.

Others use: asked, copy, dump, instants, leases, processes, resealing, seals, status, troubles, upgrade,
whole.
"""
