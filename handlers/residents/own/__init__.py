"""What somebody has registered, promised and told of: look at it, take it back, ask that another officer looks again.

Others use: appeal, mine.
"""
