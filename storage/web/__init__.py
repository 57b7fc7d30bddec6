"""The web chat's own record: what its pages show, and which of them are told that there is news.

Others use: pushes, webchat.
"""
