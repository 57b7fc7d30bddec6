"""Send replies from the outbox, no faster than the platforms allow.

Others use: exchange, fading, pace, replies.
"""
