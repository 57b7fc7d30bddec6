"""Upgrade the database, copy it, and know its state.

Others use: asked, copy, dump, instants, leases, processes, resealing, sealing_files, seals, status, troubles, upgrade,
whole.
"""
