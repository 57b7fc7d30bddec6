"""Sending and pace."""
