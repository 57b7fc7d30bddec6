"""What somebody has registered, promised and told of: look at it, take it back, ask that another officer looks again, or about
her data.

Others use: appeal, mine, request.
"""
