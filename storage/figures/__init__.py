"""Sums, searches and queues over what is kept."""
