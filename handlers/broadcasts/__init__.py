"""Compose, check, approve and follow broadcasts."""
