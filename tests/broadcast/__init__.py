"""Sending broadcasts."""
