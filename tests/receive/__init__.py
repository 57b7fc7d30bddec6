"""Receiving and handling."""
