"""Keep what comes in, take it in order, understand it, and handle it in one transaction.

Others use: admission, conversation, disk, engine, keep.
"""
