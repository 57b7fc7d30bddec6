"""Sums, searches and queues over what is kept.

Others use: desk, figures, records, search, stats.
"""
