"""Sums, searches and queues over what is kept.

Others use: desk, figures, lists, records, search, stats.
"""
