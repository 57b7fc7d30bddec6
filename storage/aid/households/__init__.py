"""Households beside the way of their address: written down twice and joined, or shown by a link that expires.

Others use: duplicates, shared.
"""
