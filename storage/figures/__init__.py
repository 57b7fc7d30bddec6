"""Sums, searches and queues over what is kept.

Others use: desk, exports, figures, lists, records, search, stats.
"""
