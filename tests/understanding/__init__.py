"""Sentences that come out of the blue."""
